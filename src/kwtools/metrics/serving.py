"""``/metrics`` by HTTP: waitress, with bounds on whatever a client may hold."""

import ipaddress
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIEnvironment

import waitress

from kwtools.errors import BadUsage, KwtoolsError
from kwtools.metrics import exposition
from kwtools.metrics.database import FRESH
from kwtools.metrics.scraping import Scraping
from kwtools.output import flush, say, tell
from kwtools.whole_requests import BOUNDS, WholeRequests

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_BOUNDS: dict[str, Any] = {
    **BOUNDS,
    "threads": 4,
    "channel_timeout": 5,
    "max_request_header_size": 16_384,
    "max_request_body_size": 1024,
    "ident": None,
}
_HEADERS = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]


class Address(NamedTuple):
    """Where to listen: an IP address, and a port."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def resolved(host: str, port: int) -> Address:
    """Return the first address of a name; raises ``BadUsage`` where it has none."""
    try:
        (_, _, _, _, found), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise BadUsage(
            f'--listen names host "{host}", which has no address',
            "Give an address of this machine.",
        ) from None
    return Address(str(found[0]), port)


class _Shared:
    """An exposition that serves every client for a moment, so that many cost as much as one."""

    def __init__(self, scraping: Scraping, wait: float) -> None:
        self._scraping = scraping
        self._wait = wait
        self._lock = threading.Lock()
        self._body = b""
        self._made_at = float("-inf")

    def get(self) -> bytes:
        """Return the samples of now, or of a moment ago."""
        with self._lock:
            if time.monotonic() - self._made_at >= FRESH:
                self._body = exposition.exposed(self._scraping.scrape(self._wait))
                self._made_at = time.monotonic()
            return self._body


def application(scraping: Scraping, wait: float, *, is_local: bool) -> Application:
    """Return the WSGI application. ``is_local``: only names of this machine are accepted.

    Else a page that somebody else's name server leads here could read it in a browser.
    """

    shared = _Shared(scraping, wait)

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        status, content_type, body = _answer(environ)
        start(
            status, [*_HEADERS, ("Content-Type", content_type), ("Content-Length", str(len(body)))]
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(environ: WSGIEnvironment) -> tuple[str, str, bytes]:
        plain = "text/plain; charset=utf-8"
        host = environ.get("HTTP_HOST", "")
        if is_local and host.rpartition(":")[0] not in _LOCAL_NAMES and host not in _LOCAL_NAMES:
            return "421 Misdirected Request", plain, b"this name is not of this machine\n"
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return "405 Method Not Allowed", plain, b"GET or HEAD\n"
        if environ.get("PATH_INFO") != "/metrics":
            return "404 Not Found", plain, b"see /metrics\n"
        return "200 OK", exposition.CONTENT_TYPE, shared.get()

    return answer


def serve(scraping: Scraping, address: Address, wait: float) -> None:
    """Serve until SIGINT or SIGTERM."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # requests may wait
    app = application(scraping, wait, is_local=address.is_loopback)
    try:
        server = waitress.create_server(app, host=address.host, port=address.port, **_BOUNDS)
    except OSError as error:
        raise KwtoolsError(
            f"could not listen on {address}: {error.strerror}",
            "Use --listen with an address of this machine, and a port that is free.",
        ) from None
    server.channel_class = WholeRequests
    if not address.is_loopback:
        tell("other machines can read the metrics, without a password")
    say(f"http://{address._replace(port=server.effective_port)}/metrics")
    flush()
    try:
        server.run()
    finally:
        server.close()
