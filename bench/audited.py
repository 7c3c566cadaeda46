"""What auditing each statement costs reads: the same reads of a field that is not audited."""

from bench.measure import ROWS, Line, Table, Workload
from bench.server import Server

_SCHEMA = f"""
create table public.read (id bigint primary key, plain bytea, audited bytea);
select kw.bind('read', '*', name) from unnest('{{plain, audited}}'::text[]) name;
insert into public.read
select g, kw.encrypt('read', g, 'plain', 'x'), kw.encrypt('read', g, 'audited', 'x')
from generate_series(1, {ROWS}) g;
select kw.set_read_audit('read', 'audited', 'statements')
"""
_READS = {
    "decrypt_many": (
        ROWS,
        "select cardinality(kw.decrypt_many('read', array_agg(id::text), '{0}', array_agg({0})))"
        " from public.read",
    ),
    "decrypt, one call a row": (
        ROWS,
        "select count(kw.decrypt('read', id, '{0}', {0})) from public.read",
    ),
    "decrypt, one call a row, in a transaction that writes": (
        ROWS,
        "with w as materialized (select pg_current_xact_id())"
        " select count(kw.decrypt('read', id, '{0}', {0})) from w, public.read",
    ),
    "decrypt, one row a transaction": (
        1,
        "select kw.decrypt('read', id, '{0}', {0}) from public.read where id = 1",
    ),
}


_SEALED = (
    "select kw.create_deployment()",
    "select kw.seal_rows()",
    "select kw.seal_deployment()",
)


def _measured(server: Server, name: str, *after: str) -> tuple[Line, ...]:
    """Measure both fields of a new database in turn, each in a session of its own."""
    database = server.new_database(name)
    with server.place.connect(database) as connection:
        for statement in (_SCHEMA, *after, "vacuum analyze"):
            connection.execute(statement)
    workloads = []
    for of, (rows, query) in _READS.items():
        peer = f"{of}, not audited"
        workloads += [
            Workload(peer, query.format("plain"), rows=rows),
            Workload(f"{of}, audited", query.format("audited"), peer, rows=rows),
        ]
    return server.in_turn(database, workloads)


def run(server: Server) -> list[Table]:
    """Measure where events have no seals, and where they have."""
    plain, sealed = _measured(server, "audited"), _measured(server, "sealed_reads", *_SEALED)
    return [
        Table("Reads of which each statement is audited", "µs a row", plain),
        Table("The same, with seals of events", "µs a row", sealed),
    ]
