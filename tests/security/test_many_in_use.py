"""A batch of wrappers goes on beside an idle transaction that changes some of them."""

import psycopg
import pytest

from tests.conftest import Database
from tests.security.conftest import Make, Sessions, sqlstate_of, value_of

IDLE = {
    "rotate": "select kw.rotate('mine', 1, 'f')",
    "shred": "select kw.shred('mine', 1, 'f')",
    "share": "select kw.bind('mine', 2, 'f', wrapper => kw.lookup('mine', 1, 'f'))",
    "give": "select kw.give_wrappers(array[%(unbound)s]::uuid[], %(role)s)",
}


@pytest.fixture(params=["relayer", "rewrap"])
def action(request: pytest.FixtureRequest) -> str:
    """What is done to many wrappers, as audit events call it."""
    return str(request.param)


@pytest.fixture
def many(action: str) -> str:
    """The call that does it."""
    return f"select kw.{action}_many(%s::uuid[])"


@pytest.fixture
def low(people: Database, give_table: Sessions) -> psycopg.Connection:
    """The session of a role that owns the table mine, and an idle transaction of it."""
    people.sql("create table public.mine (id bigint primary key, f bytea)")
    session = give_table("mine")
    session.execute("select kw.bind('mine', 1, 'f')")
    return session


@pytest.fixture
def admin(people: Database, make_role: Make) -> psycopg.Connection:
    """The session of an administrator of keys, that waits for nothing."""
    session = people.connect(make_role("kw_admin"))
    session.execute("set lock_timeout = '1ms'")
    return session


def wrappers(people: Database, low: psycopg.Connection) -> tuple[str, list[str]]:
    """The wrapper of mine, and those of people."""
    mine = str(value_of(low, "select kw.lookup('mine', 1, 'f')"))
    query = "select wrapper_uuid from kw.key_wrappers where wrapper_uuid <> %s order by id"
    return mine, [row[0] for row in people.sql(query, mine)]


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
@pytest.mark.parametrize("idle", IDLE)
def test_wrappers_in_use_are_left_and_told_and_the_rest_is_done(
    people: Database,
    low: psycopg.Connection,
    admin: psycopg.Connection,
    idle: str,
    isolation: str,
    action: str,
    many: str,
) -> None:
    used, others = wrappers(people, low)
    if idle == "give":
        used = str(value_of(low, "select kw.wrap()"))
    told: list[tuple[str, str]] = []
    admin.add_notice_handler(
        lambda diag: told.append((diag.message_primary or "", diag.message_detail or ""))
    )
    low.execute("begin")
    low.execute(IDLE[idle], {"unbound": used, "role": admin.info.user})
    admin.execute(f"set default_transaction_isolation = '{isolation}'")
    assert value_of(admin, many, [others[0], used, *others[1:], used]) == [
        2,
        None,
        *[2 for _ in others[1:]],
        None,
    ]
    ((message, detail),) = told
    assert (
        message
        == f"1 wrappers are in use and were not {action}{'ed' if action == 'relayer' else 'ped'}"
    )
    assert f"process {low.info.backend_pid} of role" in detail
    recorded = f"select details from kw.audit_events where action = '{action}'"
    ((details,),) = people.sql(recorded)
    assert used not in str(details)
    assert others[0] in str(details)
    assert value_of(admin, many, [used]) == [None]  # nothing is done, and nothing recorded
    assert len(people.sql(recorded)) == 1
    low.execute("rollback")
    assert value_of(admin, many, [used]) == [2]
    assert len(told) == 2


def test_one_wrapper_is_waited_for_and_the_session_named(
    people: Database, low: psycopg.Connection, admin: psycopg.Connection
) -> None:
    used, _ = wrappers(people, low)
    low.execute("begin")
    low.execute(IDLE["rotate"])
    for call in ("relayer(%s)", "rewrap(%s)", "set_wrapper_status(%s, 'retired')"):
        with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
            admin.execute(f"select kw.{call}", [used])
        assert f"process {low.info.backend_pid} of role" in str(caught.value.diag.message_detail)


def test_a_wrapper_that_does_not_exist_is_no_wrapper_in_use(
    people: Database, low: psycopg.Connection, admin: psycopg.Connection, many: str
) -> None:
    used, _ = wrappers(people, low)
    low.execute("begin")
    low.execute(IDLE["rotate"])
    nobody = "00000000-0000-4000-8000-000000000000"
    assert sqlstate_of(admin, many, [used, nobody]) == "KW101"


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_wrapper_made_after_the_snapshot_is_no_wrapper_in_use(
    people: Database,
    low: psycopg.Connection,
    admin: psycopg.Connection,
    isolation: str,
    many: str,
) -> None:
    admin.execute(f"begin isolation level {isolation}")
    admin.execute("select from pg_class limit 1")
    later = value_of(low, "select kw.wrap()")
    assert sqlstate_of(admin, many, [later]) == "40001"
