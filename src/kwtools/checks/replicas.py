"""Whether the standbys of a server could take over: runtime, scripts, providers file, keystore."""

from collections.abc import Iterator, Sequence

import psycopg

from kwtools import catalog, standbys, upgrade_plan
from kwtools.checks._finding import OK, PROBLEM, UNKNOWN, Check, Finding
from kwtools.connections import Connection

# Other roles see that there are some, and not which.
_STATE = """
select
    (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user),
    exists (select from pg_catalog.pg_stat_replication)
        or exists (select from pg_catalog.pg_replication_slots s where s.slot_type = 'physical'),
    pg_catalog.pg_is_in_recovery()
"""
_NAME = "standbys"
_WHY = "After a failover the standby has to open every value by itself."


def ready(dsns: Sequence[str]) -> Check:
    """Return the check of the standbys that are named, and that the server sees."""

    def check(connection: Connection) -> Iterator[Finding]:
        row = connection.execute(_STATE).fetchone()
        assert row is not None
        is_superuser, has_standbys, in_recovery = row
        version, path = upgrade_plan.installed(connection), catalog.module_path(connection)
        if in_recovery or version is None or path is None or not (dsns or has_standbys):
            return
        if not is_superuser:
            raise psycopg.errors.InsufficientPrivilege("only a superuser sees standbys")
        found = standbys.check(connection, connection.info.dbname, dsns, path, version)
        yield from (_told(one, version) for one in found)

    return check


def _told(one: standbys.Standby, version: str) -> Finding:
    if not one.problem:
        return Finding(_NAME, OK, f"{one.name} has the runtime of {version}")
    result = PROBLEM if one.was_named else UNKNOWN
    hint = one.hint if one.was_named else "Name it with --standby."
    return Finding(_NAME, result, f"{one.name}: {one.problem}", hint, _WHY)
