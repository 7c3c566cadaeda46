"""A fake that only injects faults: whatever is asked, its answer never ends."""

import contextlib
import socket
import threading
from typing import Self

HTTP = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HTTP + b"Transfer-Encoding: chunked\r\n\r\n"

# fault: how the answer begins, and what follows again and again
ENDLESS = {
    "a chunk of size -1": (CHUNKED + b"-1\r\n", b"x" * 65536),
    "a chunk of size -1000000": (CHUNKED + b"-F4240\r\n", b"x" * 65536),
    "a chunk larger than any memory": (CHUNKED + b"ffffffffffffffffffff\r\n", b"x" * 65536),
    "chunks of one byte": (CHUNKED, b"1\r\nx\r\n" * 10000),
    "chunk extensions": (CHUNKED, b"1;" + b"e=f;" * 10000 + b"\r\nx\r\n"),
    "one chunk extension": (CHUNKED + b"1;", b"e=f;" * 10000),
    "trailers": (CHUNKED + b"0\r\n", b"a: b\r\n" * 10000),
    "a body without a length": (HTTP + b"\r\n", b"x" * 65536),
    "a body longer than any memory": (
        HTTP + b"Content-Length: 99999999999999999999\r\n\r\n",
        b"x" * 65536,
    ),
    "a body of a length with too many digits": (
        HTTP + b"Content-Length: " + b"9" * 6000 + b"\r\n\r\n",
        b"x" * 65536,
    ),
    "a body of length -1": (HTTP + b"Content-Length: -1\r\n\r\n", b"x" * 65536),
    "headers": (HTTP, b"a: b\r\n" * 10000),
    "one header": (HTTP + b"a: ", b"b" * 65536),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3000),
    "a status line": (b"", b"HTTP/1.1 2" * 8000),
    "compressed nothing": (HTTP + b"Content-Encoding: gzip\r\n\r\n", b"\x1f\x8b" * 32768),
    "a KMIP message": (bytes.fromhex("42007b01fffffff8"), bytes(65536)),
    "KMIP items": (bytes.fromhex("42007b0100200000"), bytes.fromhex("42000f0100000000") * 8192),
}


class EndlessServer:
    """``with EndlessServer(fault) as server``; ``sent`` counts the bytes of all its answers."""

    def __init__(self, fault: str) -> None:
        self._begins, self._goes_on = ENDLESS[fault]
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.sent = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65536)
                    connection.sendall(self._begins)
                    while True:
                        self.sent += connection.send(self._goes_on)
