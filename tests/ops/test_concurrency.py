"""Sessions side by side: one wins, nobody fails who need not, nothing is left half made."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.conftest import Database

SESSIONS = 6
CELLS = [str(number) for number in range(40)]

Work = Callable[[psycopg.Connection], object]


def _together(db: Database, works: Sequence[Work]) -> list[object]:
    """Run each in a session of its own, all from one moment on; return results and errors."""
    start = threading.Barrier(len(works))

    def run(work: Work) -> object:
        with db.place.connect(db.name) as connection:
            connection.execute("select kw.version()")  # the runtime is loaded before the race
            start.wait()
            try:
                return work(connection)
            except psycopg.Error as error:
                return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def table(db: Database) -> Database:
    db.sql("create table t (id bigint primary key, a bytea)")
    db.sql("insert into t select g from generate_series(0, 99) g")
    return db


def _orphans(db: Database) -> object:
    return db.sql(
        """
        select count(*) from kw.key_wrappers w
        where not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
            and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
        """
    )[0][0]


def test_sessions_that_bind_the_same_cells_agree(table: Database) -> None:
    def bind(seed: int) -> Work:
        cells = random.Random(seed).sample(CELLS, len(CELLS))

        def work(connection: psycopg.Connection) -> object:
            row = connection.execute("select kw.bind_many('t', %s, 'a')", [cells]).fetchone()
            assert row is not None
            return dict(zip(cells, row[0], strict=True))

        return work

    results = _together(table, [bind(seed) for seed in range(SESSIONS)])
    assert all(result == results[0] for result in results), results
    assert table.sql("select count(*) from kw.encryption_bindings") == [(len(CELLS),)]
    assert _orphans(table) == 0


def test_single_binds_of_one_cell_agree(table: Database) -> None:
    def work(connection: psycopg.Connection) -> object:
        return [
            connection.execute("select kw.bind('t', %s, 'a')", [cell]).fetchone() for cell in CELLS
        ]

    results = _together(table, [work] * SESSIONS)
    assert all(result == results[0] for result in results), results
    assert _orphans(table) == 0


def test_under_repeatable_read_a_lost_race_gives_the_binding_that_won(table: Database) -> None:
    with (
        table.place.connect(table.name, autocommit=False) as one,
        table.place.connect(table.name) as other,
    ):
        one.execute("set transaction isolation level repeatable read")
        one.execute("select count(*) from t")
        won = other.execute("select kw.bind('t', 1, 'a')").fetchone()
        assert one.execute("select kw.bind('t', 1, 'a')").fetchone() == won
        one.rollback()


def test_a_bind_that_is_rolled_back_leaves_nothing(table: Database) -> None:
    with table.place.connect(table.name, autocommit=False) as connection:
        connection.execute("select kw.bind('t', 1, 'a'), kw.bind('t', '*', 'a')")
        connection.rollback()
    for left in ("encryption_bindings", "key_wrappers", "entities", "entity_fields"):
        assert table.sql(f"select count(*) from kw.{left}") == [(0,)], left


def test_rotating_beside_encrypting_loses_nothing(table: Database) -> None:
    table.sql("select kw.bind('t', '*', 'a')")

    def encrypt(connection: psycopg.Connection) -> object:
        query = "select kw.encrypt_text('t', %s, 'a', %s)"
        made = []
        for cell in CELLS:
            row = connection.execute(query, [int(cell), cell]).fetchone()
            assert row is not None
            made.append((cell, row[0]))
        return made

    def rotate(connection: psycopg.Connection) -> object:
        for _ in range(8):
            connection.execute("select kw.rotate('t', '*', 'a')")
        return []

    results = _together(table, [encrypt, encrypt, rotate, rotate])
    generations = set()
    for result in results:
        assert isinstance(result, list), result
        for cell, ciphertext in result:
            generations.add(ciphertext[10:14])
            value = table.sql("select kw.decrypt_text('t', %s, 'a', %s)", int(cell), ciphertext)
            assert value == [(cell,)]
    assert table.sql("select generation from kw.encryption_bindings") == [(17,)]
    assert _orphans(table) == 0


def test_each_wrap_beside_the_disabling_of_its_key_is_counted_or_fails(db: Database) -> None:
    """The change waits for none: what commits later is found by the count that follows."""
    db.sql("select kw.create_policy('one', 'single', 1)")

    def wrap(connection: psycopg.Connection) -> object:
        for _ in range(1_000_000):  # until it is refused
            try:
                connection.execute("select kw.wrap(policy => 'one')")
            except psycopg.Error as error:
                return error.sqlstate
        return "never refused"

    def disable(connection: psycopg.Connection) -> object:
        warnings: list[str] = []
        connection.add_notice_handler(lambda d: warnings.append(d.message_primary or ""))
        while connection.execute("select from kw.key_wrappers").fetchone() is None:
            connection.execute("select pg_sleep(0.1)")
        connection.execute("select kw.set_kms_key_status(1, 'disabled')")
        return warnings

    *wraps, warnings = _together(db, [wrap, wrap, disable])
    assert wraps == ["KW200", "KW200"]
    (stored,) = db.sql("select count(*) from kw.key_wrappers")[0]
    assert isinstance(warnings, list)
    counted = [int(warning.split()[3]) for warning in warnings if "cannot be opened" in warning]
    assert len(counted) == 1
    assert counted[0] <= stored  # others wrapped on until the change was committed
    assert db.sql("select needed from kw.key_usage where kms_key_id = 1") == [(stored,)]


def test_of_two_policies_of_one_name_one_is_made(db: Database) -> None:
    def make(connection: psycopg.Connection) -> object:
        return connection.execute("select kw.create_policy('p', 'single', 1)").fetchone()

    results = _together(db, [make] * SESSIONS)
    failed = [result for result in results if isinstance(result, psycopg.Error)]
    assert len(failed) == SESSIONS - 1
    assert {error.sqlstate for error in failed} == {"KW102"}


def test_shredding_beside_binding_and_encrypting_ends_shredded(table: Database) -> None:
    table.sql("select kw.bind('t', 1, 'a')")

    def shred(connection: psycopg.Connection) -> object:
        return connection.execute("select kw.shred('t', 1, 'a')").fetchone()

    def use(connection: psycopg.Connection) -> object:
        for _ in range(1_000_000):  # until it is refused, however late the shred comes
            try:
                connection.execute("select kw.bind('t', 1, 'a'), kw.encrypt('t', 1, 'a', '')")
            except psycopg.Error as error:
                return error.sqlstate
        return "not shredded"

    results = _together(table, [use, shred, use])
    assert results == ["KW301", (1,), "KW301"]
    assert table.sql("select distinct status from kw.key_wrappers") == [("invalid",)]


def test_a_wrapper_that_is_shredded_meanwhile_cannot_be_bound(table: Database) -> None:
    wrapper = table.sql("select kw.bind('t', 1, 'a')")[0][0]
    with (
        table.place.connect(table.name, autocommit=False) as shredding,
        table.place.connect(table.name) as binding,
        ThreadPoolExecutor(1) as pool,
    ):
        shredding.execute("select kw.shred('t', 1, 'a')")
        bound = pool.submit(
            binding.execute, "select kw.bind('t', 2, 'a', wrapper => %s)", [wrapper]
        )
        shredding.commit()
        with pytest.raises(psycopg.Error) as caught:
            bound.result(timeout=600)
    assert caught.value.sqlstate == "KW102"
    assert table.sql("select count(*) from kw.encryption_bindings") == [(1,)]
