"""A fake that only injects faults: it stands before a real server and spoils what passes."""

import base64
import contextlib
import json
import os
import random
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from testservers.ports import free_ports

FAULTS = (
    "closing",
    "hang before headers",
    "hang in headers",
    "hang in body",
    "drip",
    "truncated",
    "not HTTP",
    "not JSON",
    "lying",
    "slow",
    "throttled",
    "sealed",
    "refused",
)


_HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "date", "server"}


def vault_lie(content: bytes) -> bytes:
    """Replace every plaintext and signature in an answer of Transit by as many other bytes."""
    parsed = json.loads(content)
    for item in (parsed.get("data") or {}).get("batch_results", ()):
        if "plaintext" in item:
            other = os.urandom(len(base64.b64decode(item["plaintext"])))
            item["plaintext"] = base64.b64encode(other).decode()
        if "signature" in item:
            start, _, signature = item["signature"].rpartition(":")
            other = os.urandom(len(base64.b64decode(signature)))
            item["signature"] = f"{start}:{base64.b64encode(other).decode()}"
    return json.dumps(parsed).encode()


class Refusal(NamedTuple):
    """A fault: this answer, whatever was asked."""

    status: int
    body: bytes


class FaultyProxy:
    """``with FaultyProxy(target, ca_file) as proxy: proxy.fault = "drip"``; None passes all.

    ``lie`` changes an answer of the server's protocol, so that it is well formed and wrong.
    """

    def __init__(
        self, target: str, ca_file: Path | None, lie: Callable[[bytes], bytes] = vault_lie
    ) -> None:
        self.fault: str | Refusal | None = None
        self.requests: list[str] = []
        self.bodies: list[bytes] = []
        self.passes_after: int | None = None
        """How many more requests meet the fault, before all pass again; None: every one."""
        self.chance = 1.0
        """How likely it is that a request meets the fault."""
        self._connections: list[socket.socket] = []
        self._lie = lie
        proxy, context = self, ssl.create_default_context(cafile=ca_file and str(ca_file))

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms for an ACK

            def setup(self) -> None:
                super().setup()
                proxy._connections.append(self.connection)

            def do_GET(self) -> None:
                proxy._handle(self, target, context)

            do_POST = do_PUT = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        def make(port: int) -> ThreadingHTTPServer:
            return Server(("127.0.0.1", port), Handler)

        self._make = make
        (self._port,) = free_ports(1)  # nobody else's while it is stopped
        self._server = make(self._port)
        self.address = f"http://127.0.0.1:{self._port}"
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """End all connections and refuse new ones, as a server that was stopped does."""
        self._server.shutdown()
        self._server.server_close()
        while self._connections:
            with contextlib.suppress(OSError):
                self._connections.pop().shutdown(socket.SHUT_RDWR)

    def start(self) -> None:
        """Take them again, at the same address."""
        self._server = self._make(self._port)
        self.__enter__()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.stop()

    def _handle(self, request: BaseHTTPRequestHandler, target: str, tls: ssl.SSLContext) -> None:
        self.requests.append(f"{request.command} {request.path}")
        sent = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        self.bodies.append(sent)
        fault = self._next_fault()
        assert fault is None or isinstance(fault, Refusal) or fault in FAULTS
        if isinstance(fault, Refusal):
            self._answer(request, *fault)
            return
        if fault == "closing":
            request.close_connection = True
            return
        if fault == "hang before headers":
            self._hang(request)
            return
        if fault in ("throttled", "sealed", "refused"):
            status = {"throttled": 429, "sealed": 503, "refused": 403}[fault]
            self._answer(request, status, b'{"errors":["%s"]}' % fault.encode())
            return
        if fault == "not HTTP":
            request.wfile.write(b"220 mail.example ESMTP\r\n")
            request.close_connection = True
            return
        if fault == "slow":
            time.sleep(0.3)
        status, headers, body = _forward(target, tls, request, sent)
        if fault == "lying" and body:
            body = self._lie(body)
        if fault == "not JSON":
            body = b"<html>" + body[:20]
        if fault == "hang in headers":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
            self._hang(request)
        elif fault == "hang in body":
            self._head(request, status, headers, len(body))
            request.wfile.write(body[:10])
            self._hang(request)
        elif fault == "truncated":
            self._head(request, status, headers, len(body))
            request.wfile.write(body[:-5])
            request.close_connection = True
        elif fault == "drip":
            self._head(request, status, headers, len(body))
            self._drip(request, body)
        else:
            self._answer(request, status, body, headers)

    def _next_fault(self) -> str | Refusal | None:
        if self.passes_after is not None:
            if self.passes_after == 0:
                self.fault, self.passes_after = None, None
            else:
                self.passes_after -= 1
        return self.fault if random.random() < self.chance else None  # noqa: S311

    def _head(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        headers: Mapping[str, str],
        length: int,
    ) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(length))
        request.end_headers()

    def _answer(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._head(request, status, headers, len(body))
        request.wfile.write(body)

    def _drip(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        try:
            for byte in body:
                request.wfile.write(bytes([byte]))
                if self._stopping.wait(1.0):
                    break
        except OSError:
            pass
        request.close_connection = True

    def _hang(self, request: BaseHTTPRequestHandler) -> None:
        request.wfile.flush()
        request.close_connection = True
        self._stopping.wait(60.0)


class SilentPort:
    """A fake that accepts connections and never says anything: where a TLS handshake hangs."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class FullPort:
    """A fake whose queue of connections is full: where connecting hangs."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=0)
        address = self._socket.getsockname()
        self.address = f"https://127.0.0.1:{address[1]}"
        self._waiting = [socket.socket() for _ in range(4)]
        for one in self._waiting:
            one.setblocking(False)
            one.connect_ex(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in (*self._waiting, self._socket):
            one.close()


def _forward(
    target: str, tls: ssl.SSLContext, request: BaseHTTPRequestHandler, sent: bytes
) -> tuple[int, dict[str, str], bytes]:
    forwarded = urllib.request.Request(  # noqa: S310
        target + request.path,
        method=request.command,
        data=sent or None,
        headers=_end_to_end(request.headers),
    )
    try:
        with urllib.request.urlopen(forwarded, context=tls, timeout=60) as answer:  # noqa: S310
            return answer.status, _end_to_end(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, _end_to_end(error.headers), error.read()


def _end_to_end(headers: Message) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
