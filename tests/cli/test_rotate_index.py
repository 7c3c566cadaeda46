"""``kwtools rotate-index``: the key of a blind index replaced, interrupted, resumed, cancelled."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kwtools import rotating_index
from kwtools.connections import connect
from tests.cli.conftest import Kwtools
from tests.conftest import Database

Run = Callable[..., tuple[int, Any]]
FIND = "select id from {} where email_token = kw.blind_index('{}', 'email', 'M7')"
INDEXES = """
select c.relname, pg_get_constraintdef(o.oid) from pg_index i
join pg_class c on c.oid = i.indexrelid left join pg_constraint o on o.conindid = c.oid
where i.indrelid = %s::regclass and not i.indisprimary and i.indisvalid order by 1
"""
COLUMNS = """
select string_agg(attname, ' ' order by attname) from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped
"""


@pytest.fixture
def members(db: Database) -> Database:
    """A table below a view that has its name: its tokens are unique, alone and with a group."""
    db.sql(
        "create table members (id bigint primary key, grp int default 1, email bytea,"
        " email_token bytea unique)"
    )
    db.sql("create index members_by_group on members (grp, email_token)")
    db.sql("select kw.bind('members', '*', 'email')")
    db.sql("select kw.create_index_key('members', 'email', 'email')")
    db.sql("select kw.set_protected_field('members', 'email', token_column => 'email_token')")
    db.sql("select kw.create_protected_view('members', 'members')")
    db.sql("insert into members (id, email) select n, 'm' || n from generate_series(1, 50) n")
    return db


@pytest.fixture
def run(kwtools: Kwtools, db: Database) -> Run:
    """``run('people', 'email', …)``: exit code, and the JSON that it prints, or its error."""

    def run(*arguments: object) -> tuple[int, Any]:
        code, out, err = kwtools("rotate-index", "--json", "--dsn", db.dsn, *arguments)
        return code, json.loads(out) if out else err

    return run


def generations(db: Database, table: str) -> list[tuple[object, ...]]:
    return db.sql(f"select distinct get_byte(email_token, 4) from {table}")


def test_the_key_is_replaced_and_the_table_is_as_before(run: Run, members: Database) -> None:
    indexes = members.sql(INDEXES, "members_protected")
    for generation in (2, 3):
        code, found = run("members", "email", "--batch", 20)
        assert (code, found["status"], found["keys"], found["filled"]) == (0, "rotated", 1, 50)
        assert generations(members, "members_protected") == [(generation,)]
        assert members.sql(FIND.format("members", "members")) == [(7,)]
        assert members.sql(INDEXES, "members_protected") == indexes
        assert members.sql(COLUMNS, "members_protected") == [("email email_token grp id",)]
    members.sql("insert into members (id, email) values (99, 'm99')")
    assert members.sql("select * from kw.doctor() where not ok") == []


def test_a_column_that_kw_protect_encrypted_is_rotated(run: Run, db: Database) -> None:
    db.sql("create table people (id bigint primary key, email text unique)")
    db.sql("insert into people select n, 'm' || n from generate_series(1, 30) n")
    chosen = "search => 'equality', normaliser => 'email', until => 'contracted'"
    db.sql(f"call kw.protect('people', 'email', {chosen})")
    code, found = run("people", "email")
    assert (code, found["keys"], found["filled"]) == (0, 1, 30)
    assert db.sql(FIND.format("people", "people")) == [(7,)]
    assert [name for name, _ in db.sql(INDEXES, "people")] == ["kw_protect_1_search"]
    assert db.sql(COLUMNS, "people") == [("email email_token id",)]


@pytest.mark.parametrize("step", ["fill", "index", "check", "finish", "clean_up"])
def test_a_rotation_that_was_interrupted_goes_on_where_it_was(
    run: Run, members: Database, step: str
) -> None:
    steps: dict[str, Callable[[rotating_index.IndexRotation], object]] = {
        "fill": lambda work: work.begin(None),
        "index": lambda work: work.fill(10, None, lambda _: None),
        "check": lambda work: work.index(),
        "finish": lambda work: work.check(),
        "clean_up": lambda work: work.finish(60, ignore_standbys=False),
    }
    with connect(members.dsn, "test") as connection:
        place = rotating_index.find(connection, "members", "email")
        work = rotating_index.IndexRotation(connection, "members", "email", place)
        for name, done in steps.items():
            done(work)
            if name == step:
                break
    members.sql("insert into members (id, email) values (60, 'm60')")
    code, found = run("members", "email")
    assert (code, found["status"]) == (0, "rotated"), found
    assert generations(members, "members_protected") == [(2,)]
    assert members.sql(COLUMNS, "members_protected") == [("email email_token grp id",)]
    assert members.sql(FIND.format("members", "members")) == [(7,)]


def test_a_rotation_is_cancelled_until_the_key_is_exchanged(run: Run, members: Database) -> None:
    with connect(members.dsn, "test") as connection:
        place = rotating_index.find(connection, "members", "email")
        work = rotating_index.IndexRotation(connection, "members", "email", place)
        work.begin(None)
        code, found = run("members", "email", "--cancel")
        assert (code, found["status"], found["keys"]) == (0, "cancelled", 1)
        assert members.sql(COLUMNS, "members_protected") == [("email email_token grp id",)]
        work.begin(None)
        work.fill(10, None, lambda _: None)
        work.index()
        work.check()
        work.finish(60, ignore_standbys=False)
    code, found = run("members", "email", "--cancel")
    assert code == 1
    assert "in force already" in found
    assert run("members", "email")[0] == 0


def test_rows_that_have_no_token_are_named(run: Run, members: Database) -> None:
    members.sql("update members_protected set email = '\\x00' where id = 3")
    code, message = run("members", "email")
    assert code == 1
    assert "members.email are shredded or do not decrypt, in rows: 1, the first: 3" in message
    members.sql("update members_protected set email_token = null, email = null where id = 3")
    assert run("members", "email")[0] == 0


def test_a_field_without_a_view_or_trigger_is_refused(run: Run, db: Database) -> None:
    db.sql("create table bare (id bigint primary key, email bytea)")
    code, message = run("bare", "email")
    assert code == 1
    assert "neither a protected view of yours nor a trigger" in message


@pytest.mark.parametrize("more", [None, "", "'a', 'b'"])
def test_a_view_that_another_role_has_made_misleads_nobody(
    run: Run, db: Database, make_role: Callable[..., str], more: str | None
) -> None:
    """By hand, with our trigger and a layout that names the table: a superuser sees it."""
    name = make_role("kw_client")
    db.sql(f"grant create, usage on schema public to {name}")
    layout = [
        *("public.people", "public.lure", "view"),
        [["email", "bytea", "email", "b", "c", "id", None, None, None, None, None]],
    ]
    argument = f"'{json.dumps(layout)}'" if more is None else more
    with db.connect(name) as other:
        other.execute(
            "create table lure (id bigint); create view bait as select id from lure;"
            " create trigger kw_begin before insert on bait for each statement"
            f" execute function kw._begin_view({argument})"
        )
    db.sql("create table people (id bigint primary key, email text unique)")
    db.sql("insert into people select n, 'm' || n from generate_series(1, 30) n")
    chosen = "search => 'equality', normaliser => 'email', until => 'contracted'"
    db.sql(f"call kw.protect('people', 'email', {chosen})")
    code, found = run("people", "email")
    assert (code, found["keys"], found["filled"]) == (0, 1, 30)
    assert db.sql(COLUMNS, "lure") == [("id",)]
    assert db.sql(FIND.format("people", "people")) == [(7,)]


def test_each_tenant_is_rotated_in_a_table_with_row_level_security(run: Run, db: Database) -> None:
    db.sql("create table clients (id bigint primary key, tenant text, email bytea, token bytea)")
    db.sql("alter table clients add unique (tenant, token)")
    db.sql("select kw.bind('clients', '*', 'email')")
    for tenant in ("acme", "globex"):
        db.sql("select kw.create_index_key('clients', 'email', 'email', tenant => %s)", tenant)
    columns = "token_column => 'token', tenant_column => 'tenant'"
    db.sql(f"select kw.set_protected_field('clients', 'email', {columns})")
    db.sql("select kw.create_protected_view('clients', 'clients')")
    db.sql("alter table clients_protected enable row level security")
    db.sql(
        "create policy own on clients_protected"
        " using (tenant = current_setting('app.tenant', true))"
    )
    db.sql(
        "insert into clients (id, tenant, email) select n, case n % 2 when 0 then 'acme' else"
        " 'globex' end, 'm' || n / 2 from generate_series(2, 41) n"
    )
    code, found = run("clients", "email")
    assert (code, found["keys"], found["filled"]) == (0, 2, 40), found
    find = "select id from clients where token = kw.blind_index('clients', 'email', 'M7', %s)"
    assert [db.sql(find, tenant) for tenant in ("acme", "globex")] == [[(14,)], [(15,)]]
    assert db.sql("select distinct get_byte(token, 4) from clients_protected") == [(2,)]
