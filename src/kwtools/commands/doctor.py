"""``kwtools doctor``."""

import argparse
from collections.abc import Iterator, Sequence

import psycopg
from psycopg.conninfo import make_conninfo

from kwtools import checks, refused_connections
from kwtools.checks import PROBLEM, UNKNOWN, WARNING, Finding
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import EXIT_ENVIRONMENT, EXIT_OK, EXIT_PROBLEM
from kwtools.output import print_rows

_DATABASES = """
select datname, datallowconn from pg_catalog.pg_database where datname <> 'template0' order by 1
"""


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        help="check the installation",
        description="Checks what a database needs for its first row, versions, installed files,"
        " the catalog, keys, roles, grants, the queue, clocks, and settings for logs, crashes and"
        " the network. It only reads. A superuser sees all of it; kw_admin, kw_operator and"
        " kw_auditor see what they may. Exit code 1 means that a check found a problem, 3 that"
        " one could not run; warnings alone leave it at 0.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--all-databases", action="store_true",
        help="check every database of the server; one without the extension is not a problem",
    )  # fmt: skip
    parser.add_argument(
        "--standby", action="append", default=[], metavar="DSN",
        help="check what this standby needs of its own machine, too; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true",
        help="print JSON, for programs: what each check found, why it matters, and the remedy",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with connect(options.dsn, "doctor") as connection:
        if options.all_databases:
            rows = _of_all(connection, options)
            columns: Sequence[str] = ("database", *Finding._fields)
            print_rows(columns, rows, as_json=options.json)
            findings = [Finding(*row[1:]) for row in rows]
        else:
            findings = checks.of_database(connection, options.standby)
            findings += checks.of_server(connection)
            print_rows(Finding._fields, findings, as_json=options.json)
    results = {finding.result for finding in findings}
    if PROBLEM in results:
        return EXIT_PROBLEM
    return EXIT_ENVIRONMENT if UNKNOWN in results else EXIT_OK


def _of_all(connection: Connection, options: argparse.Namespace) -> list[tuple[str, ...]]:
    """Return the findings of each database, by its name, and those of the server, by none."""
    with transaction(connection):
        databases = connection.execute(_DATABASES).fetchall()
    rows: list[tuple[str, ...]] = [("", *finding) for finding in checks.of_server(connection)]
    for name, is_open in databases:
        rows += [(name, *finding) for finding in _of_one(name, options, is_open=is_open)]
    return rows


def _of_one(name: str, options: argparse.Namespace, *, is_open: bool) -> Iterator[Finding]:
    if not is_open:
        yield Finding(
            "connection", WARNING, "it allows no connections, so it was not checked",
            "ALTER DATABASE … ALLOW_CONNECTIONS true, and check it.",
            "Keys that it has can be neither checked nor renewed.",
        )  # fmt: skip
        return
    try:
        with connect(make_conninfo(options.dsn, dbname=name), "doctor") as connection:
            yield from checks.of_database(connection, options.standby, must_have_extension=False)
    except psycopg.OperationalError as error:
        yield Finding(
            "connection", PROBLEM, f"could not connect: {' '.join(str(error).split())}",
            f"{refused_connections.hint(error)}.",
            "What cannot be reached was not checked.",
        )  # fmt: skip
