"""``kwtools status``."""

import argparse

from kwtools import database_status
from kwtools.commands._parser import Subparsers
from kwtools.commands.upgrade import add_targets
from kwtools.database_status import ABSENT, BEHIND, UNKNOWN, WRONG, Status
from kwtools.errors import EXIT_ENVIRONMENT, EXIT_OK, EXIT_PROBLEM
from kwtools.output import print_rows
from kwtools.targets import targets


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "status",
        help="show which version each database has, and what is behind",
        description="Shows for each database the version of the extension, the version that the"
        " server's scripts lead to, the runtime that the extension loads, and how many sessions"
        " have the code of another version. A superuser sees all of it. Exit code 1 means that"
        " something is behind or wrong, 3 that something cannot be told.",
    )
    add_targets(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    found = targets("status", options.dsn, all_databases=options.all_databases)
    rows = [database_status.of(target) for target in found]
    print_rows(Status._fields, rows, as_json=options.json)
    return _code({row.state for row in rows}, in_all=options.all_databases)


def _code(states: set[str], *, in_all: bool) -> int:
    if {BEHIND, WRONG} & states or (ABSENT in states and not in_all):
        return EXIT_PROBLEM
    return EXIT_ENVIRONMENT if UNKNOWN in states else EXIT_OK
