"""Columns of kw.ciphertext: made of columns of bytea, and looked at by kwtools as those are."""

from kwtools import catalog, ciphertexts
from kwtools.connections import connect, transaction
from tests.sql.session import Session


def test_a_column_of_bytea_is_converted_and_plaintext_in_it_is_found(session: Session) -> None:
    session.bind("people", "*", "ssn")
    session.rows(
        "insert into people (id, ssn) values (1, kw.encrypt_text('people', 1, 'ssn', 'x'))"
    )
    session.rows("insert into people (id, ssn) values (2, 'plaintext'), (3, null)")
    convert = "alter table people alter column ssn type kw.ciphertext using ssn::kw.ciphertext"
    session.refused("23514", convert)
    assert session.values("select id from people where not kw.is_ciphertext(ssn)") == [2]
    session.rows("delete from people where id = 2")
    file = "select pg_relation_filenode('people')"
    before = session.value(file)
    session.rows(convert)
    assert session.value(file) != before, "it is rewritten, as docs/names.md says"
    session.rows("alter table people alter column ssn type bytea using ssn::bytea")
    assert session.values("select kw.decrypt_text('people', id, 'ssn', ssn) from people") == [
        "x",
        None,
    ]


def test_a_superuser_converts_a_large_table_without_a_rewrite(session: Session) -> None:
    session.bind("people", "*", "ssn")
    session.rows(
        "insert into people (id, ssn) values (1, kw.encrypt_text('people', 1, 'ssn', 'x'))"
    )
    file = "select pg_relation_filenode('people')"
    before = session.value(file)
    session.rows(
        "alter table people alter column ssn type kw.ciphertext_bytes"
        " using ssn::kw.ciphertext_bytes,"
        " add constraint ssn_is_ciphertext check (kw.is_ciphertext(ssn::bytea)) not valid"
    )
    session.rows("alter table people validate constraint ssn_is_ciphertext")
    assert session.value(file) == before
    session.refused("42883", "select ssn = ssn from people")
    session.refused("23514", "insert into people (id, ssn) values (2, 'plaintext')")
    assert "ciphertext columns" not in session.values('select "check" from kw.doctor()')


def test_doctor_advises_the_type_for_bound_columns_that_accept_plaintext(session: Session) -> None:
    advice = "select ok, detail from kw.doctor() where \"check\" = 'ciphertext columns'"
    assert session.rows(advice) == []
    session.bind("people", "*", "ssn")
    session.bind("people", "1", "note")
    session.bind("people", "*", "name")  # not a column of bytea
    columns = "2 columns of bytea accept plaintext: public.people.note, public.people.ssn"
    assert session.rows(advice) == [(True, columns)]
    session.rows("alter table people alter note type kw.ciphertext using note::kw.ciphertext")
    assert session.rows(advice) == [
        (True, "one column of bytea accept plaintext: public.people.ssn")
    ]
    session.rows("alter table people add constraint sealed check (kw.is_ciphertext(ssn))")
    assert session.rows(advice) == []
    session.rows("alter table people replica identity full")
    query = "select ok, detail from kw.doctor() where \"check\" = 'replica identity'"
    ((ok, detail),) = session.rows(query)
    assert ok
    assert "people" in detail
    session.rows("alter table people replica identity default")
    assert session.rows(query) == []


def test_generations_are_counted_and_retired_only_when_the_column_has_none(
    session: Session,
) -> None:
    session.rows("create table t (id bigint primary key, c kw.ciphertext, a kw.ciphertext[])")
    for column in ("c", "a"):
        session.bind("t", "*", column)
    session.rows("insert into t (id, c) values (1, kw.encrypt_text('t', 1, 'c', 'x'))")
    session.rows(
        "insert into t (id, a) values"
        " (2, array[kw.encrypt_text('t', 2, 'a', 'x')]::kw.ciphertext[])"
    )
    for column in ("c", "a"):
        session.rows("select kw.rotate('t', '*', %s)", column)
        counted = "select generation, values from kw.field_generations('t', %s) where values > 0"
        assert session.rows(counted, column) == [(1, 1)]
        assert session.value("select kw.retire_generations('t', %s, 0)", column) == 0
    session.rows("update t set c = kw.reencrypt('t', id, 'c', c::bytea) where c is not null")
    assert session.value("select kw.retire_generations('t', 'c', 0)") == 1
    assert session.value("select kw.decrypt_text('t', 1, 'c', c::bytea) from t where id = 1") == "x"


def test_stored_ciphertexts_without_keys_are_found_in_it(session: Session) -> None:
    unknown = bytes.fromhex("c202" + "00" * 7 + "63" + "00" * 3 + "01") + bytes(40)
    session.rows("create domain narrow as kw.ciphertext")
    session.rows("create table t (id bigint primary key, c kw.ciphertext, d narrow)")
    session.rows("insert into t values (1, %s, %s::bytea::narrow)", unknown, unknown)
    with connect(session.connection.info.dsn, "test") as one, transaction(one):
        found = [column for column in ciphertexts.columns(one) if column.table == "t"]
        assert [column.name for column in found] == ["c", "d"]
        for column in found:
            assert ciphertexts.state(one, column) == ciphertexts.State(1, 1, 1)


def test_casts_and_operators_that_others_make_are_differences(session: Session) -> None:
    def found() -> catalog.Catalog:
        with connect(session.connection.info.dsn, "test") as one, transaction(one):
            return catalog.read(one)

    released = found()
    session.rows(
        "create function same(kw.ciphertext_bytes, kw.ciphertext_bytes) returns boolean"
        " language sql return $1::bytea = $2::bytea;"
        "create operator = (leftarg = kw.ciphertext_bytes, rightarg = kw.ciphertext_bytes,"
        " function = same);"
        "create cast (kw.ciphertext_bytes as xml) with inout;"
        "alter domain kw.ciphertext drop constraint is_ciphertext;"
        "grant usage on type kw.ciphertext_bytes to public;"
    )
    assert [one.object for one in catalog.differences(released, found())] == [
        "cast of kw.ciphertext_bytes to xml",
        "constraint kw.ciphertext.is_ciphertext",
        "operator public.=(kw.ciphertext_bytes,kw.ciphertext_bytes)",
        "type kw.ciphertext_bytes",
    ]


def test_an_operator_over_every_type_applies_to_this_one_too(session: Session) -> None:
    """As docs/security.md says: its schema has to be in the search_path."""
    session.rows(
        "create schema own;"
        "create function own.same(anyelement, anyelement) returns boolean"
        " language sql as 'select true';"
        "create operator own.= (leftarg = anyelement, rightarg = anyelement, function = own.same);"
        "create table t (id bigint primary key, c kw.ciphertext)"
    )
    session.refused("42883", "select c = c from t")
    session.rows("set search_path = own, public")
    assert session.rows("select c = c from t") == []
    session.refused("42704", "create unique index on t (c)")
