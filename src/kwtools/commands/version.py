"""``kwtools version``."""

import argparse
import json

import psycopg

from kwtools import sources
from kwtools.commands._parser import Subparsers, add_dsn


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
        with psycopg.connect(options.dsn, connect_timeout=3) as connection:
            row = connection.execute("select kw.version()").fetchone()
        assert row is not None
        versions |= row[0]
    except psycopg.Error as error:
        if options.dsn:
            raise
        lines = str(error).splitlines() or [type(error).__name__]
        versions["server"] = f"none asked: {lines[0]}"
    if options.json:
        print(json.dumps(versions, indent=2))
    else:
        for name, version in versions.items():
            print(f"{name:<13} {version}")
    return 0
