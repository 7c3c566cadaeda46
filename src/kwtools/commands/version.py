"""``kwtools version``."""

import argparse

import psycopg

from kwtools import sources, upgrade_plan
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import connect, transaction
from kwtools.errors import CheckFailed
from kwtools.output import print_json, say


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "version",
        help="show the versions of the command and of what the server runs",
        description="Shows the command's version and, where a server can be reached, what"
        " kw.version() says there.",
    )
    add_dsn(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    versions: dict[str, object] = {"command": sources.version()}
    try:
        with connect(options.dsn, "version", timeout=3) as connection, transaction(connection):
            upgrade_plan.installed_version(connection)
            row = connection.execute("select kw.version()").fetchone()
        assert row is not None
        versions |= row[0]
    except (psycopg.Error, CheckFailed) as error:
        if options.dsn:
            raise
        lines = str(error).splitlines() or [type(error).__name__]
        versions["server"] = f"none asked: {lines[0]}"
    if options.json:
        print_json(versions)
    else:
        for name, version in versions.items():
            say(f"{name:<13} {version}")
    return 0
