"""A webhook that keeps what it gets, and that can be faulty."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self

from testservers.certificates import Authority


class Posted(NamedTuple):
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Webhook:
    """``with Webhook(folder) as hook: ...``; ``fault`` says how it answers; TLS, or plain HTTP.

    The faults are a status, ``hung``, ``cut`` and ``redirect``.
    """

    def __init__(self, folder: Path, *, tls: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.posted: list[Posted] = []
        self.fault: str | int = 204
        self.end = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers["content-length"]))
                hook.posted.append(Posted(self.path, headers, body))
                if hook.fault == "hung":
                    hook.end.wait(60)
                    return
                if hook.fault == "redirect":
                    self.send_response(307)
                    self.send_header("Location", f"{hook.address}/elsewhere")
                else:
                    self.send_response(200 if hook.fault == "cut" else int(hook.fault))
                is_cut = hook.fault == "cut"
                self.send_header("Content-Length", "10" if is_cut else "0")
                self.end_headers()
                self.close_connection = is_cut

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        scheme = "http"
        if tls:
            authority = Authority(folder)
            self.ca_file = authority.file
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*authority.sign("webhook"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.address = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end.set()
        self._server.shutdown()
        self._server.server_close()
