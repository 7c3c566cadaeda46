"""What ``kwtools doctor`` looks at, each check in a transaction of its own that only reads."""

from collections.abc import Iterable, Iterator, Sequence

import psycopg
from psycopg.conninfo import make_conninfo

from kwtools.checks import (
    _privileges,
    access,
    clock,
    drift,
    fields,
    files,
    keys,
    queue,
    replicas,
    restore,
    roles,
    server_side,
    settings,
    setup,
)
from kwtools.checks._finding import (
    METADATA,
    OK,
    PROBLEM,
    SUPERUSER,
    UNKNOWN,
    WARNING,
    Finding,
    Named,
)
from kwtools.connections import Connection, connect, transaction

__all__ = ["OK", "PROBLEM", "UNKNOWN", "WARNING", "Finding", "of_database", "of_server"]

_WHY_NOT = "What was not looked at may be wrong."
_LONGEST_WAIT = "5s"  # for a lock that somebody holds on a table
_NO_TIMEOUT = "0"
_LIMITS = "select set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)"
_FILES = ("function pg_catalog.pg_config", "function pg_catalog.pg_read_binary_file")
_OF_DATABASE = (
    Named("command", setup.version),
    Named("control file", files.control, SUPERUSER, _FILES),
    Named("setup", setup.parts, needs=("table kw.kms_providers",)),
    Named("policies", setup.policies, METADATA, ("table kw.encryption_policies",)),
    Named("server side", server_side.doctor, needs=("function kw.doctor",)),
    Named("catalog", drift.of_catalog),
    Named("runtime files", files.runtime, SUPERUSER, ("language plpython3u",)),
    Named("rows", restore.references, SUPERUSER, ("table kw.kem_private_keys",)),
    Named("values", restore.values, METADATA),
    Named("legs", keys.closed_legs, METADATA, ("table kw.kms_keys",)),
    Named("probes", keys.probes, needs=("table kw.kms_health_checks",)),
    Named("field", fields.missing_columns, METADATA, ("table kw.entities",)),
    Named("settings of", fields.settings_of_no_table, METADATA, ("table kw.entities",)),
    Named("queue at rest", queue.waiting, needs=("table kw.rewrap_jobs",)),
    Named("jobs that", queue.stuck, needs=("table kw.rewrap_jobs",)),
    Named("clock", clock.recorded, METADATA, ("table kw.audit_events",)),
    Named("grants", roles.grants),
    Named("log", settings.logs_of_database),
    Named("event triggers", settings.event_triggers),
)
_SCRIPTS = Named("extension scripts", files.scripts, SUPERUSER, _FILES)
_OF_STANDBY = (
    Named("control file", files.control, SUPERUSER, _FILES),
    Named("server side", server_side.doctor, needs=("function kw.doctor",)),
    Named("runtime files", files.runtime, SUPERUSER, ("language plpython3u",)),
    _SCRIPTS,
)
_OF_SERVER = (
    _SCRIPTS,
    Named("roles", roles.of_server),
    Named("clock", clock.skew),
    Named("durability", settings.durability),
    Named("network", settings.network),
    Named(
        "pg_hba.conf",
        access.lines,
        "Run it as a superuser, or grant the role SELECT on pg_hba_file_rules and EXECUTE on"
        " pg_hba_file_rules().",
        ("table pg_catalog.pg_hba_file_rules", "function pg_catalog.pg_hba_file_rules"),
    ),
    Named("log", settings.logs_of_server),
)


def of_database(
    connection: Connection,
    standbys: Sequence[str] = (),
    *,
    must_have_extension: bool = True,
    statement_timeout: str = _NO_TIMEOUT,
) -> list[Finding]:
    """Return what there is to say of a database, and of it on standbys by their DSNs.

    Of one without the extension that is all, and no problem unless it must have it.
    """
    lacking = _run([Named("setup", setup.extension)], connection, statement_timeout)
    if lacking:
        if must_have_extension or lacking[0].check != setup.NEVER:
            return lacking
        return [lacking[0]._replace(result=OK)]
    of_standbys = Named("standbys", replicas.ready(standbys), SUPERUSER)
    found = _run([*_OF_DATABASE, of_standbys], connection, statement_timeout)
    for number, dsn in enumerate(standbys, 1):
        there = make_conninfo(dsn, dbname=connection.info.dbname)
        found += list(_of_standby(f"standby {number}", there, found))
    return found


def _of_standby(name: str, dsn: str, of_primary: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what is wrong with what a standby needs of its own machine.

    Warnings that are those of its primary, too, are not repeated.
    """
    try:
        with connect(dsn, "doctor") as connection:
            found = _run(_OF_STANDBY, connection)
    except psycopg.OperationalError:
        return  # replicas.ready tells
    for one in found:
        if one.result != OK and not (one.result == WARNING and one in of_primary):
            yield one._replace(check=f"{name}: {one.check}")


def of_server(connection: Connection, *, statement_timeout: str = _NO_TIMEOUT) -> list[Finding]:
    """Return what there is to say of the server as a whole."""
    return _run(_OF_SERVER, connection, statement_timeout)


def _run(
    checks: Iterable[Named], connection: Connection, statement_timeout: str = _NO_TIMEOUT
) -> list[Finding]:
    return [finding for one in checks for finding in _checked(one, connection, statement_timeout)]


def _checked(one: Named, connection: Connection, statement_timeout: str) -> Iterator[Finding]:
    """Run a check; of one that cannot run that is the finding."""
    try:
        with transaction(connection):
            connection.execute(_LIMITS, (_LONGEST_WAIT, statement_timeout))
            lacking = _privileges.lacking(connection, one.needs)
            found = [_lacks(one, lacking)] if lacking else list(one.check(connection))
    except psycopg.errors.InsufficientPrivilege as error:
        yield _unknown(one, error, one.who)
    except psycopg.errors.LockNotAvailable as error:
        yield _unknown(one, error, "Run it again when nobody locks the tables of kw.")
    except psycopg.errors.QueryCanceled as error:
        yield _unknown(one, error, "Run kwtools doctor, which waits for as long as it takes.")
    except psycopg.Error as error:
        hint = error.diag.message_hint or "Run it again. If it happens again, report it."
        yield Finding(one.name, PROBLEM, _could_not(error), hint, _WHY_NOT)
    else:
        yield from found


def _unknown(one: Named, error: psycopg.Error, hint: str) -> Finding:
    return Finding(one.name, UNKNOWN, _could_not(error), hint, _WHY_NOT)


def _lacks(one: Named, what: str) -> Finding:
    why = f"could not run: permission denied for {what}"
    return Finding(one.name, UNKNOWN, why, one.who, _WHY_NOT)


def _could_not(error: psycopg.Error) -> str:
    return f"could not run: {error.diag.message_primary or error}"
