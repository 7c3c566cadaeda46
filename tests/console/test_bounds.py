"""Clients that are many, slow or silent, and signals: memory and connections stay bounded."""

import asyncio
import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from kwtools.cluster import Place
from kwtools.console.databases import MOST, Busy, Databases, NotRead
from kwtools.targets import Target
from tests.conftest import Database
from tests.console.conftest import Console
from tests.metrics.conftest import stopped
from tests.slow_clients import beside

MOST_KIB = 300_000
LOCK = "lock table kw.kms_keys, kw.rewrap_jobs, kw.kms_providers"


def sessions(db: Database) -> int:
    """Return how many sessions the console has."""
    query = (
        "select count(*) from pg_stat_activity"
        " where datname = %s and application_name = 'kwtools console'"
    )
    return int(db.sql(query, db.name)[0][0])


@contextlib.contextmanager
def counted(db: Database) -> Iterator[list[int]]:
    """Note again and again how many sessions the console has, until the block ends."""
    seen: list[int] = []
    ended = threading.Event()

    def watch() -> None:
        with db.place.connect() as connection:
            while not ended.is_set():
                query = (
                    "select count(*) from pg_stat_activity"
                    " where datname = %s and application_name = 'kwtools console'"
                )
                row = connection.execute(query, (db.name,)).fetchone()
                seen.append(row[0] if row else 0)
                ended.wait(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def memory(process: subprocess.Popen[str]) -> int:
    """Return the most memory that a process had so far, in KiB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1])


async def statuses(console: Console, clients: int, *paths: str) -> list[int]:
    """Ask for the paths in turn with that many clients at once; 0 for one that got no answer."""

    async def one(path: str) -> int:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", console.port)
            head = f"GET {console.below(path)} HTTP/1.1\r\nHost: 127.0.0.1:{console.port}\r\n"
            writer.write(f"{head}Cookie: {console.cookie}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            return int(answer.split()[1]) if answer else 0
        except OSError:
            return 0

    asked = islice(cycle(paths), clients)
    return list(await asyncio.gather(*map(one, asked)))


def test_a_thousand_clients_at_once_are_answered_with_few_connections(
    db: Database, console: Console
) -> None:
    console.enter()
    with counted(db) as seen:
        found = asyncio.run(statuses(console, 1000, "/jobs", "/health", "/static/console.css"))
    assert set(found) <= {200, 202, 503, 0}  # 202: it is being read
    assert 200 in found
    assert max(seen) <= 2 * MOST  # a session that has ended is seen for a moment longer
    assert memory(console.process) < MOST_KIB
    assert console.get("/jobs").status == 200


def test_clients_of_a_database_that_waits_share_few_connections(
    db: Database, console: Console
) -> None:
    console.enter()
    with db.connect(autocommit=False) as holder, counted(db) as seen:
        holder.execute(LOCK)
        found = asyncio.run(statuses(console, 20, "/health"))
        holder.rollback()
    assert 502 in found  # a lock was not had in time
    assert set(found) <= {502, 503}  # no connection was free in time
    assert max(seen) <= 2 * MOST  # a session that has ended is seen for a moment longer
    assert console.get("/health").status == 200


def test_who_gets_no_connection_in_time_is_told_so(db: Database) -> None:
    databases = Databases([Target("one", db.dsn)], most=1)
    with databases.reading("one"), pytest.raises(Busy), databases.reading("one"):
        pass
    with databases.reading("one") as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_server_that_stands_still_holds_up_no_page_of_another(
    db: Database, own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.console.databases._CONNECT_TIMEOUT", 300)
    place = own_cluster()
    standing = Target("standing", place.dsn("postgres"))
    databases = Databases([standing, Target("one", db.dsn)])
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        with contextlib.suppress(NotRead), databases.reading("standing"):
            pass

    waiting = threading.Thread(target=wait)
    with stopped(int((place.data / "postmaster.pid").read_text().splitlines()[0])):
        waiting.start()
        begun.wait()
        time.sleep(0.5)  # it connects meanwhile
        with databases.reading("one") as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert waiting.is_alive()
    waiting.join()


def test_a_page_that_waits_for_a_lock_says_so_in_time(db: Database, console: Console) -> None:
    with db.connect(autocommit=False) as holder:
        holder.execute(LOCK)
        answer = console.get("/health")
        holder.rollback()
    assert answer.status == 502
    assert "SQLSTATE <code>55P03</code>" in answer.text


# -- slow clients ---------------------------------------------------------------------------------

SERVER = """
from kwtools.console.serving import Server
server = Server("127.0.0.1", 0, patience={})
print(server.port, flush=True)
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "2000000")])
    return [b"x" * 2000000]
server.run(application, lambda: None)
"""


@pytest.fixture
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server as the console's, but with a second of patience, or with that of the parameter."""
    command = [sys.executable, "-c", SERVER.format(getattr(request, "param", 1))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.send_signal(signal.SIGTERM)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def answers(port: int) -> bool:
    """Return whether the server answers a client that behaves."""
    with connect(port) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return wire.recv(15).startswith(b"HTTP/1.1 200")


def test_clients_that_dribble_are_cut_off(port: int) -> None:
    """Each sends a byte now and then, so that it never is silent for long."""
    slow = [connect(port) for _ in range(150)]
    cut: set[int] = set()
    while len(cut) < len(slow):
        for number, wire in enumerate(slow):
            try:
                wire.sendall(b"G")
            except OSError:
                cut.add(number)
        time.sleep(0.1)
    assert answers(port)


@pytest.mark.parametrize("port", [3600], indirect=True)
@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\n"])
def test_who_asks_is_answered_beside_clients_that_wait_for_ever(port: int, sent: bytes) -> None:
    """A new connection ends the oldest that waits for its client, and no other."""
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(connect(port)) for _ in range(150)]
        for wire in waiting:
            with contextlib.suppress(OSError):  # it was ended
                wire.sendall(sent)
        for _ in range(3):
            assert answers(port)
        waiting[0].settimeout(60)
        with contextlib.suppress(ConnectionResetError):
            assert waiting[0].recv(1) == b""
        waiting[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            waiting[-1].recv(1)


def test_clients_that_never_read_are_cut_off(port: int) -> None:
    silent = [connect(port) for _ in range(150)]
    for wire in silent:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answers(port)
    for wire in silent:
        wire.close()


def test_clients_that_say_nothing_are_cut_off(port: int) -> None:
    silent = [connect(port) for _ in range(150)]
    assert answers(port)
    for wire in silent:
        assert wire.recv(1) == b""


def test_pages_are_answered_in_time_beside_clients_without_the_token(
    db: Database, console: Console
) -> None:
    console.enter()
    with beside(console.port, "/jobs") as answered:
        while answered[0] < 100:
            time.sleep(0.1)
        for _ in range(5):
            begun = time.monotonic()
            assert console.get("/jobs").status == 200
            assert time.monotonic() - begun < 10


# -- signals --------------------------------------------------------------------------------------


def get_in_vain(console: Console) -> None:
    """Ask for a page of a console that ends before it can answer."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        console.get("/health")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_the_statement_that_runs(
    db: Database, console: Console, number: signal.Signals
) -> None:
    console.enter()
    with db.connect(autocommit=False) as holder:
        holder.execute(LOCK)
        waiting = threading.Thread(target=get_in_vain, args=(console,))
        waiting.start()
        while not sessions(db):
            time.sleep(0.01)
        console.process.send_signal(number)
        _, err = console.process.communicate(timeout=60)
        waiting.join()
    assert console.process.returncode == 0
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "kwtools: console: ended"
    while sessions(db):
        time.sleep(0.01)
