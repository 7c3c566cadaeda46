"""Names that others chose: nothing of them runs, steers a terminal, or turns the text around."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import psycopg
import pytest

from kwtools.cluster import Place
from kwtools.connections import connect
from kwtools.console import report
from kwtools.console.sections import SECTIONS
from kwtools.report_signing import Signer
from tests.conftest import Database, copy_database, fresh_database
from tests.console.conftest import Console, running
from tests.sql.session import Session

NAMES = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "template": "{{ 7 * 7 }}{% raw %}",
    "entity": "&lt;b&gt;&#x3c;",
    "terminal": "\x1b[2J\x1b]0;owned\x07",
    "direction": "\u202egnp.exe\u2066",
    "lines": "one\r\ntwo\u2028three",
    "wide": "\U0001f512\u6f22" * 32,
    "marks": "Z\u0351\u036b\u0343" * 16,
}
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2028\u2029\ufeff]"
)
FOREIGN = {"img", "b", "iframe", "object", "embed", "style", "base"}  # tags of no template


class Elements(HTMLParser):
    """The tags of a page, and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def _fill(session: Session) -> None:
    """Give what an admin, an owner or a KMS names each of the names."""
    key = (
        "insert into kw.kms_keys (provider_id, external_key_ref, purpose, status)"
        " values (1, %s, 'wrap', 'active') returning id"
    )
    probe = (
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error)"
        " values (1, %s, 'down', 1, %s)"
    )
    job = (
        "insert into kw.rewrap_jobs (key_wrapper_id, status, attempts, last_error, finished_at)"
        " values ((select max(id) from kw.key_wrappers), 'failed', 3, %s, now())"
    )
    table = psycopg.sql.SQL("create table public.{0} (id bigint primary key, {0} bytea)")
    happening = (
        "insert into kw.audit_events (acting_role, action, object, details)"
        " values (%s, %s, %s, jsonb_build_object('x', %s::text))"
    )
    for name in NAMES.values():
        session.rows(happening, name.encode()[:60].decode(errors="ignore"), name, name, name)
        session.rows(probe, session.value(key, name), name)
        session.policy(name, "either", 1, 2)
        session.rows("select kw.wrap(policy => %s)", name)
        session.rows(job, name)
        short = name.encode()[:60].decode(errors="ignore")  # what an identifier may have
        session.connection.execute(table.format(psycopg.sql.Identifier(short)))
        quoted = short.replace('"', '""')
        session.bind(f'public."{quoted}"', "*", short)


@pytest.fixture(scope="module")
def database(cluster: Place) -> Iterator[Database]:
    """A database in which every name is hostile."""
    with fresh_database(cluster) as db:
        _fill(Session(db.connect()))
        yield db


@pytest.fixture(scope="module")
def hostile(database: Database) -> Iterator[Console]:
    """The console of it."""
    with running("--dsn", database.dsn) as made:
        yield made


@pytest.mark.parametrize("section", [section.name for section in SECTIONS])
def test_no_name_runs_or_steers_anything(hostile: Console, section: str) -> None:
    query = {"status": "all"} if section == "jobs" else {}
    page = hostile.page(section, **query)
    assert RAW.findall(page.replace("\n", "")) == []
    elements = Elements()
    elements.feed(page)
    assert not FOREIGN & elements.tags
    assert [name for name in elements.attributes if name.startswith(("on", "style"))] == []
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/console.js" defer>']


def test_a_report_of_all_of_it_runs_nothing_either(database: Database) -> None:
    with connect(database.dsn, "test") as connection:
        found = report.read(connection, SECTIONS)
    text = report.render(found, Signer(None, NAMES["script"])).decode()
    assert found.unread == []
    assert RAW.findall(text.replace("\n", "")) == []
    elements = Elements()
    elements.feed(text)
    assert not {*FOREIGN - {"style"}, "script", "form"} & elements.tags
    assert [name for name in elements.attributes if name.startswith(("on", "style"))] == []
    assert text.count("<style>") == 1
    head = text[: text.index("Content-Security-Policy")]
    assert not any(name in head for name in NAMES.values())


def test_names_are_shown_as_they_are_with_escapes(hostile: Console) -> None:
    page = html.unescape(hostile.page("health"))
    assert NAMES["script"] in page
    assert NAMES["attribute"] in page
    assert NAMES["template"] in page
    assert NAMES["entity"] in page
    assert NAMES["wide"] in page
    assert r"\x1b[2J\x1b]0;owned\x07" in page
    assert r"\u202egnp.exe\u2066" in page
    assert r"one\r\ntwo\u2028three" in page


def test_a_database_with_a_hostile_name_is_shown(db: Database) -> None:
    name = 'a"&<b>/?#\u202e%00'
    with db.place.connect() as server:
        made = psycopg.sql.Identifier(name)
        copy_database(server, name)
    try:
        with running("--dsn", db.place.dsn(name), "--dsn", db.dsn) as console:
            page = console.page("overview", database=name)
            assert html.escape('a"&<b>/?#', quote=True).replace("&quot;", "&#34;") in page
            links = re.findall(r'href="(/health[^"]*)"', page)
            assert console.get(html.unescape(links[0])).status == 200
            assert db.name in console.page("overview", database=db.name)
    finally:
        with db.place.connect() as server:
            server.execute(psycopg.sql.SQL("drop database {} with (force)").format(made))
