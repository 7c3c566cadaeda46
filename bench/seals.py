"""What seals cost: the same calls in a database without a deployment."""

import psycopg

from bench.measure import ROWS, WARM_UP, Line, Table, Workload, compared, cpu_seconds
from bench.server import Server

_FEW = 100
_BEFORE = """
create table public.many (id bigint primary key);
create table public.old (ids uuid[]);
create table public.cold (id bigint primary key, f bytea);
"""
_COLD = f"""
select cardinality(kw.bind_many('cold', array_agg(g::text), 'f')) from generate_series(1, {ROWS}) g;
insert into public.cold
select g, kw.encrypt('cold', g, 'f', convert_to(repeat('x', 64), 'utf8'))
from generate_series(1, {ROWS}) g
"""
_WRITES = {
    "bind_many": (
        ROWS,
        f"select kw.bind_many('many', array_agg((%(round)s::bigint * {ROWS} + g)::text), 'f')"
        f" from generate_series(1, {ROWS}) g",
    ),
    "wrap_many": (ROWS, f"select kw.wrap_many(array_fill(null::bytea, array[{ROWS}]))"),
    "rewrap_many": (ROWS, "select kw.rewrap_many(ids) from public.old"),
    "bind": (
        _FEW,
        f"select count(kw.bind('many', -(%(round)s::bigint * {_FEW} + g), 'f'))"
        f" from generate_series(1, {_FEW}) g",
    ),
}
_READS = {
    "decrypt_many": (
        ROWS,
        "select kw.decrypt_many('cold', array_agg(id::text), 'f', array_agg(f)) from public.cold",
    ),
    "encrypt_many": (
        ROWS,
        "select kw.encrypt_many('cold', array_agg(id::text), 'f', array_agg(f)) from public.cold",
    ),
    "unwrap_many": (ROWS, "select kw.unwrap_many(ids) from public.old"),
}
_FIRST = "select kw.decrypt('cold', 1, 'f', f) from public.cold where id = 1"
_SESSIONS = 11


def _workloads(calls: dict[str, tuple[int, str]], goal: float | None = None) -> list[Workload]:
    found = []
    for name, (rows, query) in calls.items():
        peer = f"{name}, no deployment"
        found += [
            Workload(peer, query, rows=rows),
            Workload(f"{name}, sealed", query, peer, goal, rows=rows),
        ]
    return found


def _first_calls(server: Server, sealed: str, plain: str) -> tuple[Line, ...]:
    """Return the least CPU time of the first read of a new session."""
    taken: dict[str, list[float]] = {sealed: [], plain: []}
    for _ in range(WARM_UP + _SESSIONS):
        for database, times in taken.items():
            with psycopg.connect(server.place.dsn(database)) as connection:
                connection.execute(_FIRST).fetchall()
                times.append(cpu_seconds(connection) * 1000)
    least = {database: min(times[WARM_UP:]) for database, times in taken.items()}
    peer = Line("connect and first decrypt, no deployment", least[plain])
    return peer, compared(least[sealed], peer, "connect and first decrypt, sealed")


def _filled(server: Server, name: str, *, is_sealed: bool) -> str:
    database = server.new_database(name)
    with server.place.connect(database) as connection:
        connection.execute(_BEFORE)
        if is_sealed:
            connection.execute("select kw.create_deployment()")
        connection.execute(
            f"insert into public.old select kw.wrap_many(array_fill(null::bytea, array[{ROWS}]))"
        )
        for statement in _COLD.split(";"):
            connection.execute(statement)
        if is_sealed:
            connection.execute("select kw.seal_rows()")
            connection.execute("select kw.seal_deployment()")
        connection.execute("vacuum analyze")
    return database


def _keeping(server: Server, databases: tuple[str, ...], keys: int) -> None:
    for database in databases:
        with server.place.connect(database) as connection:
            connection.execute("select kw.set_setting('cache_keys', %s)", (keys,))


def run(server: Server) -> list[Table]:
    """Measure beside a database of the same server that has no deployment."""
    sealed = _filled(server, "sealed", is_sealed=True)
    plain = _filled(server, "unsealed", is_sealed=False)
    both = sealed, plain
    writes = server.beside(*both, _workloads(_WRITES))
    warm = server.beside(*both, _workloads({"decrypt_many": _READS["decrypt_many"]}))
    first = _first_calls(server, *both)
    _keeping(server, both, 0)
    cold = server.beside(*both, _workloads(_READS, 1.1))
    return [
        Table("Calls that write, with seals", "µs a row", writes),
        Table("Calls that read, with seals, nothing kept", "µs a row", cold),
        Table("Calls that read, with seals, keys kept", "µs a row", warm),
        Table("A session that reads once, with seals", "ms of CPU", first),
    ]
