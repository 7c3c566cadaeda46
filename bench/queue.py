"""The queue: wrappers moved from one branch key to another, beside plain SQL on the same rows.

The floor of running is an UPDATE of the same columns, that of scheduling the INSERT of the same
rows. Both fire the same triggers and checks.
"""

import threading
from pathlib import Path

import psycopg

from bench.measure import MICRO, Line, Stopwatch, Table, compared, cpu_seconds
from bench.server import Server

_BATCH = 1000
_ROUNDS = 4
_SETUP = """
select kw.create_policy('root', 'single', 1);
select kw.add_provider('branches', 'wrapper');
select kw.create_policy('under ' || b, 'single', kw.create_kms_key('branches', 'root'))
from generate_series(1, 2) b;
create schema bench;
"""
_KEYS = """
select array_agg(k.id order by k.id)
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
"""
_SAVE = """
create table bench.saved as
select
    w.id, w.kms1_key_id, w.dek_wrap1, w.crypto_suite, w.wrap1_version,
    (row_number() over (order by w.id) - 1) / {batch} as batch
from kw.key_wrappers w
where w.dek_class = 'field';
create index on bench.saved (batch);
analyze bench.saved
"""
_UPDATE = """
update kw.key_wrappers w
set kms1_key_id = s.kms1_key_id, dek_wrap1 = s.dek_wrap1, crypto_suite = s.crypto_suite,
    wrap1_version = s.wrap1_version, wrap_version = s.wrap1_version, wrap1_at = now()
from bench.saved s
where s.batch = %s and w.id = s.id
"""
_INSERT = """
insert into kw.rewrap_jobs (key_wrapper_id, target_kms1_key_id, kind, is_branch)
select s.id, s.kms1_key_id, 'rewrap', false from bench.saved s order by s.id
"""


def run(server: Server) -> list[Table]:
    """Move as many wrappers as there are bindings."""
    count = server.bindings
    name = server.new_database("queue")
    with server.place.connect(name) as connection:
        connection.execute(_SETUP)
        first, second = connection.execute(_KEYS).fetchall()[0][0]
        for start in range(0, count, 10_000):
            made = min(10_000, count - start)
            query = "select kw.wrap_many(array_fill(null::bytea, array[%s]), 'under 1')"
            connection.execute(query, (made,))
        connection.execute("vacuum analyze")
        size = _size(connection)
        moved, updated, claimed = [], [], []
        rounds = min(server.rounds, _ROUNDS)
        for number in range(rounds):
            to = second if number % 2 == 0 else first
            _schedule(connection, to)
            claims, runs = _worked(server, name)
            claimed.append(claims / count * MICRO)
            moved.append((claims + runs) / count * MICRO)
            connection.execute("drop table if exists bench.saved")
            connection.execute(_SAVE.format(batch=_BATCH).encode())
            connection.execute("vacuum kw.key_wrappers, kw.rewrap_jobs")
            updated.append(_updated(server, name, count) / count * MICRO)
            connection.execute("vacuum kw.key_wrappers")
        grown = _size(connection) / size
        floor = Line("UPDATE of the same columns", min(updated))
        running = Table(
            f"{count:,} wrappers moved from one branch key to another",
            "µs a wrapper",
            (
                floor,
                compared(min(moved), floor, "claimed and run, each wrap opened again", 2.6),
                compared(min(claimed), floor, "of that, the claims"),
            ),
        )
        return [
            running,
            _scheduling(server, name, count, rounds),
            _side_by_side(server, name, count, (first, second)),
            _memory(server, name, (first, second)),
            Table(
                "Size of kw.key_wrappers after that", "times", (Line("with its indexes", grown),)
            ),
        ]


def _other(connection: psycopg.Connection, keys: tuple[int, int]) -> int:
    """Return the key that the wrappers are not under."""
    query = "select kms1_key_id from kw.key_wrappers where dek_class = 'field' limit 1"
    now = connection.execute(query).fetchall()[0][0]
    return keys[0] if now == keys[1] else keys[1]


def _schedule(connection: psycopg.Connection, to: int) -> None:
    connection.execute("delete from kw.rewrap_jobs")
    query = "select kw.schedule_rewrap(provider => 'branches', new_kms_key_id => %s)"
    connection.execute(query, (to,))
    connection.execute("analyze kw.rewrap_jobs")


def _worked(server: Server, name: str) -> tuple[float, float]:
    """Work the queue off; return the CPU seconds of claims and of runs."""
    claims = runs = 0.0
    with server.place.connect(name) as worker:
        worker.execute("select kw.claim_rewrap_jobs(1)")  # what a session loads is not counted
        while True:
            start = cpu_seconds(worker)
            jobs = worker.execute("select kw.claim_rewrap_jobs(%s)", (_BATCH,)).fetchall()[0][0]
            claims += cpu_seconds(worker) - start
            if not jobs:
                return claims, runs
            start = cpu_seconds(worker)
            worker.execute("select * from kw.run_rewrap_jobs(%s)", (jobs,))
            runs += cpu_seconds(worker) - start


def _updated(server: Server, name: str, count: int) -> float:
    """Update the same rows, a batch a transaction; return the CPU seconds."""
    with server.place.connect(name) as plain:
        plain.execute(_UPDATE, (-1,), prepare=True)
        start = cpu_seconds(plain)
        for batch in range(-(-count // _BATCH)):
            plain.execute(_UPDATE, (batch,), prepare=True)
        return cpu_seconds(plain) - start


def _scheduling(server: Server, name: str, count: int, rounds: int) -> Table:
    inserted, scheduled = [], []
    with server.place.connect(name) as plain, server.place.connect(name) as ours:
        ours.execute("select kw.schedule_due_rewraps()")
        for _ in range(rounds):
            plain.execute("truncate kw.rewrap_jobs")
            start = cpu_seconds(plain)
            plain.execute(_INSERT)
            inserted.append((cpu_seconds(plain) - start) / count * MICRO)
            plain.execute("truncate kw.rewrap_jobs")
            start = cpu_seconds(ours)
            ours.execute("select kw.schedule_rewrap(provider => 'branches')")
            scheduled.append((cpu_seconds(ours) - start) / count * MICRO)
    floor = Line("INSERT of the same jobs", min(inserted))
    line = compared(min(scheduled), floor, "schedule_rewrap", 2.0)
    return Table(f"{count:,} jobs scheduled", "µs a job", (floor, line))


def _side_by_side(server: Server, name: str, count: int, keys: tuple[int, int]) -> Table:
    """Compare the time of two workers with that of one."""
    seconds = []
    with server.place.connect(name) as connection:
        for number, workers in enumerate((1, 2)):
            _schedule(connection, _other(connection, keys))
            threads = [
                threading.Thread(target=_worked, args=(server, name)) for _ in range(workers)
            ]
            with Stopwatch() as watch:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            seconds.append(watch.seconds)
            connection.execute("vacuum kw.key_wrappers, kw.rewrap_jobs")
            assert number < 2
    one = Line("wrappers a second, one worker", count / seconds[0])
    two = Line("two workers", count / seconds[1], one.name, seconds[0] / seconds[1])
    return Table("Workers side by side (wall clock; wanted: 1.6 times)", "wrappers", (one, two))


def _memory(server: Server, name: str, keys: tuple[int, int]) -> Table:
    """Show the memory of a worker after its first batch and at its end."""
    with server.place.connect(name) as connection, server.place.connect(name) as worker:
        _schedule(connection, _other(connection, keys))
        pid = worker.info.backend_pid
        sizes = []
        while True:
            jobs = worker.execute("select kw.claim_rewrap_jobs(%s)", (_BATCH,)).fetchall()[0][0]
            if not jobs:
                break
            worker.execute("select * from kw.run_rewrap_jobs(%s)", (jobs,))
            sizes.append(_private_mb(pid))
    early = Line("after three batches", sizes[min(2, len(sizes) - 1)])
    late = compared(sizes[-1], early, "at the end", 1.1)
    return Table("Memory of a worker", "MB", (early, late))


def _private_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = sum(
        int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")
    )
    return kilobytes / 1024


def _size(connection: psycopg.Connection) -> int:
    query = "select pg_total_relation_size('kw.key_wrappers')"
    return int(connection.execute(query).fetchall()[0][0])
