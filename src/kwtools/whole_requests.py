"""Connections to the servers of this command: what waitress alone would wait for, or cut off."""

import socket
from collections.abc import Callable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

_MOST_DISCARDED = 16 * 2**20  # bytes
_AT_ONCE = 65_536
CONNECTIONS = 90
"""From so many on, a new connection ends one that waits for its client."""
BOUNDS = {"connection_limit": CONNECTIONS + 10, "cleanup_interval": 1}
"""What waitress is told: so that it goes on accepting while others are ended."""


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that was not read to its end, since it is too long or not HTTP."""

    channel: "WholeRequests"
    response_headers: list[tuple[str, str]]

    def execute(self) -> None:
        """Answer."""
        self.channel.has_refused = True
        self.response_headers += [
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        super().execute()


class WholeRequests(HTTPChannel):  # type: ignore[misc]
    """A connection for one request, which must arrive within the time limit as a whole.

    Connections of clients that are slow end where a new one needs the place, oldest first.
    waitress counts any byte as activity. And it closes a connection while the rest of a request
    that it refuses still arrives: then the kernel resets it, and the client may lose the answer.
    """

    error_task_class = _Refusal
    has_refused = False
    last_activity: float
    will_close: bool
    connected: bool
    socket: socket.socket
    recv: Callable[[int], bytes]
    _discarded: int | None = None
    """Bytes that arrived after the answer; None before it was sent."""

    def __init__(self, server: Any, *more: Any, **options: Any) -> None:
        super().__init__(server, *more, **options)
        others = [one for one in server.active_channels.values() if not one.will_close]
        if len(others) > CONNECTIONS:
            waiting = (one for one in others if one is not self and not one.requests)
            oldest = min(waiting, key=_rank, default=None)
            if oldest is not None:
                oldest.will_close = True

    def readable(self) -> Any:
        """Return whether to read: after a refusal, too."""
        return self._discarded is not None or super().readable()

    def handle_read(self) -> None:
        """Read what has arrived; only the end of a request counts as activity."""
        if self._discarded is not None:
            self._discard()
            return
        before = self.last_activity
        super().handle_read()
        if self.request is not None:
            self.last_activity = before

    def service(self) -> None:
        """Answer the request, and close: a connection that is kept keeps others out."""
        self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def handle_write(self) -> None:
        """Send what can be sent. After a refusal, send nothing more, and wait for the client."""
        is_timed_out = self.will_close
        super().handle_write()
        if is_timed_out and self.connected:
            super().handle_close()

    def handle_close(self) -> None:
        """Close the connection: at once, unless the client has to read a refusal before."""
        if not self.has_refused or not self.connected or self._discarded is not None:
            super().handle_close()
            return
        self._discarded = 0
        self.will_close = False
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # it has gone
            super().handle_close()

    def _discard(self) -> None:
        assert self._discarded is not None
        try:
            self._discarded += len(self.recv(_AT_ONCE))  # at the end it closes
        except OSError:
            self._discarded = _MOST_DISCARDED
        if self._discarded >= _MOST_DISCARDED and self.connected:
            super().handle_close()


def _rank(channel: Any) -> tuple[bool, float]:
    """Order connections by which is ended first: those without an answer that is being taken."""
    return bool(channel.total_outbufs_len), channel.last_activity
