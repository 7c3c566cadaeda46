"""A port of loopback that leads to a server's Unix socket, for clients that know only TCP."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def relay(target: Path) -> Iterator[int]:
    """Yield the port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(str(target))
                answers = threading.Thread(target=_pass, args=(server, self.connection))
                answers.start()
                _pass(self.connection, server)
                answers.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield int(listening.server_address[1])
        finally:
            listening.shutdown()


def _pass(source: socket.socket, target: socket.socket) -> None:
    """Send on what comes, until one side ends."""
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
