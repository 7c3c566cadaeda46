"""kw.change_numbers set by hand: what is refused, what finds it, and how to go on."""

import pytest

from tests.conftest import FORGET, Database
from tests.deployment import make_log, seal
from tests.security.test_edits_of_tables import without_guards
from tests.sql.sealed import CHECK
from tests.sql.session import Session

OF_INCARNATION = 1 << 40
SET = "select kw.set_setting('cache_seconds', %s)"
STATE = "select table_name, row_key from kw.check_state(%s)"
DOCTOR = "select detail from kw.doctor() where not ok and \"check\" = 'sequence kw.change_numbers'"
TO_NUMBER = "select setval('kw.change_numbers', %s)"
HIGHEST = "select change_no from kw.settings where name = 'cache_seconds'"


@pytest.fixture
def logged(db: Database) -> Session:
    """A superuser's session in a sealed database with a log."""
    session = Session(db.connect())
    make_log(session)
    session.rows(SET, 60)
    session.rows("select kw.seal_rows()")
    session.rows("select kw.seal_deployment()")
    session.rows(SET, 61)
    return session


def goes_on(session: Session, note: str, value: int) -> None:
    """Assert that rows can be changed, and are what the log says."""
    session.rows(SET, value)
    assert session.rows(DOCTOR) == session.rows(CHECK) == session.rows(STATE, note) == []
    _, note = seal(session)
    assert session.rows(STATE, note) == []


@pytest.mark.parametrize(
    "number", [OF_INCARNATION - 1, OF_INCARNATION, 5 * OF_INCARNATION, (1 << 63) - 1]
)
def test_a_sequence_beyond_its_incarnation_is_refused_until_it_is_moved_back(
    logged: Session, number: int
) -> None:
    _, note = seal(logged)
    logged.rows(TO_NUMBER, number)
    assert logged.values(DOCTOR) == ["its next value is near its end"]
    said = logged.refused("KW102", SET, 62)
    is_at_its_end = number == (1 << 63) - 1
    assert ("near its end" if is_at_its_end else "returns numbers of another incarnation") in said
    assert "kw.check_restore()" in said
    assert logged.rows(STATE, note) == []
    logged.rows("select kw.check_restore()")
    goes_on(logged, note, 62)


def test_after_the_last_number_was_used_only_the_next_incarnation_has_numbers(
    logged: Session,
) -> None:
    _, note = seal(logged)
    logged.rows(TO_NUMBER, OF_INCARNATION - 2)
    logged.rows(SET, 62)
    logged.rows("select kw.check_restore()")
    said = logged.refused("KW102", SET, 63)
    assert "kwtools deployment acknowledge" in said
    assert logged.rows(CHECK) == logged.rows(STATE, note) == []
    logged.rows("select kw.acknowledge_restore(%s, 'numbers were set by hand')", note)
    _, note = seal(logged)
    goes_on(logged, note, 63)


def test_a_sequence_that_is_set_back_gives_no_row_a_lower_number(logged: Session) -> None:
    _, note = seal(logged)
    before = logged.value(HIGHEST)
    logged.rows(TO_NUMBER, 3)
    while logged.value("select last_value from kw.change_numbers") < before:
        assert "already in use" in logged.refused("KW102", SET, 62)
    logged.rows(SET, 62)
    assert logged.value(HIGHEST) == before + 1
    goes_on(logged, note, 63)


def test_the_doctor_names_a_sequence_that_is_set_back(logged: Session) -> None:
    logged.rows(TO_NUMBER, 3)
    (found,) = logged.values(DOCTOR)
    assert "is not above the highest row" in found
    logged.rows("select kw.check_restore()")
    logged.rows(SET, 62)
    assert logged.rows(DOCTOR) == []


def test_a_number_that_an_old_row_gets_again_is_found(logged: Session) -> None:
    """The row is put back, and the sequence too, so that a call gives it the number of before."""
    logged.rows("create table public.old as select * from kw.settings")
    logged.rows(SET, 62)
    number = logged.value(HIGHEST)
    _, note = seal(logged)
    without_guards(logged)
    logged.rows("delete from kw.settings")
    logged.rows("insert into kw.settings select * from public.old")
    logged.rows(TO_NUMBER, number - 1)
    logged.connection.execute(FORGET)
    logged.rows(SET, 63)
    assert logged.value(HIGHEST) == number
    assert logged.rows(CHECK) == []
    assert logged.values("select table_name from kw.check_state(%s)", note) == ["settings"]
    assert "are not those of the log's last state" in logged.refused(
        "KW211", "call kw.seal_audit()"
    )


@pytest.mark.parametrize("is_changed_later", [False, True])
def test_an_old_row_beside_the_present_one_is_in_no_state(
    logged: Session, is_changed_later: bool
) -> None:
    """Of two rows with one key a digest must not cover one only."""
    logged.rows("create table public.old as select * from kw.settings")
    logged.rows(SET, 62)
    _, note = seal(logged)
    if is_changed_later:
        logged.rows(SET, 63)
    without_guards(logged)
    logged.rows("alter table kw.settings drop constraint settings_pkey")
    logged.rows("insert into kw.settings select * from public.old")
    logged.connection.execute(FORGET)
    assert logged.rows(CHECK) == []
    assert logged.values("select table_name from kw.check_state(%s)", note) == ["settings"]
    if is_changed_later:
        said = logged.refused("KW211", "call kw.seal_audit()")
        assert "of kw.settings is not what the audit says" in said
