"""The standbys of a server: which there are, and whether they have a version's runtime."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from kwtools import server_files
from kwtools.connections import Connection, connect, transaction

# A standby's receiver has its slot's name, or else the name that it connects with.
_CONNECTED = """
select r.application_name, coalesce(r.client_addr::text, 'the local socket'), s.slot_name::text
from pg_catalog.pg_stat_replication r
left join pg_catalog.pg_replication_slots s on s.active_pid = r.pid
where r.state <> 'backup' and s.slot_type is distinct from 'logical'
order by r.application_name, r.pid
"""
_AWAY = """
select s.slot_name::text from pg_catalog.pg_replication_slots s
where s.slot_type = 'physical' and not s.active order by 1
"""
_SYSTEM = "select c.system_identifier from pg_catalog.pg_control_system() c"
_STANDBY = """
select
    pg_catalog.pg_is_in_recovery(),
    (select c.system_identifier from pg_catalog.pg_control_system() c),
    pg_catalog.pg_postmaster_start_time()::text || pg_catalog.current_setting('data_directory'),
    (select w.slot_name from pg_catalog.pg_stat_wal_receiver w),
    coalesce(
        (select (pg_catalog.regexp_match(w.conninfo, 'application_name=(\\S+)'))[1]
        from pg_catalog.pg_stat_wal_receiver w),
        nullif(pg_catalog.current_setting('cluster_name'), ''),
        'walreceiver'
    )
"""


class Standby(NamedTuple):
    """A standby, and why it cannot run the version: empty where it can."""

    name: str
    problem: str
    hint: str
    was_named: bool = True
    """False where only the primary knows of it, so that nobody looked."""


class _Reached(NamedTuple):
    identity: str
    slot: str | None
    application: str


def check(
    primary: Connection, database: str, dsns: Sequence[str], module_path: str, version: str
) -> list[Standby]:
    """Return the standbys that were named or that the primary sees, each with its problem.

    Run it in a transaction of ``primary``.
    """
    system = primary.execute(_SYSTEM).fetchone()
    found: list[Standby] = []
    reached: dict[str, _Reached] = {}
    for number, dsn in enumerate(dsns, 1):
        name = f"standby {number}"
        try:
            one, problem = _look(dsn, database, system, module_path, version)
        except psycopg.Error as error:
            told = " ".join((error.diag.message_primary or str(error)).split())
            found.append(Standby(name, told, "See that --standby reaches it as a superuser."))
            continue
        if one is not None:
            reached[one.identity] = one
        hint = ""
        if problem:
            right = f"Install kwtools {version} on its machine."
            hint = right if one is not None else "Name a standby of this server."
        found.append(Standby(name, problem, hint))
    return found + list(_not_reached(primary, list(reached.values())))


def _look(
    dsn: str, database: str, system: object, module_path: str, version: str
) -> tuple[_Reached | None, str]:
    """Return the standby, if it is one of this primary, and its problem."""
    there = make_conninfo(dsn, dbname=database)
    with connect(there, "upgrade") as connection, transaction(connection):
        row = connection.execute(_STANDBY).fetchone()
        assert row is not None
        in_recovery, its_system, identity, slot, application = row
        if (its_system,) != system:
            return None, "it is of another cluster"
        if not in_recovery:
            return None, "it is not a standby"
        seen = server_files.look(connection, module_path, [version])
        return _Reached(identity, slot, application), seen.runtimes[version].problem


def _not_reached(primary: Connection, reached: list[_Reached]) -> list[Standby]:
    """Return the standbys that the primary sees and that were not named."""
    slots = {one.slot for one in reached if one.slot}
    applications = Counter(one.application for one in reached if not one.slot)
    found = []
    hint = "Name it with --standby, or accept it by name (--accept)."
    for application, address, slot in primary.execute(_CONNECTED).fetchall():
        if slot in slots:
            continue
        if slot is None and applications[application] > 0:
            applications[application] -= 1
            continue
        name = f"standby {slot or application}"
        found.append(Standby(name, f"its runtime was not checked; it is at {address}", hint, False))
    for (slot,) in primary.execute(_AWAY).fetchall():
        if slot not in slots:
            told = "no standby is connected to this slot, so its runtime was not checked"
            found.append(Standby(f"slot {slot}", told, hint, False))
    return found
