"""A closed loop of HTTP clients, which tells how an application does in each part of a story.

Each client sends its next request when it has the answer to the last. A request fails if its
status is not the expected one, its answer is wrong, or none comes.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 60.0  # seconds: it only ends a request that would hang


@dataclass
class Answer:
    """The status and the JSON of an answer."""

    status: int
    body: Any


class Client:
    """One client, with one connection that it keeps."""

    def __init__(self, url: str, number: int) -> None:
        address = urlsplit(url)
        self.url = url
        self.number = number
        self._connection = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT)

    def send(self, method: str, path: str, body: object = None) -> Answer:
        """Send a request; return the answer. Expects JSON, if anything."""
        text = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, text, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens another
            raise
        is_json = answer.headers.get_content_type() == "application/json"
        return Answer(answer.status, json.loads(read) if is_json and read else read.decode())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass
class Part:
    """The requests of one part of the story."""

    name: str
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return how many milliseconds the given share of the requests took at most."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        times = "p50 - p99 -"
        if self.seconds:
            times = f"p50 {self.percentile(0.5):.1f} ms, p99 {self.percentile(0.99):.1f} ms"
        requests = f"{len(self.seconds)} requests, {len(self.failures)} failed"
        return f"{self.name}: {requests}, {times}"


Work = Callable[[Client, int], None]
"""One request, or a few that belong together. Raises AssertionError if an answer is wrong.

Takes the client and how many it has done before."""


class Load:
    """Clients that run until the end of ``running``. ``part`` begins the next part."""

    def __init__(self, url: str, work: Work, clients: int = 4) -> None:
        self.parts: list[Part] = []
        self._url, self._work, self._clients = url, work, clients
        self._done = threading.Event()
        self._lock = threading.Lock()

    def part(self, name: str, at_least: int = 0) -> Part:
        """Begin a part; return when it has that many requests."""
        part = Part(name)
        with self._lock:
            self.parts.append(part)
        while len(part.seconds) < at_least and not self._done.is_set():
            time.sleep(0.01)
        return part

    def switch(self, url: str) -> None:
        """Send all later requests to another server, as a load balancer does at a release."""
        self._url = url

    @contextmanager
    def running(self, first: str) -> Iterator["Load"]:
        """Run the clients meanwhile. ``first`` is the name of the first part."""
        self.part(first)
        threads = [
            threading.Thread(target=self._run, args=(number,)) for number in range(self._clients)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._done.set()
            for thread in threads:
                thread.join()

    @property
    def failures(self) -> list[str]:
        """The failures of all parts."""
        return [failure for part in self.parts for failure in part.failures]

    def report(self) -> str:
        """Return a line for each part."""
        return "\n".join(map(str, self.parts))

    def _run(self, number: int) -> None:
        client = Client(self._url, number)
        done = 0
        while not self._done.is_set():
            with self._lock:
                part = self.parts[-1]
            if client.url != self._url:
                client.close()
                client = Client(self._url, number)
            began = time.perf_counter()
            try:
                self._work(client, done)
            except Exception as error:  # whatever it is, the request failed
                part.failures.append(f"{part.name}: {type(error).__name__}: {error}")
            part.seconds.append(time.perf_counter() - began)
            done += 1
        client.close()
