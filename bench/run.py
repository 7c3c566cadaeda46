"""Measure kwtools against its floors and a peer, in one run, on a server of its own.

Prints µs a row and ratios; ratios hold between machines better than figures do. The floors
are a trivial PL/Python call and one prepared index look-up from PL/Python; the peer is
pgcrypto with AES-CBC and HMAC-SHA-256, on the same rows. ``--bindings`` sets how many
bindings exist (default a million), ``--json`` prints the figures for programs.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from kwtools.cluster import Cluster, Place, set_up

BATCH = 1000
REPEATS = 15
BIND_BATCH = 10_000

SCHEMA = (Path(__file__).parent / "schema.sql").read_text()


@dataclass(frozen=True)
class Measure:
    """One line of the table. ``floor`` names the line that it is compared with."""

    name: str
    microseconds: float
    floor: str | None = None
    ratio: float | None = None
    target: float | None = None

    @property
    def missed(self) -> bool:
        """Whether there is a target, and the ratio is over it."""
        return self.target is not None and (self.ratio or 0) > self.target


class Table:
    """Measures in order, each with its ratio to an earlier one."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.measures: dict[str, Measure] = {}

    def add(
        self,
        name: str,
        query: str,
        rows: int,
        *,
        floor: str | None = None,
        target: float | None = None,
    ) -> None:
        """Run a query over ``rows`` rows: twice to warm up, then take the median."""
        self.record(name, _median(lambda: self._run(query)) / rows, floor=floor, target=target)

    def record(
        self, name: str, seconds: float, *, floor: str | None = None, target: float | None = None
    ) -> None:
        """Add a figure."""
        microseconds = seconds * 1e6
        ratio = None if floor is None else microseconds / self.measures[floor].microseconds
        self.measures[name] = Measure(name, microseconds, floor, ratio, target)

    def _run(self, query: str) -> None:
        self.connection.execute(query, prepare=True).fetchall()


def _median(run: Callable[[], None]) -> float:
    for _ in range(2):
        run()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _fill(connection: psycopg.Connection, bindings: int) -> None:
    """Make the rows of the measures, and as many bindings as asked for."""
    connection.execute(SCHEMA)
    for start in range(0, bindings, BIND_BATCH):
        connection.execute(
            "select kw.bind_many('bench.many', array_agg(g::text), 'f')"
            " from generate_series(%s::int, %s) g",
            (start, min(start + BIND_BATCH, bindings) - 1),
        )
    connection.execute("vacuum analyze")


def _measure(table: Table, bindings: int) -> None:
    call, lookup = "PL/Python call, trivial", "one prepared index look-up from PL/Python"
    rows = f"(select id, pk, v, aes, own_aes from bench.rows order by id limit {BATCH}) r"
    table.add(call, f"select count(bench.noop(r.v)) from {rows}", BATCH)
    table.add(lookup, f"select count(bench.look(r.pk)) from {rows}", BATCH)
    peer_encrypt, peer_decrypt = "pgcrypto AES-CBC+HMAC, encrypt", "pgcrypto AES-CBC+HMAC, decrypt"
    peer_read = "pgcrypto, 1,000 rows with 1,000 wrapped keys"
    table.add(peer_encrypt, f"select count(bench.seal(r.v, '\\x01', '\\x02')) from {rows}", BATCH)
    table.add(peer_decrypt, f"select count(bench.open(r.aes, '\\x01', '\\x02')) from {rows}", BATCH)
    table.add(
        peer_read,
        "select count(bench.open(r.own_aes, bench.open(b.wrapped, '\\x03', '\\x04'), '\\x05'))"
        " from bench.rows r join bench.keys b"
        " on b.entity = 'bench.rows' and b.pk = r.pk and b.field = 'own'",
        BATCH,
    )
    ours = "(select id, pk, v, ct, own, single from bench.rows order by id) r"
    table.add(
        "encrypt_many, one DEK",
        "select count(*) from unnest((select kw.encrypt_many('bench.rows', array_agg(r.pk), 'ct',"
        f" array_agg(r.v)) from {ours}))",
        BATCH,
        floor=peer_encrypt,
        target=1.0,
    )
    table.add(
        "decrypt_many, one DEK",
        "select count(*) from unnest((select kw.decrypt_many('bench.rows', array_agg(r.pk), 'ct',"
        f" array_agg(r.ct)) from {ours}))",
        BATCH,
        floor=peer_decrypt,
        target=1.0,
    )
    table.add(
        "decrypt_many, one DEK, encrypted one at a time",
        "select count(*) from unnest((select kw.decrypt_many('bench.rows', array_agg(r.pk),"
        f" 'single', array_agg(r.single)) from {ours}))",
        BATCH,
        floor=peer_decrypt,
    )
    read_own = (
        "select count(*) from unnest((select kw.decrypt_many('bench.rows', array_agg(r.pk), 'own',"
        f" array_agg(r.own)) from {ours}))"
    )
    table.add("read 1,000 rows with 1,000 DEKs", read_own, BATCH, floor=peer_read, target=1.3)
    table.connection.execute("select kw.set_setting('cache_keys', 0)")
    table.add("the same, nothing kept in the session", read_own, BATCH, floor=peer_read)
    table.connection.execute("select kw.set_setting('cache_keys', 10000)")
    table.add(
        "encrypt_many, 1,000 DEKs",
        "select count(*) from unnest((select kw.encrypt_many('bench.rows', array_agg(r.pk), 'own',"
        f" array_agg(r.v)) from {ours}))",
        BATCH,
        floor=peer_encrypt,
    )
    table.add(
        "decrypt, a call a row, one DEK",
        f"select count(kw.decrypt('bench.rows', r.id, 'ct', r.ct)) from {ours}",
        BATCH,
        floor=lookup,
        target=4.0,
    )
    table.add(
        "decrypt, a call a row, 1,000 DEKs",
        f"select count(kw.decrypt('bench.rows', r.id, 'own', r.own)) from {ours}",
        BATCH,
        floor=lookup,
    )
    table.add(
        "encrypt, a call a row",
        f"select count(kw.encrypt('bench.rows', r.id, 'ct', r.v)) from {ours}",
        BATCH,
        floor=lookup,
    )
    keys = f"(select (random() * {bindings - 1})::int as k from generate_series(1, {BATCH})) k"
    table.add(
        f"lookup_many, {bindings:,} bindings, random",
        "select count(*) from unnest((select kw.lookup_many('bench.many', array_agg(k::text), 'f')"
        f" from {keys}))",
        BATCH,
        floor=lookup,
    )
    table.add(
        f"lookup, a call a row, {bindings:,} bindings, random",
        f"select count(kw.lookup('bench.many', k.k, 'f')) from {keys}",
        BATCH,
        floor=lookup,
    )
    table.add("wrap_many", f"select kw.wrap_many(array_fill(null::bytea, array[{BATCH}]))", BATCH)
    table.add("wrap, a call a DEK", "select count(kw.wrap()) from generate_series(1, 100)", 100)
    wrappers = f"(select unnest(ids) as w from bench.wrappers limit {BATCH}) w"
    table.add(
        "unwrap_many",
        f"select count(*) from unnest((select kw.unwrap_many(array_agg(w)) from {wrappers}))",
        BATCH,
    )
    table.add("unwrap, a call a DEK", f"select count(kw.unwrap(w)) from {wrappers}", BATCH)


GROWN_BATCH = 2_000  # keys of a batch of bind_many in a new database
GROWTH = 50


def _grow(place: Place, table: Table) -> None:
    """Bind in batches in one transaction of a new database, and read before and after it grew."""
    with place.connect(autocommit=False) as connection, place.connect() as reader:
        for name in ("small", "grown"):
            reader.execute(f"create table {name} (id bigint primary key, f bytea)")
        keys = "(select array_agg(g::text) from generate_series(%s::int, %s) g)"
        reader.execute("select kw.bind_many('small', " + keys + ", 'f')", (1, BATCH))
        read = (
            "select count(*) from unnest(kw.lookup_many('small', "
            f"(select array_agg(g::text) from generate_series(1, {BATCH}) g), 'f'))"
        )
        before = _median(lambda: _fetch(reader, read))
        times = []
        for batch in range(GROWTH * BATCH // GROWN_BATCH):
            start = time.perf_counter()
            connection.execute(
                "select kw.bind_many('grown', " + keys + ", 'f')",
                (batch * GROWN_BATCH + 1, (batch + 1) * GROWN_BATCH),
            )
            times.append((time.perf_counter() - start) / GROWN_BATCH)
        connection.commit()
        after = _median(lambda: _fetch(reader, read))
    second, tenth = "bind_many in a new database, batch 2", "the same, batch 10"
    table.record(second, times[1])
    table.record(tenth, times[9], floor=second, target=1.2)
    table.record(f"the same, batch {len(times)}", times[-1], floor=second)
    small = f"lookup_many of {BATCH:,} keys in a small database"
    table.record(small, before / BATCH)
    table.record(f"the same, grown {GROWTH} times", after / BATCH, floor=small, target=1.3)


def _fetch(connection: psycopg.Connection, query: str) -> None:
    connection.execute(query, prepare=True).fetchall()


def _shred(table: Table) -> None:
    """Read a field a call a row before and after one of its keys was shredded."""
    ours = "(select id, ct from bench.rows order by id limit 1000) r"
    read = f"select count(kw.decrypt('bench.rows', r.id, 'ct', r.ct)) from {ours}"
    none = "decrypt, a call a row, nothing shredded"
    table.add(none, read, BATCH)
    table.connection.execute("select kw.bind('bench.rows', 999999, 'ct')")
    table.connection.execute("select kw.shred('bench.rows', 999999, 'ct')")
    table.add("the same, one key of the field shredded", read, BATCH, floor=none, target=1.2)


def _first_call(place: Place) -> float:
    """Return the seconds of a session's first decrypt."""
    times = []
    for _ in range(REPEATS):
        with place.connect() as connection:
            connection.execute("select 1")
            start = time.perf_counter()
            connection.execute(
                "select kw.decrypt('bench.rows', id, 'ct', ct) from bench.rows limit 1"
            )
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def _print(measures: list[Measure]) -> None:
    width = max(len(measure.name) for measure in measures)
    print(f"{'':{width}}  {'µs a row':>10}  {'ratio':>6}  {'target':>6}  to")
    for measure in measures:
        ratio = "" if measure.ratio is None else f"{measure.ratio:.2f}"
        target = "" if measure.target is None else f"{measure.target:.1f}"
        note = f"{measure.floor or ''}{'  MISSED' if measure.missed else ''}"
        figures = f"{measure.microseconds:>10.2f}  {ratio:>6}  {target:>6}"
        print(f"{measure.name:{width}}  {figures}  {note}".rstrip())


def main() -> None:
    """Run the measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bindings", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = {"shared_buffers": "1GB", "max_wal_size": "8GB", "jit": "off"}
    with Cluster(settings=settings) as cluster, cluster.place.connect() as connection:
        set_up(connection, "bench")
        table = Table(connection)
        _grow(cluster.place, table)
        _fill(connection, arguments.bindings)
        _measure(table, arguments.bindings)
        _shred(table)
        table.record("first call of a session", _first_call(cluster.place))
    measures = list(table.measures.values())
    if arguments.json:
        print(json.dumps([asdict(measure) for measure in measures], indent=1))
    else:
        _print(measures)


if __name__ == "__main__":
    main()
