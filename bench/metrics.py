"""What a scrape costs the server, with as many wrappers, bindings and jobs as there are bindings.

The CPU time of whole sessions is measured, as the exporter makes them: start, catalog, planning.
"""

from statistics import median

import psycopg
from kwruntime.store import kms_health_checks

from bench.measure import MICRO, Line, Table, compared, cpu_seconds, timed
from bench.server import BIND_BATCH, Server
from kwtools.metrics import reading
from kwtools.metrics.database import FRESH, SHARE

_MILLI = 1e3
_LIMIT = 100.0  # ms of the server a scrape
_PROBES = 200
_BIND = """
select kw.bind_many('t', array_agg(g::text), 'f') from generate_series(%s::int, %s) g
"""
_JOBS = """
insert into kw.rewrap_jobs (key_wrapper_id, status, finished_at)
select w.id, 'done', now() from kw.key_wrappers w
"""


def run(server: Server) -> list[Table]:
    """Bind, then read each group in sessions of its own; the same with jobs and a floor."""
    name = server.new_database("metrics")
    with server.place.connect(name) as connection:
        connection.execute("create table t (id bigint primary key, f bytea)")
        for start in range(0, server.bindings, BIND_BATCH):
            connection.execute(_BIND, (start, min(start + BIND_BATCH, server.bindings) - 1))
        connection.execute("select kw.check_kms()")
        connection.execute("vacuum analyze")
        first = Table(
            f"A scrape of {server.bindings:,} wrappers",
            "ms of the server",
            _scrape(server, name, ("wrappers", "fields", "sessions")),
        )
        connection.execute("select kw.set_floor('t', 'f', 3)")
        connection.execute("set role kw_owner")
        connection.execute(_JOBS)
        connection.execute("reset role")
        connection.execute("vacuum analyze kw.rewrap_jobs")
        second = Table(
            f"The same, with a floor below which all are, and {server.bindings:,} finished jobs",
            "ms of the server",
            _scrape(server, name, ("wrappers", "fields", "jobs", "sessions")),
        )
        return [first, second, _probes(connection)]


def _scrape(server: Server, name: str, heavy: tuple[str, ...]) -> tuple[Line, ...]:
    """Return what a scrape costs, what each heavy group costs, and that of both over time."""
    empty = Line("a session that reads no group", _cost(server, name, []))
    light = [group for group in reading.GROUPS if group not in heavy]
    scrape = compared(
        _cost(server, name, light), empty, f"a scrape: {', '.join(light)}", None, _LIMIT
    )
    lines = [empty, scrape]
    share = 0.0
    for group in heavy:
        cost = _cost(server, name, [group]) - empty.value
        pause = max(FRESH, cost / _MILLI / SHARE)
        lines.append(Line(f"{group}, at most once in {pause:.0f} s", cost))
        share += cost / pause
    lines.append(Line("these groups together, a second", share))
    return tuple(lines)


def _cost(server: Server, name: str, groups: list[str]) -> float:
    """Return the CPU time of a session that reads these groups, in milliseconds."""
    return median(_session(server, name, groups) for _ in range(max(3, server.rounds // 3)))


def _session(server: Server, name: str, groups: list[str]) -> float:
    with server.place.connect(name) as connection:
        reading.definitions(connection)
        for group in groups:
            found = reading.group(connection, group)
            assert isinstance(found, reading.Group), found
        return cpu_seconds(connection) * _MILLI


def _probes(connection: psycopg.Connection) -> Table:
    """Return what a probe costs, and what of it the counters do."""
    probe = "select count(*) from kw.check_kms(1)"
    connection.execute(probe)
    probes = min(timed(connection, probe) for _ in range(_PROBES)) * MICRO
    connection.execute("set role kw_owner")
    text = kms_health_checks.ADD_TOTALS.text
    for number, value in enumerate(("'{1}'::int8[]", "'{00000}'::text[]", "'{1}'::int4[]"), 1):
        text = text.replace(f"${number}", value)
    count = f"{text} returning 1"
    counted = min(timed(connection, count) for _ in range(_PROBES)) * MICRO
    ((rows,),) = connection.execute("select count(*) from kw.kms_probe_totals").fetchall()
    assert rows < 10, rows
    whole = Line("kw.check_kms of a local key", probes)
    return Table("A probe", "µs", (whole, compared(counted, whole, "its counters")))
