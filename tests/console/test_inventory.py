"""The inventory of the console: levels and floors, filters and pages."""

from itertools import pairwise

import pytest

from kwtools.connections import connect, transaction
from kwtools.console.sections import inventory
from kwtools.console.sections.inventory import View
from tests.conftest import Database
from tests.console.conftest import Console
from tests.sql.session import Session


@pytest.fixture
def session(db: Database) -> Session:
    made = Session(db.connect())
    made.rows("create table people (id bigint primary key, name bytea, ssn bytea, mail bytea)")
    return made


@pytest.fixture
def floored(session: Session) -> Session:
    """A field below its floor, one that reaches it, and one without."""
    kem = session.kem("ML-KEM-768+X25519")
    session.policy("quantum", "single", 1, layers=[kem])
    session.bind("people", "1", "ssn")
    session.bind("people", "1", "mail", policy="quantum")
    session.bind("people", "1", "name")
    session.rows("select kw.set_floor('people', 'ssn', 3), kw.set_floor('people', 'mail', 1)")
    return session


def read(db: Database, **query: str) -> View:
    with connect(db.dsn, "test") as connection, transaction(connection):
        found = inventory.SECTION.view(connection, query)
    assert isinstance(found, View)
    return found


def test_what_is_below_its_floor_comes_first(db: Database, floored: Session) -> None:
    view = read(db)
    shown = [
        (one.field_name, one.nist_level, one.min_level, one.is_below) for one in view.combinations
    ]
    assert shown == [("ssn", None, 3, True), ("name", None, None, False), ("mail", 3, 1, False)]
    assert view.below == 1
    assert [(one.nist_level, one.wrappers, one.below) for one in view.inventory.levels] == [
        (None, 2, 1),
        (3, 1, 0),
    ]


def test_a_floor_of_the_table_is_one_of_its_fields(db: Database, floored: Session) -> None:
    floored.rows("select kw.set_floor('people', null, 5)")
    assert [one.min_level for one in read(db).combinations] == [5, 5, 5]
    assert read(db).below == 3


def test_a_key_of_whole_rows_needs_the_highest_floor_of_a_field(
    db: Database, floored: Session
) -> None:
    floored.rows("create table others (id bigint primary key, ssn bytea)")
    floored.bind("others", "1")
    floored.rows("select kw.set_floor('others', 'ssn', 2)")
    (one,) = read(db, table="public.others").combinations
    assert (one.field_name, one.min_level, one.is_below) == (None, 2, True)


def test_filters_choose_rows(db: Database, floored: Session) -> None:
    def fields(**query: str) -> list[str | None]:
        return [one.field_name for one in read(db, **query).combinations]

    assert fields(below="1") == ["ssn"]
    assert fields(level="classical") == ["ssn", "name"]
    assert fields(level="3") == ["mail"]
    assert fields(algorithm="ML-KEM-768") == ["mail"]
    assert fields(algorithm="ROT13") == []
    assert fields(table="public.people", level="5") == []
    assert len(fields(level="x")) == len(fields(first="-1")) == 3


def test_algorithms_show_their_status(db: Database, floored: Session) -> None:
    floored.rows("select kw.set_algorithm_status('X25519', 'deprecated')")
    found = {one.name: one for one in read(db).inventory.algorithms}
    assert read(db).inventory.algorithms[0].name == "X25519"
    assert (found["X25519"].status, found["X25519"].wrappers) == ("deprecated", 1)
    assert found["ML-KEM-768"].nist_level == 3
    assert found["AES-256-GCM"].wrappers == 3


def test_pages_show_every_row_once(db: Database, session: Session) -> None:
    fields = [f"f{number}" for number in range(2 * inventory.PAGE + 1)]
    session.rows(
        f"create table wide (id bigint primary key, {', '.join(f'{f} bytea' for f in fields)})"
    )
    for field in fields:
        session.bind("wide", "*", field)
    pages = [read(db)]
    while pages[-1].later:
        pages.append(read(db, **pages[-1].later))
    assert [len(page.combinations) for page in pages] == [inventory.PAGE, inventory.PAGE, 1]
    shown = [one.field_name for page in pages for one in page.combinations]
    assert sorted(map(str, shown)) == sorted(fields)
    for before, after in pairwise(pages):
        assert after.earlier is not None
        assert int(after.earlier["first"]) == before.first


def test_the_page_names_what_is_below_its_floor(console: Console, floored: Session) -> None:
    floored.value("select kw.create_deployment()::text")
    floored.value("select kw.create_signing_key('<b>receipts</b>', 'Ed25519', 'log', 1)")
    page = console.page("inventory")
    assert "below its floor, 3" in page
    assert "&lt;b&gt;receipts&lt;/b&gt;" in page
    assert "below its floor, " not in console.page("inventory", table="public.people", level="3")


def test_signing_keys_that_are_left_out_are_said_to_be(session: Session, console: Console) -> None:
    for name in ("one", "two"):
        session.rows("select kw.create_signing_key(%s, 'Ed25519', 'log', 1)", name)
    assert "more exist, and are not shown" not in console.page("inventory", limit=2)
    assert "(more exist, and are not shown)" in console.page("inventory", limit=1)
