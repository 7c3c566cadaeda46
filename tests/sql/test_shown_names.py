"""Names and texts of servers that would steer a terminal or forge a line are shown with escapes."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.errors import KwError
from kwruntime.escapes import ascii_only, plain
from kwruntime.postgres.shown import sqlstate_of
from psycopg import sql

from tests.sql.session import Session

HOSTILE = {
    "escape": "a\x1b[2Jb",
    "line": "a\nERROR: forged",
    "return": "a\rb",
    "tab": "a\tb",
    "C1": "a\x9b31mb",
    "bidi": "a\u202eb",
    "isolate": "a\u2066b",
    "separator": "a\u2028b",
    "paragraph": "a\u2029b",
    "zero width": "a\u200bb",
    "tag": "a\U000e0041b",
}
CALLS = [
    "select kw.lookup({n}, '1')",
    "select kw.lookup({n} || '.t', '1', {n})",
    "select kw.decrypt('t', {n}, {n}, '')",
    "select kw.bind('t', '2', 'a', policy => {n})",
    "select kw.bind({n} || '.a.b', '1')",
    "select kw.shred('t', {n}, {n})",
    "select kw.rotate('t', {n}, {n})",
    "select kw.add_provider({n}, 'local')",
    "select kw.add_provider('x', {n})",
    "select kw.add_kms_key({n}, 'x')",
    "select kw.add_kms_key('local', {n})",
    "select kw.create_policy({n}, {n}, 1)",
    "select kw.create_policy('p', 'single', 1), kw.create_policy('p' || {n}, 'single', 1), "
    "kw.create_policy('p' || {n}, 'single', 1)",
    "select kw.bind_policy('t', {n}, {n})",
    "select kw.grant_field('t', 'a', {n})",
    "select kw.set_setting({n}, 1)",
    "select kw.set_kms_key_status(1, {n})",
    "select kw.set_algorithm_status({n}, 'active')",
    "select kw.reclaim_entity({n})",
]


def is_plain(text: str) -> bool:
    return plain(text) == text


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_message_shows_a_name_that_steers_the_terminal(session: Session, name: str) -> None:
    session.rows("create table t (id text primary key, a bytea)")
    session.rows("select kw.bind('t', '*', 'a')")
    for call in CALLS:
        query = sql.SQL(call).format(n=sql.Literal(name)).as_string(session.connection)
        with pytest.raises(psycopg.Error) as caught:
            session.connection.execute(query)
        shown = caught.value.diag
        told = [shown.message_primary or "", shown.message_detail or "", shown.message_hint or ""]
        assert all(map(is_plain, told)), f"{call}: {told}"
        assert (shown.sqlstate or "").startswith("KW"), f"{call}: {told}"


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_notice_row_or_event_shows_a_name_that_steers_the_terminal(
    session: Session, name: str
) -> None:
    session.rows(f'create table "{name}" (id text primary key, a bytea)')
    session.rows("select kw.bind(%s, '*', 'a')", name)
    session.rows("select kw.create_policy(%s, 'single', 1)", name)
    session.rows("select kw.bind_policy('no ' || %s, %s, %s)", name, name, name)
    session.rows("select kw.grant_field(%s, 'a', 'kw_auditor')", name)
    session.rows("select kw.shred(%s, '*', 'a', whole => true)", name)
    session.rows(f'drop table "{name}"')
    assert all(map(is_plain, session.heard().split("\n")))
    rows = session.rows("select * from kw.doctor()")
    assert all(is_plain(str(value)) for row in rows for value in row)
    events = session.rows("select action, object from kw.audit_events")
    assert all(is_plain(told) for _, told in events)
    assert any(plain(name) in told for _, told in events)


def test_what_is_printed_stays_as_it_is() -> None:
    for name in ("people", "tß", "日本", "a b", "a\u00a0b", "\u3000", "'\\\"", "😀"):
        assert plain(name) == name


@given(st.text())
def test_a_plain_text_has_one_line_and_nothing_but_characters_that_are_printed(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert plain(shown) == shown
    shown.encode()  # no lone surrogate
    assert ascii_only(shown).isascii()
    assert plain(KwError(text, hint=text, detail=text).message) == KwError(text).message


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5))
def test_an_sqlstate_is_read_as_postgresql_packs_it(sqlstate: str) -> None:
    packed = sum((ord(char) - ord("0") & 0x3F) << 6 * place for place, char in enumerate(sqlstate))
    assert sqlstate_of(packed) == sqlstate
