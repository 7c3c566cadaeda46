"""Names that somebody else made first, or put nearer, change nothing."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from tests.conftest import Database
from tests.security.conftest import SECRET, Make, sqlstate_of, value_of

CAUGHT = "create table public.caught (as_role name, by_role name)"


def test_a_schema_kw_that_somebody_made_before_is_not_adopted(
    db: Database, make_role: Make
) -> None:
    squatter = make_role()
    db.sql("drop extension kwtools")
    db.sql(f"grant create on database {db.name} to {squatter}")
    db.sql("create schema kw", user=squatter)
    with pytest.raises(psycopg.errors.DuplicateSchema):
        db.sql("create extension kwtools")
    assert db.sql("select nspowner::regrole::text from pg_namespace where nspname = 'kw'") == [
        (squatter,)
    ]
    assert db.sql("select count(*) from pg_extension where extname = 'kwtools'") == [(0,)]


def test_names_in_the_callers_search_path_are_not_used(people: Database, make_role: Make) -> None:
    """Functions, operators, casts, types and temporary tables named as what ours use."""
    caller = make_role("kw_client", "kw_unwrap")
    people.sql(f"grant select, update on public.people to {caller}")
    people.sql(CAUGHT)
    people.sql("grant insert on public.caught to public")
    people.sql(f"create schema trap authorization {caller}")
    session = people.connect(caller)
    catch = (
        "language plpgsql as $$ begin "
        "insert into public.caught values (current_user, session_user); return {result}; end $$"
    )
    true = catch.format(result="true")
    for signature, result in {
        "has_column_privilege(oid, oid, text, text)": "boolean",
        "has_table_privilege(oid, oid, text)": "boolean",
        "has_schema_privilege(oid, text, text)": "boolean",
        "pg_has_role(oid, oid, text)": "boolean",
        "pg_has_role(oid, name, text)": "boolean",
        "_as_owner()": "boolean",
        "_load()": "boolean",
        "texteq(text, text)": "boolean",
        "oideq(oid, oid)": "boolean",
    }.items():
        session.execute(f"create function trap.{signature} returns {result} {true}")
    for name, operand in (("texteq", "text"), ("oideq", "oid")):
        session.execute(
            f"create operator trap.= (leftarg = {operand}, rightarg = {operand}, "
            f"function = trap.{name})"
        )
        session.execute(
            f"create operator trap.<> (leftarg = {operand}, rightarg = {operand}, "
            f"function = trap.{name})"
        )
    for name, result in (("quote_ident(text)", "text"), ("unnest(text[])", "text")):
        session.execute(
            f"create function trap.{name} returns {result} {catch.format(result=repr('x'))}"
        )
    session.execute("create table trap.pg_attribute (attrelid oid, attname name, attnum int)")
    session.execute("create table trap.pg_roles (oid oid, rolname name)")
    session.execute("set search_path = trap, pg_temp, public, pg_catalog")
    for table in (
        "pg_class (oid oid, relname name, relowner oid, relnamespace oid, relkind char)",
        "pg_namespace (oid oid, nspname name)",
        "key_wrappers (id bigint)",
        "key_epoch (epoch uuid)",
        "field_grants (entity_table text)",
        "encryption_bindings (id bigint)",
    ):
        session.execute(f"create temp table {table}")
    fresh = "(select ssn from public.people where id operator(pg_catalog.=) 1)"
    assert value_of(session, f"select kw.decrypt('people', 1, 'ssn', {fresh})") == SECRET
    assert sqlstate_of(session, "select kw.encrypt('people', 2, 'ssn', 'x')") is None
    assert sqlstate_of(session, "select kw.lookup('people', 2, 'ssn')") is None
    assert sqlstate_of(session, "select kw.bind('people', 7, 'ssn')") is None
    assert sqlstate_of(session, "select kw.rotate('people', 7, 'ssn')") is None
    assert sqlstate_of(session, "select kw.unwrap(kw.wrap())") is None
    assert sqlstate_of(session, "select kw.entity_key('a', 'b')") is None
    assert value_of(session, "select kw.entity_key('*')") == "\\*"
    assert people.sql("select * from public.caught") == []


def test_a_squatted_name_gives_a_stranger_no_privilege(people: Database, make_role: Make) -> None:
    outsider = make_role("kw_client")
    people.sql(f"create schema trap authorization {outsider}")
    people.sql(f"grant create on schema public to {outsider}")
    session = people.connect(outsider)
    for signature in (
        "has_column_privilege(oid, oid, text, text)",
        "has_schema_privilege(oid, text, text)",
        "pg_has_role(oid, oid, text)",
        "pg_has_role(oid, name, text)",
    ):
        session.execute(
            f"create function trap.{signature} returns boolean language sql as 'select true'"
        )
    session.execute("set search_path = trap, public, pg_catalog")
    session.execute("create temp table people (id bigint, ssn bytea)")
    [(sealed,)] = people.sql("select ssn from public.people where id = 1")
    query = "select kw.decrypt({}, 1, 'ssn', %s)"
    for name in ("'people'", "'public.people'"):
        assert sqlstate_of(session, query.format(name), sealed) == "KW100"
    for name in ("'pg_temp.people'", "'pg_temp_3.people'"):
        assert sqlstate_of(session, query.format(name), sealed) == "KW003"


def test_a_name_that_became_free_is_not_claimed_by_a_new_table(
    people: Database, make_role: Make
) -> None:
    for take_away in ("alter table public.people rename to persons", "drop table public.persons"):
        thief = make_role("kw_client", "kw_admin")
        people.sql(f"grant create on schema public to {thief}")
        if take_away.startswith("alter"):
            [(sealed,)] = people.sql("select ssn from public.people where id = 1")
        people.sql(take_away)
        session = people.connect(thief)
        session.execute("create table public.people (id bigint, ssn bytea)")
        session.execute("create table public.mine (id bigint, ssn bytea)")
        calls: dict[str, tuple[object, ...]] = {
            "select kw.decrypt('people', 1, 'ssn', %s)": (sealed,),
            "select kw.encrypt('people', 1, 'ssn', %s)": (sealed,),
            "select kw.lookup('people', 1, 'ssn')": (),
            "select kw.bind('people', 5, 'ssn')": (),
            "select kw.bind('people', '*', 'ssn')": (),
            "select kw.rotate('people', 1, 'ssn')": (),
            "select kw.shred('people', 1, 'ssn')": (),
            "select kw.rebind('people', 'mine')": (),
            "select kw.grant_field('people', 'ssn', current_user)": (),
            "select kw.reclaim_entity('people')": (),
        }
        for call, params in calls.items():
            assert sqlstate_of(session, call, *params) == "KW100", call
        session.execute("drop table public.people, public.mine")


def test_a_table_that_got_the_oid_of_another_by_chance_is_not_the_renamed_one(
    people: Database, make_role: Make
) -> None:
    """After a restore the recorded oids are another server's: somebody's new table may have one."""
    thief = make_role("kw_client")
    people.sql(f"grant create on schema public to {thief}")
    [(sealed,)] = people.sql("select ssn from public.people where id = 1")
    people.sql("create table public.mine (id bigint, ssn bytea)", user=thief)
    people.sql("update kw.entities set relation = 'public.mine'::regclass")
    session = people.connect(thief)
    assert sqlstate_of(session, "select kw.rebind('people', 'mine')") == "KW100"
    assert sqlstate_of(session, "select kw.decrypt('mine', 1, 'ssn', %s)", sealed) == "KW300"
    assert people.sql(
        "select count(*) from kw.encryption_bindings where entity_table ~ 'mine'"
    ) == [(0,)]


def test_the_owner_follows_a_rename(people: Database, make_role: Make) -> None:
    owner = make_role("kw_client")
    people.sql("drop table public.people")
    people.sql(f"grant create on schema public to {owner}")
    session = people.connect(owner)
    session.execute("create table public.staff (id bigint, ssn bytea)")
    session.execute("select kw.bind('staff', 1, 'ssn')")
    sealed = value_of(session, "select kw.encrypt('staff', 1, 'ssn', 'x')")
    session.execute("alter table public.staff rename to crew")
    assert value_of(session, "select kw.rebind('staff', 'crew')") == 1
    assert value_of(session, "select kw.decrypt('crew', 1, 'ssn', %s)", sealed) == b"x"


KNOWN = b"a key that the attacker knows .."

BINDS: list[Callable[[str], str]] = [
    lambda wrapper: f"select kw.bind('people', 3, 'ssn', wrapper => '{wrapper}')",
    lambda wrapper: f"select kw.bind('people', 3, wrapper => '{wrapper}')",
    lambda wrapper: f"select kw.bind('people', '*', 'name', wrapper => '{wrapper}')",
    lambda wrapper: f"select kw.bind('people', '*', wrapper => '{wrapper}')",
    lambda wrapper: f"select kw.bind('not.yet', 3, 'ssn', wrapper => '{wrapper}')",
    lambda wrapper: f"select kw.bind('not.yet', '*', 'ssn', wrapper => '{wrapper}')",
]


def test_a_client_cannot_bind_a_key_that_it_knows_before_its_victim_does(
    people: Database, make_role: Make
) -> None:
    client = make_role("kw_client", "kw_unwrap")
    people.sql(f"grant insert, update, select on public.people to {client}")
    session = people.connect(client)
    wrapper = str(value_of(session, "select kw.wrap(%s)", KNOWN))
    for bind in BINDS:
        assert sqlstate_of(session, bind(wrapper)) == "KW100", bind(wrapper)
    assert people.sql("select kw.lookup('people', 3, 'ssn')") == [(None,)]


def test_a_client_that_may_not_import_gives_no_key_of_its_own(
    people: Database, make_role: Make
) -> None:
    client = make_role("kw_client")
    session = people.connect(client)
    assert sqlstate_of(session, "select kw.wrap(%s)", KNOWN) == "KW100"
    assert sqlstate_of(session, "select kw.wrap_many(%s::bytea[])", [None, KNOWN]) == "KW100"


def test_a_key_that_was_bound_to_ones_own_table_is_not_moved_to_anothers(
    people: Database, make_role: Make
) -> None:
    client = make_role("kw_client", "kw_unwrap")
    people.sql(f"grant create on schema public to {client}")
    people.sql(f"grant insert, update, select on public.people to {client}")
    session = people.connect(client)
    wrapper = value_of(session, "select kw.wrap(%s)", KNOWN)
    session.execute("create table public.mine (id bigint, ssn bytea)")
    session.execute("select kw.bind('mine', 3, 'ssn', wrapper => %s)", (wrapper,))
    assert sqlstate_of(session, "select kw.rebind('mine', 'people')") == "KW100"
    assert people.sql("select kw.lookup('people', 3, 'ssn')") == [(None,)]


def test_a_name_that_was_claimed_before_its_table_was_made_opens_nothing(
    people: Database, make_role: Make
) -> None:
    """The client makes the table first, binds it, and drops it; then the real one is made."""
    client = make_role("kw_client", "kw_unwrap")
    people.sql(f"grant create on schema public to {client}")
    session = people.connect(client)
    wrapper = value_of(session, "select kw.wrap(%s)", KNOWN)
    session.execute("create table public.later (id bigint, ssn bytea)")
    session.execute("select kw.bind('later', '*', 'ssn', wrapper => %s)", (wrapper,))
    session.execute("drop table public.later")
    people.sql("create table public.later (id bigint, ssn bytea)")
    writer = make_role("kw_client")
    people.sql(f"grant insert, select on public.later to {writer}")
    query = "select kw.encrypt('later', 1, 'ssn', 'x')"
    assert sqlstate_of(people.connect(writer), query) == "KW100"


def test_objects_of_kw_owner_are_out_of_reach(people: Database, make_role: Make) -> None:
    hostile = make_role("kw_client", "kw_admin", "kw_grantor", "kw_unwrap", "kw_operator")
    session = people.connect(hostile)
    name = sql.Identifier(hostile)
    for statement in (
        "create table kw.people (id bigint)",
        "create function kw.decrypt(text) returns text language sql as 'select $1'",
        "alter function kw._load() security definer",
        "alter function kw._as_owner() set search_path = public",
        "create or replace function kw._load() returns void language sql as 'select'",
        "drop function kw._load()",
        "alter table kw.key_wrappers owner to {}",
        "alter schema kw owner to {}",
        "grant kw_owner to {}",
        "set role kw_owner",
        "create trigger t after insert on kw.audit_events execute function kw._guard_status()",
        "create rule r as on insert to kw.audit_events do also select 1",
        "alter role kw_owner login",
        "comment on table kw.entities is 'mine'",
    ):
        with pytest.raises(psycopg.Error) as caught:
            session.execute(sql.SQL(statement).format(name))
        assert caught.value.sqlstate == "42501", statement
