"""``kwtools restore``."""

import argparse
import os
import shlex
from typing import LiteralString, NamedTuple

from psycopg.conninfo import make_conninfo

from kwtools.commands._parser import Subparsers, absolute, add_dsn
from kwtools.connections import Connection, connect, transaction
from kwtools.connections import read as read_dsn
from kwtools.errors import BadUsage, CheckFailed
from kwtools.output import print_rows
from kwtools.progress import Progress
from kwtools.restoring import environment, read, run

_COLUMNS = ("check", "result", "detail", "hint")
_NOT_EMPTY: LiteralString = """
select count(*) from pg_catalog.pg_class c
where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and c.relnamespace not in (
        select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^(pg_|information_schema$)'
    )
"""
_TO_RECLAIM: LiteralString = """
select e.entity_table, coalesce(e.problem, ''), array_to_string(e.grants, ', ')
from kw.entities_to_reclaim() e
"""


class _Finding(NamedTuple):
    check: str
    result: str
    detail: str
    hint: str


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "restore",
        help="restore a dump of pg_dump with its keys, and check it",
        description="Restores a dump of any format and any release of kwtools into an empty"
        " database: schema, keys in one transaction, data, indexes; then checks foreign keys,"
        " sequences and KMS keys, and lists the names to re-claim. Run it as a superuser. Where"
        " it stops, make the database empty again and run it again. Exit code 1 means that a"
        " step or a check failed.",
    )
    parser.add_argument("dump", type=absolute, metavar="DUMP", help="the output of pg_dump")
    add_dsn(parser)
    parser.add_argument("-d", "--dbname", metavar="NAME", help="the database, if not that of --dsn")
    parser.add_argument(
        "-j", "--jobs", type=jobs, default=min(4, os.cpu_count() or 1), metavar="N",
        help="how many connections load data at once (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--data-only", action="store_true", help="the schema is there: load keys and data only"
    )
    parser.add_argument(
        "--reclaim", action="store_true",
        help="re-claim the names at the end, as kw.reclaim_entities() does",
    )  # fmt: skip
    parser.add_argument("--plan", action="store_true", help="change nothing: print the commands")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def jobs(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1000:
        raise ValueError
    return value


def _run(options: argparse.Namespace) -> int:
    read_dsn(options.dsn)
    dump = read(options.dump)
    dsn = make_conninfo(options.dsn, dbname=options.dbname) if options.dbname else options.dsn
    with connect(dsn, "restore", as_server_user=False) as connection, transaction(connection):
        database = connection.info.dbname
        _check_target(connection, data_only=options.data_only)
    steps = dump.steps(database, options.jobs, data_only=options.data_only)
    if options.plan:
        rows = [(step.name, shlex.join(step.command)) for step in steps]
        print_rows(("step", "command"), rows, as_json=options.json)
        return 0
    with Progress("Restoring", dump.tables) as progress:
        for step in steps:
            for _ in run(step, environment(dsn)):
                progress.advance(1)
    with (
        connect(dsn, "restore", as_server_user=False) as connection,
        transaction(connection, writes=True),
    ):
        findings = _findings(connection, reclaim=options.reclaim)
    print_rows(_COLUMNS, findings, as_json=options.json)
    return 1 if any(finding.result == "problem" for finding in findings) else 0


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
            f"Use an empty database: createdb {shlex.quote(database)}, after dropdb where an "
            "earlier"
            " restore was interrupted; or --data-only where only the schema is there.",
        )


def _findings(connection: Connection, *, reclaim: bool) -> list[_Finding]:
    """Check what was restored; return what was found and what is left to do."""
    findings = [
        _Finding(check, "ok" if ok else "problem", detail, hint or "")
        for check, ok, detail, hint in connection.execute(
            'select "check", ok, detail, hint from kw.check_restore() where "check" <> \'names\''
        )
    ]
    if reclaim and all(finding.result == "ok" for finding in findings):
        for (name,) in connection.execute(
            "select entity_table from kw.reclaim_entities() where problem is null"
        ):
            findings.append(_Finding(f"name {name}", "re-claimed", "", ""))
    for name, problem, grants in connection.execute(_TO_RECLAIM):
        detail = "; ".join(part for part in (problem, grants) if part)
        findings.append(_Finding(f"name {name}", "to re-claim", detail, "kw.reclaim_entities()"))
    findings += [
        _Finding(
            check,
            "to confirm" if check.startswith("grant of ") else "problem",
            detail,
            hint or "",
        )
        for check, detail, hint in connection.execute(
            'select "check", detail, hint from kw.doctor()'
            " where not ok and \"check\" !~ '^(entity|restore|sequence|triggers)'"
        )
    ]
    return findings
