"""The queue through crashes: of workers, of their backends and of the whole server.

CRASH_ROUNDS and CRASH_WRAPPERS in the environment make it longer.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kwtools.cluster import Cluster, Place, set_up
from tests.ops.crashes import reachable

KWTOOLS = Path(sys.executable).parent / "kwtools"
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "9"))
WRAPPERS = int(os.environ.get("CRASH_WRAPPERS", "2000"))
DEKS = """
select w.wrapper_uuid, kw.unwrap(w.wrapper_uuid::uuid)
from kw.key_wrappers w where w.dek_class = 'field' order by w.id
"""
# Each job that is done has raised the version of its wrapper by one: none ran twice, none in vain.
UNTRUE = """
select w.wrapper_uuid, w.wrap_version, count(j.id) filter (where j.status = 'done')
from kw.key_wrappers w
left join kw.rewrap_jobs j on j.key_wrapper_id = w.id
group by w.id
having w.wrap_version <> 1 + count(j.id) filter (where j.status = 'done')
"""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster(settings={"synchronous_commit": "on"}) as running:
        yield running


def value(place: Place, query: str) -> Any:
    with place.connect() as connection:
        return connection.execute(query.encode()).fetchall()[0][0]


class Workers:
    """Two workers of the command, each started again when it has ended."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._running: list[subprocess.Popen[bytes]] = []

    def keep_two(self) -> None:
        self._running = [one for one in self._running if one.poll() is None]
        while len(self._running) < 2:
            arguments = ["rewrap", "run", "--batch", "50", "--dsn", self._place.dsn()]
            self._running.append(
                subprocess.Popen(
                    [KWTOOLS, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )

    def kill_one(self) -> None:
        victim = random.choice(self._running)
        victim.kill()
        victim.wait()

    def end(self) -> None:
        for one in self._running:
            one.terminate()
            one.wait()


def kill_backend(place: Place) -> None:
    """Kill the server process of a worker: the server then ends all others, and recovers."""
    query = """
        select pid from pg_stat_activity
        where application_name = 'kwtools rewrap run' and pid <> pg_backend_pid()
        order by random() limit 1
    """
    with place.connect() as connection:
        found = connection.execute(query).fetchall()
        if not found:
            return
        os.kill(found[0][0], signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):  # it takes the server a moment
            connection.execute("select pg_sleep(600)")


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def is_running(pid: int) -> bool:
    """Whether a process has not ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_server(cluster: Cluster) -> None:
    """Kill the postmaster and its children, and start the server again."""
    postmaster = int((cluster.place.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGSTOP)  # it starts no more of them
    children = children_of(postmaster)
    for pid in (postmaster, *children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    cluster.child_process.wait()
    while any(map(is_running, children)):
        time.sleep(0.02)
    cluster.child_process = None
    cluster.start()


def schedule(place: Place) -> int:
    """Put every wrapper that has no open job into the queue again."""
    with place.connect() as connection:
        rows = connection.execute("select kw.schedule_rewrap(provider => 'local')").fetchall()
        return int(rows[0][0]) + int(
            connection.execute("select kw.schedule_rewrap(policy => 'below')").fetchall()[0][0]
        )


def test_no_crash_loses_a_key_or_a_job(cluster: Cluster) -> None:
    place = cluster.place
    with place.connect() as connection:
        set_up(connection, "crash")
        connection.execute("select kw.add_provider('branches', 'wrapper')")
        connection.execute("select kw.create_policy('both', 'both', 1, 2)")
        connection.execute(
            "select kw.create_policy('below', 'single', kw.create_kms_key('branches', 'both'))"
        )
        connection.execute("select kw.create_kms_key('local', 'crash-kem', algorithm => 'X25519')")
        layers = "array[(select max(id) from kw.kms_keys)]"
        connection.execute(f"select kw.create_policy('layered', 'either', 1, 2, {layers})")
        for policy, count in (
            ("default", WRAPPERS // 2), ("both", WRAPPERS // 4), ("below", WRAPPERS // 8),
            ("layered", WRAPPERS // 8),
        ):  # fmt: skip
            made = "select kw.wrap_many(array_fill(null::bytea, array[%s]), %s)"
            connection.execute(made, (count, policy))
        before = connection.execute(DEKS).fetchall()
    workers = Workers(place)
    crashes = [
        lambda: kill_server(cluster),
        lambda: kill_backend(place),
        workers.kill_one,
    ]
    try:
        schedule(place)
        for number in range(ROUNDS):
            workers.keep_two()
            deadline = time.monotonic() + random.uniform(0.3, 1.5)
            while time.monotonic() < deadline:
                time.sleep(0.02)
            crashes[number % 3]()
            reachable(place)
            if value(place, "select count(*) from kw.rewrap_jobs where finished_at is null") == 0:
                schedule(place)
    finally:
        workers.end()
    done = subprocess.run(
        [KWTOOLS, "rewrap", "run", "--workers", "2", "--dsn", place.dsn()],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr  # which holds the progress of a run that takes long
    with place.connect() as connection:
        statuses = connection.execute("select distinct status from kw.rewrap_jobs").fetchall()
        assert statuses == [("done",)]
        assert connection.execute(UNTRUE).fetchall() == []
        finished = (
            "select count(*) from kw.rewrap_jobs where attempts < 1 or finished_at < started_at"
        )
        assert connection.execute(finished).fetchall() == [(0,)]
        assert connection.execute("select * from kw.verify()").fetchall() == []
        assert connection.execute(DEKS).fetchall() == before
