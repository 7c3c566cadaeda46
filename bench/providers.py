"""Measure what each kind of KMS costs: calls made, and µs a data key, direct and by a branch.

Each kind runs against the server that its tests use (fakes and emulators say what the calls
cost here, not there). The floor of ``vault`` is the same batch of decryptions sent by a bare
keep-alive client in the same run. ``--kinds`` picks kinds, ``--json`` prints for programs.
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import ssl
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from kwtools import runtime
from kwtools.cluster import Cluster, Place, set_up
from tests.conftest import Database
from tests.providers.harness import HARNESSES, Harness, harness_of
from tests.providers.proxied_harness import ProxiedHarness
from testservers.openbao import OpenBao

COUNTS = (1, 100, 1000)
REPEATS = 5
BATCH_ITEMS = 249  # provider vault's default
LEG_KEY_BYTES, CONTEXT_BYTES = 32, 330
VAULT_TARGET = 1.3


@dataclass(frozen=True)
class Measure:
    """One line: unwrapping ``deks`` data keys in a session whose connection is warm."""

    kind: str
    way: str
    deks: int
    calls: int | None
    microseconds: float


def _unwrapping(db: Database, wrappers: list[str]) -> float:
    """Unwrap in a new session that has opened one other wrapper; return the seconds."""
    connection = db.connect()
    connection.execute("select kw.unwrap(%s)", (wrappers[0],))
    start = time.perf_counter()
    connection.execute("select cardinality(kw.unwrap_many(%s::uuid[]))", (wrappers[1:],))
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def _measures(db: Database, harness: Harness) -> list[Measure]:
    key = harness.register(db)
    db.sql("select kw.create_policy('direct', 'single', %s)", key)
    db.sql("select kw.add_provider('branches', 'wrapper')")
    branch = db.sql("select kw.create_kms_key('branches', 'direct')")[0][0]
    db.sql("select kw.create_policy('branch', 'single', %s)", branch)
    found = []
    for way in ("direct", "branch"):
        many = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)"
        wrappers = [str(one) for one in db.sql(many, max(COUNTS) + 1, way)[0][0]]
        for count in COUNTS:
            chosen = wrappers[: count + 1]
            calls = None
            if isinstance(harness, ProxiedHarness):
                calls = _calls(db, harness, chosen)
            seconds = statistics.median(_unwrapping(db, chosen) for _ in range(REPEATS))
            found.append(Measure(harness.kind, way, count, calls, seconds / count * 1e6))
    return found


def _calls(db: Database, harness: ProxiedHarness, wrappers: list[str]) -> int:
    harness.set(**{harness.address_option: harness.proxy.address})
    connection = db.connect()
    connection.execute("select kw.unwrap(%s)", (wrappers[0],))
    harness.proxy.requests.clear()
    connection.execute("select kw.unwrap_many(%s::uuid[])", (wrappers[1:],))
    connection.close()
    harness.set(**{harness.address_option: harness.server.address})
    return len(harness.proxy.requests)


class BareClient:
    """A kept connection to Transit, and the requests that open a batch of wrapped keys.

    It makes them of stored bytes and takes the keys out of the answers, and does nothing else.
    """

    def __init__(self, bao: OpenBao, key: str, count: int) -> None:
        tls = ssl.create_default_context(cafile=str(bao.ca_file))
        self._connection = http.client.HTTPSConnection(urlsplit(bao.address).netloc, context=tls)
        self._headers = {"X-Vault-Token": bao.token()}
        self._decrypt = f"/v1/transit/decrypt/{key}"
        self._stored: list[tuple[bytes, bytes]] = []
        for batch in _batches([(os.urandom(LEG_KEY_BYTES), os.urandom(CONTEXT_BYTES))] * count):
            sent = [{"plaintext": _text(k), "associated_data": _text(c)} for k, c in batch]
            made = self._call(f"/v1/transit/encrypt/{key}", sent)
            self._stored += [
                (one["ciphertext"].encode(), context)
                for one, (_, context) in zip(made, batch, strict=True)
            ]

    def decrypt(self) -> list[bytes]:
        """Send every batch; return what the wraps held."""
        found = []
        for batch in _batches(self._stored):
            sent = [{"ciphertext": w.decode(), "associated_data": _text(c)} for w, c in batch]
            found += [base64.b64decode(one["plaintext"]) for one in self._call(self._decrypt, sent)]
        return found

    def _call(self, path: str, batch: list[dict[str, str]]) -> list[dict[str, str]]:
        body = json.dumps({"batch_input": batch})
        self._connection.request("POST", path, body, self._headers)
        content = json.loads(self._connection.getresponse().read())
        results: list[dict[str, str]] = content["data"]["batch_results"]
        return results


def _batches(items: list[tuple[bytes, bytes]]) -> list[list[tuple[bytes, bytes]]]:
    return [items[start : start + BATCH_ITEMS] for start in range(0, len(items), BATCH_ITEMS)]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@dataclass(frozen=True)
class VaultRatio:
    """1,000 DEKs of one Vault key, against the bare client; and without what any key costs."""

    whole: float
    remote_part: float


def _vault_ratio(db: Database, harness: Harness) -> VaultRatio:
    """Take turns: a Vault key, a local key, the bare client."""
    bare = BareClient(harness.server, harness.reference, max(COUNTS))
    many = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)"
    vault, local = (
        [str(one) for one in db.sql(many, max(COUNTS) + 1, policy)[0][0]]
        for policy in ("direct", "default")
    )
    bare.decrypt()
    seconds: dict[str, list[float]] = {"vault": [], "local": [], "bare": []}
    for _ in range(3 * REPEATS):
        seconds["vault"].append(_unwrapping(db, vault))
        seconds["local"].append(_unwrapping(db, local))
        seconds["bare"].append(_timed(bare.decrypt))
    median = {name: statistics.median(values) for name, values in seconds.items()}
    return VaultRatio(
        median["vault"] / median["bare"], (median["vault"] - median["local"]) / median["bare"]
    )


@dataclass(frozen=True)
class RowCalls:
    """Remote calls that reading 1,000 rows makes, each with its own data key under a branch."""

    new_session: int
    warm_session: int


def _row_calls(db: Database, harness: ProxiedHarness) -> RowCalls:
    """Count them at the proxy. The policy ``branch`` is that of the measures."""
    rows = max(COUNTS)
    harness.set(**{harness.address_option: harness.proxy.address})
    db.sql("create table people (id bigint primary key, ssn bytea)")
    bind = (
        "select kw.bind_many('people', array_agg(n::text), 'ssn', policy => 'branch')"
        " from generate_series(1, %s) n"
    )
    insert = (
        "insert into people select n, kw.encrypt_text('people', n, 'ssn', 'x' || n)"
        " from generate_series(1, %s) n"
    )
    for statement in (bind, insert):
        db.sql(statement, rows)
    connection = db.connect()
    calls = []
    for _ in range(2):
        harness.proxy.requests.clear()
        read = "select kw.decrypt_text('people', id, 'ssn', ssn) from people"
        found = len(connection.execute(read).fetchall())
        if found != rows:
            raise RuntimeError(f"{found} rows were read, not {rows}")
        calls.append(len(harness.proxy.requests))
    connection.close()
    harness.set(**{harness.address_option: harness.server.address})
    return RowCalls(*calls)


@dataclass(frozen=True)
class Found:
    """What was measured of a kind: of ``vault`` alone how it compares, calls behind a proxy."""

    measures: list[Measure]
    ratio: VaultRatio | None
    row_calls: RowCalls | None


def _run(place: Place, kind: str) -> Found:
    database = f"bench_{kind}"
    with place.connect() as connection:
        connection.execute(f"create database {database}")
    with place.connect(database) as connection:
        set_up(connection, f"bench-{kind}")
    base = place.base / f"bench-{kind}"
    base.mkdir()
    with harness_of(kind).serve(base) as server, contextlib.ExitStack() as closing:
        db = Database(place, database, closing)
        harness = harness_of(kind)(place, server)
        closing.callback(harness.close)
        if isinstance(harness, ProxiedHarness):  # 2 s would do for tests of what hangs only
            harness.set(total_seconds=60)
        return Found(
            _measures(db, harness),
            _vault_ratio(db, harness) if kind == "vault" else None,
            _row_calls(db, harness) if isinstance(harness, ProxiedHarness) else None,
        )


def main() -> None:
    """Run the measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = [kind for kind in HARNESSES if kind != "wrapper"]
    parser.add_argument("--kinds", nargs="+", default=kinds, choices=kinds)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    measures: list[Measure] = []
    ratio = None
    row_calls: dict[str, RowCalls] = {}
    with Cluster(kinds=runtime.kinds_with_packages()) as cluster:
        for kind in arguments.kinds:
            found = _run(cluster.place, kind)
            measures += found.measures
            ratio = found.ratio or ratio
            if found.row_calls is not None:
                row_calls[kind] = found.row_calls
    if arguments.json:
        print(
            json.dumps(
                {
                    "measures": [asdict(one) for one in measures],
                    "vault_ratio": ratio and asdict(ratio),
                    "row_calls": {kind: asdict(calls) for kind, calls in row_calls.items()},
                }
            )
        )
        return
    print(f"{'':8} {'':7} {'DEKs':>5} {'calls':>6} {'µs a DEK':>10}")
    for one in measures:
        made = "" if one.calls is None else one.calls
        print(f"{one.kind:8} {one.way:7} {one.deks:>5} {made:>6} {one.microseconds:>10.1f}")
    for kind, calls in row_calls.items():
        missed = "  MISSED" if calls.new_session > 2 or calls.warm_session else ""
        print(
            f"{kind}, reading 1,000 rows by a branch key: calls in a new session "
            f"{calls.new_session} (at most 2), in a warm one {calls.warm_session} (none){missed}"
        )
    if ratio is not None:
        missed = "  MISSED" if ratio.whole > VAULT_TARGET else ""
        print(
            f"vault, 1,000 DEKs: {ratio.whole:.2f} times the bare client (at most {VAULT_TARGET})"
            f"{missed}; what the KMS adds to a local key: {ratio.remote_part:.2f} times"
        )


if __name__ == "__main__":
    main()
