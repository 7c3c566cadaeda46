"""What the log of the audit costs: sealing many events, and the proof of one.

The peer is the insert of the events themselves.
"""

from bench.measure import MICRO, Line, Table, compared, cpu_seconds
from bench.server import Server

_EVENTS = 1_000_000
_WARM_EVENTS = 10_000
_PROOFS = 200
_INSERT = """
insert into kw.audit_events (acting_role, action, object, details)
select 'app', 'rewrap', 'wrapper ' || gen_random_uuid(), '{"version": 2, "kms1": 1, "kms2": null}'
from generate_series(1, %(count)s)
"""
_MAKE_LOG = """
select kw.create_deployment();
select kw.create_signing_key('log', 'Ed25519', 'log', 1);
select kw.create_signing_key('pq', 'ML-DSA-44', 'log', 1);
select kw.create_log('db.example.com', '{log,pq}');
"""


def run(server: Server) -> list[Table]:
    """Seal a million events, and make proofs of some."""
    name = server.new_database("sealing")
    with server.place.connect(name, autocommit=True) as connection:
        connection.execute(_MAKE_LOG)
        connection.execute(_INSERT, {"count": _WARM_EVENTS})
        connection.execute("call kw.seal_audit()")
        before = cpu_seconds(connection)
        connection.execute(_INSERT, {"count": _EVENTS})
        inserted = cpu_seconds(connection) - before
        before = cpu_seconds(connection)
        connection.execute("call kw.seal_audit()")
        sealed = cpu_seconds(connection) - before
        before = cpu_seconds(connection)
        for event in range(1, _PROOFS + 1):
            connection.execute("select kw.audit_proof(%s)", (event,))
        proofs = cpu_seconds(connection) - before
        before = cpu_seconds(connection)
        for _ in range(_PROOFS):
            connection.execute("select kw.sign_checkpoint(again => true)")
        signed = cpu_seconds(connection) - before
    insert = Line(f"insert {_EVENTS:,} events", inserted / _EVENTS * MICRO)
    lines = (
        insert,
        compared(sealed / _EVENTS * MICRO, insert, f"kw.seal_audit of {_EVENTS:,} events"),
        Line("kw.audit_proof of one event", proofs / _PROOFS * MICRO),
        Line("kw.sign_checkpoint, Ed25519 and ML-DSA-44", signed / _PROOFS * MICRO),
    )
    return [Table("The log of the audit", "µs an event", lines)]
