"""``kwtools check-takeover``."""

import argparse

from psycopg.types.json import Jsonb

from kwtools import old_keys
from kwtools.commands._parser import MOST_ID, Subparsers, add_dsn, json_object, whole_number
from kwtools.commands._session import session
from kwtools.connections import transaction
from kwtools.errors import EXIT_OK, EXIT_PROBLEM
from kwtools.output import print_rows

_COLUMNS = ("finding", "values", "example_keys")
_CHECK = """
select finding, values, example_keys
from kw.check_takeover(%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_GOOD = ("opens", "null")
_WHO = "Run it as a member of kw_client that has SELECT on the columns."
_NAMED = {
    "nonce_column": "--nonce-column",
    "associated_columns": "--associated-column",
    "key_column": "--key-column",
    "max_rows": "--max-rows",
}


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "check-takeover",
        help="check a column that another tool encrypted, before kwtools takes it over",
        description="Tries to open every value of a column that pgcrypto, pgsodium, lockbox or"
        " Rails encrypted, with kw.check_takeover(), and counts which open and which do not. It"
        " changes nothing. Without a key it finds what pgcrypto left in the clear"
        f" (CVE-2026-14663). {_WHO} Exit code 1 means that a value does not open.",
    )
    parser.add_argument("table", metavar="TABLE", help="the table, as schema.table")
    parser.add_argument("column", metavar="COLUMN", help="the column that is encrypted")
    parser.add_argument(
        "--source", required=True, metavar="SOURCE",
        help="what encrypted it: pgcrypto-pgp, pgcrypto-raw, pgsodium-det, pgsodium-secretbox,"
        " lockbox or rails",
    )  # fmt: skip
    parser.add_argument(
        "--key-file", metavar="FILE",
        help="the key of that tool; - reads it from stdin. Nothing stores it",
    )  # fmt: skip
    parser.add_argument(
        "--options", type=json_object, default={}, metavar="JSON",
        help="options of the source, as a JSON object",
    )  # fmt: skip
    parser.add_argument("--nonce-column", metavar="COLUMN", help="the column of the nonces or IVs")
    parser.add_argument(
        "--associated-column", action="append", metavar="COLUMN",
        help="a column of the associated data; may be repeated, in order",
    )  # fmt: skip
    parser.add_argument(
        "--key-column", metavar="COLUMN",
        help="the column of the uuids of pgsodium's keys, where every row has its own",
    )  # fmt: skip
    parser.add_argument(
        "--max-rows", type=whole_number(1, MOST_ID), metavar="N", help="read at most so many rows"
    )
    add_dsn(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    key = None if options.key_file is None else old_keys.read(options.key_file)
    given = (
        *(options.table, options.column, options.source, key, Jsonb(options.options)),
        *(options.nonce_column, options.associated_column),
        *(options.key_column, options.max_rows),
    )
    with (
        session(options, "check-takeover", _WHO, _NAMED) as connection,
        transaction(connection),
    ):
        old_keys.keep_out_of_the_log(connection)
        rows = connection.execute(_CHECK, given).fetchall()
    shown = rows if options.json else [(*row[:2], ", ".join(row[2])) for row in rows]
    print_rows(_COLUMNS, shown, as_json=options.json)
    return EXIT_OK if {row[0] for row in rows} <= {*_GOOD} else EXIT_PROBLEM
