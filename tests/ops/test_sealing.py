"""Sealing beside writers, through crashes, and seen from a standby."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from kwtools.cli import main
from kwtools.cluster import Cluster, Place, set_up
from kwtools.evidence import merkle, receipts, wrapper_receipts
from kwtools.evidence.checkpoints import open_checkpoint
from tests.conftest import Database
from tests.deployment import happen, make_log, seal, trust
from tests.ops.crashes import reachable
from tests.sql.sealed import make_tables
from tests.sql.session import Session

WRITERS = 16
TRANSACTIONS = int(os.environ.get("SEAL_TRANSACTIONS", "30"))
LINE = re.compile(rb"kwtools checkpoint: (\{.*\})")
EVENTS = "select id from kw.audit_events order by leaf_index"
UNSEALED = "select id from kw.audit_events where leaf_index is null"


def check(session: Session, notes: list[str]) -> None:
    """Every event is sealed once, and every checkpoint that anybody saw is of this one tree."""
    known = trust(session)
    leaves = [
        merkle.of_entry(bytes(one))
        for one in session.values("select entry from kw.log_leaves order by leaf_index")
    ]
    sealed = session.values("select event_id from kw.log_leaves order by leaf_index")
    assert session.values(UNSEALED) == []
    assert sealed == session.values(EVENTS)
    for note in notes:
        opened = open_checkpoint(note.encode(), known)
        assert merkle.fold(leaves[: opened.size]) == opened.root


def crash(place: Place, pid: int) -> None:
    """Kill a server process, and return when the server ends the others to recover."""
    with place.connect(autocommit=True) as bystander:
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            bystander.execute("select pg_sleep(600)")


def seal_for_ever(session: Session) -> None:
    """Seal until the connection is lost."""
    while True:
        session.rows("call kw.seal_audit(max_events => 100, again => true)")


def logged(place: Place) -> list[str]:
    """Return the checkpoints that the server log has."""
    return [json.loads(one)["checkpoint"] for one in LINE.findall(place.log.read_bytes())]


def test_sealing_beside_many_writers_loses_nothing(db: Database) -> None:
    session = Session(db.connect())
    make_log(session)
    done = threading.Event()

    def write(number: int) -> list[int]:
        """Write events in transactions of several sizes, of which some are rolled back."""
        written: list[int] = []
        own = Session(db.connect())
        for turn in range(TRANSACTIONS):
            own.rows("begin")
            ids = happen(own, 1 + (turn * number) % 7)
            if turn % 4 == 0:
                own.rows("select pg_sleep(0.003)")  # so that later ids are sealed first
            is_kept = turn % 5 != 4
            own.rows("commit" if is_kept else "rollback")
            written += ids if is_kept else []
        return written

    def seal_all() -> list[str]:
        own, notes = Session(db.connect()), []
        while not done.is_set():
            ((_, note),) = own.rows("call kw.seal_audit(max_events => 37)")
            notes.append(note)
        return notes

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        sealing = pool.submit(seal_all)
        writing = [pool.submit(write, number) for number in range(WRITERS)]
        try:
            written = {event for one in writing for event in one.result()}
        finally:
            done.set()
        notes = sealing.result()
    notes.append(seal(session)[1])
    assert written <= set(session.values(EVENTS))
    check(session, notes)


def test_rows_are_as_the_log_says_while_many_write_and_some_seal(db: Database) -> None:
    session = Session(db.connect())
    session.rows("create table public.people (id bigint primary key, name text, ssn bytea)")
    make_tables(session)
    make_log(session)
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    kept = [seal(session)[1]]
    done = threading.Event()

    def write(number: int) -> None:
        own = Session(db.connect())
        for turn in range(TRANSACTIONS):
            key = number if turn % 2 else 99
            for call in (
                f"bind('people', '{key}')",
                f"rotate('people', '{key}')",
                f"grant_field('people', 'f{number % 3}', 'kw_client', true, {turn % 2 == 0})",
                f"set_setting('cache_seconds', {100 + turn})",
                f"revoke_field('people', 'f{number % 3}', 'kw_client')",
            ):
                _try(own, f"select kw.{call}")

    def seal_all() -> None:
        own = Session(db.connect())
        while not done.is_set():
            ((_, note),) = own.rows("call kw.seal_audit(max_events => 3)")
            kept.append(note)

    def compare() -> int:
        own, count = Session(db.connect()), 0
        while not done.is_set():
            assert own.rows("select * from kw.check_state(%s)", kept[-1]) == []
            count += 1
        return count

    with ThreadPoolExecutor(8) as pool:
        sealing, comparing = pool.submit(seal_all), pool.submit(compare)
        writing = [pool.submit(write, number) for number in range(6)]
        try:
            for one in writing:
                one.result()
        finally:
            done.set()
        assert comparing.result()
        sealing.result()
    seal(session)
    for note in (kept[0], kept[len(kept) // 2], kept[-1]):
        assert session.rows("select * from kw.check_state(%s)", note) == []


def _try(session: Session, statement: str) -> None:
    """Run a statement that another one may be in the way of."""
    try:
        session.rows(statement)
    except psycopg.Error as error:
        # a deadlock, a grant that another one revoked, or a binding that one is rotating
        if error.sqlstate not in ("40P01", "KW101", "KW102"):
            raise


@pytest.fixture
def place() -> Iterator[Place]:
    """A server whose commits do not wait for the disk."""
    with Cluster(settings={"synchronous_commit": "off"}) as cluster:
        with cluster.place.connect() as session:
            set_up(session, "sealing")
        yield cluster.place


APPEND, SIGN = "select kw.append_audit()", "select kw.sign_checkpoint()"
STATE = "select kw.append_state()"
APPENDED = ["begin", APPEND, "commit", "begin", STATE, "commit"]
STEPS = {
    "while entries are appended": ["begin", APPEND],
    "after they are committed": ["begin", APPEND, "commit"],
    "while the state is appended": ["begin", APPEND, "commit", "begin", STATE],
    "after that is committed": ["begin", APPEND, "commit", "begin", STATE, "commit"],
    "while the checkpoint is signed": [*APPENDED, "begin", SIGN],
    "after it is committed": [*APPENDED, "begin", SIGN, "commit"],
}


def test_a_crash_at_each_step_loses_nothing_and_no_checkpoint_contradicts_another(
    place: Place,
) -> None:
    with place.connect(autocommit=True) as connection:
        make_log(Session(connection))
    for statements in STEPS.values():
        for die in (signal.SIGKILL, signal.SIGTERM):  # SIGKILL of one ends the whole server
            with place.connect(autocommit=True) as connection:
                session = Session(connection)
                happen(session, 300)
                for statement in statements:
                    session.rows(statement)
                if die == signal.SIGKILL:
                    crash(place, connection.info.backend_pid)
                else:
                    os.kill(connection.info.backend_pid, die)
                with pytest.raises(psycopg.OperationalError):
                    session.rows("select pg_sleep(600)")
            reachable(place)
            with place.connect(autocommit=True) as connection:
                session = Session(connection)
                happen(session, 7)
                seal(session)
                check(session, logged(place))
    assert len(logged(place)) >= 2 * len(STEPS)


def test_crashes_at_random_moments_lose_nothing(place: Place) -> None:
    with place.connect(autocommit=True) as connection:
        make_log(Session(connection))
    for pause in (0.0, 0.01, 0.03, 0.1):
        with place.connect(autocommit=True) as connection:
            session = Session(connection)
            happen(session, 2000)
            killer = threading.Timer(pause, crash, (place, connection.info.backend_pid))
            killer.start()
            with pytest.raises(psycopg.OperationalError):
                seal_for_ever(session)
            killer.join()
        reachable(place)
        with place.connect(autocommit=True) as connection:
            session = Session(connection)
            seal(session)
            check(session, logged(place))


def test_a_standby_proves_and_verifies(
    own_cluster: Callable[..., Place], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    primary_place = own_cluster()
    with primary_place.connect(autocommit=True) as primary:
        set_up(primary, "standby")
        session = Session(primary)
        make_log(session, "Ed25519", "ML-DSA-44")
        happen(session, 300)
        session.rows("create table people (id bigint primary key, ssn bytea)")
        shredded = session.bind("people", "1", "ssn")
        session.rows("select kw.shred('people', '1', 'ssn')")
        size, _ = seal(session)
        known = trust(session)
        keys = session.values("select verifier_key from kw.log_keys")
        standby_place = own_cluster(standby_of=primary_place)
        with standby_place.connect(autocommit=True) as connection:
            standby = Session(connection)
            until = time.monotonic() + 300
            while standby.value("select count(*) from kw.log_checkpoints") == 0:
                assert time.monotonic() < until
                time.sleep(0.05)
            event = standby.value("select min(id) from kw.audit_events")
            proof = standby.value("select kw.audit_proof(%s)", event)
            assert receipts.open_receipt(proof.encode(), known).checkpoint.size == size
            assert standby.rows("select * from kw.check_state()") == []
            text = standby.value("select kw.audit_receipt(%s)", shredded)
            assert wrapper_receipts.open_event(text.encode(), known).destroyed
            standby.refused("25006", "select kw.append_audit()")
            standby.refused("25006", "select kw.record_verify()")
        options = [part for key in keys for part in ("--key", key)]
        assert main(["audit", "export", str(tmp_path / "e"), "--dsn", standby_place.dsn()]) == 0
        where = ["--database", "--dsn", standby_place.dsn()]
        assert main(["audit", "verify", *options, str(tmp_path / "e"), *where]) == 0
        assert f"{size} entries verified, {size} events compared" in capsys.readouterr().out
