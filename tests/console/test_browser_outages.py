"""A browser that stays while a KMS goes down, and comes back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kwtools.console.sections import SECTIONS
from tests.conftest import Database, Keystore
from tests.console.browser import Visit, violations
from tests.console.conftest import Console
from tests.sql.session import Session

CHECK = "select * from kw.check_kms()"


@pytest.fixture
def session(db: Database) -> Session:
    return Session(db.connect())


@pytest.fixture
def fragile(session: Session, make_keystore: Callable[..., Keystore]) -> Keystore:
    """A KMS with one key, which is a leg of a policy and the only key of another."""
    store = make_keystore()
    session.rows("select kw.add_provider(%s, 'local')", store.name)
    key = session.value("select kw.create_kms_key(%s, 'fragile')", store.name)
    session.policy("spare", "either", 1, key)
    session.policy("alone", "single", key)
    session.rows("create table people (id bigint primary key, name bytea, mail bytea)")
    session.bind("people", "1", "name", policy="spare")
    session.bind("people", "1", "mail", policy="alone")
    session.rows(CHECK)
    return store


def _node(page: Page) -> str:
    return page.locator(".node.key", has_text="fragile").text_content() or ""


def test_a_kms_goes_down_between_two_loads_and_comes_back(
    console: Console, session: Session, fragile: Keystore, visit: Callable[..., Visit]
) -> None:
    at = visit(console)
    assert "down" not in _node(at.see("hierarchy"))
    away = fragile.directory.rename(fragile.directory.with_name("away"))
    session.rows(CHECK)
    assert "down" in _node(at.see("hierarchy"))
    expect(at.page.locator(".node.key.is-down")).to_have_count(1)
    for section in SECTIONS:
        page = at.see(section.name)  # answers, whatever it has to say
        expect(page.get_by_role("heading", level=1)).to_contain_text(section.title)
        assert violations(page) == []
    away.rename(fragile.directory)
    session.rows(CHECK)
    assert "down" not in _node(at.see("hierarchy"))


def test_the_loss_of_a_kms_tells_what_the_outage_closes(
    console: Console, fragile: Keystore, visit: Callable[..., Visit]
) -> None:
    page = visit(console).see("hierarchy")
    row = page.get_by_role("row", name=re.compile(f"KMS {fragile.name}"))
    expect(row).to_contain_text("closes 1 of 2 data keys; 1 open by their other leg only")
    page.get_by_role("link", name=f"Show this loss of {fragile.name}", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("^policy spare"))).to_contain_text(
        "opens by the other leg only"
    )
    expect(page.get_by_role("row", name=re.compile("^table public.people"))).to_contain_text(
        "closed in part"
    )


def test_a_database_that_goes_away_is_told_as_a_page(
    console: Console, db: Database, session: Session, visit: Callable[..., Visit]
) -> None:
    at = visit(console)
    at.see("hierarchy")
    with db.place.connect() as connection:
        connection.execute(f"alter database {db.name} allow_connections false")
    try:
        answer = at.page.goto(f"{at.root}hierarchy")
        assert answer is not None
        assert answer.status == 502
        expect(at.page.get_by_role("heading", level=2)).to_contain_text("could not be read")
        assert violations(at.page) == []
    finally:
        with db.place.connect() as connection:
            connection.execute(f"alter database {db.name} allow_connections true")
    at.complaints.clear()  # the browser's own, of the status
    expect(at.see("hierarchy").get_by_role("heading", level=1)).to_contain_text("Key hierarchy")
