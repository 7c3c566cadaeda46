"""``kwtools restore``."""

import argparse
import contextlib
import os
import shlex
from collections.abc import Iterator
from typing import LiteralString

from psycopg import sql
from psycopg.conninfo import make_conninfo

from kwtools import dump_report, restored
from kwtools.commands import _verify_only
from kwtools.commands._parser import (
    Subparsers,
    absolute,
    add_dsn,
    add_wheelhouse,
    file,
    whole_number,
)
from kwtools.connections import Connection, connect, transaction
from kwtools.connections import read as read_dsn
from kwtools.errors import BadUsage, CheckFailed
from kwtools.install import Layout
from kwtools.interrupts import ended_in_order
from kwtools.output import print_rows
from kwtools.programs import environment
from kwtools.progress import Progress
from kwtools.restored import PROBLEM, Found
from kwtools.restoring import Dump, Step, read, run

_NOT_EMPTY: LiteralString = """
select count(*) from pg_catalog.pg_class c
where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and c.relnamespace not in (
        select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^(pg_|information_schema$)'
    )
"""


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "restore",
        help="restore a dump of pg_dump with its keys, and check it; or prove that it can be read",
        description="Restores a dump of any format and any release of kwtools into an empty"
        " database: schema, keys in one transaction, data, indexes; then checks foreign keys,"
        " sequences and KMS keys, and lists the names to re-claim. Run it as a superuser. Where"
        " it stops, make the database empty again and run it again. With --verify-only it restores"
        " into a throw-away server on this machine and opens every data key by each leg. Exit code"
        " 1 means that a step or a check failed.",
    )
    parser.add_argument("dump", type=absolute, metavar="DUMP", help="the output of pg_dump")
    add_dsn(parser)
    parser.add_argument("-d", "--dbname", metavar="NAME", help="the database, if not that of --dsn")
    parser.add_argument(
        "-j", "--jobs", type=whole_number(1, 1000), default=min(4, os.cpu_count() or 1),
        metavar="N", help="how many connections load data at once (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--create", action="store_true",
        help="create the database of --dbname; a restore that fails drops it",
    )  # fmt: skip
    parser.add_argument(
        "--data-only", action="store_true", help="the schema is there: load keys and data only"
    )
    parser.add_argument(
        "--reclaim", action="store_true",
        help="re-claim the names at the end, as kw.reclaim_entities() does",
    )  # fmt: skip
    parser.add_argument(
        "--checkpoint", type=absolute, metavar="FILE",
        help="the last checkpoint of the audit's log from outside: say whether entries are lost",
    )  # fmt: skip
    parser.add_argument("--plan", action="store_true", help="change nothing: print the commands")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    _add_drill(parser)
    parser.set_defaults(run=_run)


def _add_drill(parser: argparse.ArgumentParser) -> None:
    drill = parser.add_argument_group("drill")
    drill.add_argument(
        "--verify-only", action="store_true",
        help="restore into a throw-away server, open everything, and keep nothing",
    )  # fmt: skip
    drill.add_argument(
        "--providers-file", type=absolute, default=Layout.providers_file, metavar="FILE",
        help="the provider file that leads to the keys; file and keys are only read (%(default)s)",
    )  # fmt: skip
    drill.add_argument(
        "--without-provider", action="append", default=[], metavar="NAME",
        help="open by what remains if this provider were gone; may be repeated",
    )  # fmt: skip
    add_wheelhouse(drill)
    drill.add_argument("--junit", type=file, metavar="FILE", help="write JUnit XML to FILE, too")


def _run(options: argparse.Namespace) -> int:
    if options.checkpoint and not options.checkpoint.is_file():
        raise BadUsage(f"{options.checkpoint} is missing", "It is a checkpoint: a signed note.")
    if options.verify_only:
        if options.checkpoint:
            raise BadUsage("--checkpoint does not go with --verify-only")
        return _verify_only.run(options)
    if options.without_provider or options.junit or options.wheelhouse:
        raise BadUsage("--without-provider, --wheelhouse and --junit require --verify-only")
    read_dsn(options.dsn)
    if options.create and (options.dbname is None or options.data_only):
        raise BadUsage("--create requires --dbname, and does not go with --data-only")
    dump = read(options.dump)
    report = dump_report.read(options.dump)
    dsn = make_conninfo(options.dsn, dbname=options.dbname) if options.dbname else options.dsn
    if options.plan and options.create:
        steps = dump.steps(options.dbname, options.jobs)
        create = Step("create", ["createdb", "--template=template0", "--", options.dbname])
        return _print_plan([create, *steps], as_json=options.json)
    with ended_in_order(), _created(options):
        with connect(dsn, "restore", as_server_user=False) as connection, transaction(connection):
            database = connection.info.dbname
            _check_target(connection, data_only=options.data_only)
        steps = dump.steps(database, options.jobs, data_only=options.data_only)
        if options.plan:
            return _print_plan(steps, as_json=options.json)
        _load(dump, steps, dsn)
    with (
        connect(dsn, "restore", as_server_user=False) as connection,
        transaction(connection, writes=True),
    ):
        found = [
            *restored.counted(connection, report),
            *restored.checked(connection, reclaim=options.reclaim),
            *restored.diagnosed(connection),
        ]
        if options.checkpoint:
            found.append(restored.log_compared(connection, options.checkpoint))
    print_rows(Found._fields, found, as_json=options.json)
    return 1 if any(one.result == PROBLEM for one in found) else 0


def _print_plan(steps: list[Step], *, as_json: bool) -> int:
    rows = [(step.name, step.as_shell()) for step in steps]
    print_rows(("step", "command"), rows, as_json=as_json)
    return 0


def _load(dump: Dump, steps: list[Step], dsn: str) -> None:
    with Progress("Restoring", dump.tables) as progress:
        for step in steps:
            run(step, environment(dsn), progress.advance)


@contextlib.contextmanager
def _created(options: argparse.Namespace) -> Iterator[None]:
    """Create the database where that is asked for, and drop it where the restore fails."""
    if not options.create:
        yield
        return
    name = sql.Identifier(options.dbname)
    with connect(options.dsn, "restore", as_server_user=False) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(name))
        try:
            yield
        except BaseException:  # Ctrl-C and signals, too
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
            raise


def _check_target(connection: Connection, *, data_only: bool) -> None:
    """Raise an error where the database is not one to restore into."""
    database = connection.info.dbname

    def one(query: LiteralString) -> object:
        row = connection.execute(query).fetchone()
        return row[0] if row else None

    if one("select current_setting('is_superuser')") != "on":
        raise BadUsage(
            f"role {connection.info.user} is not a superuser",
            "Restore as a superuser.",
        )
    if data_only:
        if one("select 1 from pg_catalog.pg_extension where extname = 'kwtools'") is None:
            raise CheckFailed(
                f"extension kwtools does not exist in database {database}",
                "Restore the schema first.",
            )
        if one("select 1 from kw.key_wrappers limit 1") is not None:
            raise CheckFailed(
                f"database {database} already has data keys", "Use an empty database."
            )
    elif one(_NOT_EMPTY) != 0:
        raise CheckFailed(
            f"database {database} is not empty",
            f"Use an empty database: createdb -- {shlex.quote(database)}, after dropdb where an "
            "earlier"
            " restore was interrupted; or --data-only where only the schema is there.",
        )
