"""What KEM layers add to wrapping and opening, beside the bare HPKE calls of ``cryptography``.

A layer costs its call, its row, digests and context.
"""

import json
import os
import subprocess
from collections.abc import Iterator

import psycopg
from kwshared.algorithms import KEMS

from bench.measure import ROWS, Line, Table, Workload, compared
from bench.server import Server
from kwtools import runtime, sources

_GOALS = {1: 1.5, 3: None}
"""The numbers of layers, and the highest ratio that is wanted of each."""

_NONE = "none"
_BODY_BYTES = 68  # of a payload with a data key of 32

# Runs in the server's Python with the server's packages, as a backend would.
_BARE = """
import sys, time, json
from kwruntime.crypto import hpke, kem
from kwshared.algorithms import KEMS
count, repeats, size = map(int, sys.argv[1:])
body, info, figures = bytes(size), bytes(200), {}
for name, one in KEMS.items():
    private = kem.generate(one)
    keys, suite = hpke.KEYS[name], hpke._suite(name)
    public = keys.public_of(keys.public_bytes_of(private))
    key = keys.private_of(private)
    seals, opens = [], []
    for _ in range(repeats):
        start = time.process_time()
        sealed = [suite.encrypt(body, public, info) for _ in range(count)]
        middle = time.process_time()
        for one_sealed in sealed:
            suite.decrypt(one_sealed, key, info)
        seals.append(middle - start)
        opens.append(time.process_time() - middle)
    figures[name] = [min(times) / count * 1e6 for times in (seals, opens)]
print(json.dumps(figures))
"""


def run(server: Server) -> Iterator[Table]:
    """Wrap and open without layers and with layers of each KEM, in turn."""
    database = server.new_database("layers")
    with server.place.connect(database) as connection:
        policies = _make_policies(connection)
    bare = _bare(server.rounds)
    for step, (function, call) in enumerate((("wrap_many", "seal"), ("unwrap_many", "open"))):
        workloads = [Workload(policy, _query(function, policy)) for policy in policies]
        found = {line.name: line.value for line in server.in_turn(database, workloads)}
        lines = []
        for kem in KEMS:
            floor = Line(f"bare {call}, {kem}", bare[kem][step])
            lines.append(floor)
            for layers, goal in _GOALS.items():
                added = (found[_policy(kem, layers)] - found[_NONE]) / layers
                lines.append(compared(added, floor, f"{kem}, {layers} in a wrapper", goal))
        yield Table(f"What a layer adds to {function}", "µs a layer", tuple(lines))


def _bare(rounds: int) -> dict[str, list[float]]:
    """Return µs of a bare seal and open of each KEM."""
    numbers = map(str, (ROWS, rounds, _BODY_BYTES))
    done = subprocess.run(
        [runtime.server_python(), "-s", "-P", "-c", _BARE, *numbers],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{runtime.prepare()}:{sources.plpython()}",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    figures: dict[str, list[float]] = json.loads(done.stdout)
    return figures


def _policy(kem: str, layers: int) -> str:
    return f"{kem}-{layers}"


def _query(function: str, policy: str) -> str:
    if function == "wrap_many":
        return f"select kw.wrap_many(array_fill(null::bytea, array[{ROWS}]), '{policy}')"
    return (
        "select cardinality(kw.unwrap_many(w.ids)) from public.wrappers w"
        f" where w.policy = '{policy}'"
    )


def _make_policies(connection: psycopg.Connection) -> list[str]:
    """Make a policy without layers, others with layers of each KEM, and wrappers of each."""
    run = connection.execute
    run("select kw.create_policy(%s, 'single', min(id)) from kw.kms_keys", (_NONE,))
    policies = [_NONE]
    for kem in KEMS:
        for layers in _GOALS:
            policies.append(_policy(kem, layers))
            run(
                """
                select kw.create_policy(%(policy)s, 'single', min(id), null, (
                    select array_agg(kw.create_kms_key(
                        'local', replace(%(policy)s, '+', '-') || '-' || n, algorithm => %(kem)s
                    ))
                    from generate_series(1, %(layers)s::int) n
                ))
                from kw.kms_keys
                """,
                {"policy": policies[-1], "kem": kem, "layers": layers},
            )
    run("create table wrappers (policy text primary key, ids uuid[])")
    run(
        "insert into wrappers select p, kw.wrap_many(array_fill(null::bytea, array[%s]), p)"
        " from unnest(%s::text[]) p",
        (ROWS, policies),
    )
    return policies
