"""Two columns of one table are protected at once: who waited for the other goes on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.sql.session import Session

NAME, PHONE = "'people', 'name'", "'people', 'phone'"
WAITS = "select exists (select from pg_locks where pid = %s and not granted)"
ASKS_FOR_ALL = f"{WAITS[:-1]} and mode = 'AccessExclusiveLock')"
PHASES = {
    "expand": "select kw.protect_expand({}, shown_by => '{}', search => 'equality')",
    "backfill": "select kw.protect_backfill({}, 10)",
    "verify": "select kw.protect_verify({}, 10)",
    "cut_over": "select kw.protect_cut_over({})",
    "contract": "select kw.protect_contract({})",
}

UNDO = "select kw.protect_undo({})"
FILL = "select filled from kw.fill_tokens({}, null, 10)"


def up_to(session: Session, column: str, phase: str | None, shown_by: str) -> None:
    """Take a column through the phases before one, or through all."""
    for name, call in PHASES.items():
        if name == phase:
            return
        while session.value(call.format(column, shown_by)) and name in ("backfill", "verify"):
            pass


@pytest.fixture
def people(session: Session) -> Session:
    session.rows(
        "drop table people;"
        " create table people (id bigint primary key, name text unique, phone text);"
        " insert into people select g, 'n' || g, 'p' || g from generate_series(1, 25) g"
    )
    return session


@pytest.mark.parametrize("shown_by", ["view", "column"])
@pytest.mark.parametrize("first", ["cut_over", "undo", "contract"])
@pytest.mark.parametrize("second", [*PHASES, "undo", "fill"])
def test_a_phase_of_one_column_waits_for_that_of_another_and_goes_on(
    people: Session, connect: Callable[..., Session], first: str, second: str, shown_by: str
) -> None:
    calls = {**PHASES, "undo": UNDO, "fill": FILL}
    up_to(people, PHONE, second if second in PHASES else "contract", shown_by)
    up_to(people, NAME, first if first in PHASES else "contract", shown_by)
    other = connect()
    call = calls[second].format(PHONE, shown_by)
    with ThreadPoolExecutor(1) as pool:
        people.rows("begin")
        people.rows(calls[first].format(NAME, shown_by))
        waiting = pool.submit(other.value, call)
        while not people.value(WAITS, other.connection.info.backend_pid):
            assert not waiting.done(), waiting.result()
        people.rows("commit")
        waiting.result()
    for column, phase in ((NAME, first), (PHONE, second)):
        if phase != "undo":
            up_to(other, column, None, shown_by)
    shown = "kw.decrypt_text('people', id, '{0}', {0})" if shown_by == "column" else "{0}"
    read = [
        shown.format(name) if phase != "undo" else name
        for name, phase in (("name", first), ("phone", second))
    ]
    rows = other.rows(f"select id, {', '.join(read)} from people order by id")
    assert rows == [(number, f"n{number}", f"p{number}") for number in range(1, 26)]
    assert other.values("select detail from kw.doctor() where not ok") == []


def test_two_phases_that_would_wait_for_each_other_both_end(
    people: Session, connect: Callable[..., Session]
) -> None:
    for column in (NAME, PHONE):
        people.rows(PHASES["expand"].format(column, "view"))
        assert people.value(PHASES["backfill"].format(column).replace("10", "100")) == 25
    sessions = {connect(): PHASES["backfill"].format(column) for column in (NAME, PHONE)}
    with ThreadPoolExecutor(2) as pool:
        people.rows("begin; lock table people in row exclusive mode")
        ending = [pool.submit(session.value, call) for session, call in sessions.items()]
        unseen = {session.connection.info.backend_pid for session in sessions}
        while unseen:  # both have read the table, and ask for all of it
            assert not [one.result() for one in ending if one.done()]
            unseen -= {pid for pid in unseen if people.value(ASKS_FOR_ALL, pid)}
        people.rows("commit")
        assert [one.result() for one in ending] == [0, 0]
    assert people.values("select status from kw.protection_status()") == ["backfilled"] * 2


def test_who_keeps_a_snapshot_is_told_to_repeat(
    people: Session, connect: Callable[..., Session]
) -> None:
    up_to(people, PHONE, "backfill", "view")
    up_to(people, NAME, "cut_over", "view")
    other = connect()
    other.rows("set default_transaction_isolation = 'repeatable read'")
    with ThreadPoolExecutor(1) as pool:
        people.rows("begin")
        people.rows(PHASES["cut_over"].format(NAME))
        waiting = pool.submit(other.refused, "40001", PHASES["backfill"].format(PHONE))
        while not people.value(WAITS, other.connection.info.backend_pid):
            assert not waiting.done(), waiting.result()
        people.rows("commit")
        assert "epeat" in waiting.result()
    assert other.value(PHASES["backfill"].format(PHONE)) == 10


@pytest.mark.parametrize("shown_by", ["view", "column"])
def test_both_are_protected_whole_at_the_same_time(
    people: Session, connect: Callable[..., Session], shown_by: str
) -> None:
    call = "call kw.protect({}, until => 'contracted', max_rows => 5, shown_by => '{}')"

    def protect(column: str) -> None:
        session = connect()
        for _ in range(20):
            try:
                session.rows(call.format(column, shown_by))
            except psycopg.errors.LockNotAvailable as error:
                # Each of two cut overs can have a snapshot that is too old for the other.
                if "Repeat the call" not in (error.diag.message_hint or ""):
                    raise
            else:
                return
        raise AssertionError("the columns stay in each other's way")

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(protect, column) for column in (NAME, PHONE)]:
            one.result()
    status = people.values("select status from kw.protection_status('people')")
    assert status == ["contracted", "contracted"]
    assert people.values("select detail from kw.doctor() where not ok") == []
