"""``kwtools metrics`` by HTTP, and as a service that writes a file."""

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from kwtools.cluster import Place
from tests.cli.conftest import Kwtools
from tests.conftest import Database
from tests.loopback import needs_ipv6
from tests.metrics.conftest import check, stopped, values
from tests.slow_clients import beside

PROMETHEUS_WAITS = 10.0
"""Its scrape_timeout, in seconds, unless told otherwise."""


class Served(NamedTuple):
    """A running exporter."""

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.split("/")[2].rpartition(":")[2])

    def get(self, path: str = "/metrics", method: str = "GET", **headers: str) -> tuple[int, str]:
        """Return the status and the text that it answers."""
        host = self.url.split("/")[2]
        with contextlib.closing(http.client.HTTPConnection(host, timeout=120)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


@contextlib.contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    """Start ``kwtools metrics``; end it by SIGTERM."""
    command = [sys.executable, "-m", "kwtools", "metrics", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=120)


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """Start it on a free port."""
    with started("--listen", "127.0.0.1:0", *options) as process:
        assert process.stdout is not None
        yield Served(process, process.stdout.readline().strip())


def test_it_serves_until_sigterm_ends_it_cleanly(db: Database) -> None:
    with served("--dsn", db.dsn) as one:
        with urllib.request.urlopen(one.url) as answer:  # noqa: S310
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = answer.read().decode()
        assert check(text) == ""
        assert values(text, "kwtools_up", database=db.name) == [1]
        one.process.send_signal(signal.SIGTERM)
        _, err = one.process.communicate(timeout=120)
        assert (one.process.returncode, err) == (0, "")


def test_sigterm_ends_it_while_a_server_stands_still(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    pid = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    with served("--dsn", place.dsn("postgres"), "--wait", "1") as one, stopped(pid):
        assert one.get()[0] == 200
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(timeout=120) == 0


def test_only_one_path_is_there_and_it_is_only_read(db: Database) -> None:
    with served("--dsn", db.dsn) as one:
        assert one.get("/")[0] == 404
        assert one.get("/metrics/../etc/passwd")[0] == 404
        assert one.get("/%2e%2e/%2e%2e/etc/passwd")[0] == 404
        assert one.get("/metrics?group=keys")[0] == 200
        assert one.get(method="POST")[0] == 405
        status, text = one.get(method="HEAD")
        assert (status, text) == (200, "")


@pytest.mark.parametrize("name", ["example.com", "127.0.0.1.example.com:80", "", "localhost@x:1"])
def test_no_other_host_name_is_answered_on_loopback(db: Database, name: str) -> None:
    with served("--dsn", db.dsn) as one:
        status, text = one.get(Host=name)
        assert status == 421
        assert "kwtools_" not in text
        assert one.get(Host="localhost:1")[0] == 200


def test_many_clients_and_slow_ones_are_served_and_bounded(db: Database) -> None:
    with served("--dsn", db.dsn) as one, contextlib.ExitStack() as stack:
        host, port = one.url.split("/")[2].split(":")
        for _ in range(20):
            slow = stack.enter_context(socket.create_connection((host, int(port))))
            slow.sendall(b"GET /metrics HTTP/1.1\r\nHost: loc")  # and nothing more
        with ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda _: one.get()[0], range(200)))
        assert answers == [200] * 200
        (count,) = db.sql(
            "select count(*) from pg_stat_activity"
            " where application_name = 'kwtools metrics' and datname = current_database()"
        )
        assert count[0] <= 2  # a session that has ended is seen for a moment longer


def test_clients_that_send_nothing_are_sent_away(db: Database) -> None:
    with served("--dsn", db.dsn) as one, contextlib.ExitStack() as stack:
        host, port = one.url.split("/")[2].split(":")
        for _ in range(150):  # more than it accepts at one time
            stack.enter_context(socket.create_connection((host, int(port))))
        assert one.get()[0] == 200


@pytest.mark.parametrize(
    "host", ["localhost", pytest.param("[::1]", marks=needs_ipv6), "127.0.0.2"]
)
def test_every_name_of_loopback_is_loopback(db: Database, host: str) -> None:
    with started("--listen", f"{host}:0", "--dsn", db.dsn) as process:
        assert process.stdout is not None
        one = Served(process, process.stdout.readline().strip())
        assert one.get(Host="example.com")[0] == 421
        assert one.get(Host="localhost")[0] == 200


def test_an_address_for_other_machines_is_warned_of_and_accepts_their_names(db: Database) -> None:
    with started("--listen", "0.0.0.0:0", "--dsn", db.dsn) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        one = Served(process, process.stdout.readline().strip())
        assert one.get(Host="db.example.com")[0] == 200
        assert "other machines can read the metrics" in process.stderr.readline()


@pytest.mark.parametrize("address", ["9947", "127.0.0.1:x", "127.0.0.1:65536", "a.invalid:1"])
def test_an_address_that_is_none_is_refused(kwtools: Kwtools, address: str) -> None:
    code, out, err = kwtools("metrics", "--listen", address)
    assert (code, out) == (2, "")
    assert address.rpartition(":")[0] in err


def test_clients_that_dribble_are_cut_off(db: Database) -> None:
    """More than there may be connections, each of which sends a byte now and then."""
    with served("--dsn", db.dsn) as one, contextlib.ExitStack() as stack:
        host, port = one.url.split("/")[2].split(":")
        slow = [
            stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(120)
        ]
        ended = threading.Event()

        def dribble() -> None:
            while not ended.wait(0.2):
                for wire in slow:
                    with contextlib.suppress(OSError):
                        wire.sendall(b"G")

        dribbling = threading.Thread(target=dribble)
        dribbling.start()
        try:
            assert one.get()[0] == 200
        finally:
            ended.set()
            dribbling.join()


def seconds_of(one: Served) -> float:
    """Return how long a scrape takes, which must be answered."""
    begun = time.monotonic()
    assert one.get()[0] == 200
    return time.monotonic() - begun


def test_it_answers_in_time_beside_clients_that_hold_all_connections(db: Database) -> None:
    with served("--dsn", db.dsn) as one, beside(one.port) as answered:
        while answered[0] < 100:
            time.sleep(0.1)
        for _ in range(5):
            assert seconds_of(one) < PROMETHEUS_WAITS
            time.sleep(0.5)


def test_it_answers_in_time_beside_them_while_a_database_stands_still(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    pid = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    with served("--dsn", place.dsn("postgres")) as one:
        assert one.get()[0] == 200
        with stopped(pid), beside(one.port):
            for _ in range(3):
                assert seconds_of(one) < PROMETHEUS_WAITS
                time.sleep(0.5)


def test_a_connection_serves_one_request(db: Database) -> None:
    with served("--dsn", db.dsn) as one, socket.create_connection(("127.0.0.1", one.port)) as wire:
        request = f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\n"
        wire.sendall(2 * f"{request}Connection: keep-alive\r\n\r\n".encode())
        with wire.makefile("rb") as answers:
            found = answers.read()
    assert found.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in found


def test_a_file_is_written_again_and_again_until_sigterm(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "kwtools.prom"
    with started("--textfile", str(tmp_path), "--every", "0.2", "--dsn", db.dsn) as process:
        seen: set[int] = set()
        end = time.monotonic() + 120
        while len(seen) < 3 and time.monotonic() < end:
            with contextlib.suppress(FileNotFoundError):
                seen.add(path.stat().st_mtime_ns)
                assert "kwtools_up" in path.read_text()
            time.sleep(0.05)
    assert process.returncode == 0
    assert len(seen) >= 3
    assert [one.name for one in tmp_path.iterdir()] == ["kwtools.prom"]


def test_an_address_in_use_is_told(db: Database) -> None:
    with served("--dsn", db.dsn) as one:
        address = one.url.split("/")[2]
        with started("--listen", address, "--dsn", db.dsn) as other:
            assert other.wait(timeout=120) == 3
            assert other.stderr is not None
            said = other.stderr.read()
            assert f"could not listen on {address}: Address already in use" in said
            assert "a port that is free" in said
