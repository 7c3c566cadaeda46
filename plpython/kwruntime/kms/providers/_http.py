"""HTTP for providers: the standard library's client over a channel that never blocks.

No threads, no redirects, no proxies, no environment.
"""

import http.client
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from kwruntime.errors import ProviderError, ProviderRefused, WrongAnswer
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.providers._channel import (
    MAX_ANSWER_BYTES,
    Channel,
    Host,
    TlsFiles,
    connect,
    failure,
)
from kwruntime.kms.strict import Malformed, read_object


class Answer(NamedTuple):
    """What an HTTP server answered; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status})"

    @property
    def json(self) -> dict[str, Any] | None:
        """The JSON object that the body is, read strictly; None where it is not one."""
        try:
            return read_object(self.body)
        except Malformed:
            return None


class HttpClient:
    """One kept-alive connection to one server. ``name`` is the provider's, for messages."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        connect_seconds: float,
        total_seconds: float,
        tls: TlsFiles = TlsFiles(),  # noqa: B008
    ) -> None:
        parts = urlsplit(address)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.username is not None
            or parts.query
            or parts.fragment
        ):
            raise ProviderRefused(
                f'provider "{name}": address must be https://host:port or http://host:port'
            )
        try:
            port = parts.port
        except ValueError:
            raise ProviderRefused(f'provider "{name}": the port is not a number') from None
        self._name = name
        self._is_tls = parts.scheme == "https"
        self._address = parts.hostname, port or (443 if self._is_tls else 80)
        self._host = Host(*self._address)
        self._path = parts.path.rstrip("/")
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._tls = tls
        self._kept: _Connection | None = None

    def deadline(self) -> Deadline:
        """Return the deadline of one piece of work, which may take several requests."""
        return Deadline(self._total_seconds, f'provider "{self._name}"')

    def request(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        Raises ``ProviderUnreachable`` or ``WrongAnswer``. A kept connection that the server
        has closed meanwhile is opened again, once, so a request may be sent twice.
        """
        # The library's own error would quote it.
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise ProviderRefused(
                f'provider "{self._name}": a credential is not printable ASCII, as a request '
                "takes it",
                hint="Check the credentials that the provider file names.",
            )
        kept, self._kept = self._kept, None
        if kept is not None and self._is_tls and kept.channel.trusted != self._tls.signature():
            kept.channel.shut()
            kept = None
        if kept is not None:
            try:
                return self._send(kept, method, path, deadline, headers, body)
            except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError):
                pass  # closed between two requests
            except (OSError, ValueError, http.client.HTTPException) as error:
                raise self._failure(error) from None
        try:
            fresh = self._connect(deadline)
            return self._send(fresh, method, path, deadline, headers, body)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._failure(error) from None

    def _send(
        self,
        connection: "_Connection",
        method: str,
        path: str,
        deadline: Deadline,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer:
        done = False
        try:
            connection.channel.begin(deadline)
            connection.request(method, self._path + path, body=body, headers=dict(headers))
            response = connection.getresponse()
            content = response.read(MAX_ANSWER_BYTES)  # more the channel does not give
            if response.length:  # read(n) does not raise where the body is cut short
                raise http.client.IncompleteRead(b"", response.length)
            done = not response.will_close
            known = {key.lower(): value for key, value in response.getheaders()}
            return Answer(response.status, known, content)
        finally:
            if done:
                self._kept = connection
            else:  # an error, or a cancel: what is left in the connection belongs to nobody
                connection.channel.shut()

    def _connect(self, deadline: Deadline) -> "_Connection":
        tls = self._tls if self._is_tls else None
        channel = connect(self._name, self._host, tls, deadline, self._connect_seconds)
        return _Connection(*self._address, channel)

    def _failure(self, error: OSError | ValueError | http.client.HTTPException) -> ProviderError:
        """Name what went wrong; no text of the server is repeated."""
        if isinstance(error, http.client.IncompleteRead):
            return WrongAnswer(f'provider "{self._name}" returned a truncated answer')
        if isinstance(error, OSError):  # RemoteDisconnected is one, too
            return failure(self._name, error)
        return WrongAnswer(f'provider "{self._name}" does not speak HTTP')


class _Connection(http.client.HTTPConnection):
    """The standard library's connection over a channel of ours."""

    def __init__(self, host: str, port: int, channel: Channel) -> None:
        super().__init__(host, port)
        self.auto_open = 0
        self.channel = channel
        # http.client asks of a socket no more than what a channel has.
        self.sock = cast(Any, channel)
