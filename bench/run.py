"""Measure kwtools against its floors and a peer, in one run, on a server of its own.

Prints µs a row and ratios; ratios hold between machines better than figures do. The floors
are a trivial PL/Python call and one prepared index look-up from PL/Python; the peer is
pgcrypto with AES-CBC and HMAC-SHA-256, on the same rows. ``--bindings`` sets how many
bindings exist (default a million), ``--json`` prints the figures for programs.

What is measured is the CPU time of the server's process, the least of many runs, and what is
compared is run in turn: so other work on the machine changes little.
"""

import argparse
import json
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
        """Run a query over ``rows`` rows: twice to warm up, then take the least."""
        (seconds,) = _least(self.connection, query)
        self.record(name, seconds / rows, floor=floor, target=target)

    def record(
        self, name: str, seconds: float, *, floor: str | None = None, target: float | None = None
    ) -> None:
        """Add a figure."""
        microseconds = seconds * 1e6
        ratio = None if floor is None else microseconds / self.measures[floor].microseconds
        self.measures[name] = Measure(name, microseconds, floor, ratio, target)


def _seconds(connection: psycopg.Connection) -> float:
    """Return the CPU time that the server's process of a connection has taken so far."""
    schedule = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text()
    return int(schedule.split()[0]) / 1e9


def _timed(connection: psycopg.Connection, query: str, params: tuple[int, ...] = ()) -> float:
    start = _seconds(connection)
    connection.execute(query, params or None, prepare=True).fetchall()
    return _seconds(connection) - start


def _least(connection: psycopg.Connection, *queries: str) -> list[float]:
    """Run queries in turn, and return the seconds that each took at least."""
    times: list[list[float]] = [[] for _ in queries]
    for _ in range(2 + REPEATS):
        for query, taken in zip(queries, times, strict=True):
            taken.append(_timed(connection, query))
    return [min(taken[2:]) for taken in times]


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


GROWN_BATCHES = 10  # of BIND_BATCH keys, in one transaction of a new database
SMALL = 2_000  # keys bound before: the tables grow 50 times


def _grow(place: Place, table: Table) -> None:
    """Bind in batches in one transaction of a new database, and read before and after it grew."""
    with place.connect(autocommit=False) as connection, place.connect() as reader:
        for name in ("small", "grown"):
            reader.execute(f"create table {name} (id bigint primary key, f bytea)")
        keys = "(select array_agg(g::text) from generate_series(%s::int, %s) g)"
        bind = "select kw.bind_many('{}', " + keys + ", 'f')"
        reader.execute(bind.format("small"), (1, SMALL))
        reader.execute(
            "insert into small select g, kw.encrypt('small', g, 'f', 'a value')"
            f" from generate_series(1, {BATCH}) g"
        )
        read = (
            "select count(*) from unnest((select kw.decrypt_many('small', array_agg(id::text), 'f',"
            " array_agg(f)) from small))"
        )
        (before,) = _least(reader, read)
        times = [
            _timed(connection, bind.format("grown"), (start + 1, start + BIND_BATCH)) / BIND_BATCH
            for start in range(0, GROWN_BATCHES * BIND_BATCH, BIND_BATCH)
        ]
        connection.commit()
        (after,) = _least(reader, read)
    second = f"bind_many of {BIND_BATCH:,} in a new database, batch 2"
    table.record(second, times[1])
    table.record(f"the same, batch {GROWN_BATCHES}", times[-1], floor=second, target=1.2)
    small = f"read {BATCH:,} rows with {BATCH:,} DEKs in a small database"
    table.record(small, before / BATCH)
    times_grown = GROWN_BATCHES * BIND_BATCH // SMALL
    table.record(f"the same, grown {times_grown} times", after / BATCH, floor=small, target=1.3)


def _shred(table: Table) -> None:
    """Read two fields a call a row, of which one has a shredded cell."""
    run = table.connection.execute
    run("create table bench.shredded (id bigint primary key, without bytea, one bytea)")
    for field in ("without", "one"):
        run("select kw.bind('bench.shredded', '*', %s)", (field,))
    run(
        "insert into bench.shredded select g, kw.encrypt_text('bench.shredded', g, 'without', 'a'),"
        f" kw.encrypt_text('bench.shredded', g, 'one', 'a') from generate_series(1, {BATCH}) g"
    )
    run("select kw.bind('bench.shredded', 999999, 'one')")
    run("select kw.shred('bench.shredded', 999999, 'one')")
    for what, call in (
        ("decrypt_text, a call a row", "count(kw.decrypt_text('bench.shredded', id, '{0}', {0}))"),
        (
            "decrypt_text_many",
            "cardinality(kw.decrypt_text_many('bench.shredded', array_agg(id::text), '{0}',"
            " array_agg({0})))",
        ),
    ):
        query = f"select {call} from bench.shredded"
        without, one = _least(table.connection, query.format("without"), query.format("one"))
        none = f"{what}, nothing shredded in the field"
        table.record(none, without / BATCH)
        table.record(f"{what}, one cell shredded", one / BATCH, floor=none, target=1.2)


def _first_call(place: Place) -> float:
    """Return the seconds of a session's first decrypt."""
    times = []
    for _ in range(REPEATS):
        with place.connect() as connection:
            connection.execute("select 1")
            first = "select kw.decrypt('bench.rows', id, 'ct', ct) from bench.rows limit 1"
            times.append(_timed(connection, first))
    return min(times)


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
    settings["autovacuum"] = "off"  # nobody gathers statistics before they are asked for
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
