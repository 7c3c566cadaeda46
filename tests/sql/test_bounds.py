"""Nothing runs for ever, and no plan depends on how small a table was when it was made."""

from collections.abc import Callable

import pytest

from tests.sql.session import Session

# Without the catalogs: a backend reads those again whenever others, of any database, change many.
READ = "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables"
NOBODY_ANALYZES = """
    do $$
    declare
        own text;
    begin
        for own in
            select oid::regclass from pg_class
            where relnamespace = 'kw'::regnamespace and relkind = 'r'
        loop
            execute format('alter table %s set (autovacuum_enabled = off)', own);
        end loop;
    end $$
"""
SMALL, GROWN, ASKED = 20, 2000, 10


@pytest.mark.parametrize("field", ["no column", "ssn"])
def test_without_a_cache_a_field_that_is_no_column_has_an_answer(
    session: Session, connect: Callable[..., Session], field: str
) -> None:
    session.rows("select kw.set_setting('cache_keys', 0)")
    session.rows("set statement_timeout = '60s'")
    for pk in ("1", "*"):
        session.bind("people", pk, field)
        sealed = session.encrypt("people", "1", field, b"x")
        assert session.decrypt("people", "1", field, sealed) == b"x"
        assert session.lookup("people", "1", field)
    session.rows("select kw.shred('people', 1, %s)", field)
    session.refused("KW301", "select kw.decrypt('people', 1, %s, %s)", field, sealed)
    session.refused("KW301", "select kw.encrypt('people', 1, %s, 'x')", field)


CALLS = {
    "bind_many": "select kw.bind_many('people', array(select g::text from"
    " generate_series(100001, 100010) g), 'ssn')",
    "lookup_many": "select kw.lookup_many('people', array(select g::text from"
    " generate_series(1, 10) g), 'ssn')",
    "encrypt_many": "select kw.encrypt_many('people', array(select g::text from"
    " generate_series(1, 10) g), 'ssn', array_fill('x'::bytea, array[10]))",
    "decrypt_many": "select kw.decrypt_many('people', array_agg(id::text), 'ssn', array_agg(ssn))"
    " from public.people where id <= 10",
    "rotate": "select kw.rotate('people', 1, 'ssn')",
    "shred": "select kw.shred('people', 2, 'ssn')",
    "rebind": "select kw.rebind('people', entity_pk => '3', to_entity_pk => '99999',"
    " field_name => 'ssn')",
    "relayer_many": "select kw.relayer_many(array(select kw.lookup('people', g, 'ssn')"
    " from generate_series(4, 10) g))",
    "rewrap": "select kw.rewrap(kw.lookup('people', 5, 'ssn'))",
}


def _fill(session: Session, first: int, last: int) -> None:
    session.rows(
        "select kw.bind_many('people', array(select g::text from generate_series(%s::int, %s) g),"
        " 'ssn')",
        first,
        last,
    )


def test_calls_read_no_more_rows_when_the_tables_have_grown(
    session: Session, connect: Callable[..., Session]
) -> None:
    """In one session whose plans were made while the tables were small; nobody analyzes."""
    session.rows(NOBODY_ANALYZES)
    _fill(session, 1, SMALL)
    session.rows(
        "insert into public.people (id, ssn) select g, kw.encrypt('people', g, 'ssn', 'x')"
        " from generate_series(1, 10) g"
    )
    session.rows("select kw.set_setting('cache_keys', 1)")
    old = connect(autocommit=False)

    def counted() -> dict[str, int]:
        found = {}
        for name, query in CALLS.items():
            old.rows("savepoint s")
            old.rows(query)
            found[name] = 0
            before = int(old.value(READ))
            old.rows("rollback to s")
            old.rows("savepoint s")
            before = int(old.value(READ))
            old.rows(query)
            found[name] = int(old.value(READ)) - before
            old.rows("rollback to s")
        old.connection.rollback()
        return found

    small = counted()
    _fill(session, SMALL + 1, GROWN)
    grown = counted()
    assert {name: grown[name] for name in CALLS if grown[name] > small[name] * 1.5 + 100} == {}


def test_disabling_a_key_counts_a_bounded_number_of_wrappers(session: Session) -> None:
    _fill(session, 1, 30)
    session.heard()
    session.rows("select kw.set_kms_key_status(1, 'disabled')")
    assert "key 1 disabled; 0 wrappers cannot be opened, 30 depend on their other leg" in (
        session.heard()
    )
    assert session.rows("select needed, other_leg from kw.key_usage where kms_key_id = 1") == [
        (0, 30)
    ]
