"""Measure what KEM layers cost, against the bare HPKE calls of ``cryptography`` in the same run.

Wrapping and unwrapping 1,000 data keys with 0, 1 and 3 layers of each KEM, by ``wrap_many`` and
``unwrap_many``: µs a key. Two ratios: of what a layer adds (its call, its row, digests and
context) to one bare seal or open, and of the whole to wrapping without layers and the bare calls
together. The limit is what the project wants of the first, with one layer.
``--json`` prints the figures for programs.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import psycopg
from kwshared.algorithms import KEMS

from kwtools import runtime, sources
from kwtools.cluster import Cluster, set_up

COUNT = 1000
REPEATS = 15
BODY_BYTES = 68  # of a payload with a data key of 32
LIMIT = 1.5

# Runs in the server's Python with the server's packages, as a backend would.
_BARE = """
import sys, time, statistics, json
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
        start = time.perf_counter()
        sealed = [suite.encrypt(body, public, info) for _ in range(count)]
        middle = time.perf_counter()
        for one_sealed in sealed:
            suite.decrypt(one_sealed, key, info)
        seals.append(middle - start)
        opens.append(time.perf_counter() - middle)
    figures[name] = [statistics.median(times) / count * 1e6 for times in (seals, opens)]
print(json.dumps(figures))
"""


class Figure(NamedTuple):
    """A line of the table; times in µs a data key."""

    kem: str
    layers: int
    wrap: float
    unwrap: float
    wrap_ratio: float | None = None
    unwrap_ratio: float | None = None
    whole_wrap_ratio: float | None = None
    whole_unwrap_ratio: float | None = None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    options = parser.parse_args()
    with Cluster() as cluster, cluster.place.connect() as connection:
        set_up(connection, "bench")
        figures = list(_figures(connection, _bare()))
    if options.json:
        print(json.dumps([figure._asdict() for figure in figures]))
        return
    print(f"{'KEM':<18} layers   wrap µs   adds  whole   unwrap µs   adds  whole")
    for one in figures:
        ratios = (one.wrap_ratio, one.whole_wrap_ratio, one.unwrap_ratio, one.whole_unwrap_ratio)
        shown = ["" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
        print(
            f"{one.kem:<18} {one.layers:>6} {one.wrap:>9.1f} {shown[0]:>6} {shown[1]:>6}"
            f" {one.unwrap:>11.1f} {shown[2]:>6} {shown[3]:>6}"
        )
    print(
        f"adds: of a bare call, at most {LIMIT} with one layer; whole: of no layers and bare calls"
    )


def _bare() -> dict[str, list[float]]:
    """Return µs of a bare seal and open of each KEM."""
    done = subprocess.run(
        [runtime.SERVER_PYTHON, "-s", "-P", "-c", _BARE, str(COUNT), str(REPEATS), str(BODY_BYTES)],
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


def _figures(connection: psycopg.Connection, bare: dict[str, list[float]]) -> Iterator[Figure]:
    connection.execute("select kw.create_policy('none', 'single', 1)")
    floor = _measured(connection, "none")
    yield Figure("none", 0, *floor)
    for name in KEMS:
        create = "select kw.create_kms_key('local', %s, algorithm => %s)"
        refs = [f"{name.replace('+', '-')}-{number}" for number in range(3)]
        keys = [_one(connection, create, ref, name) for ref in refs]
        for layers in (1, 3):
            policy = f"{name} {layers}"
            _one(connection, "select kw.create_policy(%s, 'single', 1, null, %s)",
                 policy, keys[:layers])  # fmt: skip
            times = _measured(connection, policy)
            ratios = [
                (time - without) / layers / one
                for time, without, one in zip(times, floor, bare[name], strict=True)
            ]
            whole = [
                time / (without + layers * one)
                for time, without, one in zip(times, floor, bare[name], strict=True)
            ]
            yield Figure(name, layers, *times, *ratios, *whole)


def _measured(connection: psycopg.Connection, policy: str) -> tuple[float, float]:
    """Return µs a data key of wrapping and of unwrapping; each wrapper is opened anew."""
    made: object = None

    def wrap() -> None:
        nonlocal made
        query = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)"
        made = _one(connection, query, COUNT, policy)

    wrapping = _median(wrap)
    unwrapping = _median(
        lambda: _one(connection, "select cardinality(kw.unwrap_many(%s::uuid[]))", made)
    )
    return wrapping / COUNT * 1e6, unwrapping / COUNT * 1e6


def _median(run: Callable[[], object]) -> float:
    run()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _one(connection: psycopg.Connection, query: str, *params: object) -> object:
    row = connection.execute(query, params).fetchone()
    assert row is not None
    return row[0]


if __name__ == "__main__":
    main()
