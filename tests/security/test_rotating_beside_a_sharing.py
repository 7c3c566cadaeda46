"""Who rotates a cell beside a sharing of its key leaves the new binding usable."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import Sessions, sqlstate_of, value_of

LEVELS = ["read committed", "repeatable read", "serializable"]
SHARE = "select kw.bind('people', '6', 'ssn', wrapper => %s)"
ROTATE = "select kw.rotate('people', 1, 'ssn')"
Session = psycopg.Connection


@pytest.fixture
def owner(people: Database, give_table: Sessions) -> Session:
    """The session of the owner of public.people, a role that the extension gives nothing more."""
    return give_table("people")


@pytest.fixture
def low(owner: Session, allow: Sessions) -> Session:
    """The session of a role that may write the column ssn."""
    return allow("select, insert, update on public.people")


def wrapper_of(owner: Session, pk: int = 1) -> object:
    return value_of(owner, "select kw.lookup('people', %s, 'ssn')", pk)


def status(people: Database, wrapper: object) -> tuple[object, ...]:
    query = "select status, rotated_at is not null from kw.key_wrappers where wrapper_uuid = %s"
    return people.sql(query, str(wrapper))[0]


def beside(people: Database, waiting: Session, query: str, then: Callable[[], object]) -> list[str]:
    """Start a statement, do something once it waits for a lock, and return what it failed with."""
    failed: list[str] = []

    def work() -> None:
        failed.extend(filter(None, [sqlstate_of(waiting, query)]))

    thread = threading.Thread(target=work)
    thread.start()
    waits = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    deadline = time.monotonic() + 60
    while thread.is_alive() and not people.sql(waits, waiting.info.backend_pid)[0][0]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    then()
    thread.join()
    return failed


@pytest.mark.parametrize("isolation", LEVELS)
def test_what_was_shared_meanwhile_is_written(
    people: Database, owner: Session, low: Session, isolation: str
) -> None:
    wrapper = wrapper_of(owner)
    low.execute(f"begin isolation level {isolation}")
    low.execute("select from pg_class limit 1")  # takes the snapshot
    owner.execute("begin")
    value_of(owner, SHARE, wrapper)
    assert beside(people, low, ROTATE, owner.commit) == []
    low.execute("commit")
    assert status(people, wrapper) == ("active", False)
    for session in (owner, people.connect(owner.info.user)):
        value_of(session, "select kw.encrypt_text('people', '6', 'ssn', 'x')")
        value_of(session, "select kw.encrypt_text('people', '1', 'ssn', 'x')")
    assert wrapper_of(owner, 6) == wrapper != wrapper_of(owner)


@pytest.mark.parametrize("isolation", LEVELS)
def test_what_was_shared_after_the_snapshot_is_written(
    people: Database, owner: Session, low: Session, isolation: str
) -> None:
    wrapper = wrapper_of(owner)
    low.execute(f"begin isolation level {isolation}")
    low.execute("select from pg_class limit 1")
    value_of(owner, SHARE, wrapper)
    value_of(low, ROTATE)
    low.execute("commit")
    assert status(people, wrapper) == ("active", False)
    value_of(owner, "select kw.encrypt_text('people', '6', 'ssn', 'x')")


@pytest.mark.parametrize("isolation", LEVELS)
def test_a_sharing_that_is_undone_leaves_the_old_key_rotated(
    people: Database, owner: Session, low: Session, isolation: str
) -> None:
    wrapper = wrapper_of(owner)
    low.execute(f"begin isolation level {isolation}")
    owner.execute("begin")
    value_of(owner, SHARE, wrapper)
    assert beside(people, low, ROTATE, owner.rollback) == []
    low.execute("commit")
    assert status(people, wrapper) == ("rotated", True)


@pytest.mark.parametrize("isolation", LEVELS)
def test_a_sharing_beside_a_rotation_in_flight_is_refused(
    people: Database, owner: Session, low: Session, isolation: str
) -> None:
    wrapper = wrapper_of(owner)
    low.execute("begin")
    value_of(low, ROTATE)
    owner.execute(f"begin isolation level {isolation}")
    owner.execute("select from pg_class limit 1")
    query = SHARE.replace("%s", f"'{wrapper}'")
    failed = beside(people, owner, query, low.commit)
    assert failed == ["KW102" if isolation == "read committed" else "40001"]
    owner.execute("rollback")
    assert sqlstate_of(owner, query) == "KW102"
    assert status(people, wrapper) == ("rotated", True)


def test_rotating_one_of_two_that_share_a_key_locks_none_of_it(
    people: Database, owner: Session, low: Session
) -> None:
    wrapper = wrapper_of(owner)
    value_of(owner, SHARE, wrapper)
    low.execute("begin")
    value_of(low, ROTATE)
    with people.connect() as admin:
        admin.execute("set lock_timeout = '2s'")
        admin.execute("select kw.rewrap(%s), kw.relayer(%s)", (wrapper, wrapper))
    low.execute("commit")
    value_of(owner, "select kw.rotate('people', 6, 'ssn')")
    assert status(people, wrapper) == ("rotated", True)
