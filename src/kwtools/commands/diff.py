"""``kwtools diff``."""

import argparse

from kwtools import catalog, own_grants, upgrade_plan
from kwtools.catalog import Difference
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import connect, transaction
from kwtools.errors import EXIT_OK, EXIT_PROBLEM, KwtoolsError
from kwtools.output import print_rows, say

CHANGED, GRANTED = "changed", "granted"


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "diff",
        help="compare the installed extension with its release",
        description="Compares the objects of schema kw with what the installed release made:"
        " tables, columns, constraints, indexes, triggers, views, functions, owners and grants."
        " Every role may run it. It reads the catalog only. Calls and metadata that you granted to"
        " roles of your own are listed as granted, and are no drift. Exit code 1 means that"
        " something changed, 3 that the command has no list of the release for this PostgreSQL.",
    )
    add_dsn(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with connect(options.dsn, "diff") as connection, transaction(connection):
        version = upgrade_plan.installed_version(connection)
        major = upgrade_plan.major(connection)
        expected = catalog.of_release(version, major)
        if expected is None:
            raise KwtoolsError(
                f"release {version} has no list for PostgreSQL {major}",
                "Use the command of a later release.",
            )
        found = catalog.differences(expected, catalog.read(connection))
    rows = [(*one, GRANTED if own_grants.is_own(one) else CHANGED) for one in found]
    print_rows((*Difference._fields, "kind"), rows, as_json=options.json)
    is_changed = any(kind == CHANGED for *_, kind in rows)
    if not is_changed and not options.json:
        say(f"the extension is what release {version} made")
    return EXIT_PROBLEM if is_changed else EXIT_OK
