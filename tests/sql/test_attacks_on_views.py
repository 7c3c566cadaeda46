"""Who makes views and triggers by hand, and what others then do with them."""

import json
from collections.abc import Callable

import pytest

from tests.sql.session import Session


def _forge(session: Session, view: str, columns: list[list[object]]) -> None:
    """Make triggers by hand that carry a layout of somebody's own."""
    layout = json.dumps(["own.t", "own.t", ["id"], columns, False]).replace("'", "''")
    for trigger, when, each, function in (
        ("kw_begin", "before", "statement", f"_begin_view('{layout}')"),
        ("kw_row", "instead of", "row", "_view_row()"),
        ("kw_end", "after", "statement", "_end_view()"),
    ):
        session.rows(
            f"create trigger {trigger} {when} insert or update or delete on {view}"
            f" for each {each} execute function kw.{function}"
        )


@pytest.mark.parametrize("table", ["own.others", "public.others"])
def test_a_superuser_who_alters_a_table_runs_no_statement_of_a_forged_view(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str], table: str
) -> None:
    role = make_role("kw_client")
    session.rows(
        f"create schema own authorization {role}; create table public.others (id int primary key)"
    )
    mine = connect(role)
    mine.rows("create table own.t (id int primary key, x bytea)")
    mine.rows("create table own.others (id int primary key)")
    mine.rows("select kw.set_protected_field('own.t', 'x', 'text', 'column')")
    mine.rows("select kw.create_protected_view('own.t', 'own.v')")
    mine.rows("drop view own.v")
    mine.rows(f"create view own.v as select t.id, null::text as x from own.t, {table}")
    injected = f"id to other; alter role {role} createrole; alter view own.v rename column other"
    _forge(
        mine,
        "own.v",
        [
            [injected, "id", None, "text", "column", None, False, False, 1],
            ["x", "x", "x", "text", "column", None, False, False, 2],
        ],
    )
    # No lock of somebody else's view is waited for.
    holds = mine.rows if table == "public.others" else session.rows
    holds("begin; alter view own.v set (security_barrier = true)")
    session.rows("set statement_timeout = '60s'")
    session.rows(f"alter table {table} add column more text")
    holds("commit")
    assert "protected view own.v is not up to date" in session.heard()
    query = "select rolcreaterole from pg_roles where rolname = %s"
    assert session.value(query, role) is False


def test_a_view_follows_its_table_after_the_columns_of_tokens_were_exchanged(
    session: Session,
) -> None:
    session.rows(
        """
        create table public.n (
            id int primary key, x bytea, x_token bytea unique, x_next bytea unique,
            constraint filled check (x_token is null or x_next is not null)
        );
        select kw.bind('n', '*', 'x');
        select kw.create_index_key('n', 'x');
        select kw.set_protected_field('n', 'x', 'text', 'column', 'x_token');
        select kw.create_protected_view('n');
        select kw.rotate_index_key('n', 'x')
        """
    )
    session.rows(
        "insert into n select 1, kw.encrypt_text('n', 1, 'x', 'a'), kw.blind_index('n', 'x', 'a'),"
        " kw.blind_index('n', 'x', 'a', next_key => true)"
    )
    session.rows("select kw.finish_index_rotation('n', 'x', 'x_token', 'x_next')")
    session.rows("alter table n drop constraint filled")
    session.rows("alter table n add column more text default 'm'")
    assert "not up to date" not in session.heard()
    session.rows("insert into n_decrypted (id, x) values (2, 'b')")
    look = "select id, x, more from n_decrypted where x_token = kw.blind_index('n', 'x', %s)"
    assert session.rows(look, "a") == [(1, "a", "m")]
    assert session.rows(look, "b") == [(2, "b", "m")]


@pytest.mark.parametrize("table", ["n", "n1"])
def test_a_trigger_that_changes_the_key_does_not_leave_a_ciphertext_of_another(
    session: Session, table: str
) -> None:
    session.rows(
        f"""
        create table public.n (id int primary key, x bytea) partition by range (id);
        create table public.n1 partition of public.n for values from (0) to (1000);
        create function public.f() returns trigger language plpgsql as
        'begin if new.id > 1 then new.id := new.id + 100; end if; return new; end';
        create trigger f before insert or update on public.{table}
        for each row execute function public.f();
        select kw.bind('n', '*', 'x');
        select kw.set_protected_field('n', 'x', 'text', 'column');
        select kw.create_protected_view('n')
        """
    )
    session.rows("insert into n_decrypted values (1, 'a')")
    session.refused("KW102", "insert into n_decrypted values (2, 'b')")
    session.refused("KW102", "update n_decrypted set id = 2")
    rows = '[{"id": 1, "x": "c"}, {"id": 2, "x": "d"}]'
    session.refused("KW102", "select kw.upsert_protected('n_decrypted', %s)", rows)
    assert session.rows("select * from n_decrypted") == [(1, "a")]


def test_only_the_owner_has_a_view_forgotten_that_was_renamed(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.rows(
        "create table public.n (id int primary key, x bytea);"
        " select kw.bind('n', '*', 'x');"
        " select kw.set_protected_field('n', 'x', 'text', 'column');"
        " select kw.create_protected_view('n');"
        " alter view n_decrypted rename to other"
    )
    drop = "select kw.drop_protected_view('n_decrypted')"
    connect(make_role("kw_client")).refused("KW100", drop)
    session.rows("alter view other rename to n_decrypted; alter table n add column more text")
    assert session.rows("select id, x, more from n_decrypted") == []
    session.rows("drop view n_decrypted; drop table n")
    session.rows(drop)
    assert session.value("select count(*) from kw.protected_views") == 0


@pytest.mark.parametrize("name", ["?n", "?version", "?v0", "?o id", "?2"])
def test_a_column_with_a_name_of_a_views_statements_is_refused(session: Session, name: str) -> None:
    session.rows(
        f'create table public.n (id int primary key, x bytea, "{name}" text);'
        " select kw.bind('n', '*', 'x'); select kw.set_protected_field('n', 'x')"
    )
    assert "question mark" in session.refused("KW003", "select kw.create_protected_view('n')")
    expand = "select kw.protect_expand('n', %s, shown_by => 'view')"
    assert "question mark" in session.refused("KW102", expand, name)


def test_nulls_in_arrays_are_stored_as_nulls_whatever_the_session_says(session: Session) -> None:
    session.rows(
        "create table public.n (id int primary key, tags text[], x bytea);"
        " select kw.bind('n', '*', 'x'); select kw.set_protected_field('n', 'x', 'text[]');"
        " select kw.create_protected_view('n'); set array_nulls = off"
    )
    session.rows("insert into n_decrypted values (1, array['a', null], array['b', null])")
    session.rows("insert into n_decrypted values (2)")
    session.rows("update n_decrypted set tags = array[null, 'NULL'], x = tags where id = 2")
    session.rows("update n_decrypted set x = tags where id = 2")
    session.rows("reset array_nulls")
    assert session.rows("select tags, x from n_decrypted order by id") == [
        (["a", None], ["b", None]),
        ([None, "NULL"], [None, "NULL"]),
    ]
