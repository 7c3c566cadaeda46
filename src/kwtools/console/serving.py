"""The server: on loopback only, with bounds for clients that are many, slow or silent."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

import waitress

from kwtools.errors import KwtoolsError
from kwtools.output import tell
from kwtools.whole_requests import BOUNDS, WholeRequests

LOOPBACK = ("127.0.0.1", "::1")
PATIENCE = 15
"""Seconds for a request to arrive, and for an answer to be taken."""
_BOUNDS = {
    **BOUNDS,
    "threads": 8,
    "backlog": 128,
    "max_request_header_size": 16_384,
    "max_request_body_size": 1,
    "asyncore_use_poll": True,
    "log_socket_errors": False,
    "ident": None,
    "server_name": "localhost",
}


class Server:
    """A socket that listens, for an application that is made when its port is known."""

    def __init__(self, address: str, port: int, *, patience: int = PATIENCE) -> None:
        assert address in LOOPBACK
        self._application: Callable[..., Any] | None = None
        logging.getLogger("waitress").setLevel(logging.CRITICAL)  # its lines show what clients sent
        try:
            self._server = waitress.create_server(
                self._answer,
                host=address,
                port=port,
                channel_timeout=patience,
                **_BOUNDS,
            )
        except OSError as error:
            raise KwtoolsError(
                f"could not listen on {address}, port {port}: {error.strerror}",
                "Use another --port, or leave it out.",
            ) from None
        self._server.channel_class = WholeRequests
        self.port = int(self._server.effective_port)
        host = f"[{address}]" if ":" in address else address
        self.address = f"http://{host}:{self.port}/"

    def _answer(self, *request: Any) -> Any:
        assert self._application is not None
        return self._application(*request)

    def run(self, application: Callable[..., Any], at_end: Callable[[], None]) -> None:
        """Answer requests until a signal ends it; ``at_end`` ends what answers wait for."""
        self._application = application
        with _ended_by_signals(at_end):
            try:
                self._server.run()  # returns at SystemExit and KeyboardInterrupt
            finally:
                self._server.close()
        tell("console: ended")


@contextmanager
def _ended_by_signals(at_end: Callable[[], None]) -> Iterator[None]:
    def leave(number: int, frame: FrameType | None) -> NoReturn:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        at_end()
        raise SystemExit

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, leave) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
