"""The report in a browser: during an outage, on a narrow screen, and as PDF by the recipe."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kwtools import report_signing
from kwtools.connections import connect
from kwtools.console import report
from kwtools.console.sections import SECTIONS
from tests.conftest import Database
from tests.console.browser import violations
from tests.console.conftest import PATIENCE_MS
from tests.deployment import happen, make_log, seal
from tests.sql.session import Session

PAGE = Path(__file__).parents[2] / "docs" / "console.md"
ROOT = ("--no-sandbox", "--disable-dev-shm-usage")  # of tests, which run as root in a container
HOSTILE = "<script>alert(1)</script><b onmouseover='alert(2)'>\"'&\u202etxt"


@pytest.fixture
def written(db: Database, auditor: str, tmp_path: Path) -> Path:
    """The report of a database with a log, a hostile name, and a KMS that is down."""
    session = Session(db.connect())
    make_log(session)
    happen(session, 300)
    seal(session)
    session.rows("create table users (id bigint primary key, email text, income bytea)")
    session.policy(HOSTILE, "single", session.key())
    session.bind("users", "*", "income", policy=HOSTILE)
    session.rows(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, error, checked_at)"
        " select k.provider_id, k.id, case when n < 5 then 'down' else 'up' end, %s,"
        " now() - n * interval '1 hour' from kw.kms_keys k cross join generate_series(1, 20) n",
        f"KW201: {HOSTILE}",
    )
    path = tmp_path / "clinic.html"
    with connect(db.place.dsn(db.name, auditor), "test") as connection:
        found = report.read(connection, SECTIONS)
        signer = report_signing.choose(connection, None)
    path.write_bytes(report.render(found, signer))
    return path


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained of, such as a style that its policy forbids."""
    return []


@pytest.fixture(params=["light", "dark"])
def opened(
    request: pytest.FixtureRequest, chromium: Browser, written: Path, complaints: list[str]
) -> Iterator[Page]:
    url = written.as_uri()
    with chromium.new_context(color_scheme=request.param) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda one: complaints.append(one.url) if one.url != url else None)
        page.goto(url)
        yield page


def test_a_report_runs_and_loads_nothing_and_has_its_style(
    opened: Page, complaints: list[str]
) -> None:
    assert opened.title().startswith("Report on ")
    assert opened.evaluate("getComputedStyle(document.body).maxWidth") == "1280px"
    assert opened.get_by_text("alert(1)").count() > 0
    assert complaints == []


def test_an_outage_is_in_the_report(opened: Page) -> None:
    assert opened.get_by_text("Outages, last").is_visible()
    assert opened.get_by_text("none yet").count() > 0


def test_axe_finds_nothing_serious_in_a_report(opened: Page) -> None:
    assert violations(opened) == []


def test_a_narrow_screen_does_not_scroll_a_report_sideways(opened: Page) -> None:
    opened.set_viewport_size({"width": 320, "height": 480})
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    needed, there = opened.evaluate(sizes)
    assert needed <= there


def test_nothing_is_wider_than_the_paper(opened: Page) -> None:
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 703, "height": 1000})  # A4 without its margins
    assert opened.evaluate("document.documentElement.scrollWidth") <= 703


def test_links_of_a_report_lead_to_its_chapters(opened: Page) -> None:
    targets = opened.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert targets
    assert {one for one in targets if opened.locator(one).count() != 1} == set()


def test_the_recipe_prints_the_report(written: Path, tmp_path: Path) -> None:
    recipe = re.search(r"^chromium .*$", PAGE.read_text(), re.MULTILINE)
    assert recipe is not None
    program, *arguments = shlex.split(recipe[0])
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    subprocess.run(
        [program, *ROOT, profile, *arguments], cwd=tmp_path, check=True, timeout=120,
        capture_output=True,
    )  # fmt: skip
    data = (tmp_path / "clinic.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    assert pages > len(SECTIONS)
