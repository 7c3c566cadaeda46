"""Misspelt, quoted and renamed names are told of, and each hint can be followed."""

import re
from collections.abc import Callable

import pytest

from tests.sql.session import Session


@pytest.fixture
def odd(session: Session) -> Session:
    """With tables whose names need quotes."""
    session.rows('create table "Users" (id bigint primary key, mail bytea)')
    session.rows('create schema "my.schema"')
    session.rows('create table "my.schema"."my.table" (id bigint primary key, mail bytea)')
    session.rows('create table "my.schema"."say ""x""" (id bigint primary key, mail bytea)')
    return session


ALIKE = [
    ("Users", ['"Users"', "public.Users", 'public."Users"', '"public"."Users"', '"public".Users']),
    ('"my.schema"."my.table"', []),
    ('"my.schema"."say ""x"""', ['"my.schema".say "x"']),
]


@pytest.mark.parametrize(("name", "others"), ALIKE)
def test_every_table_can_be_named(odd: Session, name: str, others: list[str]) -> None:
    wrapper = odd.bind(name, "*", "mail")
    assert odd.heard() == ""
    for other in [name, *others]:
        assert odd.bind(other, "*", "mail") == wrapper
        sealed = odd.encrypt(other, "1", "mail", b"x")
        assert odd.decrypt(name, "1", "mail", sealed) == b"x"
        # the name that is stored names the same entity
        stored = odd.value("select entity_table from kw.entities")
        assert odd.lookup(stored, "1", "mail") == wrapper
    assert odd.value("select relation::regclass is not null from kw.entities")


@pytest.mark.parametrize("name", ['""', '"".x', 'x.""', '"a"."b"."c"', "a.b.c", f'"{"x" * 60}"'])
def test_a_quoted_name_is_refused_where_it_names_nothing(session: Session, name: str) -> None:
    session.refused("KW003", "select kw.bind(%s, '1', 'f')", name)


def test_a_name_that_was_taken_with_its_quotes_stays_what_it_was(odd: Session) -> None:
    # as 0.3.0 took it: an external name
    sealed = _as_an_older_version(odd, "Users", 'public."Users"')
    for name in ('"Users"', 'public."Users"'):
        assert odd.decrypt(name, "1", "mail", sealed) == b"old"
    odd.refused("KW300", "select kw.decrypt('Users', '1', 'mail', %s)", sealed)
    # and moves to its table when its owner, who may grant external names, says so
    odd.rows("""select kw.rebind('"Users"', to_entity_table => 'Users')""")
    for name in ('"Users"', "Users"):
        assert odd.decrypt(name, "1", "mail", sealed) == b"old"
    assert odd.values("select entity_table from kw.entities") == ["public.Users"]


def _as_an_older_version(session: Session, name: str, older: str) -> bytes:
    session.bind(name, "*", "mail")
    sealed = session.encrypt(name, "1", "mail", b"old")
    for statement in (
        "update kw.encryption_bindings set entity_table = %s",
        "update kw.entity_fields set entity_table = %s",
        "update kw.entities set entity_table = %s, relation = null, owner_name = null",
        "update kw.entities set bound_as = %s",
        "update kw.entities set quoted_name = 'public.' || quote_ident(split_part(%s, '.', 2))",
    ):
        session.rows(statement, older)
    session.rows("select kw.grant_field(%s, null, 'postgres', true, true)", older)
    return sealed


CALLS = [
    "kw.bind({0}, '1', {1})",
    "kw.bind({0}, '*', {1})",
    "kw.bind({0}, '1', {1}, wrapper => kw.wrap())",
    "kw.bind_many({0}, array['1', '2', '3'], {1})",
    "kw.grant_field({0}, {1}, 'postgres', true, true)",
    "kw.set_floor({0}, {1}, 1)",
    "kw.bind_policy({0}, {1}, 'default')",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_table_or_column_that_does_not_exist_is_told_once_a_call(
    session: Session, call: str
) -> None:
    session.rows(f"select {call.format(chr(39) + 'people' + chr(39), chr(39) + 'note' + chr(39))}")
    assert session.heard() == ""
    session.rows(f"select {call.format(chr(39) + 'people' + chr(39), chr(39) + 'snn' + chr(39))}")
    assert session.heard().count('NOTICE: column "snn" of table public.people does not exist') == 1
    if "'1'" in call:  # a cell of an external name needs a grant, and that tells of it, too
        session.rows("select kw.grant_field('PEOPLE', null, 'postgres', true, true)")
        session.heard()
    session.rows(f"select {call.format(chr(39) + 'PEOPLE' + chr(39), chr(39) + 'ssn' + chr(39))}")
    told = session.heard()
    assert told.count("NOTICE: table public.PEOPLE does not exist") == 1
    assert "Did you mean 'public.people'?" in told


def test_who_is_refused_is_told_that_the_name_is_no_table(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str]
) -> None:
    session.bind("PEOPLE", "*", "ssn")
    role = make_role("kw_client")
    session.rows(f"grant all on people to {role}")
    client = connect(role)
    for call in (
        "kw.encrypt_text('PEOPLE', '1', 'ssn', 'x')",
        "kw.decrypt('PEOPLE', '1', 'ssn', '\\x')",
        "kw.lookup('PEOPLE', '1', 'ssn')",
        "kw.bind('PEOPLE', '1', 'ssn')",
        "kw.bind('PEOPLE', '*', 'ssn')",
        "kw.shred('PEOPLE', '1', 'ssn')",
        "kw.grant_field('PEOPLE', 'ssn', 'postgres')",
    ):
        said = client.refused("KW100", f"select {call}")
        assert "Did you mean 'public.people'?" in said
        assert "SELECT on" not in said
        assert "INSERT" not in said


# -- dead ends: every hint is followed ------------------------------------------------------------

HINTED = re.compile(r"kw\.\w+\('(?:[^']|'')*'(?:, to_entity_table => '(?:[^']|'')*')?\)")


def _follow(session: Session, said: str) -> None:
    """Run the first call that a hint gives."""
    (call, *_) = HINTED.findall(said)
    session.rows(f"select {call}")


def _sealed(session: Session, table: str = "people") -> bytes:
    session.bind(table, "*", "ssn")
    return session.encrypt(table, "1", "ssn", b"x")


@pytest.mark.parametrize(
    "call",
    [
        "kw.bind('persons', '*', 'ssn')",
        "kw.bind('persons', '1', 'ssn')",
        "kw.bind_many('persons', array['1'], 'ssn')",
        "kw.bind('persons', '1', 'ssn', wrapper => kw.wrap())",
        "kw.grant_field('persons', 'ssn', 'postgres', true, true)",
        "kw.bind_policy('persons', 'ssn', 'default')",
        "kw.set_floor('persons', 'ssn', null)",
    ],
)
def test_after_a_rename_the_new_name_is_not_bound_a_second_time(
    session: Session, call: str
) -> None:
    sealed = _sealed(session)
    session.rows("alter table people rename to persons")
    said = session.refused("KW102", f"select {call}")
    assert "public.people" in said
    _follow(session, said)
    assert session.decrypt("persons", "1", "ssn", sealed) == b"x"
    assert session.values("select entity_table from kw.entities") == ["public.persons"]
    session.rows(f"select {call}")


@pytest.mark.parametrize("new", ["persons", "Persons", "o'persons", "my.persons"])
def test_the_old_name_of_a_renamed_table_says_where_it_went(session: Session, new: str) -> None:
    sealed = _sealed(session)
    session.rows(f'alter table people rename to "{new}"')
    _follow(session, session.refused("KW100", "select kw.decrypt('people', 1, 'ssn', %s)", sealed))
    assert session.decrypt(f'"{new}"', "1", "ssn", sealed) == b"x"


def test_a_table_that_took_the_name_of_a_renamed_one_leaves_a_way(session: Session) -> None:
    sealed = _sealed(session)
    session.rows("alter table people rename to persons")
    session.rows("create table people (id bigint primary key, ssn bytea)")
    said = session.refused("KW100", "select kw.decrypt('people', 1, 'ssn', %s)", sealed)
    _follow(session, said)
    assert session.decrypt("persons", "1", "ssn", sealed) == b"x"
    assert session.bind("people", "*", "ssn")


def test_a_table_that_was_dropped_and_made_again_leaves_a_way(session: Session) -> None:
    sealed = _sealed(session)
    session.rows("drop table people")
    said = session.refused("KW100", "select kw.decrypt('people', 1, 'ssn', %s)", sealed)
    assert "dropped" in said
    session.rows("create table people (id bigint primary key, ssn bytea)")
    _follow(session, session.refused("KW100", "select kw.decrypt('people', 1, 'ssn', %s)", sealed))
    assert session.decrypt("people", "1", "ssn", sealed) == b"x"


def test_two_tables_that_exchanged_their_names_leave_a_way(session: Session) -> None:
    session.rows("create table others (id bigint primary key, ssn bytea)")
    first, second = _sealed(session, "people"), _sealed(session, "others")
    session.rows("alter table people rename to meanwhile; alter table others rename to people")
    session.rows("alter table meanwhile rename to others")
    session.refused("KW100", "select kw.decrypt('people', 1, 'ssn', %s)", first)
    said = session.refused("KW102", "select kw.rebind('people', to_entity_table => 'others')")
    assert "third name" in said
    session.rows("alter table people rename to meanwhile")
    session.rows("select kw.rebind('others', to_entity_table => 'meanwhile')")
    session.rows("select kw.rebind('people', to_entity_table => 'others')")
    session.rows("alter table meanwhile rename to people")
    session.rows("select kw.rebind('meanwhile', to_entity_table => 'people')")
    assert session.decrypt("others", "1", "ssn", first) == b"x"
    assert session.decrypt("people", "1", "ssn", second) == b"x"
    assert session.rows("select * from kw.doctor() where not ok") == []


def test_two_bindings_of_one_renamed_table_leave_a_way(session: Session) -> None:
    # 0.3.0 let the new name be bound while the old one was recorded
    older = _sealed(session)
    session.rows("alter table people rename to persons")
    session.rows("update kw.entities set relation = 1")
    newer = _sealed(session, "persons")
    session.rows("update kw.entities set relation = 'persons'::regclass")
    said = session.refused("KW102", "select kw.rebind('people', to_entity_table => 'persons')")
    assert "to_field_name" in said
    session.rows("select kw.rebind('persons', field_name => 'ssn', to_field_name => 'ssn_aside')")
    session.rows("select kw.rebind('people', to_entity_table => 'persons')")
    assert session.decrypt("persons", "1", "ssn", older) == b"x"
    moved = session.value(
        "select kw.reencrypt('persons', '1'::text, 'ssn_aside', %s, to_field_name => 'ssn')", newer
    )
    assert session.decrypt("persons", "1", "ssn", moved) == b"x"
