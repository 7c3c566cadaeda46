"""``kwtools encrypt-column``."""

import argparse
from collections.abc import Sequence

from kwtools import encrypting_column, old_keys
from kwtools.commands._parser import Subparsers, add_dsn, add_pace, json_object
from kwtools.commands._session import session
from kwtools.encrypting_column import (
    MOST_BATCH,
    PHASES,
    Choices,
    ColumnEncryption,
    Status,
    Step,
    Takeover,
)
from kwtools.errors import BadUsage, CheckFailed
from kwtools.output import print_json, print_rows, say, tell
from kwtools.progress import Progress

_SCOPES = ("column", "table", "row", "cell")
_NAMED = {
    "key_scope": "--scope",
    "max_rows": "--batch",
    "normaliser": "--normaliser",
    "taken_over_from": "--taken-over-from",
    "takeover_options": "--takeover-options",
    "old_key": "--old-key-file",
    "discard_newer": "--discard-newer",
}


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "encrypt-column",
        help="take a plaintext column to an encrypted one, while it is used",
        description="Takes a column from plaintext to ciphertext in phases: expand, backfill,"
        " verify, cut over, contract (kw.protect). It stops after the phase of --until. Run again,"
        " it continues where it was. Before cut over the application reads and writes plaintext,"
        " and a trigger encrypts; after it the column holds ciphertexts. Run it as the owner of"
        " the table, who must be a member of kw_client. Exit code 1 means that something was"
        " refused, or that --plan has found obstacles.",
    )
    add_dsn(parser)
    parser.add_argument("table", metavar="TABLE", nargs="?", help="the table, as kw.bind takes it")
    parser.add_argument("column", metavar="COLUMN", nargs="?", help="the column")
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--plan", action="store_true", help="change nothing: show what would be done, and obstacles"
    )
    action.add_argument(
        "--status", action="store_true", help="change nothing: show how far each column is"
    )
    action.add_argument(
        "--undo", action="store_true",
        help="go back to the plaintext column, from any phase before contract",
    )  # fmt: skip
    action.add_argument(
        "--until", choices=PHASES, default="verified", metavar="PHASE",
        help="the last phase: expanded, backfilled, verified, cut_over or contracted (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--scope", choices=_SCOPES, default="column", metavar="SCOPE",
        help="what a data key covers: column, table, row or cell (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--taken-over-from", metavar="SOURCE",
        help="the column is encrypted already, by pgcrypto-pgp, pgcrypto-raw, pgsodium-det,"
        " pgsodium-secretbox, lockbox or rails",
    )  # fmt: skip
    parser.add_argument(
        "--takeover-options", type=json_object, default={}, metavar="JSON",
        help="options of the source, as a JSON object",
    )  # fmt: skip
    parser.add_argument(
        "--old-key-file", metavar="FILE",
        help="the key of that tool; - reads it from stdin. Nothing stores it",
    )  # fmt: skip
    parser.add_argument(
        "--discard-newer", action="store_true",
        help="with --undo of such a column: lose the values that kwtools alone wrote",
    )  # fmt: skip
    parser.add_argument("--policy", metavar="NAME", help="the policy to wrap by")
    parser.add_argument(
        "--shown-by", choices=("column", "view"), default="column", metavar="HOW",
        help="what has the name of the column after cut over: column: the encrypted one;"
        " view: a protected view that takes the name of the table (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--search", choices=("equality",), metavar="KIND",
        help="equality: values are found by a blind index",
    )  # fmt: skip
    parser.add_argument(
        "--normaliser", default="raw", metavar="NAME",
        help="what is done to a value before it is compared: raw, trim, digits, phone,"
        " ascii-lower, unicode-14 or email (%(default)s)",
    )  # fmt: skip
    add_pace(parser, MOST_BATCH)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if not options.status and options.column is None:
        raise BadUsage("TABLE and COLUMN are missing", "Only --status can do without them.")
    if options.takeover_options and options.taken_over_from is None:
        raise BadUsage("--takeover-options requires --taken-over-from")
    if options.discard_newer and not options.undo:
        raise BadUsage("--discard-newer requires --undo")
    old_key = None if options.old_key_file is None else old_keys.read(options.old_key_file)
    who = "Run it as the owner of the table, who must be a member of kw_client."
    with session(options, "encrypt-column", who, _NAMED) as connection:
        encrypting_column.tell_notices(connection)
        if options.status:
            found = encrypting_column.statuses(connection, options.table)
            wanted = [one for one in found if options.column in (None, one.field_name)]
            return _print_statuses(wanted, as_json=options.json)
        column = options.table, options.column, options.batch, options.rate
        takeover = None
        if options.taken_over_from is not None:
            takeover = Takeover(options.taken_over_from, options.takeover_options)
        work = ColumnEncryption(connection, *column, takeover=takeover, old_key=old_key)
        if options.plan:
            return _plan(work, options)
        if options.undo:
            work.undo(discards_newer=options.discard_newer)
        else:
            _encrypt(work, options)
        status = work.status()
        assert status is not None
        return _print_status(status, as_json=options.json)


def _plan(work: ColumnEncryption, options: argparse.Namespace) -> int:
    steps = work.plan(_choices(options))
    if options.json:
        print_json({"steps": [step._asdict() for step in steps]})
    else:
        print_rows(("kind", "name", "detail"), [step[:3] for step in _obstacles_last(steps)])
    return 1 if any(step.is_obstacle for step in steps) else 0


def _choices(options: argparse.Namespace) -> Choices:
    return Choices(options.scope, options.shown_by, options.search, options.normaliser)


def _obstacles_last(steps: Sequence[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.is_obstacle)


def _encrypt(work: ColumnEncryption, options: argparse.Namespace) -> None:
    """Do the phases, up to the last one that is wanted."""
    last = PHASES.index(options.until)
    work.expand(_choices(options), options.policy)
    try:
        # A takeover that is verified could be backfilled for as long as there are writers.
        if last >= PHASES.index("backfilled") and not _is_done(work, "backfilled"):
            with Progress("Encrypting", _rows(work)) as progress:
                work.backfill(progress.advance)
        if last >= PHASES.index("verified"):
            work.index()
            with Progress("Verifying", _rows(work)) as progress:
                work.verify(progress.advance)
            _check_verified(work)
    except KeyboardInterrupt:
        tell("interrupted. Run it again to go on, or with --undo to go back.")
        raise
    if last >= PHASES.index("cut_over"):
        work.cut_over()
    if last >= PHASES.index("contracted"):
        work.contract()


def _is_done(work: ColumnEncryption, phase: str) -> bool:
    status = work.status()
    return status is not None and PHASES.index(status.status) >= PHASES.index(phase)


def _rows(work: ColumnEncryption) -> int:
    status = work.status()
    return 0 if status is None else status.rows_estimated


def _check_verified(work: ColumnEncryption) -> None:
    status = work.status()
    if status is not None and status.status == "backfilled":
        keys = ", ".join(status.differing_keys[:10])
        raise CheckFailed(
            f"{status.differing} rows of {status.entity_table}.{status.field_name} differ from"
            f" their ciphertexts: {keys}",
            "Set the encrypted column of these rows to null, and run it again.",
        )


def _print_status(status: Status, *, as_json: bool) -> int:
    if as_json:
        print_json(status._asdict())
    else:
        say(
            f"{status.entity_table}.{status.field_name}: {status.status},"
            f" {_rows_of(status.encrypted)} encrypted, {_rows_of(status.verified)} verified"
        )
    return 0


def _print_statuses(found: Sequence[Status], *, as_json: bool) -> int:
    if as_json:
        print_json({"columns": [one._asdict() for one in found]})
    elif found:
        columns = ("table", "column", "status", "scope", "type", "shown by", "search", "rows",
            "encrypted", "verified", "differing")  # fmt: skip
        shown = [(*one[:6], one.search or "", *one[9:13]) for one in found]
        print_rows(columns, shown)
    else:
        say("no column has begun")
    return 0


def _rows_of(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
