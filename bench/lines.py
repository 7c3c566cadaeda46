"""What a line in the server log costs the call that writes it: the same calls without lines."""

from bench.measure import ROWS, Line, Table, Workload, compared
from bench.server import Server

_SCHEMA = f"""
create table public.keys as
select unnest(kw.wrap_many(array_fill(null::bytea, array[{ROWS}]))) as wrapper;
"""
_CALLS = (
    Workload("unwrap, one call a key", "select count(kw.unwrap(wrapper)) from public.keys"),
    Workload(
        "unwrap_many", "select cardinality(kw.unwrap_many(array_agg(wrapper))) from public.keys"
    ),
    Workload(
        "bind_policy, one call an event",
        f"select kw.bind_policy('keys', 'f', 'default') from generate_series(1, {ROWS})",
    ),
)


def _measured(server: Server, audit_log: int) -> tuple[Line, ...]:
    database = server.new_database(f"lines_{audit_log}")
    with server.place.connect(database) as connection:
        for statement in (_SCHEMA, f"select kw.set_setting('audit_log', {audit_log})"):
            connection.execute(statement)
    return server.in_turn(database, _CALLS)


def run(server: Server) -> list[Table]:
    """Measure with and without lines."""
    lines: list[Line] = []
    for silent, told in zip(_measured(server, 0), _measured(server, 1), strict=True):
        peer = Line(f"{silent.name}, without lines", silent.value)
        lines += [peer, compared(told.value, peer, told.name)]
    return [Table("Calls with a line in the server log", "µs a row", tuple(lines))]
