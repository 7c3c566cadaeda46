"""The application alone: pages that fail, and parameters."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

import pytest

from kwtools.connections import Connection
from kwtools.console import views
from kwtools.console.admission import Admission
from kwtools.console.app import Application
from kwtools.console.databases import Busy, Databases
from kwtools.console.section import Section

PORT = 8765


class OneDatabase:
    """A database whose connections are never used."""

    are_of_a_cluster = False
    gone: ClassVar[Mapping[str, datetime]] = {}

    def names(self) -> list[str]:
        return ["clinic"]

    @contextlib.contextmanager
    def reading(self, name: str, timeout: str) -> Iterator[None]:
        yield None


class BusyDatabase(OneDatabase):
    """A database all of whose connections are in use."""

    @contextlib.contextmanager
    def reading(self, name: str, timeout: str) -> Iterator[None]:
        raise Busy
        yield


def answer(
    section: Section, target: str, databases: OneDatabase
) -> tuple[str, dict[str, str], str]:
    """Ask an application for an address; return the status, the headers and the body."""
    admission = Admission(PORT)
    application = Application(cast(Databases, databases), [section], admission)
    path, _, query = (admission.root + target.removeprefix("/")).partition("?")
    environ: Mapping[str, Any] = {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": path,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": f"localhost:{PORT}",
        "HTTP_COOKIE": admission.cookie().split(";")[0],
    }
    found: list[tuple[str, list[tuple[str, str]]]] = []
    body = application(environ, lambda status, headers: found.append((status, headers)))
    ((status, headers),) = found
    return status, dict(headers), b"".join(body).decode().replace(f'"{admission.root}', '"/')


def get(section: Section, target: str) -> tuple[str, str]:
    """Ask an application of this section for an address; return the status and the body."""
    status, _, body = answer(section, target, OneDatabase())
    return status, body


def test_a_page_that_fails_tells_the_terminal_and_not_the_browser(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def read(connection: Connection, query: Mapping[str, str]) -> None:
        raise ValueError("\x1b[2Jsecret")

    status, body = get(Section("broken", "Broken", read, "doctor.html"), "/broken")
    assert status == "500 Internal Server Error"
    assert "secret" not in body
    assert capsys.readouterr().err == "kwtools: console: ValueError: \\x1b[2Jsecret\n"


@pytest.mark.parametrize("query", ["name=x", "section=x", "self=x", "link=x", "view=x&page=2"])
def test_no_parameter_takes_the_place_of_what_a_template_uses(query: str) -> None:
    def read(connection: Connection, query: Mapping[str, str]) -> Mapping[str, object]:
        return {"groups": [], "counts": {}}

    status, body = get(Section("doctor", "Doctor", read, "doctor.html"), f"/doctor?{query}")
    assert status == "200 OK"
    assert 'href="/doctor?database=clinic&amp;again=1"' in body


def test_a_section_gets_the_parameters_that_have_a_value() -> None:
    given: list[Mapping[str, str]] = []

    def read(connection: Connection, query: Mapping[str, str]) -> Mapping[str, object]:
        given.append(query)
        return {"groups": [], "counts": {}}

    get(Section("doctor", "Doctor", read, "doctor.html"), "/doctor?a=%26%3D%3C&database=clinic&b=")
    assert given == [{"a": "&=<"}]


def test_a_busy_page_says_when_to_come_back() -> None:
    section = Section("doctor", "Doctor", lambda connection, query: None, "doctor.html")
    status, headers, body = answer(section, "/doctor", BusyDatabase())
    assert status == "503 Service Unavailable"
    assert headers["Retry-After"] == "3"
    assert "The console is busy" in body


def test_what_is_slow_to_read_is_waited_for_by_the_browser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    ends = threading.Event()
    section = Section(
        "doctor", "Doctor", lambda connection, query: ends.wait(60), "doctor.html", kept_seconds=0
    )
    status, headers, body = answer(section, "/doctor", OneDatabase())
    ends.set()
    assert status == "202 Accepted"
    assert headers["Refresh"] == headers["Retry-After"] == "2"
    assert "This is being read" in body
