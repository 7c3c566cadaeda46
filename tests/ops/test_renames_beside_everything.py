"""Tables that are renamed while other sessions write, read and rotate in them."""

import itertools
import random
import time
from collections.abc import Callable, Sequence

import psycopg
import pytest

from tests.conftest import Database
from tests.deployment import make_deployment
from tests.ops.test_rewrap_beside_everything import repeated
from tests.sql.session import Session

SECONDS = 3.0
LEVELS = ("read committed", "repeatable read", "serializable")
SPARE = "spare"
REPEAT = frozenset({"40001", "40P01", "55P03"})
"""Any transaction may have to be repeated for these."""
NO_TABLE = frozenset({"42P01"})
NOT_THERE_YET = frozenset({"KW100", "KW102", "KW300", "KW302"})
"""A table has its new name, and its bindings do not follow it yet."""


class Tables:
    """Tables of changing names, whose rows say which table's they are."""

    def __init__(self, db: Database, names: Sequence[str], allowed: frozenset[str]) -> None:
        self.db, self.names, self.allowed = db, names, allowed | REPEAT
        self.keys = itertools.count(1)
        self.done = self.renames = 0
        self.written: list[int] = []
        """The keys of the rows that were added."""

    def make(self, name: str) -> None:
        """Make a table, and bind one of its columns as a whole."""
        self.db.sql(
            f"create table {name} (id bigint primary key, kind text default '{name}',"
            " ssn bytea, note bytea)"
        )
        self.db.sql(f"select kw.bind('{name}', '*', 'note')")

    def write(self, level: str) -> Callable[[], None]:
        """Return what adds rows with bindings of their own."""
        return self._transaction(
            level,
            "insert into {name} (id) values ({pk})",
            "select kw.bind('{name}', '{pk}', 'ssn')",
            "update {name} set ssn = kw.encrypt_text('{name}', id, 'ssn', kind || id),"
            " note = kw.encrypt_text('{name}', id, 'note', id || kind) where id = {pk}",
            written=self.written,
        )

    def read(self, level: str) -> Callable[[], None]:
        """Return what fails where a value is not that of its row."""
        read = (
            "do $$ begin perform from {name}"
            " where kw.decrypt_text('{name}', id, 'ssn', ssn) <> kind || id"
            " or kw.decrypt_text('{name}', id, 'note', note) <> id || kind;"
            " assert not found; end $$"
        )
        return self._transaction(level, read, read)

    def rotate(self) -> Callable[[], None]:
        """Return what gives a column another data key, without a lock of the table."""
        rotate = "select kw.rotate('{name}', '*', 'note')"
        return self._transaction(LEVELS[0], rotate, allowed=self.allowed | NOT_THERE_YET)

    def _transaction(
        self,
        level: str,
        *statements: str,
        allowed: frozenset[str] | None = None,
        written: list[int] | None = None,
    ) -> Callable[[], None]:
        session = self.db.connect()
        may_fail = self.allowed if allowed is None else allowed

        def work() -> None:
            name, pk = random.choice(self.names), next(self.keys)
            try:
                with session.transaction():
                    session.execute(f"set transaction isolation level {level}".encode())
                    for statement in statements:
                        session.execute(statement.format(name=name, pk=pk).encode())
            except psycopg.Error as error:
                if error.sqlstate not in may_fail:
                    raise
            else:
                self.done += 1
                if written is not None:
                    written.append(pk)

        return work

    def rename(self, *, bindings_too: bool = True, roll_back: bool = False) -> Callable[[], None]:
        """Return what gives a table another name, in one transaction with its bindings or not."""
        session = self.db.connect()

        def rebind(name: str, to: str) -> bool:
            try:
                session.execute("select kw.rebind(%s, %s)", (name, to))
            except psycopg.Error as error:
                if error.sqlstate not in REPEAT:
                    raise
                return False
            return True

        def work() -> None:
            name, to = random.sample(self.names, 2)
            try:
                with session.transaction(force_rollback=roll_back):
                    session.execute(f"alter table {name} rename to {to}".encode())
                    if bindings_too:
                        session.execute("select kw.rebind(%s, %s)", (name, to))
            except psycopg.Error as error:
                if error.sqlstate not in self.allowed:
                    raise
                return
            while not bindings_too and not rebind(name, to):
                pass
            self.renames += not roll_back

        return work

    def exchange(self) -> Callable[[], None]:
        """Return what exchanges the names of two tables."""
        session = self.db.connect()
        first, second = self.names

        def work() -> None:
            try:
                with session.transaction():
                    for name, to in ((first, SPARE), (second, first), (SPARE, second)):
                        session.execute(f"alter table {name} rename to {to}".encode())
                        session.execute("select kw.rebind(%s, %s)", (name, to))
            except psycopg.Error as error:
                if error.sqlstate not in REPEAT:
                    raise
            else:
                self.renames += 1

        return work

    def run(self, *works: Callable[[], None]) -> None:
        """Repeat these beside what writes, reads and rotates; every value opens afterwards."""
        others = [work(level) for level in LEVELS for work in (self.write, self.read)]
        with repeated(*works, *others, self.rotate()) as failures:
            end = time.monotonic() + SECONDS
            while not failures and (
                time.monotonic() < end or min(self.done, self.renames, len(self.written)) < 10
            ):
                time.sleep(0.1)
        assert failures == []
        rows: list[int] = []
        for (name,) in self.db.sql(
            "select relname from pg_class where relname = any(%s) and relkind = 'r'",
            list(self.names),
        ):
            found = self.db.sql(
                f"select id, kw.decrypt_text('{name}', id, 'ssn', ssn) = kind || id,"
                f" kw.decrypt_text('{name}', id, 'note', note) = id || kind from {name}"
            )
            assert {row[1:] for row in found} <= {(True, True)}
            rows += [row[0] for row in found]
        assert sorted(rows) == sorted(self.written)
        assert self.db.sql("select * from kw.verify()") == []
        if self.db.sql("select 1 from kw.deployments"):
            assert self.db.sql("select * from kw.check_seals()") == []


@pytest.fixture(params=["sealed", "unsealed"])
def database(request: pytest.FixtureRequest, db: Database) -> Database:
    if request.param == "sealed":
        make_deployment(Session(db.connect()))
    return db


def test_values_are_read_and_written_beside_renames(database: Database) -> None:
    tables = Tables(database, ("one", "two", "three"), NO_TABLE)
    tables.make("one")
    tables.run(tables.rename(), tables.rename(), tables.rename(roll_back=True))


def test_values_are_kept_where_bindings_follow_a_rename_later(database: Database) -> None:
    tables = Tables(database, ("one", "two", "three"), NO_TABLE | NOT_THERE_YET)
    tables.make("one")
    tables.run(tables.rename(bindings_too=False), tables.rename(roll_back=True))


def test_two_tables_exchange_their_names_and_nobody_notices(database: Database) -> None:
    tables = Tables(database, ("one", "two"), frozenset())
    for name in tables.names:
        tables.make(name)
    tables.run(tables.exchange(), tables.exchange())
