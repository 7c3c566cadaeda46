"""The takeover of an encrypted column beside writers, and through crashes of the server.

The writers know pgcrypto only. CRASH_ROUNDS and CRASH_ROWS in the environment make it longer.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from kwtools.cluster import Place, set_up
from tests.ops.crashes import kill_sessions, reachable
from tests.ops.test_protect_crashes import (
    ROWS,
    Writers,
    moments,
    value,
)

KWTOOLS = Path(sys.executable).parent / "kwtools"
KEY = "an-0ld-passw0rd"
_ENCRYPTED = f"pgp_sym_encrypt({{}}, '{KEY}', 's2k-mode=1')"
_MOST_SECONDS_OF_A_STATEMENT = 20.0
"""Many times what a batch takes; a writer that waited for a phase would wait for longer."""


class OldWriters(Writers):
    """Writers that use pgcrypto."""

    written = _ENCRYPTED.format("%s")


@pytest.fixture
def place(own_cluster: Callable[..., Place]) -> Place:
    made = own_cluster(settings={"synchronous_commit": "on"})
    with made.connect() as connection:
        set_up(connection, "protect")
        connection.execute("create extension pgcrypto")
        connection.execute("create table people (id bigint primary key, email bytea, n int)")
        each = _ENCRYPTED.format("'m' || g")
        connection.execute(
            f"insert into people select g, {each}, 0 from generate_series(1, {ROWS}) g".encode()
        )
        connection.execute("analyze people")
    return made


@pytest.fixture
def command(place: Place, tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """``command(…)``: start the command for the column, with the old key."""
    key = tmp_path / "old.key"
    key.write_text(KEY)

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        given = ["people", "email", "--batch", "100", "--dsn", place.dsn()]
        source = ["--taken-over-from", "pgcrypto-pgp", "--old-key-file", str(key)]
        return subprocess.Popen(
            [KWTOOLS, "encrypt-column", *given, *source, *arguments],
            stdout=subprocess.DEVNULL,
        )

    return start


def check(place: Place, writers: Writers) -> None:
    """Every write that was committed is there, encrypted by kwtools; nothing else changed."""
    query = "select id, kw.decrypt_text('people', id, 'email', email) from people"
    with place.connect() as session:
        rows = session.execute(query.encode()).fetchall()
    writers.check({row[0]: row[1] for row in rows})


def test_writers_of_the_old_format_lose_nothing_until_cut_over_and_are_refused_then(
    place: Place, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with OldWriters(place) as writers:
        assert command("--until", "verified").wait() == 0
        assert writers.failed == []
        assert command("--until", "cut_over").wait() == 0
        ends = time.monotonic() + 120
        while not writers.failed and time.monotonic() < ends:
            time.sleep(0.1)
    check(place, writers)
    assert sum(len(one) for one in writers.known) > 50
    assert writers.failed
    assert all("would be lost" in said for said in writers.failed)
    assert writers.longest < _MOST_SECONDS_OF_A_STATEMENT
    assert command("--until", "contracted").wait() == 0
    check(place, writers)


def test_crashes_in_any_phase_lose_nothing_and_the_command_goes_on(
    place: Place, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with OldWriters(place) as writers:
        for number, moment in enumerate(moments()):
            running = command("--rate", "2000")
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(moment)
            if number % 2:
                running.kill()
            else:
                kill_sessions(place, "kwtools encrypt-column")
            running.wait()
            reachable(place)
        assert command().wait() == 0
    assert value(place, "select status from kw.protection_status()") == "verified"
    assert command("--until", "contracted").wait() == 0
    check(place, writers)


@pytest.mark.parametrize("step", ["cut_over", "contract", "undo"])
def test_a_crash_in_the_transaction_of_a_phase_leaves_the_phase_before(
    place: Place, command: Callable[..., subprocess.Popen[bytes]], step: str
) -> None:
    until = {"cut_over": "verified", "contract": "cut_over", "undo": "cut_over"}[step]
    assert command("--until", until).wait() == 0
    if step == "cut_over":
        with place.connect() as session:
            changed = _ENCRYPTED.format("'new'")
            session.execute(f"update people set email = {changed} where id = 1".encode())
    state = (
        "select (select jsonb_agg(to_jsonb(p) order by id) from kw.protections p)"
        " || (select jsonb_agg(to_jsonb(a) - 'attcacheoff' order by attnum) from pg_attribute a"
        " where attrelid = 'people'::regclass)"
        " || (select coalesce(jsonb_agg(conname order by conname), '[]') from pg_constraint"
        " where conrelid = 'people'::regclass)"
        " || (select jsonb_agg(to_jsonb(p) order by id) from people p)"
    )
    before = value(place, state)
    key = f", old_key => '{KEY}'" if step == "cut_over" else ""
    with place.connect() as other, contextlib.suppress(psycopg.OperationalError):
        session = place.connect(autocommit=False)
        session.execute(f"select kw.protect_{step}('people', 'email'{key})".encode())
        os.kill(session.info.backend_pid, signal.SIGKILL)
        while True:  # until the server has noticed, and ended every session
            other.execute("select pg_sleep(0.05)")
    reachable(place)
    assert value(place, state) == before
    assert command(*(["--undo"] if step == "undo" else ["--until", "contracted"])).wait() == 0
