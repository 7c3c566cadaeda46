"""A browser at the console, and what is asked of every page."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

# The page that axe looks at may load nothing, so axe must not try to.
_RUN_AXE = "() => axe.run(document, {preload: false, resultTypes: ['violations']})"
FOCUSABLE = "a[href], button, input, select, summary, [tabindex='0']"


class Visit:
    """A page that has entered a console; it keeps what went wrong."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.origin = "http://" + urlsplit(address).netloc
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._look)
        page.on("dialog", self._refuse)
        page.goto(address)
        self.root = page.url

    def see(self, section: str, **query: object) -> Page:
        """Load a section."""
        answer = self.page.goto(f"{self.root}{section}?{urlencode(query)}")
        while answer is not None and answer.status == 202:  # it is being read, and loads again
            with self.page.expect_navigation() as loaded:
                pass
            answer = loaded.value
        assert answer is not None
        assert answer.status == 200, answer.text()
        return self.page

    def check(self) -> None:
        """Raise if a page complained, or asked another host for something."""
        assert self.complaints == []

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _look(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.complaints.append(f"asked for {request.url}")

    def _refuse(self, dialog: Dialog) -> None:
        self.complaints.append(f"a script ran: {dialog.message}")
        dialog.dismiss()


def violations(page: Page) -> list[str]:
    """Return what axe finds that is serious or critical."""
    page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(_RUN_AXE)
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
