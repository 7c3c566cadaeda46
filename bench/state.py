"""What the state of rows costs: the first one, one after a change, and comparing all rows."""

from bench.measure import MICRO, Line, Table, cpu_seconds
from bench.server import Server

_ROWS = 400_000
"""Bindings and wrappers."""
_BATCH = 20_000
_BEFORE = """
create table public.many (id bigint primary key);
select kw.create_deployment();
select kw.seal_rows();
select kw.seal_deployment();
select kw.create_signing_key('log', 'Ed25519', 'log', 1);
"""
_BIND = """
select kw.bind_many('many', array_agg(g::text), 'f') from generate_series(%s::int, %s::int) g
"""


def run(server: Server) -> list[Table]:
    """Bind many keys, then seal, change and compare."""
    name = server.new_database("state")
    with server.place.connect(name, autocommit=True) as connection:
        connection.execute(_BEFORE)
        for start in range(0, _ROWS // 2, _BATCH):
            connection.execute(_BIND, (start, start + _BATCH - 1))
        connection.execute("vacuum analyze")

        def took(statement: str, times: int = 1) -> float:
            before = cpu_seconds(connection)
            for _ in range(times):
                connection.execute(statement.encode())
            return (cpu_seconds(connection) - before) / times

        connection.execute("select kw.create_log('db.example.com', '{log}')")
        connection.execute("select kw.append_audit()")
        first = took("select kw.append_state()")
        connection.execute("select kw.sign_checkpoint()")
        connection.execute(_BIND, (_ROWS, _ROWS))
        connection.execute("select kw.append_audit()")
        later = took("select kw.append_state()")
        seals = took("select * from kw.check_seals()")
        whole = took("select * from kw.check_state()")
    lines = (
        Line("the first state", first / _ROWS * MICRO),
        Line("a state after one more binding", later / _ROWS * MICRO),
        Line("kw.check_seals", seals / _ROWS * MICRO),
        Line("kw.check_state, with the seals", whole / _ROWS * MICRO),
    )
    return [Table("The state of rows", f"µs a row, of {_ROWS:,}", lines)]
