"""``kwtools doctor``."""

import argparse
from collections.abc import Callable
from typing import NamedTuple

import psycopg

from kwtools import logs, sources
from kwtools.commands._parser import Subparsers, add_dsn
from kwtools.connections import Connection, connect, transaction
from kwtools.output import print_rows

OK, WARNING, PROBLEM = "ok", "warning", "problem"

# Checks whose finding may be as an operator wants it: a role for backups reads all data.
_MILDER = {"predefined roles": WARNING}

# What ALTER ROLE … SET and ALTER DATABASE … SET say in this database.
_OWN_SETTINGS = """
select
    concat_ws(
        ', ', 'role ' || r.rolname, case when s.setdatabase <> 0 then 'this database' end
    ) as scope,
    split_part(c.setting, '=', 1) as name,
    substr(c.setting, strpos(c.setting, '=') + 1) as value
from pg_catalog.pg_db_role_setting s
left join pg_catalog.pg_roles r on r.oid = s.setrole
cross join unnest(s.setconfig) c(setting)
where
    s.setdatabase in (
        0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
    )
    and split_part(c.setting, '=', 1) = any(%s)
order by 1, 2
"""


class Finding(NamedTuple):
    """What a check found. ``result`` is ok, warning or problem."""

    check: str
    result: str
    detail: str
    hint: str


Check = Callable[[Connection], list[Finding]]


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        help="check the installation",
        description="Checks versions, keys, roles, functions and log settings of a database."
        " Run it as a superuser, kw_admin, kw_operator or kw_auditor. Exit code 1 means that a"
        " check found a problem or could not run; warnings alone leave it at 0.",
    )
    add_dsn(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with connect(options.dsn, "doctor") as connection:
        findings = [
            *_checked("command", _version, connection),
            *_checked("server side", _server_side, connection),
            *_checked("log settings", _log_settings, connection),
        ]
    print_rows(Finding._fields, findings, as_json=options.json)
    return 1 if any(finding.result == PROBLEM for finding in findings) else 0


def _checked(name: str, check: Check, connection: Connection) -> list[Finding]:
    """Run a check; one that cannot run has failed."""
    try:
        with transaction(connection):
            return check(connection)
    except psycopg.Error as error:
        hint = error.diag.message_hint or ""
        if isinstance(error, psycopg.errors.InvalidSchemaName | psycopg.errors.UndefinedFunction):
            hint = "Run CREATE EXTENSION kwtools CASCADE in this database."
        elif isinstance(error, psycopg.errors.InsufficientPrivilege):
            hint = "Run it as a superuser, kw_admin, kw_operator or kw_auditor."
        message = error.diag.message_primary or str(error)
        return [Finding(name, PROBLEM, f"could not run: {message}", hint)]


def _version(connection: Connection) -> list[Finding]:
    """The command and the extension of this database go together."""
    row = connection.execute(
        "select extversion from pg_catalog.pg_extension where extname = 'kwtools'"
    ).fetchone()
    command, extension = sources.version(), row[0] if row else "not installed"
    if extension == command:
        return [Finding("command", OK, f"command and extension {command}", "")]
    return [
        Finding(
            "command",
            PROBLEM,
            f"command {command}, extension {extension}",
            "Run kwtools install, then ALTER EXTENSION kwtools UPDATE. Or use the other command.",
        )
    ]


def _server_side(connection: Connection) -> list[Finding]:
    """What the server finds when it looks at itself: runtime, keys, roles, functions."""
    rows = connection.execute('select "check", ok, detail, hint from kw.doctor()').fetchall()
    return [
        Finding(name, OK if ok else _MILDER.get(name, PROBLEM), detail or "", hint or "")
        for name, ok, detail, hint in rows
    ]


def _log_settings(connection: Connection) -> list[Finding]:
    """Settings of the server, and of single roles and databases, that could record plaintext."""
    names = list(logs.NAMES)
    scopes: dict[str, dict[str, str]] = {
        "this session": dict(
            connection.execute(
                "select name, setting from pg_catalog.pg_settings where name = any(%s)", (names,)
            ).fetchall()
        )
    }
    for scope, name, value in connection.execute(_OWN_SETTINGS, (names,)):
        scopes.setdefault(scope, {})[name] = value
    findings = [
        Finding(f"log: {risk.setting}", WARNING, f"{risk.why} ({scope})", risk.advice)
        for scope, settings in scopes.items()
        for risk in logs.risks(settings)
    ]
    return findings or [Finding("log settings", OK, "no setting could record plaintext", "")]
