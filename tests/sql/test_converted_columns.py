"""Columns that kw.protect has made, converted to kw.ciphertext after contract."""

import pytest

from tests.sql.session import Session

FOUND = "select id from people where email_token = kw.blind_index('people', 'email', %s)"
CONVERT = "alter table {} alter column email type kw.ciphertext"


@pytest.fixture
def people(session: Session) -> Session:
    session.rows("drop table people; create table people (id bigint primary key, email text)")
    session.rows("insert into people values (1, 'a@x'), (2, null)")
    return session


def protect(people: Session, shown_by: str) -> None:
    people.rows(
        "call kw.protect('people', 'email', search => 'equality', until => 'contracted',"
        f" shown_by => '{shown_by}')"
    )


def test_tokens_are_kept_where_the_column_shows_ciphertexts(people: Session) -> None:
    protect(people, "column")
    people.rows(CONVERT.format("people"))
    sealed = "kw.encrypt_text('people', '{0}', 'email', '{1}')"
    people.rows(f"insert into people (id, email) values (3, {sealed.format(3, 'c@x')})")
    people.rows(f"update people set email = {sealed.format(2, 'b@x')} where id = 2")
    people.rows("update people set id = id where id = 1")
    for number, value in ((1, "a@x"), (2, "b@x"), (3, "c@x")):
        assert people.values(FOUND, value) == [number]
    people.refused("23514", "update people set email = 'plain' where id = 1")
    people.refused("42883", "select from people where email = 'x'")


def test_a_view_goes_on_over_it(people: Session) -> None:
    protect(people, "view")
    people.rows("select kw.drop_protected_view('people')")
    people.rows(CONVERT.format("people_protected"))
    people.rows("select kw.create_protected_view('people', 'people')")
    people.rows("insert into people (id, email) values (3, 'c@x')")
    people.rows("update people set email = 'b@x' where id = 2")
    assert people.rows("select id, email from people order by id") == [
        *((1, "a@x"), (2, "b@x"), (3, "c@x")),
    ]
    assert people.values(FOUND, "b@x") == [2]


def test_a_trigger_of_0_9_0_casts_once_the_key_is_rotated(people: Session) -> None:
    protect(people, "column")
    body = people.value("select prosrc from pg_proc where proname = 'kw_protect_1'")
    people.rows("select set_config('test.body', %s, false)", body.replace("::bytea", ""))
    people.rows(
        "do $$ begin execute format('create or replace function kw_protect_1() returns trigger"
        " language plpgsql security definer set search_path = pg_catalog, pg_temp as %L',"
        " current_setting('test.body')); end $$"
    )
    people.rows("alter table people add column n bytea")
    people.rows(
        "select kw.set_protected_field('people', 'email', token_column => 'email_token',"
        " next_token_column => 'n')"
    )
    people.rows("select kw.rotate_index_key('people', 'email')")
    people.rows(CONVERT.format("people"))
    people.rows(
        "update people set email = kw.encrypt_text('people', '1', 'email', 'n@x') where id = 1"
    )
    assert people.values(FOUND, "n@x") == [1]
