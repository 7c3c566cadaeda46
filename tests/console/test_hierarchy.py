"""The key hierarchy as the console reads and draws it."""

import re

import pytest

from kwtools.connections import connect, transaction
from kwtools.console import key_hierarchy, layout
from kwtools.console.aggregation import Item, choose
from kwtools.console.key_hierarchy import Hierarchy
from kwtools.console.losses import Losses
from kwtools.console.sections import hierarchy
from kwtools.console.sections.hierarchy import View
from tests.conftest import Database
from tests.console.conftest import Console
from tests.sql.session import Session


@pytest.fixture
def session(db: Database) -> Session:
    return Session(db.connect())


@pytest.fixture
def keys(session: Session) -> dict[str, int]:
    """Roots, branches of each mode, layers, a sealed KEM key, and fields below them."""
    one, two, three, four = (session.key() for _ in range(4))
    kem = session.kem()
    session.policy("narrow", "single", one)
    session.policy("wide", "either", two, three)
    narrow, _ = session.branch("narrow")
    sealed = session.sealed_kem(narrow)
    session.policy("layered", "both", three, four, layers=[kem, sealed])
    layered, _ = session.branch("layered")
    wide, _ = session.branch("wide")
    session.policy("of branches", "either", layered, wide)
    session.rows("create table people (id bigint primary key, name bytea, mail bytea)")
    session.bind("people", "1", "name", policy="of branches")
    session.bind("people", "2", "name", policy="narrow")
    session.bind("people", "1", "mail", policy="layered")
    session.bind("people", "3", policy="wide")
    return {
        "one": one, "two": two, "three": three, "four": four, "kem": kem, "sealed": sealed,
        "narrow": narrow, "layered": layered, "wide": wide,
    }  # fmt: skip


def read(db: Database, **query: str) -> View:
    with connect(db.dsn, "test") as connection, transaction(connection):
        found = hierarchy.SECTION.view(connection, query)
    assert isinstance(found, View)
    return found


def read_hierarchy(db: Database) -> Hierarchy:
    with connect(db.dsn, "test") as connection, transaction(connection):
        return key_hierarchy.read(connection)


def test_a_lost_key_closes_what_kw_closed_keys_says(
    db: Database, session: Session, keys: dict[str, int]
) -> None:
    losses = Losses(read_hierarchy(db), ())
    told: dict[int, set[int]] = {}
    for lost, closed in session.rows("select kms_key_id, closed_id from kw.closed_keys"):
        told.setdefault(lost, set()).add(closed)
    assert len(told) >= len(keys)
    assert {lost: losses.closed_keys([lost]) for lost in told} == told


def test_two_lost_keys_close_both_legs_of_a_branch(db: Database, keys: dict[str, int]) -> None:
    losses = Losses(read_hierarchy(db), ())
    assert losses.closed_keys([keys["two"], keys["three"]]) >= {keys["wide"], keys["layered"]}
    assert keys["wide"] not in losses.closed_keys([keys["two"]])


def test_a_lost_key_closes_as_many_data_keys_as_kms_health_says(
    db: Database, session: Session, keys: dict[str, int]
) -> None:
    loss = re.compile(r"(\d+) of 4 data keys")
    query = "select closed_wrappers, wrappers_by_other_leg from kw.kms_health where kms_key_id = %s"
    of_branches = """
select count(*) from kw.closed_keys c join kw.kms_keys k on k.id = c.closed_id
join kw.kms_providers p on p.id = k.provider_id and p.provider = 'wrapper'
where c.kms_key_id = %s and k.public_key is null"""
    for name in ("one", "two", "three", "four", "kem", "sealed", "narrow"):
        view = read(db, lost=f"key:{keys[name]}")
        assert view.loss is not None
        found = loss.search(view.loss.summary)
        assert found is not None, view.loss
        ((closed, _),) = session.rows(query, keys[name])
        # the view counts the wrappers of branches, too
        branches = session.value(of_branches, keys[name]) - (name == "narrow")
        assert int(found[1]) == closed - branches, name


def test_the_picture_shows_every_kind_with_its_mode(db: Database, keys: dict[str, int]) -> None:
    boxes = {(box.kind, box.title): box for box in read(db).boxes}
    assert {kind for kind, _ in boxes} == {"kms", "key", "branch", "kem", "policy", "table"}
    assert boxes["policy", "of branches"].legs == (True, False)
    assert boxes["policy", "layered"].legs == (True, True)
    assert boxes["policy", "narrow"].legs == (True,)
    assert boxes["table", "public.people"].note == "3 fields, 4 data keys"  # the whole row is one
    above = boxes["policy", "layered"].above
    assert sum(one.startswith("layer: KEM key") for one in above) == 2
    assert sum(one.startswith("leg: KMS key") for one in above) == 2
    assert f"leg: KMS key {keys['three']} (" in "".join(above)


def test_each_node_has_another_shape_for_its_kind() -> None:
    assert len({layout.outline(kind) for kind in ("key", "branch", "kem", "policy", "kms")}) == 5


def test_a_table_shows_its_fields(db: Database, keys: dict[str, int]) -> None:
    view = read(db, table="public.people", lost=f"key:{keys['one']}")
    fields = {box.title: (box.note, box.state) for box in view.boxes if box.kind == "field"}
    assert fields == {
        "(whole row)": ("1 data key", "open"),
        "mail": ("1 data key", "closed"),
        "name": ("2 data keys", "partly"),
    }


@pytest.mark.parametrize(
    "query",
    [
        {"lost": "key:4711"}, {"lost": "key:"}, {"lost": "key:x"}, {"lost": "policy:1"},
        {"lost": "kms:-1"}, {"table": "public.nothing"}, {"lost": "table:public.people"},
    ],
)  # fmt: skip
def test_what_does_not_exist_is_named(db: Database, query: dict[str, str]) -> None:
    view = read(db, **query)
    assert view.unknown in query.values()
    assert view.loss is None


@pytest.mark.parametrize("first", ["", "-1", "x", "99999999999999999999", "²"])
def test_an_odd_page_of_a_group_is_its_first(db: Database, first: str) -> None:
    assert read(db, open="keys:1:key:1", first=first).boxes


def test_the_same_hierarchy_has_the_same_picture(db: Database, keys: dict[str, int]) -> None:
    assert read(db) == read(db)


def test_no_two_nodes_lie_on_each_other(db: Database, keys: dict[str, int]) -> None:
    boxes = read(db, table="public.people").boxes
    for box in boxes:
        others = [one for one in boxes if one.x == box.x and one is not box]
        assert all(abs(one.y - box.y) >= layout.HEIGHT for one in others)


def test_an_empty_database_has_no_picture(db: Database) -> None:
    assert layout.arrange([], []).paths == ()


def test_many_objects_are_shown_as_one_and_opened_page_by_page() -> None:
    items = [Item(f"key:{n}", f"keys:{n % 3}") for n in range(1000)]
    shown = choose(items, 24, lambda group: "keys:*")
    assert set(shown.node_of.values()) == {"keys:0", "keys:1", "keys:2"}
    seen: set[str] = set()
    first = 0
    while True:
        shown = choose(items, 24, lambda group: "keys:*", "keys:1", first)
        seen |= {item for item, node in shown.node_of.items() if item == node}
        first = shown.following["keys:1"]
        if not first:
            break
    assert seen == {item.id for item in items if item.group == "keys:1"}


def test_too_many_groups_are_shown_as_wider_ones() -> None:
    items = [Item(f"key:{n}", f"keys:{n // 2}") for n in range(1000)]
    assert set(choose(items, 24, lambda group: "keys:*").node_of.values()) == {"keys:*"}


def test_a_long_or_wide_name_fits_into_its_node() -> None:
    assert hierarchy.fitted("a" * 23, 23) == "a" * 23
    assert hierarchy.fitted("a" * 24, 23) == "a" * 22 + "…"
    assert hierarchy.fitted("暗" * 64, 23) == "暗" * 11 + "…"
    assert hierarchy.fitted("\x1b[31m\u202e", 23) == r"\x1b[31m\u202e"


def test_the_page_says_in_a_table_what_the_picture_shows(
    console: Console, session: Session, keys: dict[str, int]
) -> None:
    page = console.page("hierarchy")
    assert "style=" not in page
    assert page.count('<g id="node-') == page.count('<tr role="row">') - 1
    lost = console.page("hierarchy", lost=f"key:{keys['one']}")
    assert f"KMS key {keys['one']}" in lost
    assert '<strong class="problem">closed</strong>' in lost


def test_a_loss_is_shown_by_itself_and_says_so(
    db: Database, session: Session, console: Console
) -> None:
    session.rows("create table people (id bigint primary key, name bytea)")
    session.bind("people", "*", "name")
    db.sql(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status)"
        " select provider_id, id, 'down' from kw.kms_keys"
    )
    page = console.page("hierarchy", lost="key:1")
    assert "closes 0 of 1 data keys; 1 open by their other leg only" in page
    assert "other keys that are down or disabled now count as working" in page
