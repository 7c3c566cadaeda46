"""A console of its own process, as a browser meets it."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import Database
from tests.console.browser import Visit

PATIENCE_MS = 120_000
"""For what a browser does at once, unless the machine is busy."""

_ALWAYS_FRESH = """
import sys
from kwtools.cli import main
from kwtools.console import views
views.PATIENCE, views._SLOW, views._NOT_AT_ONCE = 50.0, 3600.0, 3600.0
sys.exit(main())
"""


@dataclass
class Response:
    """What came back for a request."""

    status: int
    headers: dict[str, str]
    """By their names in lower case."""
    text: str


@dataclass
class Console:
    """A console that runs, and the cookie of a browser that was given its address."""

    address: str
    """With the token, as it is printed."""
    process: subprocess.Popen[str]
    cookie: str = field(default="")
    root: str = field(default="")
    """The folder of the address below which all pages are."""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    @property
    def token(self) -> str:
        return urlsplit(self.address).query.removeprefix("token=")

    def request(
        self, target: str, method: str = "GET", headers: dict[str, str] | None = None
    ) -> Response:
        """Send one request as it is given, without the cookie."""
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        ) as connection:
            connection.request(method, target, headers=headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, found, text)

    def enter(self) -> Response:
        """Exchange the token for the cookie, and keep that."""
        answer = self.request(f"/?token={self.token}")
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.root = answer.headers["location"]
        return answer

    def below(self, path: str) -> str:
        """Return where a page is, by the path that it has below the root."""
        if not self.cookie:
            self.enter()
        return self.root + path.removeprefix("/")

    def get(self, path: str, **query: object) -> Response:
        """Load a page as a browser does that has the cookie; its addresses are those below root."""
        target = self.below(f"{path}?{urlencode(query)}" if query else path)
        answer = self.request(target, headers={"Cookie": self.cookie})
        while again := answer.headers.get("refresh"):  # it is being read
            time.sleep(int(again))
            answer = self.request(target, headers={"Cookie": self.cookie})
        answer.text = answer.text.replace(f'"{self.root}', '"/')
        return answer

    def page(self, section: str, **query: object) -> str:
        """Return the HTML of a section, which must be whole."""
        answer = self.get(f"/{section}", **query)
        assert answer.status == 200, answer.text
        return answer.text


@contextlib.contextmanager
def running(*arguments: str, is_always_fresh: bool = True) -> Iterator[Console]:
    """Run ``kwtools console`` with these arguments until the block ends.

    ``is_always_fresh``: it shows nothing that was read before, though a busy machine took long.
    """
    program = ["-c", _ALWAYS_FRESH] if is_always_fresh else ["-m", "kwtools"]
    process = subprocess.Popen(
        [sys.executable, *program, "console", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            assert process.stderr is not None
            pytest.fail(f"the console did not start: {process.stderr.read()}")
        yield Console(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture
def auditor(make_role: Callable[..., str]) -> str:
    """A role that may see all that the console shows, and change nothing."""
    return make_role("kw_auditor")


@pytest.fixture
def console(db: Database, auditor: str) -> Iterator[Console]:
    """The console of ``db``, which connects as ``auditor``."""
    with running("--dsn", db.place.dsn(db.name, auditor)) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which scripts/setup installs."""
    # Not for longer than a module: while it is there, asyncio.run() fails in other tests.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            # Its own sandbox refuses root, as tests in a container are.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
            timeout=PATIENCE_MS,
        )
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """``visit(console, …)``: a browser that has entered a console, with options of Playwright.

    At the end nothing may have been asked of another host, and no page may have complained.
    """
    with contextlib.ExitStack() as closing:
        made: list[Visit] = []

        def enter(console: Console, **options: Any) -> Visit:
            context = closing.enter_context(chromium.new_context(**options))
            context.set_default_timeout(PATIENCE_MS)
            made.append(Visit(context.new_page(), console.address))
            return made[-1]

        yield enter
        for one in made:
            one.check()


@pytest.fixture
def page(console: Console, visit: Callable[..., Visit]) -> Page:
    """A page of a browser that has entered ``console``."""
    return visit(console).page
