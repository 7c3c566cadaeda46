"""Tables that are renamed before a dump, between a dump and its restore, and after it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Database
from tests.deployment import make_deployment
from tests.sql.session import Session

NAMES = "select entity_table, entity_id, bound_as from kw.entities order by 1"
ROW = "insert into {0} values (%s, kw.encrypt_text('{0}', %s, 'ssn', %s))"

Restore = Callable[[], Session]


def make(session: Session, name: str, value: str) -> None:
    """Make a table with a value under a key of the column, and one under a key of its own."""
    session.rows(f"create table {name} (id bigint primary key, ssn bytea)")
    session.bind(name, "*", "ssn")
    session.bind(name, "2", "ssn")
    for pk in (1, 2):
        session.rows(ROW.format(name), pk, pk, f"{value} {pk}")


def rename(session: Session, name: str, to: str) -> None:
    """Rename a table, and have its bindings follow."""
    session.rows(f"alter table {name} rename to {to}")
    session.rows("select kw.rebind(%s, %s)", name, to)


def reads(session: Session, name: str, value: str) -> None:
    """Assert that the values of a table open, and that one more can be added and removed."""
    query = f"select kw.decrypt_text('{name}', id, 'ssn', ssn) from {name} order by id"
    assert session.values(query) == [f"{value} 1", f"{value} 2"]
    session.rows(ROW.format(name), 3, 3, f"{value} 3")
    assert session.values(query)[2:] == [f"{value} 3"]
    session.rows(f"delete from {name} where id = 3")


def is_whole(session: Session) -> None:
    """Assert that nothing is missing, and that every seal is right."""
    assert session.rows("select detail from kw.check_restore() where not ok") == []
    assert session.rows("select * from kw.verify()") == []
    if session.rows("select 1 from kw.deployments"):
        assert session.rows("select * from kw.check_seals()") == []


@pytest.fixture(params=["sealed", "unsealed"])
def source(request: pytest.FixtureRequest, db: Database) -> Session:
    session = Session(db.connect())
    if request.param == "sealed":
        make_deployment(session)
    return session


@pytest.fixture
def dump(db: Database, target: Database, tmp_path: Path) -> Callable[[], Restore]:
    """``dump()``: dump the database; what it returns restores it and re-claims the names."""

    def made() -> Restore:
        _run(db, "pg_dump", "-Fc", "-f", str(tmp_path / "dump"))
        return restored

    def restored() -> Session:
        _run(target, "pg_restore", "-x", "-d", target.name, str(tmp_path / "dump"))
        session = Session(target.connect())
        session.rows("select kw.check_restore(); select kw.reclaim_entities()")
        return session

    return made


def _run(db: Database, *command: str) -> None:
    environment = {**os.environ, **db.place.environment(db.name)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_dump_from_before_a_rename_has_the_table_by_its_old_name(
    source: Session, dump: Callable[[], Restore]
) -> None:
    make(source, "one", "first")
    before = source.rows(NAMES)
    restore = dump()
    rename(source, "one", "two")
    restored = restore()
    assert restored.rows(NAMES) == before
    reads(restored, "one", "first")
    rename(restored, "one", "two")
    for session in (source, restored):
        reads(session, "two", "first")
        is_whole(session)
    assert restored.rows(NAMES) == source.rows(NAMES)


def test_a_dump_from_after_renames_keeps_which_bindings_are_whose(
    source: Session, dump: Callable[[], Restore]
) -> None:
    make(source, "one", "first")
    rename(source, "one", "two")
    make(source, "one", "second")
    make(source, "other", "third")
    for name, to in (("other", "spare"), ("two", "other"), ("spare", "two")):
        rename(source, name, to)
    restored = dump()()
    assert restored.rows(NAMES) == source.rows(NAMES)
    tables = {"other": "first", "one": "second", "two": "third"}
    for name, value in tables.items():
        reads(restored, name, value)
    source.refused("KW300", "select kw.decrypt('one', 1, 'ssn', ssn) from other where id = 1")
    is_whole(restored)
    for name in tables:
        rename(restored, name, f"{name}_again")
        reads(restored, f"{name}_again", tables[name])
    restored.rows("select kw.shred('other_again', '2', 'ssn')")
    restored.refused("KW301", ROW.format("other_again"), 2, 2, "")
    bound_as = {name: bound for name, _, bound in restored.rows(NAMES)}
    assert bound_as["public.other_again"] == "public.one"


def test_a_table_that_was_renamed_without_its_bindings_gets_them_after_a_restore(
    make_role: Callable[..., str], source: Session, dump: Callable[[], Restore]
) -> None:
    make(source, "one", "first")
    source.rows("alter table one rename to two")
    restored = dump()()
    rebind = "select kw.rebind('one', 'two')"
    owner = make_role("kw_client")
    restored.rows(f"alter table two owner to {owner}; set role {owner}")
    assert "After a restore" in restored.refused("KW100", rebind)
    restored.rows("reset role")
    assert restored.value(rebind) == 2
    reads(restored, "two", "first")
    is_whole(restored)
    assert [bound for *_, bound in restored.rows(NAMES)] == ["public.one"]


def test_a_restored_table_of_another_name_does_not_take_bindings_of_one_that_is_there(
    source: Session, dump: Callable[[], Restore]
) -> None:
    make(source, "one", "first")
    source.rows("alter table one rename to two; create table one (id bigint primary key)")
    restored = dump()()  # the name is re-claimed for the table that has it now
    restored.refused("KW300", "select kw.decrypt('two', 1, 'ssn', ssn) from two where id = 1")
    assert restored.value("select kw.rebind('one', 'two')") == 2
    reads(restored, "two", "first")
    assert restored.lookup("one", "1", "ssn") is None
    is_whole(restored)
