"""``kwtools reencrypt``."""

import argparse
from typing import Any

import psycopg

from kwtools.commands._parser import Subparsers, add_dsn, whole_number
from kwtools.commands._session import connected
from kwtools.connections import transaction
from kwtools.errors import CheckFailed
from kwtools.output import print_json, print_rows, say, tell
from kwtools.progress import Progress
from kwtools.protected_column import ProtectedColumn
from kwtools.reencrypting import (
    BATCH,
    MOST_BATCH,
    Failed,
    Generation,
    Reencrypting,
    counted,
    refused,
    retire,
)

_WAIT = 60
_MOST_WAIT = 86_400
_OTHERS = {
    "shredded": "under keys that were shredded",
    "misplaced": "ciphertexts of another field or table",
    "unknown": "ciphertexts of bindings or generations that this database does not have",
    "plaintext": "not ciphertexts",
}


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "reencrypt",
        help="take the values of a column over to the keys that kw.rotate has made",
        description="Finds the values of earlier generations by primary key and replaces them with"
        " kw.reencrypt_many(), a batch a transaction. A value is replaced only if it is still the"
        " one that was read, so writers lose nothing. What fails is listed and the rest goes on;"
        " what another transaction is changing is tried once more at the end; where a KMS is not"
        " there, it stops. Interrupted or stopped, it goes on where it was when run again."
        " Triggers of the table fire as for any UPDATE. Run it as a role that may read and update"
        " the column; --retire requires the table owner. Exit code 1 means that some values were"
        " not moved, or earlier generations were not retired.",
    )
    add_dsn(parser)
    parser.add_argument("table", metavar="TABLE", help="the table, as kw.bind takes it")
    parser.add_argument("column", metavar="COLUMN", help="the column")
    parser.add_argument(
        "--batch", type=whole_number(1, MOST_BATCH), default=BATCH, metavar="N",
        help=f"values of one transaction, 1 to {MOST_BATCH} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--rate",
        type=whole_number(1, 1_000_000),
        metavar="N",
        help="at most that many values a second",
    )
    parser.add_argument(
        "--retire", action="store_true",
        help="then retire the wrappers of earlier generations (kw.retire_generations)",
    )  # fmt: skip
    parser.add_argument(
        "--wait", type=whole_number(0, _MOST_WAIT), default=_WAIT, metavar="SECONDS",
        help="with --retire: how long to wait for older transactions and snapshots (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--ignore-standbys", action="store_true",
        help="with --retire: even if queries on a standby could still need the old values",
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing: count the values by generation"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with connected(options.dsn, "reencrypt") as connection:
        with transaction(connection):
            column = ProtectedColumn.of(connection, options.table, options.column)
            counts = counted(connection, options.table, options.column)
        if options.dry_run:
            _print_plan(column, counts, as_json=options.json)
            return 0
        work = Reencrypting(connection, column, options.batch, options.rate)
        try:
            return _reencrypt(work, counts, options)
        except psycopg.Error as error:
            raise refused(error) from None


def _reencrypt(work: Reencrypting, counts: list[Generation], options: argparse.Namespace) -> int:
    total = _values(counts, "earlier")
    try:
        if total:
            with Progress("Re-encrypting", total) as progress:
                work.run(progress.advance)
    except KeyboardInterrupt:
        _print_result(work, None, None, as_json=options.json)
        tell(f"interrupted: {work.done} of {total} values are re-encrypted. Run it again to go on.")
        raise
    except Exception:
        if work.done or work.failures or work.left:
            _print_result(work, None, None, as_json=options.json)
        raise
    retired, obstacle = _retire(work, options) if options.retire else (None, None)
    after = work.counts()
    _print_result(work, after, retired, as_json=options.json)
    if obstacle is not None:
        raise obstacle
    return 1 if work.failures or work.left or _values(after, "earlier") else 0


def _retire(
    work: Reencrypting, options: argparse.Namespace
) -> tuple[int | None, CheckFailed | None]:
    """Return how many wrappers were retired, or why none could be."""
    try:
        column = work.column
        return retire(
            work.connection, column.table, column.field, options.wait,
            ignore_standbys=options.ignore_standbys,
        ), None  # fmt: skip
    except CheckFailed as error:
        return None, error


def _values(counts: list[Generation], state: str) -> int:
    return sum(one.values for one in counts if one.state == state)


def _print_plan(column: ProtectedColumn, counts: list[Generation], *, as_json: bool) -> None:
    earlier = _values(counts, "earlier")
    if as_json:
        print_json({**_named(column), "to_reencrypt": earlier, "generations": _listed(counts)})
        return
    if counts:
        print_rows(Generation._fields, counts)
    say(f"{_count(earlier)} to re-encrypt in column {column.field} of {column.table}")


def _print_result(
    work: Reencrypting, after: list[Generation] | None, retired: int | None, *, as_json: bool
) -> None:
    """Print what was done, also where it came to no end."""
    if as_json:
        result = {
            **_named(work.column),
            "reencrypted": work.done,
            "failed": [one._asdict() for one in work.failed],
            "failures": work.failures,
            "left": len(work.left),
            "retired": retired,
            "generations": None if after is None else _listed(after),
        }
        print_json(result)
        return
    if work.failed:
        print_rows(Failed._fields, work.failed)
    say(f"{_count(work.done)} of {work.column.table}.{work.column.field} re-encrypted")
    if work.failures:
        say(f"{_count(work.failures)} failed: repair them and run it again")
    if work.left:
        say(f"{_count(len(work.left))} left: another transaction, or a trigger, kept them")
    if after is not None:
        _print_after(after)
    if retired is not None:
        wrappers = "1 wrapper" if retired == 1 else f"{retired} wrappers"
        say(f"{wrappers} of earlier generations retired")


def _print_after(after: list[Generation]) -> None:
    earlier = _values(after, "earlier")
    if earlier:
        say(f"{_count(earlier)} of earlier generations remain: run it again")
    for state, what in _OTHERS.items():
        if count := _values(after, state):
            say(f"left out: {_count(count)}: {what}")


def _named(column: ProtectedColumn) -> dict[str, str]:
    return {"table": column.table, "column": column.field}


def _listed(counts: list[Generation]) -> list[dict[str, Any]]:
    return [one._asdict() for one in counts]


def _count(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"
