"""Imports side by side: of two that take one bundle, one wins and the other changes nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.sql.importing import IMPORT, Maker, left, signer, some_deks, take
from tests.sql.session import Session

Connect = Callable[..., Session]
SESSIONS = 4
WAITS = "select count(*) from pg_stat_activity where pid = %s and wait_event_type = 'Lock'"


@pytest.fixture
def maker(session: Session) -> Maker:
    return Maker.of(session)


def until_it_waits(session: Session, other: Session, running: Future[Any]) -> None:
    """Return when another session waits for a lock."""
    while not session.value(WAITS, other.connection.info.backend_pid):
        assert not running.done(), running.result()


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_second_import_of_a_bundle_waits_and_is_refused_if_the_first_commits(
    maker: Maker, connect: Connect, end: str
) -> None:
    sealed = maker.seal()
    first, second = connect(), connect()
    first.rows("begin")
    take(first, sealed)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(take, second, sealed)
        until_it_waits(maker.session, second, running)
        first.rows(end)
        if end == "commit":
            with pytest.raises(psycopg.Error) as caught:
                running.result()
            assert caught.value.sqlstate == "KW105"
            assert "is not newer" in str(caught.value)
        else:
            assert len(running.result()) == 3
    assert left(maker.session)[1:3] == (3, ["1"])


def test_of_many_imports_of_one_bundle_at_once_one_wins(maker: Maker, connect: Connect) -> None:
    sealed = maker.seal()
    before = left(maker.session)[0]
    start = threading.Barrier(SESSIONS)

    def run(session: Session) -> str:
        session.rows("select kw.version()")
        start.wait()
        try:
            return f"imported {len(take(session, sealed))}"
        except psycopg.Error as error:
            return str(error.sqlstate)

    with ThreadPoolExecutor(SESSIONS) as pool:
        results = sorted(pool.map(run, [connect() for _ in range(SESSIONS)]))
    assert results == ["KW105"] * (SESSIONS - 1) + ["imported 3"]
    assert left(maker.session)[:3] == (before + 3, 3, ["1"])


def test_a_higher_number_that_commits_first_refuses_the_lower(
    maker: Maker, connect: Connect
) -> None:
    lower, higher = maker.seal(1), maker.seal(2, deks=some_deks())
    first, second = connect(), connect()
    first.rows("begin")
    take(first, higher)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(take, second, lower)
        until_it_waits(maker.session, second, running)
        first.rows("commit")
        with pytest.raises(psycopg.Error, match="is not newer"):
            running.result()


def test_imports_of_two_makers_do_not_wait_for_each_other(maker: Maker, connect: Connect) -> None:
    session = maker.session
    by = signer("other")
    session.value("select kw.import_signing_key('other', 'Ed25519', 'import', %s)", by.public_key)
    first = connect()
    first.rows("begin")
    take(first, maker.seal())
    session.rows("set statement_timeout = '60s'")
    assert len(take(session, maker.seal(signer=by, deks=some_deks()))) == 3
    first.rows("commit")


def test_a_replay_is_seen_whatever_the_snapshot_of_the_transaction(
    maker: Maker, connect: Connect
) -> None:
    sealed = maker.seal()
    late = connect()
    late.rows("begin isolation level repeatable read")
    late.rows("select 1 from kw.import_sources")
    take(maker.session, sealed)
    late.refused("KW105", IMPORT, sealed.note, sealed.bundle)
    late.rows("rollback")


def test_a_signer_that_was_retired_is_seen_whatever_the_snapshot_of_the_transaction(
    maker: Maker, connect: Connect
) -> None:
    late, sealed = connect(), maker.seal()
    late.rows("begin isolation level repeatable read")
    late.rows("select 1 from kw.import_sources")
    maker.session.rows("select kw.set_signing_key_status('collector', 'retired')")
    assert "is retired" in late.refused("KW105", IMPORT, sealed.note, sealed.bundle)


def test_a_key_that_is_retired_while_its_bundle_is_opened_is_refused(
    maker: Maker, connect: Connect
) -> None:
    """The status counts when the bundle is claimed, after the wait for another import."""
    first, second = connect(), connect()
    first.rows("begin")
    take(first, maker.seal(1))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(take, second, maker.seal(2, deks=some_deks()))
        until_it_waits(maker.session, second, running)
        maker.session.rows("select kw.set_signing_key_status('collector', 'retired')")
        first.rows("commit")
        with pytest.raises(psycopg.Error) as caught:
            running.result()
    assert "is retired, and its bundles are not accepted" in str(caught.value)
