"""Two columns of one table are protected at once: who waited for the other goes on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sql.session import Session

NAME, PHONE = "'people', 'name'", "'people', 'phone'"
WAITS = "select exists (select from pg_locks where pid = %s and not granted)"
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


@pytest.mark.parametrize("shown_by", ["view", "column"])
def test_both_are_protected_whole_at_the_same_time(
    people: Session, connect: Callable[..., Session], shown_by: str
) -> None:
    call = "call kw.protect({}, until => 'contracted', max_rows => 5, shown_by => '{}')"
    with ThreadPoolExecutor(2) as pool:
        ran = [
            pool.submit(connect().rows, call.format(column, shown_by)) for column in (NAME, PHONE)
        ]
        for one in ran:
            one.result()
    status = people.values("select status from kw.protection_status('people')")
    assert status == ["contracted", "contracted"]
    assert people.values("select detail from kw.doctor() where not ok") == []
