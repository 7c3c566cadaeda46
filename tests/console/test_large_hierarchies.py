"""The picture of 1,000 keys and 10,000 fields: it stays small, and all of it can be reached."""

from urllib.parse import urlencode

import pytest

from kwtools.console.key_hierarchy import (
    DataKeys,
    Dependency,
    Hierarchy,
    Key,
    Policy,
    Provider,
    Table,
)
from kwtools.console.picture import Objects
from kwtools.console.rendering import Renderer
from kwtools.console.sections import hierarchy
from kwtools.console.sections.hierarchy import View

_MOST_NODES = 200
TABLES, FIELDS, KEYS, BRANCHES = 100, 100, 960, 40
ASKED = "public.t7"


def _key(number: int, provider: int, mode: str | None = None, *, is_kem: bool = False) -> Key:
    name = f"key-{number}"
    return Key(number, provider, name, "AES256", "active", "up", "wrap", is_kem, mode)


def _data_keys(table: str, field: str | None, policy: int) -> DataKeys:
    legs = (2 * policy - 1, 2 * policy)
    return DataKeys(table, field, "field", policy, "either", legs, (), 1)


@pytest.fixture(scope="module", params=[1, 300])
def large(request: pytest.FixtureRequest) -> Hierarchy:
    """Keys of one KMS, and of many."""
    return _make(request.param)


def _make(kmss: int) -> Hierarchy:
    """Make keys, a policy for each two of them, and fields of each policy."""
    branches = [_key(KEYS + n, kmss + 1, "either") for n in range(1, BRANCHES + 1)]
    policies = KEYS // 2
    tables = [f"public.t{n}" for n in range(TABLES)]
    return Hierarchy(
        providers=(
            *(Provider(n, f"kms-{n}", "vault", True) for n in range(1, kmss + 1)),
            Provider(kmss + 1, "branches", "wrapper", True),
        ),
        keys=(*(_key(n, 1 + n % kmss) for n in range(1, KEYS + 1)), *branches),
        dependencies=tuple(
            Dependency(key.id, leg, "leg")
            for key in branches
            for leg in (key.id - KEYS, key.id - KEYS + 100)
        ),
        policies=tuple(
            Policy(n, f"policy-{n}", "either", (2 * n - 1, 2 * n)) for n in range(1, policies + 1)
        ),
        tables=tuple(Table(name, (n + 1,), FIELDS) for n, name in enumerate(tables)),
        data_keys=tuple(
            _data_keys(name, None, 1 + (n * FIELDS + field) % policies)
            for n, name in enumerate(tables)
            for field in range(FIELDS)
        ),
        is_cut=False,
    )


def _draw(large: Hierarchy, **query: str) -> View:
    fields = [_data_keys(ASKED, f"f{n}", n + 1) for n in range(FIELDS)] if "table" in query else []
    return hierarchy.draw(large, fields, query)


def _page(view: View) -> str:
    def link(section: str, **parameters: object) -> str:
        return f"/{section}?{urlencode(parameters)}"

    return Renderer().render("hierarchy.html", {"view": view, "query": {}, "link": link})


@pytest.mark.parametrize(
    "query",
    [
        {}, {"lost": "kms:1"}, {"lost": "key:7"},
        {"table": ASKED}, {"table": ASKED, "lost": "key:1"},
        {"open": "policies:either"}, {"open": "tables:*", "first": "48"}, {"open": "kmss:vault"},
    ],
)  # fmt: skip
def test_the_picture_stays_small_whatever_is_asked(large: Hierarchy, query: dict[str, str]) -> None:
    view = _draw(large, **query)
    assert 5 <= len(view.boxes) <= _MOST_NODES
    page = _page(view)
    assert page.count('<g id="node-') == len(view.boxes)
    assert len(page) < 1_000_000
    assert view.unknown is None
    assert (view.loss is None) == ("lost" not in query)


def test_every_object_is_reached_by_links(large: Hierarchy) -> None:
    objects = Objects(large, (), None)
    seen: set[str] = set()
    waiting: list[dict[str, str]] = [{}]
    asked: set[str] = set()
    while waiting:
        query = waiting.pop()
        for node in objects.picture(query.get("open"), int(query.get("first", "0"))).nodes:
            link = {"open": node.id, "first": str(node.following)}
            if not node.is_group:
                seen.add(node.id)
            elif str(link) not in asked:
                asked.add(str(link))
                waiting.append(link)
    names = {f"policy:{one.id}" for one in large.policies}
    names |= {f"table:{one.name}" for one in large.tables}
    names |= {f"kms:{one.id}" for one in large.providers if one.kind != "wrapper"}
    assert names | {f"key:{key.id}" for key in large.keys} <= seen
    groups = [box for box in _draw(large).boxes if box.is_group]
    assert {str(box.parts) for box in groups} <= asked  # the links of a page are these


def test_a_table_that_is_asked_for_shows_its_fields_page_by_page(large: Hierarchy) -> None:
    seen: set[str] = set()
    parts: dict[str, str] | None = {"table": ASKED}
    while parts:
        boxes = _draw(large, **parts).boxes
        assert ASKED in {box.title for box in boxes}
        seen |= {box.title for box in boxes if box.kind == "field" and not box.is_group}
        (group,) = (box for box in boxes if box.kind == "field" and box.is_group)
        parts = group.parts if group.parts and group.parts["first"] != "0" else None
    assert seen == {f"f{n}" for n in range(FIELDS)}


def test_the_loss_of_the_only_kms_closes_every_data_key() -> None:
    view = _draw(_make(1), lost="kms:1")
    assert view.loss is not None
    total = TABLES * FIELDS
    assert f"{total:,} of {total:,} data keys" in view.loss.summary
    assert {box.state for box in view.boxes} == {"closed"}
    assert view.loss.more > 0
