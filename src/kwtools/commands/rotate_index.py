"""``kwtools rotate-index``."""

import argparse

import psycopg

from kwtools import encrypting_column, rotating_index
from kwtools.commands._parser import Subparsers, add_dsn, add_pace, whole_number
from kwtools.commands._session import session
from kwtools.encrypting_column import MOST_BATCH
from kwtools.errors import CheckFailed
from kwtools.output import print_json, say, tell
from kwtools.progress import Progress
from kwtools.rotating_index import IndexRotation

_MOST_WAIT = 86_400
_NAMED = {"max_rows": "--batch", "max_wait_seconds": "--wait"}


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "rotate-index",
        help="replace the key of a blind index, while its tokens are used",
        description="Replaces the keys of the blind indexes of a field (kw.rotate_index_key): adds"
        " a column of tokens by the next key, which the protected view or the trigger of kw.protect"
        " fills from then on, fills the rest in batches, makes the indexes of the first column for"
        " it beside writers, exchanges the two columns, and drops the earlier tokens. Look-ups and"
        " unique values are right at all times. Run again after an interruption, it goes on where"
        " it was. Run it as the owner of the table, who must be a member of kw_client and may read"
        " the field. Exit code 1 means that something was refused.",
    )
    add_dsn(parser)
    parser.add_argument("table", metavar="TABLE", help="the table, as kw.bind takes it")
    parser.add_argument("field", metavar="FIELD", help="the field")
    parser.add_argument(
        "--cancel", action="store_true", help="go back to the present key, until it is exchanged"
    )
    parser.add_argument("--policy", metavar="NAME", help="the policy to wrap the next keys by")
    add_pace(parser, MOST_BATCH)
    parser.add_argument(
        "--wait", type=whole_number(0, _MOST_WAIT), default=60, metavar="SECONDS",
        help="how long to wait for older transactions and snapshots (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--ignore-standbys", action="store_true",
        help="even if queries on a standby could still need the present tokens",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    who = "Run it as the owner of the table, who must be a member of kw_client."
    with session(options, "rotate-index", who, _NAMED) as connection:
        encrypting_column.tell_notices(connection)
        place = rotating_index.find(connection, options.table, options.field)
        work = IndexRotation(connection, options.table, options.field, place)
        is_exchanged = work.is_exchanged()
        if options.cancel:
            if is_exchanged:
                raise CheckFailed(
                    "the next key is in force already", "Run it without --cancel to end it."
                )
            return _print("cancelled", work, work.cancel(), as_json=options.json)
        keys = 0
        try:
            if not is_exchanged:
                keys = _rotate(work, options)
            work.clean_up()
        except psycopg.Error as error:
            if not rotating_index.is_of_another(error):
                raise
            raise CheckFailed(
                f"another command changed the tokens of {options.table}.{options.field} at the"
                f" same time: {error.diag.message_primary}",
                "Repeat the call when it has ended.",
            ) from error
        return _print("rotated", work, keys, as_json=options.json)


def _rotate(work: IndexRotation, options: argparse.Namespace) -> int:
    """Put the next keys in force; return how many."""
    work.begin(options.policy)
    try:
        with Progress("Filling", work.place.rows) as progress:
            work.fill(options.batch, options.rate, progress.advance)
        work.index()
        work.check()
        return work.finish(options.wait, ignore_standbys=options.ignore_standbys)
    except KeyboardInterrupt:
        tell("interrupted. Run it again to go on, or with --cancel to go back.")
        raise


def _print(status: str, work: IndexRotation, keys: int, *, as_json: bool) -> int:
    found = {"table": work.table, "field": work.name, "status": status, "keys": keys,
        "filled": work.filled}  # fmt: skip
    if as_json:
        print_json(found)
    else:
        counts = f"{_counted(keys, 'key')}, {_counted(work.filled, 'token')} filled"
        say(f"{work.table}.{work.name}: {status}, {counts}")
    return 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
