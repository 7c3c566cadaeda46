"""Eight workers beside readers, writers, binds, shreds, rotations and a dump."""

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.conftest import Database, unique
from tests.ops.standbys import catch_up

ROWS = 300
PATIENCE = 600.0
UNTRUE = """
select w.wrapper_uuid
from kw.key_wrappers w
left join kw.rewrap_jobs j on j.key_wrapper_id = w.id
where w.status <> 'invalid'
group by w.id
having w.wrap_version <> 1 + count(j.id) filter (where j.status = 'done' and j.kind <> 'rotate')
"""


@contextlib.contextmanager
def repeated(*works: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Repeat works, each in a thread of its own, until the block ends."""
    ended, failures = threading.Event(), []

    def repeat(work: Callable[[], None]) -> None:
        try:
            while not ended.is_set():
                work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        ended.set()
        for thread in threads:
            thread.join()


class People:
    """A table whose values are as long as the numbers in its rows say, each in its own cell."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.shredded: set[int] = set()
        self._last = ROWS
        db.sql("create table public.people (id bigint primary key, plain text, ssn bytea)")
        db.sql(
            "select kw.bind_many_by_bigint('people', array_agg(g), 'ssn')"
            " from generate_series(1, %s) g",
            ROWS,
        )
        db.sql(
            "insert into people select g, 'v' || g, kw.encrypt_text('people', g, 'ssn', 'v' || g)"
            " from generate_series(1, %s) g",
            ROWS,
        )

    def once(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        with self._db.connect() as connection:
            return connection.execute(query, params).fetchall()

    def reader(self) -> Callable[[], None]:
        session = self._db.connect()

        def read() -> None:
            wrong = session.execute(
                "select id from people where kw.try_decrypt_text('people', id, 'ssn', ssn) <> plain"
            )
            assert wrong.fetchall() == []

        return read

    def writer(self) -> Callable[[], None]:
        session = self._db.connect()

        def write() -> None:
            session.execute(
                "update people set plain = plain || 'x',"
                " ssn = kw.encrypt_text('people', id, 'ssn', plain || 'x')"
                " where id = (select 50 + floor(random() * %s)::int)",
                (ROWS - 50,),
            )

        return write

    def binder(self) -> None:
        self._last += 1
        self.once("select kw.bind('people', %s, 'ssn')", self._last)

    def rotator(self) -> None:
        self.once("select kw.rotate('people', (51 + floor(random() * 200))::bigint, 'ssn')")

    def shredder(self) -> None:
        if len(self.shredded) < 40:
            number = len(self.shredded) + 1
            self.once("select kw.shred('people', %s, 'ssn')", number)
            self.shredded.add(number)
        time.sleep(0.05)


def working(session: psycopg.Connection) -> Callable[[], None]:
    """Return what works jobs off for a moment."""

    def work() -> None:
        session.execute("call kw.work_rewrap_jobs(0.001, max_jobs => 20)")

    return work


def some_of(work: Callable[[], None], times: int) -> Callable[[], None]:
    """Return what does work so often, and nothing more."""
    left = iter(range(times))

    def some() -> None:
        if next(left, None) is None:
            time.sleep(0.01)
        else:
            work()

    return some


def unfinished(db: Database) -> int:
    return int(db.sql("select count(*) from kw.rewrap_jobs where finished_at is null")[0][0])


def test_nothing_is_lost_beside_everything_else(
    db: Database, target: Database, tmp_path: Path
) -> None:
    people = People(db)
    third = db.sql("select kw.create_kms_key('local', %s)", unique("key"))[0][0]
    workers = [db.connect() for _ in range(8)]
    dump = tmp_path / "dump"

    def schedule(query: str) -> None:
        assert db.sql(f"select {query}")[0][0] > 0

    environment = {"PATH": os.environ["PATH"], **db.place.environment(db.name)}
    works = [
        *map(working, workers), people.reader(), people.reader(), people.writer(), people.binder,
        people.rotator, people.shredder,
    ]  # fmt: skip
    schedule(f"kw.schedule_rewrap(kms_key_id => 1, new_kms_key_id => {third})")
    with repeated(*works) as failures:
        command = ["pg_dump", "-Fc", "-f", str(dump)]
        subprocess.run(command, env=environment, check=True)
        deadline = time.monotonic() + PATIENCE
        for query in (
            f"kw.schedule_rewrap(kms_key_id => {third}, new_kms_key_id => 1)",
            "kw.schedule_rotate('people', 'ssn')",
            "kw.schedule_rewrap(policy => 'default')",
        ):
            while unfinished(db) and not failures:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            if not failures:
                schedule(query)
        while unfinished(db) and not failures:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert failures == []
    assert db.sql("select distinct status from kw.rewrap_jobs") == [("done",)]
    assert db.sql(UNTRUE) == []
    assert db.sql("select * from kw.verify()") == []
    check_values(db, len(people.shredded))

    environment = {"PATH": os.environ["PATH"], **target.place.environment(target.name)}
    subprocess.run(["pg_restore", "-d", target.name, str(dump)], env=environment, check=True)
    target.sql("select kw.reclaim_entities()")
    assert target.sql("select * from kw.verify()") == []
    check_values(target, None)


def check_values(db: Database, shredded: int | None) -> None:
    """Every value decrypts to what stands beside it, or was shredded."""
    rows = db.sql(
        "select count(*) filter (where opened is null), count(*) filter (where opened <> plain)"
        " from people cross join lateral kw.try_decrypt_text('people', id, 'ssn', ssn) opened"
    )
    assert rows[0][1] == 0
    if shredded is not None:
        assert rows[0][0] == shredded


def test_a_standby_that_is_promoted_in_the_middle_goes_on(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    with place.connect() as primary:
        set_up(primary, "promoted")
        primary.execute("select kw.wrap_many(array_fill(null::bytea, array[2000]))")
        # No query on the standby is cancelled, since it must see the rows of a moment.
        patient = {"max_standby_streaming_delay": "-1"}
        below = own_cluster(standby_of=place, settings=patient)
        deks = "select w.id, kw.unwrap(w.wrapper_uuid::uuid) from kw.key_wrappers w order by w.id"
        before = primary.execute(deks).fetchall()
        with below.connect() as standby:
            catch_up(primary, standby)
            primary.execute("select kw.schedule_rewrap(policy => 'default')")
            with repeated(some_of(working(place.connect()), 75)):  # of 20 jobs each
                count = "select count(*) from kw.rewrap_jobs where status = 'done'"
                while standby.execute(count).fetchall()[0][0] < 300:
                    time.sleep(0.01)
                # Not waited for in SQL: replay may have to wait for that statement's snapshot.
                standby.execute("select pg_promote(wait => false)")
                while standby.execute("select pg_is_in_recovery()").fetchall() == [(True,)]:
                    time.sleep(0.01)
            left = standby.execute(
                "select count(*) from kw.rewrap_jobs where finished_at is null"
            ).fetchall()[0][0]
            assert 0 < left < 2000
            standby.execute("call kw.work_rewrap_jobs()")
            statuses = "select distinct status from kw.rewrap_jobs"
            assert standby.execute(statuses).fetchall() == [("done",)]
            assert standby.execute(UNTRUE.encode()).fetchall() == []
            assert standby.execute("select * from kw.verify()").fetchall() == []
            assert standby.execute(deks).fetchall() == before


@pytest.mark.parametrize("held", ["a wrapper", "a job"])
def test_who_keeps_a_row_locked_holds_up_no_worker(db: Database, held: str) -> None:
    wrappers = "select unnest(kw.wrap_many(array_fill(null::bytea, array[50])))::text"
    first = db.sql(wrappers)[0][0]
    db.sql("select kw.schedule_rewrap(policy => 'default')")
    other = db.connect(autocommit=False)
    if held == "a wrapper":
        other.execute("select from kw.key_wrappers where wrapper_uuid = %s for update", (first,))
    else:
        other.execute("select from kw.rewrap_jobs where id = 1 for update")
    with db.connect() as worker:
        worker.execute("set lock_timeout = '1ms'")
        worker.execute("call kw.work_rewrap_jobs(0.5)")
    assert unfinished(db) == 1
    other.rollback()
    db.sql("update kw.rewrap_jobs set scheduled_at = null where finished_at is null")
    with db.connect() as worker:
        worker.execute("call kw.work_rewrap_jobs()")
    assert unfinished(db) == 0
