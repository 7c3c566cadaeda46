"""HTTP for providers: the standard library's client over a socket that never blocks.

No threads, no redirects, no proxies, no environment: it speaks to the address that the
provider file names, and to nothing else. Every wait has a deadline (``waiting``).
"""

import http.client
import io
import ipaddress
import json
import select
import socket
import ssl
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit

from kwruntime.errors import ProviderError, ProviderRefused, ProviderUnreachable, WrongAnswer
from kwruntime.waiting import SLICE_SECONDS, Deadline

MAX_ANSWER_BYTES = 16 * 1024 * 1024
_ADDRESSES_SECONDS = 60.0
T = TypeVar("T")


class Answer(NamedTuple):
    """What an HTTP server answered; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status})"

    @property
    def json(self) -> dict[str, Any] | None:
        """The JSON object that the body is; None where it is none."""
        try:
            content = json.loads(self.body)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None


class TlsFiles(NamedTuple):
    """Who is trusted, and who we are: paths of PEM files, read at every new connection."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


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
                f"provider {name!r}: an address is https://host:port or http://host:port"
            )
        try:
            port = parts.port
        except ValueError:
            raise ProviderRefused(f"provider {name!r}: the port is not a number") from None
        self._name = name
        self._is_tls = parts.scheme == "https"
        self._host = parts.hostname
        self._port = port or (443 if self._is_tls else 80)
        self._path = parts.path.rstrip("/")
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._tls = tls
        self._kept: _Connection | None = None

    def deadline(self) -> Deadline:
        """Return the deadline of one piece of work, which may take several requests."""
        return Deadline(self._total_seconds, f"provider {self._name!r}")

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
        has closed meanwhile is opened anew, once: what is sent here may be sent twice.
        """
        kept, self._kept = self._kept, None
        if kept is not None:
            try:
                return self._send(kept, method, path, deadline, headers, body)
            except (http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError):
                pass  # closed between two requests
            except (OSError, http.client.HTTPException) as error:
                raise self._failure(error) from None
        try:
            fresh = self._connect(deadline)
            return self._send(fresh, method, path, deadline, headers, body)
        except (OSError, http.client.HTTPException) as error:
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
            connection.channel.deadline = deadline
            connection.request(method, self._path + path, body=body, headers=dict(headers))
            response = connection.getresponse()
            content = response.read(MAX_ANSWER_BYTES + 1)
            if len(content) > MAX_ANSWER_BYTES:
                raise WrongAnswer(
                    f"provider {self._name!r} answered more than {MAX_ANSWER_BYTES} bytes"
                )
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

    def _connect(self, total: Deadline) -> "_Connection":
        deadline = total.within(self._connect_seconds, f"connecting to provider {self._name!r}")
        failure: OSError | None = None
        for family, address in _addresses(self._host, self._port, deadline):
            connecting = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            try:
                connecting.setblocking(False)
                connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _open(connecting, address, deadline)
                channel = _Channel(self._secured(connecting), deadline)
                if self._is_tls:
                    channel.handshake()
                return _Connection(self._host, self._port, channel)
            except ssl.SSLError:
                connecting.close()
                raise
            except OSError as error:
                connecting.close()
                failure = error
            except BaseException:  # a deadline, or a cancel
                connecting.close()
                raise
        raise failure or OSError("it has no address")

    def _secured(self, plain: socket.socket) -> socket.socket:
        if not self._is_tls:
            return plain
        try:
            context = ssl.create_default_context(cafile=self._tls.ca)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self._tls.certificate is not None:
                context.load_cert_chain(self._tls.certificate, self._tls.key, password=_no_password)
        except (OSError, ValueError):
            raise ProviderRefused(
                f"provider {self._name!r}: a TLS file of the provider file cannot be read as PEM",
                hint="Run kwtools providers check on the server.",
            ) from None
        return context.wrap_socket(plain, server_hostname=self._host, do_handshake_on_connect=False)

    def _failure(self, error: Exception) -> ProviderError:
        """Name what went wrong; no text of the server is repeated."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return ProviderUnreachable(
                f"provider {self._name!r} has a TLS certificate that is not accepted: "
                f"{error.verify_message}",
                hint="Check ca_file and the host in address.",
            )
        if isinstance(error, ssl.SSLError):
            return ProviderUnreachable(
                f"provider {self._name!r}: TLS failed: {error.reason or 'the connection ended'}"
            )
        if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError):
            return ProviderUnreachable(f"provider {self._name!r} closed the connection")
        if isinstance(error, http.client.IncompleteRead):
            return WrongAnswer(f"provider {self._name!r} gave a truncated answer")
        if isinstance(error, http.client.HTTPException):
            return WrongAnswer(f"provider {self._name!r} does not speak HTTP")
        cause = error.strerror if isinstance(error, OSError) else None
        return ProviderUnreachable(
            f"provider {self._name!r} cannot be reached: {cause or error}",
            hint="Check that it runs, and its address in the provider file.",
        )


class _Connection(http.client.HTTPConnection):
    """The standard library's connection over a channel of ours."""

    def __init__(self, host: str, port: int, channel: "_Channel") -> None:
        super().__init__(host, port)
        self.auto_open = 0
        self.channel = channel
        # http.client asks of a socket no more than what a channel has.
        self.sock = cast(Any, channel)


class _Channel:
    """A socket, plain or TLS, that waits by ``deadline``."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self.deadline = deadline

    def handshake(self) -> None:
        """Do the TLS handshake."""
        self._wait_for(cast(ssl.SSLSocket, self._socket).do_handshake)

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        rest = memoryview(data)
        while rest:
            sent = self._wait_for(partial(self._socket.send, rest), select.POLLOUT)
            rest = rest[sent:]

    def receive_into(self, buffer: memoryview) -> int:
        """Receive what there is, at least one byte; 0 at the end."""
        return self._wait_for(partial(self._socket.recv_into, buffer))

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a reader. Closing it leaves the channel open for the next request."""
        assert mode == "rb"
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Do nothing: http.client closes before it has read the last answer."""

    def shut(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _wait_for(self, action: Callable[[], T], events: int = select.POLLIN) -> T:
        while True:
            self.deadline.left()
            try:
                return action()
            except BlockingIOError:
                self.deadline.wait(self._socket.fileno(), events)
            except ssl.SSLWantReadError:
                self.deadline.wait(self._socket.fileno(), select.POLLIN)
            except ssl.SSLWantWriteError:
                self.deadline.wait(self._socket.fileno(), select.POLLOUT)


class _Reader(io.RawIOBase):
    def __init__(self, channel: _Channel) -> None:
        self._channel = channel

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._channel.receive_into(memoryview(buffer))


def _no_password() -> str:
    raise ValueError("the key is encrypted")  # else OpenSSL would ask at the terminal


def _open(connecting: socket.socket, address: tuple[str, int], deadline: Deadline) -> None:
    try:
        connecting.connect(address)
    except BlockingIOError:
        deadline.wait(connecting.fileno(), select.POLLOUT)
        code = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, "connection refused" if code == 111 else "no connection") from None


# -- names to addresses -----------------------------------------------------------------------

_Address = tuple[socket.AddressFamily, tuple[str, int]]
_known: dict[str, tuple[float, list[str]]] = {}


def _addresses(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """Return where a host is; raises ``ProviderUnreachable``."""
    try:
        found = [str(ipaddress.ip_address(host))]
    except ValueError:
        expires, found = _known.get(host, (0.0, []))
        if monotonic() >= expires:
            found = _resolve(host, deadline)
            _known[host] = monotonic() + _ADDRESSES_SECONDS, found
    return [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, (address, port))
        for address in found
    ]


def _resolve(host: str, deadline: Deadline) -> list[str]:
    """Ask the system's resolver, which blocks: so in a process that can be ended."""
    with subprocess.Popen(
        ["/usr/bin/getent", "ahosts", host],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    ) as asking:
        try:
            while True:
                try:
                    output, _ = asking.communicate(timeout=min(deadline.left(), SLICE_SECONDS))
                    break
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:  # a deadline, or a cancel
            asking.kill()
            raise
    lines = output.decode("ascii", "replace").splitlines()
    found = list(
        dict.fromkeys(line.split()[0] for line in lines if line.split()[1:2] == ["STREAM"])
    )
    if not found:
        raise ProviderUnreachable(f"the host {host!r} has no address")
    return found
