"""What a scrape costs the server, with as many wrappers as there are bindings.

The CPU time of whole sessions is measured, as the exporter makes them: start, catalog, planning.
"""

from statistics import median

import psycopg

from bench.measure import MICRO, Line, Table, compared, cpu_seconds, timed
from bench.server import Server
from kwtools.metrics import reading
from kwtools.metrics.database import SHARE

_MILLI = 1e3
_LIMIT = 100.0  # ms of the server a scrape
_BATCH = 10_000
_HEAVY = ("wrappers", "fields", "sessions")
_PROBES = 200


def run(server: Server) -> list[Table]:
    """Make wrappers and jobs, then read each group in sessions of its own."""
    name = server.new_database("metrics")
    with server.place.connect(name) as connection:
        for start in range(0, server.bindings, _BATCH):
            count = min(_BATCH, server.bindings - start)
            connection.execute("select kw.wrap_many(array_fill(null::bytea, array[%s]))", (count,))
        connection.execute("select kw.check_kms()")
        connection.execute("vacuum analyze")
        held = connection.execute("select count(*) from kw.key_wrappers").fetchall()[0][0]
    groups = {group: _cost(server, name, [group]) for group in reading.GROUPS}
    empty = Line("a session that reads no group", _cost(server, name, []))
    light = [group for group in reading.GROUPS if group not in _HEAVY]
    ordinary = compared(
        _cost(server, name, light), empty, f"a scrape: {', '.join(light)}", limit=_LIMIT
    )
    lines = [empty, ordinary]
    for group in _HEAVY:
        name_of = f"{group}, at most once in {_pause(groups[group]):.0f} s"
        lines.append(compared(groups[group], empty, name_of))
    share = sum(
        max(0.0, groups[group] - empty.value) / _MILLI / _pause(groups[group]) for group in _HEAVY
    )
    lines.append(Line("the heavy groups together, ms a second", share * _MILLI))
    return [
        Table(f"A scrape of {held:,} wrappers", "ms of the server", tuple(lines)),
        _probes(server, name),
    ]


def _pause(cost: float) -> float:
    """Return the seconds after which the exporter reads a group again."""
    return cost / _MILLI / SHARE


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


def _probes(server: Server, name: str) -> Table:
    """Return what it costs to count a probe: beside the same call with the counting left out."""
    with server.place.connect(name) as connection:
        return Table("A probe", "µs a call", tuple(_calls(connection)))


def _calls(connection: psycopg.Connection) -> list[Line]:
    query = "select count(*) from kw.check_kms(1)"
    connection.execute(query)
    took = min(timed(connection, query) for _ in range(_PROBES)) * MICRO
    row = connection.execute("select count(*) from kw.kms_probe_totals").fetchall()[0][0]
    assert row < 10, row
    return [Line("kw.check_kms of a local key, with its counters", took)]
