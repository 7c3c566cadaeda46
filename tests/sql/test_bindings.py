"""Bindings: which wrapper protects a cell, a row, a column, a table."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sql.session import Session


def test_the_most_specific_binding_covers_a_cell(session: Session) -> None:
    assert session.lookup("people", "1", "ssn") is None
    wrappers = []
    for pk, field in (("*", None), ("*", "ssn"), ("1", None), ("1", "ssn")):
        wrappers.append(session.bind("people", pk, field))
        assert session.lookup("people", "1", "ssn") == wrappers[-1]
    table, column, row, cell = wrappers
    assert len(set(wrappers)) == 4
    assert session.lookup("people", "1", "note") == row
    assert session.lookup("people", "1", None) == row
    assert session.lookup("people", "2", "ssn") == column
    assert session.lookup("people", "2", "note") == table
    assert session.lookup("people", "2", None) == table
    assert session.lookup("people", "*", "ssn") == column
    assert session.lookup("people", "*", None) == table
    assert cell == session.lookup("people", "1", "ssn")


def test_what_a_session_knows_of_an_entity_does_not_outlive_a_more_specific_binding(
    session: Session, connect: Callable[..., Session]
) -> None:
    other = connect()
    column = session.bind("people", "*", "ssn")
    assert other.lookup("people", "1", "ssn") == column
    cell = session.bind("people", "1", "ssn")
    assert other.lookup("people", "1", "ssn") == cell
    row = session.bind("people", "2")
    assert other.lookup("people", "2", "ssn") == row
    assert other.lookup("people", "3", "ssn") == column


def test_looking_many_up_keeps_the_order_and_the_nulls(session: Session) -> None:
    first, second = session.bind("people", "1", "ssn"), session.bind("people", "2", "ssn")
    query = "select kw.lookup_many('people', %s, 'ssn')::text[]"
    asked = ["2", None, "9", "1", "2"]
    assert session.value(query, asked) == [second, None, None, first, second]
    column = session.bind("people", "*", "ssn")
    assert session.value(query, asked) == [second, None, column, first, second]
    assert session.value(query, []) == []
    assert session.value("select kw.lookup_many('people', null, 'ssn')") is None
    assert session.value("select kw.lookup('people', null::text, 'ssn')") is None


def test_binding_again_gives_the_same_wrapper(session: Session) -> None:
    first = session.bind("people", "1", "ssn")
    assert session.bind("people", "1", "ssn") == first
    assert session.bind("people", "1", "ssn", wrapper=first) == first
    assert session.value("select count(*) from kw.key_wrappers") == 1
    assert session.value("select count(*) from kw.encryption_bindings") == 1


def test_binding_to_another_wrapper_is_an_error_that_names_the_one_there(session: Session) -> None:
    first = session.bind("people", "1", "ssn")
    other = session.value("select kw.wrap()")
    query = "select kw.bind('people', '1', 'ssn', wrapper => %s)"
    answer = session.refused("KW102", query, other)
    assert first in answer
    assert "kw.rotate" in answer
    assert session.lookup("people", "1", "ssn") == first


def test_a_given_wrapper_may_protect_several_places(session: Session) -> None:
    wrapper = str(session.value("select kw.wrap(%s)", b"k" * 32))
    for pk in ("1", "2", "*"):
        assert session.bind("people", pk, "ssn", wrapper=wrapper) == wrapper
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.refused("KW300", "select kw.decrypt('people', '2', 'ssn', %s)", sealed)
    session.refused("KW101", "select kw.bind('people', '3', 'ssn', wrapper => gen_random_uuid())")
    query = "select kw.bind('people', '3', 'ssn', wrapper => %s, policy => 'default')"
    session.refused("KW003", query, wrapper)
    session.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    session.refused("KW102", "select kw.bind('people', '3', 'ssn', wrapper => %s)", wrapper)


def test_binding_many_gives_each_key_a_wrapper_of_its_own_in_order(session: Session) -> None:
    there = session.bind("people", "2", "ssn")
    query = "select kw.bind_many('people', %s, 'ssn')::text[]"
    made = session.value(query, ["3", "2", "1", "3"])
    assert made[1] == there
    assert made[0] == made[3]
    assert len(set(made)) == 3
    for pk, wrapper in zip(["3", "2", "1"], made, strict=False):
        assert session.lookup("people", pk, "ssn") == wrapper
    assert session.value(query, ["1", "2", "3"]) == [made[2], made[1], made[0]]
    assert session.value("select count(*) from kw.key_wrappers") == 3
    assert session.value("select kw.bind_many('people', '{}', 'ssn')") == []
    assert session.value("select kw.bind_many('people', null, 'ssn')") is None
    session.refused("KW003", query, ["4", None])
    session.refused("KW003", query, ["4", "*"])
    assert session.lookup("people", "4", "ssn") is None


def test_a_binding_of_a_transaction_that_is_undone_leaves_nothing(session: Session) -> None:
    tables = ("key_wrappers", "encryption_bindings", "entities", "entity_fields", "audit_events")
    before = [session.rows(f"select * from kw.{table} order by 1") for table in tables]
    session.rows("begin")
    session.bind("people", "1", "ssn")
    session.rows("savepoint s")
    session.rows("select kw.bind_many('people', '{2,3}', 'ssn')")
    sealed = session.encrypt("people", "2", "ssn", b"x")
    session.rows("rollback to s")
    session.refused("KW302", "select kw.encrypt('people', '2', 'ssn', 'x')")
    session.rows("rollback")
    assert [session.rows(f"select * from kw.{table} order by 1") for table in tables] == before
    assert session.lookup("people", "1", "ssn") is None
    session.refused("KW300", "select kw.decrypt('people', '2', 'ssn', %s)", sealed)
    session.bind("people", "2", "ssn")
    session.refused("KW300", "select kw.decrypt('people', '2', 'ssn', %s)", sealed)


def test_two_sessions_that_bind_a_cell_at_once_end_with_one_binding(
    session: Session, connect: Callable[..., Session]
) -> None:
    first, second = connect(), connect()
    for pk in ("1", "2", "3"):
        first.rows("begin")
        made = first.bind("people", pk, "ssn")
        # The second waits for the first, which is told by what it waits for, not by the clock.
        pid = second.connection.info.backend_pid
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(second.bind, "people", pk, "ssn")
            while not session.value(
                "select exists (select from pg_locks where pid = %s and not granted)", pid
            ):
                assert not waiting.done()
            first.rows("commit")
            assert waiting.result() == made
    assert session.value("select count(*) from kw.encryption_bindings") == 3
    assert session.value("select count(*) from kw.key_wrappers") == 3


def test_a_name_that_stands_for_no_table_needs_no_schema_of_that_name(session: Session) -> None:
    session.refused("KW100", "select kw.lookup('billing.invoices', 1, 'total')")
    session.refused("KW100", "select kw.bind('billing.invoices', 1, 'total')")
    session.rows("select kw.grant_field('billing.invoices', null, 'postgres', true, true)")
    cell = session.bind("billing.invoices", "1", "total")
    assert session.lookup("billing.invoices", "1", "total") == cell
    assert session.lookup("billing.invoices", "2", "total") is None
    column = session.bind("billing.invoices", "*", "total")
    assert session.lookup("billing.invoices", "2", "total") == column
    sealed = session.encrypt("billing.invoices", "1", "total", b"x")
    assert session.decrypt("billing.invoices", "1", "total", sealed) == b"x"


def test_a_name_without_a_dot_is_of_schema_public(session: Session) -> None:
    wrapper = session.bind("people", "1", "ssn")
    assert session.bind("public.people", "1", "ssn") == wrapper
    assert session.lookup("public.people", "1", "ssn") == wrapper
    sealed = session.encrypt("people", "1", "ssn", b"x")
    assert session.decrypt("public.people", "1", "ssn", sealed) == b"x"
    assert session.values("select entity_table from kw.encryption_bindings") == ["public.people"]
    session.rows("create schema other; set search_path = other")
    session.rows("create table other.people (id int, ssn bytea)")
    assert session.lookup("people", "1", "ssn") == wrapper


@pytest.mark.parametrize(
    "table", ['We"ird', "with space", "UPPER", "select", "ümlaut", "semi;colon", "'quoted'"]
)
def test_names_are_taken_as_they_are_and_quoted_before_they_are_resolved(
    session: Session, connect: Callable[..., Session], make_role: Callable[..., str], table: str
) -> None:
    role = make_role("kw_client")
    quoted = session.value("select quote_ident(%s)", table)
    session.rows(f'create table {quoted} (id int, "{table.replace(chr(34), chr(34) * 2)}" bytea)')
    client = connect(role)
    client.refused("KW100", "select kw.bind(%s, '1', %s)", table, table)
    session.rows(f"grant select, insert on {quoted} to {role}")
    client.bind(table, "1", table)
    sealed = client.encrypt(table, "1", table, b"x")
    assert client.decrypt(f"public.{table}", "1", table, sealed) == b"x"
    session.rows(f"revoke select on {quoted} from {role}")
    client.refused("KW100", "select kw.decrypt(%s, '1', %s, %s)", table, table, sealed)


@pytest.mark.parametrize(
    "table",
    [
        None, "", ".", "a.", ".a", "a.b.c", "pg_catalog.pg_class", "pg_temp.t", "pg_toast.t",
        "information_schema.tables", "x" * 65, f"public.{'x' * 58}", f"{'s' * 40}.{'t' * 40}",
    ],
)  # fmt: skip
def test_a_name_that_is_no_entity_is_refused_and_never_cut(
    session: Session, table: str | None
) -> None:
    for call in (
        "kw.bind(%s, '1', 'ssn')",
        "kw.lookup(%s, '1', 'ssn')",
        "kw.encrypt(%s, '1', 'ssn', 'x')",
        "kw.bind_policy(%s, 'ssn', 'default')",
    ):
        session.refused("KW003", f"select {call}", table)
    assert session.value("select count(*) from kw.encryption_bindings") == 0


def test_keys_and_fields_that_are_too_long_are_refused_and_never_cut(session: Session) -> None:
    session.rows("alter table people drop constraint people_pkey")  # keys as they are given
    session.rows(f'alter table people add "{"f" * 63}" bytea')
    assert session.bind("people", "k" * 64, "f" * 63)
    answer = session.refused("KW003", "select kw.bind('people', %s::text, 'ssn')", "k" * 65)
    assert "kw.entity_key" in answer
    assert session.lookup("people", "k" * 64, "f" * 63)
    session.refused("KW003", "select kw.lookup('people', %s::text, 'ssn')", "k" * 65)
    for field in ("", "f" * 65):
        session.refused("KW003", "select kw.bind('people', '1', %s)", field)
        session.refused("KW003", "select kw.lookup('people', '1', %s)", field)
    session.refused("KW003", "select kw.bind('people', null::text, 'ssn')")
    wrapper = session.bind("people", "ü" * 64, "ssn")  # characters, not bytes
    assert session.lookup("people", "ü" * 64, "ssn") == wrapper


def test_a_star_is_every_row_and_no_key(session: Session) -> None:
    session.rows("alter table people drop constraint people_pkey")  # keys as they are given
    column = session.bind("people", "*", "ssn")
    session.refused("KW003", "select kw.encrypt('people', '*', 'ssn', 'x')")
    sealed = session.encrypt("people", "1", "ssn", b"x")
    session.refused("KW003", "select kw.decrypt('people', '*', 'ssn', %s)", sealed)
    session.refused("KW003", "select kw.encrypt_many('people', '{1,*}', 'ssn', '{a,b}')")
    session.refused("KW003", "select kw.bind_many('people', '{1,*}', 'ssn')")
    star = session.value("select kw.entity_key('*')")
    cell = session.bind("people", star, "ssn")
    assert cell != column
    assert session.lookup("people", "2", "ssn") == column


def test_keys_are_compared_byte_by_byte(session: Session) -> None:
    session.rows("alter table people drop constraint people_pkey")  # keys as they are given
    pairs = [("e\u0301", "\u00e9"), ("a", "A"), ("1", "1 "), ("1", "01"), ("x", "x\u200b")]
    for one, other in pairs:
        wrapper = session.bind("people", one, "ssn")
        assert session.lookup("people", other, "ssn") is None
        assert session.bind("people", other, "ssn") != wrapper
        session.rows("truncate kw.encryption_bindings, kw.binding_generations")


def test_entity_key_is_unambiguous(session: Session) -> None:
    def key(*parts: str | None) -> str | None:
        marks = ", ".join(["%s::text"] * len(parts))
        return session.value(f"select kw.entity_key({marks})", *parts)  # type: ignore[no-any-return]

    assert key("42") == "42"
    assert key("a b") == "a b"
    assert key("a", "b") == '["a", "b"]'
    assert key("*") == "\\*"
    assert key('["a", "b"]') == '\\["a", "b"]'
    assert key("#x") == "\\#x"
    assert key("\\*") == "\\\\*"
    assert key("") == ""
    assert key("k" * 64) == "k" * 64
    hashed = key("k" * 65)
    assert hashed is not None
    assert len(hashed) == 44
    assert hashed.startswith("#")
    assert session.value("select kw.entity_key(%s)", hashed) == f"\\{hashed}"
    assert key("a", None) is None
    assert key(None) is None
    assert session.value("select kw.entity_key(variadic '{}'::text[])") is None
    parts = ["", "*", "#", "\\", "[", '"', ",", "a", "a,b", '","', "k" * 70, "\n"]
    singles = {key(one) for one in parts}
    doubles = {key(one, other) for one in parts for other in parts}
    assert len(singles) == len(parts)
    assert len(doubles) == len(parts) ** 2
    assert not singles & doubles
    assert "*" not in singles | doubles
    assert all(len(made or "") <= 64 for made in singles | doubles)


def test_keys_of_type_bigint_int_uuid_and_text_find_the_same_binding(session: Session) -> None:
    session.rows("alter table people drop constraint people_pkey")  # keys as they are given
    uuid = "6b2f9d3a-5f5c-4a53-9d5e-0e1b7f8a9c01"
    by_number, by_uuid = session.bind("people", "42", "ssn"), session.bind("people", uuid, "ssn")
    for spelt in ("42", "42::int", "42::bigint", "42::smallint", "'42'", "'42'::text"):
        query = f"select kw.lookup('people', {spelt}, 'ssn')::text"
        assert session.value(query) == by_number, spelt
        assert session.value(f"select kw.bind('people', {spelt}, 'ssn')::text") == by_number
    for spelt in (f"'{uuid}'::uuid", f"'{uuid}'", f"'{uuid.upper()}'::uuid"):
        assert session.value(f"select kw.lookup('people', {spelt}, 'ssn')::text") == by_uuid
    by_name = "entity_pk => v.id, entity_table => 'people', field_name => 'ssn'"
    query = f"select kw.lookup({by_name})::text from (values (42)) as v (id)"
    assert session.value(query) == by_number
    session.rows("insert into people (id) values (42)")
    assert session.value("select kw.lookup('people', id, 'ssn')::text from people") == by_number
    low = -9223372036854775808
    assert session.bind("people", str(low), "ssn") == session.value(
        "select kw.lookup('people', %s::bigint, 'ssn')::text", low
    )
