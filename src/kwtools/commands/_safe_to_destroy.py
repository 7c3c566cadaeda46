"""``kwtools keys safe-to-destroy``."""

import argparse
from collections.abc import Sequence
from typing import Any

from kwtools.commands._kms_key import kms_key
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.commands._session import connected
from kwtools.connections import transaction
from kwtools.errors import BadUsage
from kwtools.output import print_json, print_rows, say

_RESULTS = {True: "ok", False: "problem", None: "not visible"}
_COLUMNS = """
select "check", ok, coalesce(detail, ''), coalesce(hint, ''),
    to_char(compare_with, 'YYYY-MM-DD HH24:MI:SS.USTZH:TZM')
"""
_EVIDENCE = f"{_COLUMNS} from kw.safe_to_destroy(%s, %s)"
_RECORDED = f"{_COLUMNS} from kw.record_safe_to_destroy(%s, %s)"


def register(actions: Subparsers) -> None:
    """Add the action."""
    parser = actions.add_parser(
        "safe-to-destroy",
        help="tell whether a KMS key can be destroyed, with the evidence",
        description="Answers yes or no with kw.safe_to_destroy(), after waiting for the"
        " transactions that may have wrapped under the key. Shows each check, and what no query"
        " can see (not visible): backups, WAL, dumps, replicas, other databases. Run it as a"
        " superuser or kw_admin. Exit code 1 means no.",
    )
    parser.add_argument(
        "key", metavar="KEY", help="id of the key in kw.kms_keys, or PROVIDER/REFERENCE"
    )
    parser.add_argument(
        "--timeout", type=float, default=10.0, metavar="SECONDS",
        help="how long to wait for wraps in flight (%(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--record", action="store_true",
        help="record the answer as an event of the audit, so that it has a receipt",
    )  # fmt: skip
    add_dsn(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if not 0 <= options.timeout <= 86_400:
        raise BadUsage("--timeout must be from 0 to 86400 seconds")
    with connected(options.dsn, "keys") as connection:
        with transaction(connection):
            key_id, name = kms_key(connection, options.key)
        query = _RECORDED if options.record else _EVIDENCE
        with transaction(connection, writes=options.record):
            rows = connection.execute(query, (key_id, options.timeout)).fetchall()
    answer, *evidence = rows
    is_safe = answer[1] is True
    if options.json:
        print_json(_document(key_id, is_safe, answer, evidence))
    else:
        say(f"{'yes' if is_safe else 'no'}: key {name}")
        say(f"compare with: {answer[4] or 'no wrap under it is recorded'}")
        print_rows(
            ("check", "result", "detail", "hint"),
            [(check, _RESULTS[ok], detail, hint) for check, ok, detail, hint, _ in evidence],
        )
    return 0 if is_safe else 1


def _document(
    key_id: int, is_safe: bool, answer: tuple[Any, ...], evidence: Sequence[tuple[Any, ...]]
) -> dict[str, object]:
    names = ("check", "ok", "detail", "hint")
    return {
        "kms_key_id": key_id,
        "safe_to_destroy": is_safe,
        "compare_with": answer[4],
        "evidence": [dict(zip(names, row[:4], strict=True)) for row in evidence],
    }
