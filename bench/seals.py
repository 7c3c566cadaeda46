"""What seals cost calls that write: the same calls in a database without a deployment."""

from bench.measure import ROWS, Table, Workload
from bench.server import Server

_FEW = 100
_BEFORE = "create table public.many (id bigint primary key); create table public.old (ids uuid[])"
_CALLS = {
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


def _workloads() -> list[Workload]:
    found = []
    for name, (rows, query) in _CALLS.items():
        peer = f"{name}, no deployment"
        found += [
            Workload(peer, query, rows=rows),
            Workload(f"{name}, sealed", query, peer, rows=rows),
        ]
    return found


def run(server: Server) -> list[Table]:
    """Measure beside a database of the same server that has no deployment."""
    sealed, plain = server.new_database("sealed"), server.new_database("unsealed")
    for database in (sealed, plain):
        with server.place.connect(database) as connection:
            connection.execute(_BEFORE)
            if database == sealed:
                connection.execute("select kw.create_deployment()")
            connection.execute(
                "insert into public.old select kw.wrap_many(array_fill(null::bytea, array[1000]))"
            )
            if database == sealed:
                connection.execute("select kw.seal_rows()")
                connection.execute("select kw.seal_deployment()")
    return [
        Table(
            "Calls that write, with seals", "µs a row", server.beside(sealed, plain, _workloads())
        )
    ]
