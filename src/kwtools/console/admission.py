"""Who may see a page: a browser of this machine that was given the token, and no other site's."""

import hmac
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
"""Of every answer."""

_OWN_REQUESTS = ("same-origin", "none")  # none: typed by the user, or from outside the browser


class Refusal(NamedTuple):
    """Why a request gets no page."""

    status: HTTPStatus
    text: str


class Admission:
    """The token of one run, the cookie that it is exchanged for, and the names of this server.

    Cookies know no ports. So every page is below ``root``, a folder that no other server of this
    machine knows, and a browser sends the cookie nowhere else.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(32)
        self._cookie = f"kwtools_console_{port}"
        self._value = secrets.token_urlsafe(32)
        self.root = f"/{secrets.token_urlsafe(16)}/"
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}

    def refusal(self, environ: Mapping[str, Any]) -> Refusal | None:
        """Return why a request is refused, whether its sender has the token or not."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The console only shows: use GET.")
        host = environ.get("HTTP_HOST", "")
        if host not in self._hosts:
            return Refusal(
                HTTPStatus.MISDIRECTED_REQUEST,
                "The console answers only by the address that kwtools console printed.",
            )
        target = str(environ.get("REQUEST_URI", ""))
        if not target.startswith("/") or target.startswith("//"):
            return Refusal(HTTPStatus.BAD_REQUEST, "The request names no path of the console.")
        site = environ.get("HTTP_SEC_FETCH_SITE", "none")
        origin = environ.get("HTTP_ORIGIN", f"http://{host}")
        if site not in _OWN_REQUESTS or origin != f"http://{host}":
            return Refusal(HTTPStatus.FORBIDDEN, "The console answers no request of another site.")
        return None

    def accepts(self, token: str) -> bool:
        """Return whether this is the token that was printed."""
        return _same(token, self.token)

    def knows(self, environ: Mapping[str, Any]) -> bool:
        """Return whether a request has the cookie.

        Among others of this machine's ports, which may be no cookies by any standard.
        """
        pairs = (
            one.strip().partition("=") for one in str(environ.get("HTTP_COOKIE", "")).split(";")
        )
        return any(name == self._cookie and _same(value, self._value) for name, _, value in pairs)

    def cookie(self) -> str:
        """Return the header that gives a browser the cookie."""
        return f"{self._cookie}={self._value}; Path={self.root}; HttpOnly; SameSite=Strict"


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
