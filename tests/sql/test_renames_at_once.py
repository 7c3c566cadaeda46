"""Renames beside other transactions, step by step, at each isolation level."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.deployment import make_deployment
from tests.sql.jobs import waits
from tests.sql.session import Session

Connect = Callable[..., Session]

LEVELS = ("read committed", "repeatable read", "serializable")
NAMES = "select entity_table, bound_as from kw.entities order by 1"
at_each_level = pytest.mark.parametrize("level", LEVELS)


@pytest.fixture(params=["sealed", "unsealed"])
def people(request: pytest.FixtureRequest, session: Session) -> Session:
    """A session in whose database table one has a cell under its own key."""
    if request.param == "sealed":
        make_deployment(session)
    session.rows("create table one (id bigint primary key, ssn bytea)")
    session.rows("select kw.bind('one', '*', 'ssn'), kw.bind('one', '1', 'ssn')")
    return session


def rename(session: Session, name: str = "one", to: str = "two") -> None:
    session.rows(f"alter table {name} rename to {to}")
    session.rows("select kw.rebind(%s, %s)", name, to)


def beside(
    first: Session, second: Session, call: str, *, level: str, end: str = "commit"
) -> str | None:
    """Call something that waits for the first session, end that one; return the SQLSTATE."""
    found: list[str | None] = []

    def work() -> None:
        try:
            with second.connection.transaction():
                second.rows(f"set transaction isolation level {level}")
                second.rows(call)
            found.append(None)
        except psycopg.Error as error:
            found.append(error.sqlstate)

    waiting = threading.Thread(target=work)
    waiting.start()
    while not waits(first, second.connection.info.backend_pid):
        assert waiting.is_alive(), found
        time.sleep(0.01)
    first.rows(end)
    waiting.join(30)
    return found[0]


def is_clean(session: Session) -> bool:
    if not session.rows("select 1 from kw.deployments"):
        return True
    return session.rows("select * from kw.check_seals()") == []


@at_each_level
def test_a_transaction_that_began_before_a_rename_goes_on_or_is_repeated(
    people: Session, connect: Connect, level: str
) -> None:
    value = people.encrypt("one", "1", "ssn", b"x")
    people.rows("create table other ()")
    older = connect()
    older.rows(f"begin isolation level {level}; select from other")
    rename(people)
    older.rows("savepoint s")
    assert older.decrypt("two", "1", "ssn", value) == b"x"
    assert people.decrypt("two", "1", "ssn", older.encrypt("two", "1", "ssn", b"y")) == b"y"
    assert older.lookup("two", "1", "ssn") == people.lookup("two", "1", "ssn")
    older.refused("KW100", "select kw.decrypt('one', '1', 'ssn', %s)", value)
    for call in ("bind('two', '2', 'ssn')", "rotate('two', '*', 'ssn')", "shred('two', 1, 'ssn')"):
        older.rows("rollback to s")
        if level == "read committed":
            older.rows(f"select kw.{call}")
        else:
            older.refused("40001", f"select kw.{call}")
    older.rows("rollback")
    assert is_clean(people)


@at_each_level
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_of_two_renames_at_once_one_takes_all_that_is_noted_of_the_table(
    people: Session, connect: Connect, level: str, end: str
) -> None:
    column = people.encrypt("one", "1", "ssn", b"x")
    people.rows("select kw.shred('one', '1', 'ssn')")
    people.rows("select kw.grant_field('one', 'ssn', 'kw_client')")
    people.rows("alter table one rename to two")
    people.rows("begin; select kw.rebind('one', 'two')")
    again = "alter table two rename to three; select kw.rebind('one', 'three')"
    state = beside(people, connect(), again, level=level, end=end)
    if end == "commit":
        assert state == ("KW100" if level == "read committed" else "40001")
        name = "two"
    else:
        assert state is None
        name = "three"
    assert people.values("select entity_table from kw.entities") == [f"public.{name}"]
    assert people.values("select entity from kw.list_grants()") == [f"public.{name}"]
    connect().refused("KW301", f"select kw.decrypt('{name}', '1', 'ssn', %s)", column)
    people.refused("KW301", f"select kw.bind('{name}', '1', 'ssn')")
    assert is_clean(people)


@at_each_level
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_shred_by_the_old_name_waits_for_the_rename(
    people: Session, connect: Connect, level: str, end: str
) -> None:
    value = people.encrypt("one", "1", "ssn", b"x")
    people.rows("alter table one rename to two")
    people.rows("begin; select kw.rebind('one', 'two')")
    state = beside(people, connect(), "select kw.shred('one', '1', 'ssn')", level=level, end=end)
    if end == "commit":
        assert state == ("KW302" if level == "read committed" else "40001")
        assert people.decrypt("two", "1", "ssn", value) == b"x"
    else:
        assert state is None
        people.rows("select kw.rebind('one', 'two')")
        people.refused("KW301", "select kw.decrypt('two', '1', 'ssn', %s)", value)
    assert is_clean(people)


def test_a_rename_that_a_savepoint_undoes_leaves_the_one_before_it(
    people: Session, connect: Connect
) -> None:
    value = people.encrypt("one", "1", "ssn", b"x")
    people.rows("begin")
    rename(people)
    people.rows("savepoint s")
    rename(people, "two", "three")
    assert people.decrypt("three", "1", "ssn", value) == b"x"
    people.rows("rollback to s")
    assert people.decrypt("two", "1", "ssn", value) == b"x"
    people.rows("commit")
    assert people.rows(NAMES) == [("public.two", "public.one")]
    for session in (people, connect()):
        assert session.decrypt("two", "1", "ssn", value) == b"x"
    assert is_clean(people)


@pytest.mark.parametrize("how", ["alter schema public rename to app", "alter table one set schema"])
def test_a_table_gets_another_schema(people: Session, connect: Connect, how: str) -> None:
    value = people.encrypt("one", "1", "ssn", b"x")
    other = connect()
    assert other.decrypt("one", "1", "ssn", value) == b"x"
    people.rows(how if "rename" in how else f"create schema app; {how} app")
    assert people.value("select kw.rebind('public.one', 'app.one')") == 2
    assert people.rows(NAMES) == [("app.one", "public.one")]
    for session in (people, other, connect()):
        assert session.decrypt("app.one", "1", "ssn", value) == b"x"
        assert session.encrypt("app.one", "2", "ssn", b"y")
    assert is_clean(people)


def test_tables_that_exchanged_their_names_need_a_third_one(people: Session) -> None:
    first = people.encrypt("one", "1", "ssn", b"first")
    people.rows("create table two (id bigint primary key, ssn bytea)")
    people.bind("two", "1", "ssn")
    second = people.encrypt("two", "1", "ssn", b"second")
    for name, to in (("one", "spare"), ("two", "one"), ("spare", "two")):
        people.rows(f"alter table {name} rename to {to}")
    for name, value in (("one", first), ("two", second)):
        people.refused("KW100", f"select kw.decrypt('{name}', '1', 'ssn', %s)", value)
    hint = people.refused("KW102", "select kw.rebind('one', 'two')")
    assert "temporarily rename one of them to a third name" in hint
    people.rows("alter table two rename to spare; select kw.rebind('one', 'spare')")
    people.rows("select kw.rebind('two', 'one')")
    rename(people, "spare", "two")
    assert people.decrypt("two", "1", "ssn", first) == b"first"
    assert people.decrypt("one", "1", "ssn", second) == b"second"
    assert is_clean(people)
