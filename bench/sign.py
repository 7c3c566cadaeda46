"""Signing and verifying beside the bare calls of ``cryptography``, on the same bytes.

The peer runs in PL/Python, too, in one call for all messages, with keys that are loaded already.
"""

from collections.abc import Iterator

from bench.measure import Table, Workload
from bench.server import Server

_MESSAGES = 200
_BYTES = 64
_GOAL = 1.25
_ALGORITHMS = ("Ed25519", "ECDSA-P-256", "ML-DSA-65")
_MESSAGES_OF = "(select array_agg(m order by id) from bench.messages)"
_SIGNED_BY = "(select array_agg(s order by id) from bench.signed where name = '{0}')"
_ROWS_OF = "bench.messages m join bench.signed s on s.id = m.id and s.name = '{0}'"

# The first call makes a key, and lets the runtime say where its packages are.
_SCHEMA = f"""
create schema bench;
create table bench.messages as
select g as id, decode(rpad(to_hex(g), {2 * _BYTES}, '0'), 'hex') as m
from generate_series(16, {15 + _MESSAGES}) g;
create table bench.signed (name text, id int, s bytea);
create function bench.bare(algorithm text, messages bytea[], verifies boolean) returns integer
language plpython3u as $$
known = SD.get(algorithm)
if known is None:
    plpy.execute('select kw.version()')
    from kwruntime.crypto import signatures
    from kwshared.algorithms import SIGNATURES
    one = SIGNATURES[algorithm]
    private = signatures.private_key(one, signatures.generate(one))
    public = signatures.public_key(one, signatures.public_bytes(private))
    data = [m if one.has_context else signatures.pae(b'bench', m) for m in messages]
    context = [b'bench'] if one.has_context else []
    if algorithm == 'ECDSA-P-256':
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        context = [ec.ECDSA(hashes.SHA256(), deterministic_signing=True)]
    sign, verify = private.key.sign, public.key.verify
    known = SD[algorithm] = data, [sign(m, *context) for m in data], context, sign, verify
data, signed, context, sign, verify = known
if verifies:
    for m, s in zip(data, signed):
        verify(s, m, *context)
else:
    for m in data:
        sign(m, *context)
return len(data)
$$;
"""


def run(server: Server) -> Iterator[Table]:
    """Sign and verify with keys of each algorithm, many at once and one a call, in turn."""
    database = server.new_database("sign")
    with server.place.connect(database) as connection:
        connection.execute(_SCHEMA)
        for name in _ALGORITHMS:
            make = "select kw.create_signing_key(%s, %s, 'application:bench', 1)"
            connection.execute(make, (name, name))
            connection.execute(
                "insert into bench.signed select %s, id, kw.sign(%s, m, 'bench')"
                " from bench.messages",
                (name, name),
            )
    for verifies, title in ((False, "Sign"), (True, "Verify")):
        workloads = [one for name in _ALGORITHMS for one in _workloads(name, verifies=verifies)]
        lines = server.in_turn(database, workloads)
        yield Table(f"{title}, messages of {_BYTES} bytes", "µs a message", lines)


def _workloads(name: str, *, verifies: bool) -> Iterator[Workload]:
    peer = f"cryptography, {name}"
    bare = f"select bench.bare('{name}', {_MESSAGES_OF}, {str(verifies).lower()})"
    yield Workload(peer, bare, rows=_MESSAGES)
    if verifies:
        many = f"kw.verify_signature_many('{name}', {_MESSAGES_OF}, {_SIGNED_BY}, 'bench')"
        one = f"kw.verify_signature('{name}', m.m, s.s, 'bench')"
    else:
        many = f"kw.sign_many('{name}', {_MESSAGES_OF}, 'bench')"
        one = f"kw.sign('{name}', m.m, 'bench')"
    function = "verify_signature" if verifies else "sign"
    calls = (f"select cardinality({many})", f"select count({one}) from {_ROWS_OF}")
    named = ((f"{function}_many", _GOAL), (f"{function}, one a call", None))
    for (text, goal), query in zip(named, calls, strict=True):
        yield Workload(f"{text}, {name}", query.format(name), peer, goal, rows=_MESSAGES)
