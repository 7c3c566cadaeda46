"""Every view of the console in a browser: what its users see, hear and reach."""

import csv
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Page, expect
from psycopg import sql

from kwtools.cluster import Place
from kwtools.console.sections import SECTIONS
from tests.conftest import fresh_database, unique
from tests.console.browser import FOCUSABLE, Visit, violations
from tests.console.conftest import Console, running
from tests.deployment import make_log
from tests.sql.session import Session

PEOPLE = Path(__file__).parents[2] / "demo" / "data" / "rand-hie.csv"
NAMES = tuple(section.name for section in SECTIONS)
HOSTILE = "<script>alert(1)</script><b onmouseover='alert(2)'>\"'&\u202etxt"
WIDE = "暗" * 64

_ACTIVE = "document.activeElement.outerHTML.slice(0, 300)"

section_named = pytest.mark.parametrize("name", NAMES)


def _fill(session: Session) -> None:
    """Data of each kind: the demo's people, branches, layers, floors, jobs, health, a log."""
    session.rows(
        "create table people (id bigint primary key, income bytea, health bytea, email text)"
    )
    with PEOPLE.open(newline="") as file:
        ids = [row["zper"] for row in islice(csv.DictReader(file), 300)]
    session.bind("people", "*", "income")
    session.rows("select kw.bind_many('people', %s, 'health')", ids)
    roots = [session.key() for _ in range(3)]
    kem = session.kem("ML-KEM-768+X25519")
    session.policy("narrow", "single", roots[0])
    branch, _ = session.branch("narrow")
    sealed = session.sealed_kem(branch)
    session.policy("layered", "both", *roots[1:], layers=[kem, sealed])
    session.policy(HOSTILE, "either", branch, roots[1])
    session.rows(f'create table "{WIDE[:20]}" (id bigint primary key, "{WIDE[:21]}" bytea)')
    session.bind(f'public."{WIDE[:20]}"', "*", WIDE[:21], policy=HOSTILE)
    session.rows("create table orders (id bigint primary key, name bytea)")
    session.bind("orders", "*", "name", policy="layered")
    session.rows("select kw.set_floor('people', 'health', 3)")
    session.rows("select kw.set_algorithm_status('X25519', 'deprecated')")
    session.rows("select * from kw.check_kms()")
    session.rows(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error,"
        " checked_at) select k.provider_id, k.id, case when n between 5 and 7 then 'down' else 'up'"
        " end, n, case when n between 5 and 7 then %s end, now() - n * interval '1 hour'"
        " from kw.kms_keys k cross join generate_series(1, 20) n",
        f"KW201: {HOSTILE}",
    )
    make_log(session)
    session.rows("call kw.seal_audit()")
    session.rows("select kw.schedule_rewrap(1)")


@pytest.fixture(scope="module")
def shown(cluster: Place) -> Iterator[Console]:
    """The console of a database with data of each kind, which connects as an auditor."""
    role = sql.Identifier(unique("role"))
    with fresh_database(cluster) as db:
        _fill(Session(db.connect()))
        with cluster.connect() as connection:
            connection.execute(sql.SQL("create role {} login in role kw_auditor").format(role))
        with running("--dsn", cluster.dsn(db.name, role._obj[0])) as console:
            yield console
    with cluster.connect() as connection:
        connection.execute(sql.SQL("drop role {}").format(role))


@section_named
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    shown: Console, visit: Callable[..., Visit], name: str, scheme: str
) -> None:
    page = visit(shown, color_scheme=scheme).see(name)
    assert violations(page) == []


@section_named
@pytest.mark.parametrize("width", [640, 320])
def test_at_200_and_400_percent_the_page_does_not_scroll_sideways(
    shown: Console, visit: Callable[..., Visit], name: str, width: int
) -> None:
    options = {"viewport": {"width": width, "height": 480}, "device_scale_factor": 1280 // width}
    page = visit(shown, **options).see(name)
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    needed, there = page.evaluate(sizes)
    assert needed <= there


@pytest.mark.parametrize("name", [*(name for name in NAMES if name != "overview"), "databases"])
@pytest.mark.parametrize("width", [375, 640])
def test_on_a_phone_and_at_200_percent_a_table_is_read_without_scrolling_it(
    shown: Console, visit: Callable[..., Visit], name: str, width: int
) -> None:
    page = visit(shown, viewport={"width": width, "height": 800}).see(name)
    hidden = page.evaluate(
        "[...document.querySelectorAll('.scroll:has(table)')]"
        ".map((one) => one.scrollWidth - one.clientWidth)"
    )
    assert hidden
    assert set(hidden) == {0}
    rows = page.get_by_role("table").first.get_by_role("row")
    assert rows.count() > 1
    assert rows.last.get_by_role("cell").count() > 1
    names = "getComputedStyle(document.querySelector('td[data-name]'), '::before').content"
    assert len(page.evaluate(names)) > 2
    assert violations(page) == []


def test_what_a_loss_marks_touches_no_text(shown: Console, visit: Callable[..., Visit]) -> None:
    page = visit(shown).see("hierarchy", lost="kms:1")
    marks = page.locator(".hierarchy .is-closed .cross")
    assert marks.count() > 3
    crossed = page.evaluate("""() => {
        const place = (one) => one.getBoundingClientRect();
        const meet = (a, b) => a.left < b.right && b.left < a.right
            && a.top < b.bottom && b.top < a.bottom;
        return [...document.querySelectorAll(".hierarchy .node")].flatMap((node) => {
            const mark = place(node.querySelector(".cross"));
            return [...node.querySelectorAll("text, .leg-needed, .leg-spare")]
                .filter((one) => meet(mark, place(one))).map((one) => one.outerHTML);
        });
    }""")
    assert crossed == []


def test_no_rule_of_a_style_sheet_swallows_the_next(
    shown: Console, visit: Callable[..., Visit]
) -> None:
    nested = """Array.from(document.styleSheets)
        .flatMap((sheet) => Array.from(sheet.cssRules))
        .filter((rule) => rule instanceof CSSStyleRule && rule.cssRules.length > 0)
        .map((rule) => rule.selectorText)"""
    assert visit(shown).see("overview").evaluate(nested) == []


def test_the_filters_of_the_audit_stand_in_columns(
    shown: Console, visit: Callable[..., Visit]
) -> None:
    form = visit(shown).see("audit").locator("form.filters")
    inputs = form.locator("input:not([type=hidden])").all()
    boxes = [box for one in inputs if (box := one.bounding_box())]
    assert len(boxes) == len(inputs) > 0
    assert len({box["width"] for box in boxes}) == 1
    assert len({box["y"] for box in boxes}) <= 2


def test_the_filters_of_the_audit_filter(shown: Console, visit: Callable[..., Visit]) -> None:
    page = visit(shown).see("audit")
    action = page.locator("td[data-name=Action]").last.inner_text()
    page.get_by_label("Action").fill(action)
    with page.expect_navigation() as loaded:
        page.get_by_role("button", name="Filter").click()
    assert loaded.value is not None
    assert loaded.value.status == 200
    assert set(page.locator("td[data-name=Action]").all_inner_texts()) == {action}


def test_an_unknown_page_leads_back_to_the_first_one(
    shown: Console, visit: Callable[..., Visit]
) -> None:
    seen = visit(shown, viewport={"width": 375, "height": 800})
    page = seen.page
    answer = page.goto(f"{seen.root}nothing?x=1")
    assert answer is not None
    assert answer.status == 404
    assert violations(page) == []
    page.get_by_role("link", name="To the first page").click()
    expect(page.get_by_role("heading", level=2, name="Needs attention")).to_be_visible()
    seen.complaints.clear()  # browsers complain of each answer that is an error


def test_a_caption_stays_in_sight_beside_a_wide_table(
    shown: Console, visit: Callable[..., Visit]
) -> None:
    page = visit(shown, viewport={"width": 375, "height": 800}).see("health")
    page.locator(".scroll").first.evaluate("one => one.scrollLeft = 300")
    box = page.locator("caption").first.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (16, 343)


def _focused(page: Page) -> tuple[int, bool]:
    """Return the number of the focused element, -1 for none, and whether its focus is visible."""
    number, is_visible = page.evaluate(
        """(focusable) => {
            const one = document.activeElement;
            const outline = getComputedStyle(one);
            const shape = one.querySelector(".outline");
            const drawn = shape && getComputedStyle(shape).strokeWidth === "4px";
            return [
                Array.from(document.querySelectorAll(focusable)).indexOf(one),
                Boolean(drawn) || outline.outlineStyle !== "none" && outline.outlineWidth !== "0px",
            ];
        }""",
        FOCUSABLE,
    )
    return int(number), bool(is_visible)


@section_named
def test_tab_reaches_everything_and_shows_where_it_is(
    shown: Console, visit: Callable[..., Visit], name: str
) -> None:
    page = visit(shown).see(name)
    count = page.locator(FOCUSABLE).count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached: set[int] = set()
    while page.evaluate("document.activeElement !== document.body"):  # the end
        number, is_visible = _focused(page)
        assert (number >= 0, is_visible) == (True, True), page.evaluate(_ACTIVE)
        assert number not in reached, "Tab goes round in a circle"
        reached.add(number)
        page.keyboard.press("Tab")
    hidden = {
        number
        for number in set(range(count)) - reached
        if not page.locator(FOCUSABLE).nth(number).is_visible()
    }
    assert reached | hidden == set(range(count))


@section_named
def test_the_skip_link_leads_past_the_navigation(
    shown: Console, visit: Callable[..., Visit], name: str
) -> None:
    page = visit(shown).see(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav[aria-label=Sections]')") is None


@section_named
def test_a_screen_reader_hears_landmarks_and_names(
    shown: Console, visit: Callable[..., Visit], name: str
) -> None:
    page = visit(shown).see(name)
    title = next(section.title for section in SECTIONS if section.name == name)
    assert title in page.title()
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    sections = page.get_by_role("navigation", name="Sections")
    expect(sections.get_by_role("link")).to_have_count(len(SECTIONS))
    expect(sections.locator("[aria-current=page]")).to_have_text(title)
    for table in page.get_by_role("table").all():
        expect(table).to_have_accessible_name(re.compile("."))
    for kind in ("link", "region"):
        for one in page.get_by_role(kind).all():
            expect(one).to_have_accessible_name(re.compile(r"\w"))


@section_named
def test_every_link_and_form_of_a_page_leads_to_another(
    shown: Console, visit: Callable[..., Visit], name: str
) -> None:
    """Only what is below the root gets the cookie, so an address elsewhere would be refused."""
    one = visit(shown)
    page = one.see(name)
    targets = page.locator("[href], [src], [action]").evaluate_all(
        "all => all.flatMap(e => [e.href, e.src, e.action]).filter(a => typeof a === 'string')"
    )
    leading = {urldefrag(target).url for target in targets} - {page.url, "data:,", ""}
    assert {target for target in leading if not target.startswith(one.root)} == set()
    statuses = {target: page.request.get(target).status for target in leading}
    well = (200, 202)  # 202: it is being read, and loads again
    assert {target: status for target, status in statuses.items() if status not in well} == {}
    for number in range(page.locator("form").count()):
        one.see(name)
        with page.expect_navigation() as sent:
            page.locator("form").nth(number).get_by_role("button").click()
        assert sent.value is not None
        assert sent.value.status == 200


def test_the_filters_of_the_audit_are_sent(shown: Console, visit: Callable[..., Visit]) -> None:
    page = visit(shown).see("audit")
    page.get_by_label("Action").fill("create_policy")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("Action")).to_have_value("create_policy")
    rows = page.get_by_role("region", name="Events of the audit").locator("tbody tr")
    assert {row.locator("td").nth(3).inner_text() for row in rows.all()} == {"create_policy"}


@section_named
def test_it_is_read_without_javascript(
    shown: Console, visit: Callable[..., Visit], name: str
) -> None:
    with_it = visit(shown).see(name).locator("main").all_inner_texts()
    without = visit(shown, java_script_enabled=False).see(name).locator("main").all_inner_texts()
    assert len(without[0]) > 100
    # Ages and new events differ from one load to the next.
    assert len(without[0].splitlines()) == pytest.approx(len(with_it[0].splitlines()), abs=3)


@section_named
def test_names_that_are_html_are_text(
    shown: Console, visit: Callable[..., Visit], name: str
) -> None:
    page = visit(shown).see(name)
    assert page.locator("main script, main [onmouseover]").count() == 0
    assert "\u202e" not in page.content()


def test_pointing_at_a_key_shows_what_its_loss_closes(
    shown: Console, visit: Callable[..., Visit]
) -> None:
    page = visit(shown).see("hierarchy")
    said = page.locator("#what-a-loss-closes")
    hint = said.inner_text()
    node = page.locator(".node.kms")
    node.hover()
    expect(node).to_have_class(re.compile("is-closed"))
    expect(page.locator(".node.policy.is-closed").first.locator(".cross")).to_be_visible()
    expect(said).to_contain_text("Its loss closes")
    page.get_by_role("heading", level=1).hover()
    expect(page.locator(".node.is-closed")).to_have_count(0)
    expect(said).to_have_text(hint)


def test_moving_to_a_key_by_keyboard_shows_what_its_loss_closes(
    shown: Console, visit: Callable[..., Visit]
) -> None:
    page = visit(shown).see("hierarchy")
    page.locator(".node.kem a").first.focus()
    expect(page.locator(".node.kem").first).to_have_class(re.compile("is-closed"))
    expect(page.locator(".node.policy.is-closed")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("The loss of KEM key"))).to_be_visible()


def test_a_loss_is_shown_without_javascript(shown: Console, visit: Callable[..., Visit]) -> None:
    page = visit(shown, java_script_enabled=False).see("hierarchy")
    page.get_by_role("link", name=re.compile("Show this loss of")).first.click()
    expect(page.locator(".node.kms.is-closed .cross")).to_be_visible()
    expect(page.get_by_role("table").get_by_text("closed", exact=True).first).to_be_visible()
    expect(page.locator("section.notice li").first).to_contain_text("key")
    assert violations(visit(shown).see("hierarchy", lost="key:3", table="public.people")) == []
