"""The deployment key is replaced beside writers, through crashes of the command and the server."""

import os
import random
import subprocess
import threading
import time
from collections.abc import Callable

import psycopg

from kwtools.cluster import Place, set_up
from tests.ops.crashes import kill_sessions, reachable
from tests.ops.test_rewrap_crashes import KWTOOLS
from tests.sql.sealed import CHECK, TABLES, begin
from tests.sql.session import Session

ROWS = int(os.environ.get("REPLACE_ROWS", "3000"))
CRASHES = int(os.environ.get("REPLACE_CRASHES", "6"))
KEY_NOS = " union ".join(f"select get_byte(seal, 3) from kw.{table}" for table in TABLES)
IS_BEGUN = "select count(*) from kw.deployments where phase = 'replacing'"
COMMAND = "kwtools deployment replace"
IS_CONNECTED = f"""
    and exists (
        select from pg_stat_activity
        where application_name = '{COMMAND}' and query like '%reseal_rows%'
    )
"""


class Writer(threading.Thread):
    """Changes keys and reads values until it is told to end; connects again after a crash."""

    def __init__(self, place: Place, number: int, value: bytes) -> None:
        super().__init__()
        self._place, self._number, self._value = place, number, value
        self.is_over = threading.Event()
        self.wrong: list[object] = []
        self.done = 0

    def run(self) -> None:
        while not self.is_over.is_set():
            try:
                with self._place.connect(autocommit=True) as connection:
                    self._write(Session(connection))
            except psycopg.OperationalError:
                time.sleep(0.05)
            except psycopg.Error as error:
                self.wrong.append(error)
                return

    def _write(self, session: Session) -> None:
        while not self.is_over.is_set():
            key = str(random.randrange(ROWS))
            session.rows("select kw.rotate('people', %s)", key)
            session.rows("select kw.rewrap(kw.lookup('people', %s))", str(random.randrange(ROWS)))
            session.rows(
                "select kw.bind('people', %s)", f"new {self._number} {self.done} {random.random()}"
            )
            found = session.value("select kw.decrypt('people', '1', 'ssn', %s)", self._value)
            if found != b"kept":
                self.wrong.append(found)
            self.done += 1


def replace(place: Place) -> subprocess.Popen[str]:
    """Start the command."""
    arguments = ["deployment", "replace", "--batch", "100", "--dsn", place.dsn()]
    return subprocess.Popen(
        [KWTOOLS, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_for_rows(place: Place, command: subprocess.Popen[str]) -> None:
    """Wait until the command reseals rows, or has ended."""
    deadline = time.monotonic() + 120
    with place.connect(autocommit=True) as connection:
        while command.poll() is None and time.monotonic() < deadline:
            if connection.execute(IS_BEGUN + IS_CONNECTED).fetchall() == [(1,)]:
                time.sleep(random.uniform(0, 0.3))
                return
            time.sleep(0.02)


def kill_something(place: Place, command: subprocess.Popen[str]) -> None:
    """Kill the command, or the server process that it uses: then the server ends all others."""
    if random.random() < 0.5:
        command.kill()
    else:
        kill_sessions(place, COMMAND)
        reachable(place)
    command.wait()


def test_a_replacement_goes_on_after_crashes_beside_writers(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster(settings={"synchronous_commit": "on"})
    with place.connect(autocommit=True) as connection:
        set_up(connection, "replace")
        session = Session(connection)
        session.rows("create table public.people (id text primary key, ssn bytea)")
        session.rows("select kw.bind_many('people', %s)", [str(one) for one in range(ROWS)])
        begin(session)
        value = session.value("select kw.encrypt('people', '1', 'ssn', 'kept')")
    writers = [Writer(place, number, value) for number in range(2)]
    for writer in writers:
        writer.start()
    crashes = in_the_middle = 0
    try:
        while crashes < CRASHES:
            command = replace(place)
            wait_for_rows(place, command)
            if command.poll() is None:
                kill_something(place, command)
                with place.connect(autocommit=True) as connection:
                    in_the_middle += Session(connection).value(IS_BEGUN)
                crashes += 1
                continue
            assert command.returncode == 0, command.communicate()[0]
        out = ""
        for _ in range(20):
            command = replace(place)
            out = command.communicate(timeout=120)[0]
            if command.returncode == 0:
                break
        assert command.returncode == 0, out
    finally:
        for writer in writers:
            writer.is_over.set()
        for writer in writers:
            writer.join(60)
    assert in_the_middle
    assert [writer.wrong for writer in writers] == [[], []]
    assert all(writer.done for writer in writers)
    with place.connect(autocommit=True) as connection:
        session = Session(connection)
        assert session.rows(CHECK) == []
        last = session.value("select max(key_no) from kw.deployments")
        assert session.values(KEY_NOS) == [last]
        assert session.values(IS_BEGUN) == [0]
        assert session.rows("select * from kw.verify()") == []
