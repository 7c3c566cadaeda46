"""Requests that are too long get a clear answer, which the client can always read."""

import socket
import time
from contextlib import closing

import pytest

from kwtools.console.serving import PATIENCE
from tests.console.conftest import Console

LIMIT = 16_384  # of all headers, the first line too
TOO_LONG, MUCH_TOO_LONG = 20_000, 2_000_000


def _answer(console: Console, path: str = "", more: str = "", method: str = "GET") -> bytes:
    """Send a request at once, as curl does, and read until the server closes."""
    head = f"Host: 127.0.0.1:{console.port}\r\nConnection: close\r\nCookie: {console.cookie}\r\n"
    with closing(socket.create_connection(("127.0.0.1", console.port), timeout=60)) as client:
        client.sendall(f"{method} {console.below(path)} HTTP/1.1\r\n{head}{more}\r\n".encode())
        found = b""
        while part := client.recv(65_536):  # a connection that is reset raises
            found += part
        return found


def _status(answer: bytes) -> int:
    assert answer, "the reply is empty"
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        (f"audit?object={'a' * 9_000}", "", 200),
        (f"audit?object={'%C3%A9' * 2_000}", "", 200),
        (f"inventory?table={'a' * 9_000}", "", 200),
        (f"hierarchy?table={'a' * 9_000}", "", 200),
        (f"{'a' * 9_000}", "", 404),
        ("jobs", f"X-Long: {'a' * 9_000}\r\n", 200),
        ("jobs", "".join(f"X-{n}: {n}\r\n" for n in range(1_000)), 200),
        (f"audit?{'&'.join(f'a{n}=1' for n in range(500))}", "", 400),
    ],
)
def test_a_request_below_the_limit_is_read(
    console: Console, path: str, more: str, status: int
) -> None:
    console.enter()
    assert _status(_answer(console, path, more)) == status


@pytest.mark.parametrize("length", [LIMIT, TOO_LONG, MUCH_TOO_LONG])
@pytest.mark.parametrize("what", ["query", "path", "header", "headers", "cookie", "method"])
def test_a_request_over_the_limit_is_told_so(console: Console, what: str, length: int) -> None:
    console.enter()
    text = "a" * length
    answer = {
        "query": lambda: _answer(console, f"audit?object={text}"),
        "path": lambda: _answer(console, text),
        "header": lambda: _answer(console, "jobs", f"X-Long: {text}\r\n"),
        "headers": lambda: _answer(
            console, "jobs", "".join(f"X-{n}: {'a' * 100}\r\n" for n in range(length // 90))
        ),
        "cookie": lambda: _answer(console, "jobs", f"Cookie: {text}\r\n"),
        "method": lambda: _answer(console, "jobs", method=text),
    }[what]()
    assert _status(answer) == 431
    assert b"Request Header Fields Too Large" in answer
    assert console.root.encode() not in answer
    assert console.get("/jobs").status == 200


@pytest.mark.parametrize("length", [1, TOO_LONG, MUCH_TOO_LONG])
def test_a_body_is_refused(console: Console, length: int) -> None:
    console.enter()
    body = f"Content-Length: {length}\r\n\r\n{'a' * length}"
    assert _status(_answer(console, "jobs", body, method="POST")) in (405, 413)


def test_who_goes_on_sending_after_a_refusal_is_cut_off(console: Console) -> None:
    with closing(socket.create_connection(("127.0.0.1", console.port), timeout=60)) as client:
        client.sendall(b"A" * TOO_LONG)
        while client.recv(65_536):
            pass

        def go_on() -> None:
            began = time.monotonic()
            while time.monotonic() - began < 4 * PATIENCE:
                client.sendall(b"A")
                time.sleep(0.2)

        with pytest.raises(OSError, match=r"reset|pipe"):
            go_on()
