"""A fake that only injects faults: it stands before a KMIP server and spoils what passes.

It ends the client's TLS connection, checking its certificate, and has one of its own to the
server for each.
"""

import contextlib
import os
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import NamedTuple, Self

from testservers.certificates import Authority
from testservers.ports import free_ports
from testservers.pykmip import PyKmip

FAULTS = ("closing", "hung", "half", "drip", "truncated", "not KMIP", "lying", "slow", "twice")
_HEADER_BYTES = 8
# The operation Decrypt, and a byte string of 32 bytes with the tag Data.
_DECRYPT = bytes.fromhex("42005c050000000400000020")
_DATA = bytes.fromhex("4200c20800000020")
_DATA_BYTES = 32


class Refusal(NamedTuple):
    """A fault: every operation is refused for this KMIP reason."""

    reason: int


class FaultyKmipProxy:
    """``with FaultyKmipProxy(server, folder, clients) as proxy: proxy.fault = "drip"``.

    ``clients``: the authority of the client certificates that are accepted. None passes all.
    """

    def __init__(self, server: PyKmip, folder: Path, clients: Authority) -> None:
        self.fault: str | Refusal | None = None
        self.requests = 0
        self._server = server
        self._certificate = server.authority.sign(f"proxy-{folder.name}")
        self._stopping = threading.Event()
        self._connections: list[socket.socket] = []
        self.accept_clients_of(clients)
        (self._port,) = free_ports(1)  # nobody else's while it is stopped
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self.address = f"127.0.0.1:{self._port}"

    def accept_clients_of(self, clients: Authority) -> None:
        """From now on accept the certificates of this authority only; end every connection."""
        self._context = ssl.create_default_context(
            ssl.Purpose.CLIENT_AUTH, cafile=str(clients.file)
        )
        self._context.verify_mode = ssl.CERT_REQUIRED
        # As PyKMIP: so the client learns in the handshake that it is refused.
        self._context.maximum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(*self._certificate)
        self._end_connections()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End all connections and refuse new ones, as a server that was stopped does."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end_connections()

    def start(self) -> None:
        """Take them again, at the same address."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self.__enter__()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.stop()

    def _end_connections(self) -> None:
        while self._connections:
            with contextlib.suppress(OSError):
                self._connections.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with plain, contextlib.suppress(OSError, EOFError):
            plain.settimeout(60)
            with (
                self._context.wrap_socket(plain, server_side=True) as client,
                self._server.connect() as server,
            ):
                self._connections.append(client)
                while True:
                    self._answer(client, server, _message(client))

    def _answer(self, client: ssl.SSLSocket, server: ssl.SSLSocket, request: bytes) -> None:
        self.requests += 1
        fault = self.fault
        assert fault is None or isinstance(fault, Refusal) or fault in FAULTS
        if fault == "closing":
            raise EOFError
        if fault == "hung":
            self._stopping.wait(60.0)
            raise EOFError
        if fault == "slow":
            time.sleep(0.3)
        if isinstance(fault, Refusal):
            client.sendall(_refusal(fault.reason))
            return
        server.sendall(request)
        answer = _message(server)
        if fault == "not KMIP":
            client.sendall(b"220 mail.example ESMTP\r\n")
            raise EOFError
        if fault == "half":
            client.sendall(answer[: len(answer) // 2])
            self._stopping.wait(60.0)
            raise EOFError
        if fault == "truncated":
            client.sendall(answer[:-5])
            raise EOFError
        if fault == "drip":
            for byte in answer:
                client.sendall(bytes([byte]))
                if self._stopping.wait(1.0):
                    raise EOFError
            return
        client.sendall(_lie(answer) if fault == "lying" else answer)
        if fault == "twice":
            client.sendall(answer)


def _message(connection: ssl.SSLSocket) -> bytes:
    header = _read(connection, _HEADER_BYTES)
    return header + _read(connection, int.from_bytes(header[4:], "big"))


def _read(connection: ssl.SSLSocket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = connection.recv(size - len(received))
        if not part:
            raise EOFError
        received += part
    return received


def _lie(answer: bytes) -> bytes:
    """Replace what Decrypt gives, 32 bytes each, by as many others."""
    if _DECRYPT not in answer:
        return answer
    before, *rest = answer.split(_DATA)
    return before + b"".join(_DATA + os.urandom(_DATA_BYTES) + one[_DATA_BYTES:] for one in rest)


def _refusal(reason: int) -> bytes:
    """Return the answer to a request that is refused as a whole."""
    status = bytes.fromhex("42007f05000000040000000100000000")
    why = bytes.fromhex("42007e0500000004") + reason.to_bytes(4, "big") + bytes(4)
    item = bytes.fromhex("42000f01") + len(status + why).to_bytes(4, "big") + status + why
    return bytes.fromhex("42007b01") + len(item).to_bytes(4, "big") + item
