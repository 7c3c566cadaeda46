"""A socket, plain or TLS, that never blocks: every wait has a deadline (``deadlines``).

It goes to the address that the provider file names, and to nothing else.
"""

import io
import ipaddress
import select
import socket
import ssl
import subprocess
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, TypeVar, cast

from kwruntime.errors import (
    CredentialsRefused,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    WrongAnswer,
)
from kwruntime.kms.deadlines import SLICE_SECONDS, Deadline

_ADDRESSES_SECONDS = 60.0
MAX_ANSWER_BYTES = 2 * 1024 * 1024
"""How much a server may answer to one request: headers, framing and body together."""

_RESOLVER = ("/usr/bin/getent", "ahosts")
# What a server says of a client certificate that it does not accept (RFC 8446, section 6).
_OUR_CERTIFICATE = ("UNKNOWN_CA", "CERTIFICATE", "ACCESS_DENIED")
T = TypeVar("T")


class TlsFiles(NamedTuple):
    """Who is trusted, and who we are: paths of PEM files, read at every new connection."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None

    def signature(self) -> tuple[int, ...]:
        """Return what changes when the CA's file does: who was trusted may be so no longer."""
        if self.ca is None:
            return ()
        try:
            status = Path(self.ca).stat()
        except OSError:
            return ()
        return (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)


def connect(
    name: str, host: "Host", tls: TlsFiles | None, total: Deadline, seconds: float
) -> "Channel":
    """Connect to a provider's server within ``seconds``, TLS handshake included.

    Of several addresses each gets its share of the time: one that hangs leaves some for the
    next. Raises ``OSError``, which ``failure`` names, or ``ProviderError``.
    """
    what = f'connecting to provider "{name}"'
    whole = total.within(seconds, what)
    addresses = host.addresses(whole)
    error: OSError | ProviderUnreachable | None = None
    for index, (family, address) in enumerate(addresses):
        others = len(addresses) - index - 1
        deadline = whole.within(whole.left() / (others + 1), what) if others else whole
        connecting = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            connecting.setblocking(False)
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _open(connecting, address, deadline)
            if tls is None:
                return Channel(name, connecting, deadline, ())
            trusted = tls.signature()
            channel = Channel(name, _secured(name, host.name, connecting, tls), deadline, trusted)
            channel.handshake()
            return channel
        except ssl.SSLError:
            connecting.close()
            raise
        except (OSError, ProviderUnreachable) as failed:
            connecting.close()
            error = failed
        except BaseException:  # a cancel
            connecting.close()
            raise
    host.forget()  # it may have moved
    raise error or OSError("it has no address")


def _secured(name: str, host: str, plain: socket.socket, tls: TlsFiles) -> ssl.SSLSocket:
    try:
        context = ssl.create_default_context(cafile=tls.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # whatever SSLKEYLOGFILE of the server's environment says
        context.keylog_filename = None  # type: ignore[assignment]
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key, password=no_password)
    except (OSError, ValueError):
        import_module("kwruntime.kms.providers._tls_files").check(name, tls)  # says which, and why
        raise ProviderRefused(
            f'provider "{name}": a TLS file of the provider file cannot be used',
            hint="Run kwtools providers check on the server.",
        ) from None
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def failure(name: str, error: OSError) -> ProviderError:
    """Name what went wrong with a channel; no text of the server is repeated."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ProviderUnreachable(
            f'provider "{name}" has a TLS certificate that is not accepted: {error.verify_message}',
            hint="Check ca_file and the host in address.",
        )
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "the connection ended"
        if "ALERT" in reason and any(word in reason for word in _OUR_CERTIFICATE):
            return CredentialsRefused(
                f'provider "{name}" does not accept our TLS certificate',
                hint="Check client_certificate_file of the provider file.",
            )
        return ProviderUnreachable(f'provider "{name}": TLS failed: {reason}')
    if isinstance(error, ConnectionResetError):
        return ProviderUnreachable(f'provider "{name}" closed the connection')
    return ProviderUnreachable(
        f'provider "{name}" cannot be reached: {error.strerror or error}',
        hint="Check that it runs, and its address in the provider file.",
    )


def too_long(name: str) -> WrongAnswer:
    """Say that an answer does not end where it may."""
    return WrongAnswer(f'provider "{name}" answered more than {MAX_ANSWER_BYTES} bytes')


class Channel:
    """A socket, plain or TLS, that waits by ``deadline``."""

    def __init__(
        self, name: str, connected: socket.socket, deadline: Deadline, trusted: tuple[int, ...]
    ) -> None:
        self._name = name
        self._socket = connected
        self._left = 0
        self.deadline = deadline
        self.trusted = trusted
        """The signature of the CA's file, as it was when this connected."""

    def begin(self, deadline: Deadline) -> None:
        """Begin a request: its deadline counts, and its answer has its bytes."""
        self.deadline = deadline
        self._left = MAX_ANSWER_BYTES

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
        """Receive what there is, at least one byte; 0 at the end.

        Raises ``WrongAnswer`` beyond the bytes of an answer, whatever frames them.
        """
        count = self._wait_for(partial(self._socket.recv_into, buffer))
        self._left -= count
        if self._left < 0:
            raise too_long(self._name)
        return count

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
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._channel.receive_into(memoryview(buffer))


def no_password() -> str:
    """Refuse to give a passphrase."""
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


class Host:
    """A server's host and port, and the addresses that were found for it a short time ago."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self._port = port
        self._found: list[str] = []
        self._expires = 0.0

    def addresses(self, deadline: Deadline) -> list[_Address]:
        """Return where it is; raises ``ProviderUnreachable``."""
        try:
            found = [str(ipaddress.ip_address(self.name))]
        except ValueError:
            if monotonic() >= self._expires:
                self._found = _resolve(self.name, deadline)
                self._expires = monotonic() + _ADDRESSES_SECONDS
            found = self._found
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, (address, self._port))
            for address in found
        ]

    def forget(self) -> None:
        """Look the addresses up at the next connection."""
        self._expires = 0.0


def _resolve(host: str, deadline: Deadline) -> list[str]:
    """Ask the system's resolver, which blocks: so in a process that can be ended."""
    with subprocess.Popen(
        [*_RESOLVER, host],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        # PostgreSQL signals a backend's whole group: a cancel is to end the statement, not to
        # make this look like a host that has no address.
        start_new_session=True,
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
        raise ProviderUnreachable(f'the host "{host}" has no address')
    return found
