"""What the adversarial tests share."""

from collections.abc import Callable

import psycopg
import pytest

from tests.conftest import Database

SECRET = b"the marked secret 4711"

Make = Callable[..., str]
Sessions = Callable[[str], psycopg.Connection]


def sqlstate_of(connection: psycopg.Connection, query: str, *params: object) -> str | None:
    """Run a statement; return the SQLSTATE that it failed with, null where it did not fail."""
    try:
        connection.execute(query, params or None)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def value_of(connection: psycopg.Connection, query: str, *params: object) -> object:
    """Run a statement and return the first column of its first row."""
    row = connection.execute(query, params or None).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def people(db: Database) -> Database:
    """``db`` with a table public.people whose column ssn is encrypted in two rows.

    Rows 1 and 2 have keys of their own (cell bindings); column note has one key for all.
    """
    db.sql("create table public.people (id bigint primary key, ssn bytea, note bytea, name text)")
    with db.place.connect(db.name) as connection:
        connection.execute("select kw.bind('people', '*', 'note')")
        for pk in (1, 2):
            connection.execute("select kw.bind('people', %s, 'ssn')", (pk,))
            connection.execute(
                "insert into people values (%s, kw.encrypt('people', %s, 'ssn', %s), "
                "kw.encrypt('people', %s, 'note', %s), 'somebody')",
                (pk, pk, SECRET, pk, SECRET),
            )
    return db


@pytest.fixture
def give_table(db: Database, make_role: Make) -> Sessions:
    """``give_table("people")``: give a table to a new kw_client; return a session of that owner."""

    def give(table: str) -> psycopg.Connection:
        role = make_role("kw_client")
        db.sql(f"alter table public.{table} owner to {role}")
        return db.connect(role)

    return give


@pytest.fixture
def allow(db: Database, make_role: Make) -> Sessions:
    """``allow("select on public.people")``: return a session of a new kw_client that may do it."""

    def allowed(privileges: str) -> psycopg.Connection:
        role = make_role("kw_client")
        db.sql(f"grant {privileges} to {role}")
        return db.connect(role)

    return allowed
