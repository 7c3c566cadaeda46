"""Keys that are no texts: arrays of bigint and uuid, and parameters whose type nobody said."""

from uuid import UUID, uuid4

import pytest
from psycopg import sql

from tests.sql.session import Session

MANY = [
    "bind_many", "lookup_many", "encrypt_many", "encrypt_text_many", "decrypt_many",
    "decrypt_text_many", "reencrypt_many",
]  # fmt: skip


def test_many_keys_may_be_bigints(session: Session) -> None:
    keys = [1, 2**63 - 1, -5]
    wrappers = session.value("select kw.bind_many_by_bigint('people', %s, 'ssn')", keys)
    assert wrappers == session.value("select kw.lookup_many_by_bigint('people', %s, 'ssn')", keys)
    assert wrappers == [
        session.value("select kw.lookup('people', %s::bigint, 'ssn')", key) for key in keys
    ]
    sealed = session.value(
        "select kw.encrypt_text_many_by_bigint('people', %s, 'ssn', %s)",
        [*keys, None],
        ["a", "b", "c", None],
    )
    query = "select kw.decrypt_text_many_by_bigint('people', %s, 'ssn', %s)"
    assert session.value(query, [*keys, None], sealed) == ["a", "b", "c", None]
    moved = session.value(
        "select kw.reencrypt_many_by_bigint('people', %s, 'ssn', %s, to_entity_pks => %s)",
        keys[:2], sealed[:2], keys[1::-1],
    )  # fmt: skip
    assert session.value(query, keys[1::-1], moved) == ["a", "b"]
    sealed = session.value(
        "select kw.encrypt_many_by_bigint('people', %s, 'ssn', %s)", keys, [b"x"] * 3
    )
    assert (
        session.value("select kw.decrypt_many_by_bigint('people', %s, 'ssn', %s)", keys, sealed)
        == [b"x"] * 3
    )
    session.refused(
        "KW003", "select kw.bind_many_by_bigint('people', array[null]::bigint[], 'ssn')"
    )
    session.refused("KW003", "select kw.bind_many_by_bigint('people', '{{1},{2}}', 'ssn')")


def test_many_keys_may_be_uuids(session: Session) -> None:
    session.rows("create table tokens (id uuid primary key, secret bytea)")
    keys: list[UUID] = [uuid4(), uuid4()]
    wrappers = session.value("select kw.bind_many_by_uuid('tokens', %s, 'secret')", keys)
    assert session.value("select kw.lookup_many_by_uuid('tokens', %s, 'secret')", keys) == wrappers
    assert (
        session.value(
            "select kw.lookup_many('tokens', %s::text[], 'secret')", [str(key) for key in keys]
        )
        == wrappers
    )
    sealed = session.value(
        "select kw.encrypt_text_many_by_uuid('tokens', %s, 'secret', array['a', 'b'])", keys
    )
    assert [
        session.value("select kw.decrypt_text('tokens', %s::uuid, 'secret', %s)", *pair)
        for pair in zip(keys, sealed, strict=True)
    ] == ["a", "b"]


def test_no_call_is_ambiguous_whose_parameters_have_no_type(session: Session) -> None:
    for name, arguments, required, variadic in session.rows(
        """
        select distinct
            p.proname::text, p.pronargs, p.pronargs - p.pronargdefaults, p.provariadic <> 0
        from pg_proc p
        where p.pronamespace = 'kw'::regnamespace and p.proname !~ '^_' and p.prokind = 'f'
        """
    ):
        for count in (1, 2, 3) if variadic else range(required, arguments + 1):
            slots = ", ".join(f"${number + 1}" for number in range(count))
            call = sql.SQL("prepare untyped as select kw.{}({})").format(
                sql.Identifier(name), sql.SQL(slots)
            )
            session.connection.execute(call)
            session.rows("deallocate untyped")


def test_a_key_that_is_written_beside_its_value_needs_its_type_once(session: Session) -> None:
    session.bind("people", "*", "ssn")
    # What drivers do that ask the server for the types: asyncpg, node-postgres, pgx, sqlx.
    untyped = (
        "prepare insert_untyped as insert into people (id, ssn) "
        "values ({}, kw.encrypt_text('people', $1, 'ssn', $2))"
    )
    assert "inconsistent types" in session.refused("42P08", untyped.format("$1"))
    session.rows(untyped.format("$1::bigint"))
    session.rows("execute insert_untyped (7, 'seven')")
    session.rows(
        "prepare read_untyped as "
        "select kw.decrypt_text('people', id, 'ssn', ssn) from people where id = $1"
    )
    assert session.rows("execute read_untyped (7)") == [("seven",)]


@pytest.mark.parametrize("name", MANY)
def test_the_forms_by_key_are_those_of_the_text_form(session: Session, name: str) -> None:
    query = """
        select
            regexp_replace(pg_get_function_arguments(oid), '(bigint|uuid)\\[\\]', 'text[]', 'g'),
            prorettype, provolatile, proacl::text
        from pg_proc where pronamespace = 'kw'::regnamespace and proname ~ %s
    """
    found = session.rows(query, f"^{name}(_by_bigint|_by_uuid)?$")
    assert len(found) == 3
    assert len(set(found)) == 1
