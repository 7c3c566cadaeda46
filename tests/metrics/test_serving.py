"""``kwtools metrics`` by HTTP."""

import contextlib
import http.client
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import NamedTuple

from tests.conftest import Database
from tests.metrics.conftest import check, values


class Served(NamedTuple):
    """A running exporter."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str = "/metrics", **headers: str) -> tuple[int, str]:
        """Return the status and the text that it answers."""
        host = self.url.split("/")[2]
        with contextlib.closing(http.client.HTTPConnection(host, timeout=30)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """Start ``kwtools metrics`` on a free port; end it by SIGTERM."""
    command = [sys.executable, "-m", "kwtools", "metrics", "--listen", "127.0.0.1:0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Served(process, process.stdout.readline().strip())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def test_it_serves_until_sigterm_ends_it_cleanly(db: Database) -> None:
    with served("--dsn", db.dsn) as one:
        with urllib.request.urlopen(one.url) as answer:  # noqa: S310
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = answer.read().decode()
        assert check(text) == ""
        assert values(text, "kwtools_up", database=db.name) == [1]
    assert one.process.returncode == 0
    assert one.process.stderr is not None
