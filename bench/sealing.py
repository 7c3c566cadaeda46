"""What the log of the audit costs: sealing many events, the proof of one, and receipts.

The peer is the insert of the events themselves.
"""

import psycopg

from bench.measure import MICRO, Line, Table, compared, cpu_seconds
from bench.server import Server

_EVENTS = 1_000_000
_SEALED_EVENTS = 100_000
_WARM_EVENTS = 10_000
_PROOFS = 200
_RECEIPTS = 20
_SHREDDED = 10_000
_CHANGING_EVENTS = 1000
_INSERT = """
insert into kw.audit_events (acting_role, action, object, details)
select 'app', 'rewrap', 'wrapper ' || gen_random_uuid(), '{"version": 2, "kms1": 1, "kms2": null}'
from generate_series(1, %(count)s)
"""
_INSERT_CHANGES = """
insert into kw.audit_events (acting_role, action, object, changes)
select 'app', 'bind', '1000 rows', c.changes
from (
    select string_agg(
        '\\x02' || int8send(n << 40) || int4send(0) || int8send(0) || int8send(n), ''
    ) as changes
    from generate_series(1, 1000::bigint) n
) c
cross join generate_series(1, %(count)s)
"""
_MAKE_LOG = """
create table public.shredded (id bigint primary key, name bytea);
select kw.create_deployment();
select kw.create_signing_key('log', 'Ed25519', 'log', 1);
select kw.create_signing_key('pq', 'ML-DSA-44', 'log', 1);
select kw.create_log('db.example.com', '{log,pq}');
"""
_SHRED = f"""
select kw.bind_many('shredded', array_agg(n::text), 'name') from generate_series(1, {_SHREDDED}) n;
create table public.wrappers as
select wrapper_uuid from kw.key_wrappers where owner is null order by id desc limit {_SHREDDED};
select kw.shred_many('shredded', array_agg(n::text), 'name') from generate_series(1, {_SHREDDED}) n;
"""
_RECEIPT = (
    "select kw.audit_receipt((select wrapper_uuid::uuid from public.wrappers offset %s limit 1))"
)


class _Backend:
    """A session whose CPU time is taken."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, **values: int) -> float:
        """Run a statement; return the microseconds that it took."""
        before = cpu_seconds(self._connection)
        self._connection.execute(statement.encode(), values or None)
        return (cpu_seconds(self._connection) - before) * MICRO

    def each(self, statement: str, times: int) -> float:
        """Run a statement many times, with a number each; return the least microseconds."""
        taken = []
        for number in range(1, times + 1):
            before = cpu_seconds(self._connection)
            self._connection.execute(statement.encode(), (number,) if "%s" in statement else None)
            taken.append((cpu_seconds(self._connection) - before) * MICRO)
        return min(taken)


def _appended(backend: _Backend) -> Table:
    """Append events with and without seals, and events that changed rows."""
    insert = Line(f"insert {_EVENTS:,} events", backend.run(_INSERT, count=_EVENTS) / _EVENTS)
    bare = backend.run("call kw.seal_audit()") / _EVENTS
    backend.run(_INSERT, count=_SEALED_EVENTS)
    backend.run("select kw.seal_rows()")
    sealed = backend.run("call kw.seal_audit()") / _SEALED_EVENTS
    backend.run(_INSERT_CHANGES, count=_CHANGING_EVENTS)
    changing = backend.run("select kw.append_audit()") / _CHANGING_EVENTS
    lines = (
        insert,
        compared(bare, insert, f"kw.seal_audit of {_EVENTS:,} events without seals"),
        compared(sealed, insert, f"kw.seal_audit of {_SEALED_EVENTS:,} events with seals"),
        Line(f"kw.append_audit of {_CHANGING_EVENTS:,} events of 1,000 changes", changing),
    )
    return Table("The log of the audit", "µs an event", lines)


def run(server: Server) -> list[Table]:
    """Seal a million events, and make proofs and receipts of some, before and after."""
    name = server.new_database("sealing")
    with server.place.connect(name, autocommit=True) as connection:
        connection.execute(_MAKE_LOG)
        connection.execute(_INSERT, {"count": _WARM_EVENTS})
        connection.execute(_SHRED)
        connection.execute("call kw.seal_audit()")
        connection.execute("vacuum analyze")
        backend = _Backend(connection)
        few = Line(
            f"kw.audit_receipt, one of {_SHREDDED:,} wrappers, {_WARM_EVENTS:,} entries",
            backend.each(_RECEIPT, _RECEIPTS),
        )
        appended = _appended(backend)
        many = backend.each(_RECEIPT, _RECEIPTS)
        proof = backend.each("select kw.audit_proof(%s)", _PROOFS)
        signed = backend.each("select kw.sign_checkpoint(again => true)", _PROOFS)
    lines = (
        few,
        compared(many, few, f"the same, {_EVENTS:,} entries later", 1.1),
        Line("kw.audit_proof of one event", proof),
        Line("kw.sign_checkpoint, Ed25519 and ML-DSA-44", signed),
    )
    return [appended, Table("Proofs, receipts and checkpoints", "µs each", lines)]
