"""A plaintext column taken to an encrypted one, beside a writer that counts how long it waits."""

import threading
import time

import psycopg

from bench.measure import MICRO, Line, Table, compared
from bench.server import Server
from kwtools.cluster import Place

_ROWS_OF_A_BATCH = 1000
_WRITES = 3000
_TABLE = """
create table people (id bigint primary key, email text not null, seen int not null default 0);
insert into people (id, email) select g, 'person' || g || '@example.org' from generate_series(1, {}) g;
"""  # noqa: E501
_UPDATE = """
update people p set seen = seen + 1
from (select g.id from generate_series(%s::bigint, %s) g(id)) k where p.id = k.id
"""


class _Writer:
    """One that updates a random row after the other; knows how long the longest took."""

    def __init__(self, place: Place, name: str, rows: int) -> None:
        self.longest = 0.0
        self.count = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, args=(place, name, rows))

    def __enter__(self) -> "_Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self, place: Place, name: str, rows: int) -> None:
        query = "update people set email = %s where id = 1 + (random() * %s)::bigint"
        with place.connect(name) as connection:
            while not self._stop.is_set():
                began = time.perf_counter()
                connection.execute(query, (f"w{self.count}", rows - 1))
                self.longest = max(self.longest, time.perf_counter() - began)
                self.count += 1
                time.sleep(0.005)


def run(server: Server) -> list[Table]:
    """Protect as many rows as there are bindings."""
    rows = server.bindings
    name = server.new_database("protect")
    with server.place.connect(name) as connection:
        connection.execute(_TABLE.format(rows).encode())
        connection.execute("vacuum analyze people")
        floor = Line("UPDATE of the rows, in such batches", _updated(connection, rows))
        plain = Line("INSERT of a row", _inserted(connection, rows))
        connection.execute("vacuum people")
        with _Writer(server.place, name, rows) as writer:
            locked = _took(connection, "select kw.protect_expand('people', 'email')")
            backfill = _batches(connection, "backfill") / rows * MICRO
            verify = _batches(connection, "verify") / rows * MICRO
        triggered = _inserted(connection, rows + _WRITES)
        cut_over = _took(connection, "select kw.protect_cut_over('people', 'email')")
    costs = Table(
        f"A plaintext column of {rows:,} rows protected, beside a writer",
        "µs a row",
        (
            floor,
            compared(backfill, floor, "backfill"),
            compared(verify, floor, "verify"),
            plain,
            compared(triggered, plain, "INSERT of a row while it is protected"),
        ),
    )
    waits = Table(
        "The longest that anyone waited",
        "ms",
        (
            Line("expand", locked * 1000, limit=1000),
            Line("cut over", cut_over * 1000, limit=1000),
            Line(f"the longest of {writer.count:,} writes", writer.longest * 1000, limit=1000),
        ),
    )
    return [costs, waits]


def _took(connection: psycopg.Connection, query: str) -> float:
    began = time.perf_counter()
    connection.execute(query.encode())
    return time.perf_counter() - began


def _updated(connection: psycopg.Connection, rows: int) -> float:
    began = time.perf_counter()
    for start in range(1, rows + 1, _ROWS_OF_A_BATCH):
        connection.execute(_UPDATE, (start, start + _ROWS_OF_A_BATCH - 1))
    return (time.perf_counter() - began) / rows * MICRO


def _inserted(connection: psycopg.Connection, first: int) -> float:
    query = "insert into people (id, email) values (%s, 'somebody@example.org')"
    connection.execute(query, (first + 1,))
    began = time.perf_counter()
    for key in range(first + 2, first + _WRITES):
        connection.execute(query, (key,))
    return (time.perf_counter() - began) / (_WRITES - 2) * MICRO


def _batches(connection: psycopg.Connection, step: str) -> float:
    """Run a phase to its end, a batch in each transaction; return the seconds."""
    query = f"select kw.protect_{step}('people', 'email', {_ROWS_OF_A_BATCH})"
    began = time.perf_counter()
    while connection.execute(query.encode()).fetchall()[0][0]:
        pass
    return time.perf_counter() - began
