"""A plaintext column taken to an encrypted one, beside sessions that count how long they wait."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg

from bench.measure import MICRO, Line, Table, compared, cpu_seconds
from bench.server import Server
from kwtools.cluster import Place

_ROWS_OF_A_BATCH = 1000
_WRITES = 3000
_CLIENTS = 2
_TABLE = """
create table people (id bigint primary key, email text not null, seen int not null default 0);
insert into people (id, email) select g, 'person' || g || '@example.org' from generate_series(1, {}) g;
"""  # noqa: E501
_UPDATE = """
update people p set seen = seen + 1
from (select g.id from generate_series(%s::bigint, %s) g(id)) k where p.id = k.id
"""
_WRITE = "update people set email = %s where id = %s"
_TOUCH = "update people set seen = seen + 1 where id = %s"
_READ = "select id, email, seen from people where id = %s"
_LOST = """
select count(*)
from unnest(%s::bigint[], %s::text[]) w (id, email)
left join people p on p.id = w.id
where kw.decrypt_text('people', p.id, 'email', p.email) is distinct from w.email
"""
_EXPAND = "expand and the first write of a session after it"
_CUT_OVER = "cut over"
_ENDED = "ended"


class _Phase:
    """Which phase it is, and where its batches are."""

    def __init__(self) -> None:
        self.name = _EXPAND
        self.passed = 0


class _Client:
    """A session that writes and reads rows in turn, and knows its longest wait in each phase.

    The first one stays with the rows of the batch that is in work. Each has rows of its own, by the
    remainder, so it knows what they must hold.
    """

    def __init__(self, place: Place, name: str, phase: _Phase, rows: int, number: int) -> None:
        self.longest: dict[str, float] = {}
        self.count = 0
        self.written: dict[int, str] = {}
        self._connection = place.connect(name)
        self._phase = phase
        self._rows = rows // _CLIENTS
        self._number = number

    def work(self) -> None:
        """Work until the last phase has ended."""
        with self._connection:
            while self._phase.name != _ENDED:
                self._write(1 + self._next() % self._rows * _CLIENTS + self._number)
                self.count += 1
                time.sleep(0.005)

    def _next(self) -> int:
        if self._number == 0:
            return (self._phase.passed + self.count * 97 % _ROWS_OF_A_BATCH) // _CLIENTS
        return self.count * 7919

    def _write(self, key: int) -> None:
        phase, began = self._phase.name, time.perf_counter()
        if phase == _CUT_OVER:  # the column is about to hold ciphertexts
            self._connection.execute(_TOUCH, (key,))
        else:
            value = f"written {self.count} by {self._number}"
            self._connection.execute(_WRITE, (value, key))
            self.written[key] = value
        written = time.perf_counter()
        self._connection.execute(_READ, (key,), prepare=False)  # the type of the column changes
        longest = max(written - began, time.perf_counter() - written)
        self.longest[phase] = max(self.longest.get(phase, 0.0), longest)


class _Clients:
    """The sessions: ``with _Clients(...) as clients: ...``."""

    def __init__(self, place: Place, name: str, rows: int) -> None:
        self.phase = _Phase()
        self.all = [_Client(place, name, self.phase, rows, number) for number in range(_CLIENTS)]

    def __enter__(self) -> "_Clients":
        pool = ThreadPoolExecutor(_CLIENTS)
        self._running: list[Future[None]] = [pool.submit(client.work) for client in self.all]
        return self

    def __exit__(self, *_: object) -> None:
        self.phase.name = _ENDED
        for one in self._running:
            one.result()

    def enter(self, phase: str) -> None:
        """Begin a phase: no statement of the one before runs then."""
        self.phase.name, self.phase.passed = phase, 0
        before = [client.count for client in self.all]
        for client, count, running in zip(self.all, before, self._running, strict=True):
            while client.count < count + 2 and not running.done():
                time.sleep(0.001)

    def waits(self) -> list[Line]:
        """Return the longest wait of each phase."""
        count = sum(client.count for client in self.all)
        return [
            Line(
                f"{phase}: the longest statement",
                max(client.longest.get(phase, 0.0) for client in self.all) * 1000,
                limit=1000,
            )
            for phase in self.all[0].longest
        ] + [Line("statements of all phases", 2 * count)]

    def written(self) -> dict[int, str]:
        """Return what the rows must hold that they wrote."""
        return {key: value for client in self.all for key, value in client.written.items()}


def run(server: Server) -> list[Table]:
    """Protect as many rows as are asked for, or as there are bindings."""
    rows = server.rows or server.bindings
    name = server.new_database("protect")
    with server.place.connect(name) as connection:
        connection.execute(_TABLE.format(rows).encode())
        connection.execute("vacuum analyze people")
        floor = Line("UPDATE of the rows, in such batches", _updated(connection, rows))
        plain = Line("INSERT of a row", _inserted(connection, rows))
        connection.execute("vacuum people")
        with _Clients(server.place, name, rows) as clients:
            expand = _took(connection, "select kw.protect_expand('people', 'email')")
            clients.enter(_EXPAND)
            backfill = _batches(connection, clients, "backfill") / rows * MICRO
            verify = _batches(connection, clients, "verify") / rows * MICRO
            triggered = _inserted(connection, rows + _WRITES)
            clients.enter(_CUT_OVER)
            cut_over = _took(connection, "select kw.protect_cut_over('people', 'email')")
        written = clients.written()
        given = list(written), list(written.values())
        lost = connection.execute(_LOST, given).fetchall()[0][0]
    costs = Table(
        f"A plaintext column of {rows:,} rows protected, beside sessions that write",
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
        "The longest that anyone waited (wall clock)",
        "ms",
        (
            Line("kw.protect_expand", expand * 1000),
            Line("kw.protect_cut_over", cut_over * 1000),
            *clients.waits(),
        ),
    )
    title = "What the sessions wrote"
    kept = Line(f"values lost, of {len(written):,}", lost, limit=0)
    return [costs, waits, Table(title, "values", (kept,))]


def _took(connection: psycopg.Connection, query: str) -> float:
    began = time.perf_counter()
    connection.execute(query.encode())
    return time.perf_counter() - began


def _updated(connection: psycopg.Connection, rows: int) -> float:
    began = cpu_seconds(connection)
    for start in range(1, rows + 1, _ROWS_OF_A_BATCH):
        connection.execute(_UPDATE, (start, start + _ROWS_OF_A_BATCH - 1))
    return (cpu_seconds(connection) - began) / rows * MICRO


def _inserted(connection: psycopg.Connection, first: int) -> float:
    query = "insert into people (id, email) values (%s, 'somebody@example.org')"
    connection.execute(query, (first + 1,))
    began = cpu_seconds(connection)
    for key in range(first + 2, first + _WRITES):
        connection.execute(query, (key,))
    return (cpu_seconds(connection) - began) / (_WRITES - 2) * MICRO


def _batches(connection: psycopg.Connection, clients: _Clients, step: str) -> float:
    """Run a phase to its end, a batch in each transaction; return the seconds of CPU time."""
    clients.enter(step)
    query = f"select kw.protect_{step}('people', 'email', {_ROWS_OF_A_BATCH})"
    began = cpu_seconds(connection)
    while passed := connection.execute(query.encode()).fetchall()[0][0]:
        clients.phase.passed += passed
    return cpu_seconds(connection) - began
