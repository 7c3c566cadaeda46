"""``kwtools schema``."""

import argparse

from kwtools import schema, upgrade_plan
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import connect, transaction
from kwtools.errors import BadUsage
from kwtools.output import print_json, say


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "schema",
        help="describe the installed tables, or draw them",
        description="Describes the tables and views of schema kw as this database has them, from"
        " its catalog: columns, defaults, keys, checks, indexes and comments, as Markdown. Every"
        " role may run it. It reads no data.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--table", action="append", default=[], metavar="NAME", dest="tables",
        help="only this table or view of kw; may be given again",
    )  # fmt: skip
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--mermaid", action="store_true", help="draw tables and foreign keys: Mermaid's erDiagram"
    )
    form.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with connect(options.dsn, "schema") as connection, transaction(connection):
        upgrade_plan.installed_version(connection)
        tables = _chosen(schema.read(connection), options.tables)
    if options.json:
        print_json(schema.as_json(tables))
        return 0
    for line in (schema.mermaid if options.mermaid else schema.markdown)(tables):
        say(line)
    return 0


def _chosen(tables: list[schema.Table], names: list[str]) -> list[schema.Table]:
    """Return the tables of these names, or all; raises ``BadUsage`` where one does not exist."""
    wanted = [name.removeprefix("kw.") for name in names]
    missing = set(wanted) - {table.name for table in tables}
    if missing:
        raise BadUsage(
            f'table or view "{min(missing)}" does not exist in schema kw',
            f"Use one of {', '.join(table.name for table in tables)}.",
        )
    return [table for table in tables if not names or table.name in wanted]
