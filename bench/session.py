"""What a session costs: its first call, and the memory of the data keys that it keeps."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.measure import Line, Stopwatch, Table, compared, cpu_seconds
from bench.server import Server

_SESSIONS = 21
_KEPT = 10_000
_BATCH = 1000
_FIRSTS = {
    "connect and select 1": "select 1",
    "connect and a trivial PL/Python call": "select bench.noop('')",
    "connect and first decrypt": (
        "select kw.decrypt('bench.rows', id, 'ct', ct) from bench.rows where id = 1"
    ),
}
_SCHEMA = f"""
create table bench.kept (id bigint primary key, f bytea);
select cardinality(kw.bind_many('bench.kept', array_agg(g::text), 'f'))
from generate_series(1, {_KEPT}) g;
insert into bench.kept
select u.pk::bigint, u.ct
from (select array_agg(g::text) as pks from generate_series(1, {_KEPT}) g) a
cross join lateral unnest(
    a.pks, kw.encrypt_many('bench.kept', a.pks, 'f', array_fill('\\x00'::bytea, array[{_KEPT}]))
) u (pk, ct);
-- the floor: as many bare ciphers of the library in a dictionary
create function bench.keep(first integer, last integer) returns void
language plpython3u as $$
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
for number in range(first, last + 1):
    SD[number] = AESGCM(os.urandom(32))
$$;
"""


@dataclass
class _Taken:
    """The seconds of many sessions."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def _first_calls(server: Server) -> Iterator[Table]:
    """Start sessions in turn; each runs one statement."""
    taken = {name: _Taken() for name in _FIRSTS}
    dsn = server.place.dsn(server.filled)
    for _ in range(_SESSIONS):
        for name, query in _FIRSTS.items():
            with Stopwatch() as watch:
                connection = psycopg.connect(dsn)
                connection.execute(query).fetchall()
            taken[name].cpu.append(cpu_seconds(connection))
            taken[name].wall.append(watch.seconds)
            connection.close()
    nothing, floor, ours = _FIRSTS
    for title, milliseconds, goal in (
        ("First call of a session, CPU", {n: min(t.cpu) * 1e3 for n, t in taken.items()}, 4.0),
        ("First call of a session, wall clock, median",
         {n: statistics.median(t.wall) * 1e3 for n, t in taken.items()}, None),
    ):  # fmt: skip
        lines = [Line(nothing, milliseconds[nothing])]
        lines.append(compared(milliseconds[floor], lines[0], floor))
        lines.append(compared(milliseconds[ours], lines[1], ours, goal))
        yield Table(title, "ms", tuple(lines))


def _megabytes(connection: psycopg.Connection) -> float:
    """Return the memory that is the backend's own: neither shared nor of files."""
    status = Path(f"/proc/{connection.info.backend_pid}/status").read_text()
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if "RssAnon" in line)
    return int(kilobytes) * 1024 / 1e6


def _added(server: Server, query: str) -> float:
    """Return the megabytes that a session grows by when it runs a query for each batch of keys."""
    with server.place.connect(server.filled) as connection:
        connection.execute("select kw.decrypt('bench.rows', id, 'ct', ct) from bench.rows limit 1")
        before = _megabytes(connection)
        for first in range(1, _KEPT, _BATCH):
            span = {"first": first, "last": first + _BATCH - 1}
            connection.execute(query, span).fetchall()
        return _megabytes(connection) - before


def _memory(server: Server) -> Table:
    with server.place.connect(server.filled) as connection:
        connection.execute(_SCHEMA)
        connection.execute("vacuum analyze bench.kept")
    bare = _added(server, "select bench.keep(%(first)s, %(last)s)")
    floor = Line(f"{_KEPT:,} AESGCM objects in a dict", bare)
    ours = _added(
        server,
        "select cardinality(kw.decrypt_many('bench.kept', array_agg(id::text), 'f', array_agg(f)))"
        " from bench.kept where id between %(first)s and %(last)s",
    )
    return Table(
        "Memory that a session adds to that of its first decrypt",
        "MB",
        (floor, compared(ours, floor, f"{_KEPT:,} kept DEKs", limit=35)),
    )


def run(server: Server) -> list[Table]:
    """Measure new sessions in turn, and what is kept in one."""
    return [*_first_calls(server), _memory(server)]
