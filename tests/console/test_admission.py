"""Who gets a page: the defence of the console against other sites, hosts, paths and methods."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Browser

from kwtools.cluster import Place
from tests.conftest import Database, fresh_database
from tests.console.conftest import Console, running
from tests.loopback import needs_ipv6

SECURE = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self';"
    " img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.fixture(scope="module")
def console(cluster: Place) -> Iterator[Console]:
    """One console for all of these tests, which change nothing."""
    with fresh_database(cluster) as db, running("--dsn", db.dsn) as made:
        yield made


def received(wire: socket.socket) -> bytes:
    """Return all that comes; a server that has read enough may end by a reset."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while more := wire.recv(65_536):
            found += more
    return found


def raw(console: Console, head: str) -> tuple[int, str]:
    """Send these bytes as they are; return the status, and all that came back."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", console.port), 60)) as wire:
        with contextlib.suppress(OSError):  # it may have answered, and closed, before all was sent
            wire.sendall(head.encode("latin-1"))
            wire.shutdown(socket.SHUT_WR)
        answer = received(wire).decode("latin-1")
    found = re.match(r"HTTP/1\.[01] (\d+)", answer)
    return int(found[1]) if found else 0, answer


def get(console: Console, *lines: str, target: str = "/overview") -> tuple[int, str]:
    """Ask for a page with the cookie, and with these lines of the head."""
    if target.startswith("/") and not target.startswith(("//", "/?token=")):
        target = console.below(target)
    head = [f"GET {target} HTTP/1.1", *lines, f"Cookie: {console.cookie}", "Connection: close"]
    return raw(console, "\r\n".join(head) + "\r\n\r\n")


# -- the token ------------------------------------------------------------------------------------


def test_the_token_is_exchanged_for_a_cookie_by_a_redirect(console: Console) -> None:
    assert len(console.token) >= 22  # 128 bits in base64
    answer = console.enter()
    assert (answer.status, answer.text) == (303, "")
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert str(console.port) in cookie.key
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert (cookie["domain"], cookie["expires"], cookie["max-age"]) == ("", "", "")
    assert console.token not in cookie.value
    page = console.get("/")
    assert page.status == 200
    assert console.token not in page.text
    assert cookie.value not in page.text


def test_the_cookie_goes_to_no_other_port_of_this_machine(console: Console) -> None:
    """A browser sends a cookie to every port, but only below its path, which nobody can guess."""
    answer = console.enter()
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert cookie["path"] == console.root == answer.headers["location"]
    assert len(console.root) >= 24  # 128 bits in base64
    for path in ("/", "/overview", "/static/console.css", "/x" + console.root):
        assert console.request(path, headers={"Cookie": console.cookie}).status == 403
    assert console.request(console.below("/overview")).status == 403


@pytest.mark.parametrize("path", ["/", "/overview", "/static/console.css", "/nothing"])
@pytest.mark.parametrize(
    "token", ["", "?token=", "?token=x", "?token=%C3%A9", "?token=" + "x" * 5000]
)
def test_without_the_token_nothing_is_shown(console: Console, path: str, token: str) -> None:
    answer = console.request(path + token)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert answer.text == "Open the address that kwtools console printed: it has a token.\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one + "x",
        lambda one: one[:-1],
        lambda one: "a=b; " + one.split("=")[0] + "=",
        lambda one: "\x07" + one,
    ],
)
def test_a_wrong_cookie_shows_nothing(console: Console, change: Callable[[str], str]) -> None:
    console.enter()
    answer = console.request(console.below("/overview"), headers={"Cookie": change(console.cookie)})
    assert answer.status in (400, 403)
    assert "<html" not in answer.text


def test_the_token_of_another_console_is_refused(console: Console, db: Database) -> None:
    with running("--dsn", db.dsn) as other:
        other.enter()
        assert console.request(f"/?token={other.token}").status == 403
        assert (
            console.request(console.below("/overview"), headers={"Cookie": other.cookie}).status
            == 403
        )


class _Other(BaseHTTPRequestHandler):
    """A server of somebody else, which keeps the cookies that it gets."""

    cookies: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.cookies.append(self.headers["Cookie"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_browser_gives_the_cookie_to_no_other_server(console: Console, chromium: Browser) -> None:
    with (
        HTTPServer(("127.0.0.1", 0), _Other) as other,
        contextlib.closing(chromium.new_context()) as context,
    ):
        serving = threading.Thread(target=other.serve_forever)
        serving.start()
        try:
            page = context.new_page()
            page.goto(console.address)
            assert [one.get("path") for one in context.cookies()] == [
                page.url.removeprefix(f"http://127.0.0.1:{console.port}")
            ]
            page.goto(f"http://127.0.0.1:{other.server_port}/")
            page.reload()  # of the same site, whatever led here
            assert _Other.cookies
            assert set(_Other.cookies) == {None}
        finally:
            other.shutdown()
            serving.join()


# -- hosts and sites ------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}"])
def test_the_names_of_this_machine_are_answered(console: Console, host: str) -> None:
    status, _ = get(console, "Host: " + host.format(port=console.port))
    assert status == 200


HOSTS = [
    *("evil.example", "evil.example:{port}", "127.0.0.1", "localhost", "127.0.0.1:1"),
    *("127.0.0.1:{port}.evil.example", "localhost.:{port}", "127.0.0.1:{port}@evil.example"),
    *("0.0.0.0:{port}", "127.1:{port}", "[::ffff:127.0.0.1]:{port}", "localhost:0{port}", ""),
    "evil.example\r\nHost: 127.0.0.1:{port}",
    "127.0.0.1:{port}\r\nHost: evil.example",
    "127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}",
    "evil.example\r\nX-Forwarded-Host: 127.0.0.1:{port}\r\nForwarded: host=127.0.0.1:{port}",
]


@pytest.mark.parametrize("host", HOSTS)
def test_no_other_name_is_answered(console: Console, host: str) -> None:
    """So a name that an attacker's DNS server turns to loopback reads nothing."""
    status, answer = get(console, "Host: " + host.format(port=console.port))
    assert status in (400, 421)
    assert "evil" not in answer
    assert "<html" not in answer


@pytest.mark.parametrize(
    "target",
    [
        *("http://evil.example/overview", "http://127.0.0.1:{port}/overview"),
        *("//evil.example/overview", "*", "evil.example:80"),
    ],
)
def test_an_absolute_address_is_refused(console: Console, target: str) -> None:
    host = f"Host: 127.0.0.1:{console.port}"
    status, answer = get(console, host, target=target.format(port=console.port))
    assert status == 400
    assert "evil" not in answer


def test_a_request_without_a_host_is_refused(console: Console) -> None:
    console.enter()
    for version in ("1.0", "1.1"):
        head = (
            f"GET {console.below('/overview')} HTTP/{version}\r\nCookie: {console.cookie}\r\n\r\n"
        )
        assert raw(console, head)[0] in (400, 421)


@pytest.mark.parametrize(
    "line",
    [
        *("Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: x"),
        *("Origin: https://evil.example", "Origin: null", "Origin: http://127.0.0.1:1"),
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
    ],
)
@pytest.mark.parametrize("target", ["/overview", "/?token={token}", "/static/console.css"])
def test_another_site_gets_nothing(console: Console, line: str, target: str) -> None:
    host = f"Host: 127.0.0.1:{console.port}"
    status, answer = get(console, host, line, target=target.format(token=console.token))
    assert status == 403
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("line", ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none"])
def test_its_own_requests_are_answered(console: Console, line: str) -> None:
    assert get(console, f"Host: localhost:{console.port}", line)[0] == 200


# -- methods, paths and parameters ----------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_only_reading_methods_are_answered(console: Console, method: str) -> None:
    console.enter()
    answer = console.request(console.below("/overview"), method, {"Cookie": console.cookie})
    assert answer.status == 405


def test_a_head_request_gets_the_headers_alone(console: Console) -> None:
    console.enter()
    answer = console.request(console.below("/overview"), "HEAD", {"Cookie": console.cookie})
    assert (answer.status, answer.text) == (200, "")
    assert int(answer.headers["content-length"]) > 1000


@pytest.mark.parametrize(
    "path",
    [
        *("/../../../../etc/passwd", "/static/../../../../etc/passwd", "/static/../app.py"),
        *("/static/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e/%252e%252e/etc/passwd"),
        *("/static/..%2f..%2fetc%2fpasswd", "/static/..\\..\\etc\\passwd", "/static/%5c..%5c"),
        *("/static/console.css%00.html", "/overview%00", "/static/", "/static", "/templates/"),
        *("/static//console.css", "/static/./console.css", "/overview/", "/OVERVIEW"),
        *("/file:///etc/passwd", "/%ff%fe", "/overview;x=1", "/overview%0d%0aX-Evil:%201"),
    ],
)
def test_a_path_names_no_file(console: Console, path: str) -> None:
    status, answer = get(console, f"Host: 127.0.0.1:{console.port}", target=path)
    assert status in (400, 404)
    assert "root:" not in answer
    assert "X-Evil:" not in answer


@pytest.mark.parametrize(
    "query",
    [
        *("database=x&database=y", "a=%00", "%00=1", "a=%ff"),
        "&".join(f"a{number}=1" for number in range(100)),
    ],
)
def test_parameters_that_cannot_be_read_are_refused(console: Console, query: str) -> None:
    status, _ = get(console, f"Host: 127.0.0.1:{console.port}", target=f"/overview?{query}")
    assert status == 400


def test_a_long_head_or_a_body_is_refused(console: Console) -> None:
    host = f"Host: 127.0.0.1:{console.port}"
    assert get(console, host, f"X-Long: {'x' * 100_000}")[0] in (0, 431)
    assert get(console, host, "Content-Length: 1000000000")[0] == 413


@pytest.mark.parametrize(
    "other", ['a={"x":1}', "x", "[a]=1", 'a="b', "a b=c", "kwtools_console_1=x"]
)
def test_cookies_of_other_ports_shut_nobody_out(console: Console, other: str) -> None:
    """Cookies know no ports, so a browser sends those of every server of this machine."""
    console.enter()
    for cookies in (f"{other}; {console.cookie}", f"{console.cookie}; {other}"):
        assert (
            console.request(console.below("/overview"), headers={"Cookie": cookies}).status == 200
        )
    name = console.cookie.split("=")[0]
    for cookies in (f"{name}=planted; {console.cookie}", f"{console.cookie};{name}=planted"):
        assert (
            console.request(console.below("/overview"), headers={"Cookie": cookies}).status == 200
        )


@pytest.mark.parametrize("value", ["x%0d%0aSet-Cookie:%20a=b", "x%0aX-Evil:%201", "<script>"])
def test_no_parameter_reaches_the_head(console: Console, value: str) -> None:
    for target in (f"/?token={console.token}&x={value}", f"/overview?database={value}"):
        _, answer = get(console, f"Host: 127.0.0.1:{console.port}", target=target)
        head, _, body = answer.partition("\r\n\r\n")
        assert "X-Evil" not in head
        assert "a=b" not in head
        assert "<script>" not in body


def test_every_answer_has_the_headers(console: Console) -> None:
    answers = [
        console.enter(),
        console.get("/"),
        console.get("/static/console.css"),
        console.get("/nothing"),
        console.request("/"),
        console.request("/", "POST"),
        console.request("/", headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    assert [one.status for one in answers] == [303, 200, 200, 404, 403, 405, 403]
    for answer in answers:
        assert SECURE.items() <= answer.headers.items()
        assert "server" not in answer.headers


def test_no_page_has_a_script_or_a_style_of_its_own(console: Console) -> None:
    page = console.page("overview")
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/console.js" defer>']
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?:", page)


# -- where it listens -----------------------------------------------------------------------------


def test_it_listens_on_loopback_alone(console: Console) -> None:
    tables = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
    there = [path for path in tables if path.exists()]  # one without IPv6
    lines = [line.split() for path in there for line in path.read_text().splitlines()[1:]]
    where = [one[1] for one in lines if one[1].endswith(f":{console.port:04X}") and one[3] == "0A"]
    assert where == [f"0100007F:{console.port:04X}"]


@needs_ipv6
def test_it_listens_on_the_other_loopback_address(db: Database) -> None:
    with running("--dsn", db.dsn, "--address", "::1") as console:
        assert console.address.startswith(f"http://[::1]:{console.port}/")
        with contextlib.closing(socket.create_connection(("::1", console.port), 60)) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: [::1]:%d\r\n\r\n" % console.port)
            assert b"403" in wire.recv(100)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404), ("overview?database=none", 404), ("static/none.css", 404),
        ("overview?a=1&a=2", 400), ("overview?a=%ff", 400),
    ],
)  # fmt: skip
def test_a_refusal_leads_back_only_who_has_the_cookie(
    console: Console, path: str, status: int
) -> None:
    answer = console.get(f"/{path}")
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<a href="/">To the first page</a>' in answer.text
    assert console.token not in answer.text
    for cookie in ("", f"{console.cookie}x", "kwtools_console=1"):
        refused = console.request(console.below(f"/{path}"), headers={"Cookie": cookie})
        assert refused.status in (status, 403)
        assert refused.headers["content-type"] == "text/plain; charset=utf-8"
        assert console.root not in refused.text
        assert console.token not in refused.text
    other = {"Cookie": console.cookie, "Sec-Fetch-Site": "cross-site"}
    assert console.root not in console.request(console.below(f"/{path}"), headers=other).text
