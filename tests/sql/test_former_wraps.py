"""When wraps under a key were last replaced by wraps under another key, or destroyed."""

from collections.abc import Callable

import psycopg
import pytest

from tests.sql.jobs import work
from tests.sql.session import Session

LEFT = "select kms_key_id, count(*)::int from kw.former_wraps group by 1 order by 1"


def wrap(session: Session, policy: str) -> str:
    return str(session.value("select kw.wrap(policy => %s)::text", policy))


@pytest.fixture(params=["kw.rewrap(%s, %s)", "kw.rewrap_many(array[%s]::uuid[], %s)"])
def rewrap(request: pytest.FixtureRequest) -> str:
    """A rewrap of leg 1 of a wrapper, by the function for one or by that for many."""
    return f"select {request.param}"


def test_a_leg_that_moves_leaves_its_key_and_a_renewed_one_does_not(
    session: Session, rewrap: str
) -> None:
    wrapper, other = wrap(session, "default"), session.key()
    session.rows("select kw.rewrap(%s)", wrapper)
    session.rows(rewrap, wrapper, 1)
    assert session.rows(LEFT) == []
    session.rows(rewrap, wrapper, other)
    assert session.rows(LEFT) == [(1, 1)]


def test_legs_that_change_places_leave_no_key(session: Session) -> None:
    wrapper = wrap(session, "default")
    session.rows("select kw.rewrap(%s, 2, 1)", wrapper)
    assert session.rows(LEFT) == []


def test_a_branch_and_a_layered_wrapper_leave_the_keys_of_their_legs(
    session: Session, rewrap: str
) -> None:
    session.policy("root", "single", 1)
    _, branch = session.branch("root")
    session.policy("layered", "single", 2, layers=[session.kem()])
    layered, other = wrap(session, "layered"), session.key()
    for wrapper in (branch, layered):
        session.rows(rewrap, wrapper, other)
    assert session.rows(LEFT) == [(1, 1), (2, 1)]


def test_a_layer_leaves_its_key_unless_its_wrapper_keeps_it(session: Session) -> None:
    old, kept, new = session.kem(), session.kem(), session.kem()
    session.policy("before", "single", 1, layers=[old, kept])
    session.policy("after", "single", 1, layers=[kept, new])
    wrapper = wrap(session, "before")
    session.rows("select kw.relayer(%s)", wrapper)
    assert session.rows(LEFT) == []
    session.rows("select kw.relayer(%s, 'after')", wrapper)
    assert session.layers(wrapper) == [kept, new]
    assert session.rows(LEFT) == [(old, 1)]


def test_a_layer_leaves_its_key_even_if_another_wrapper_keeps_it(session: Session) -> None:
    old, new = session.kem(), session.kem()
    session.policy("before", "single", 1, layers=[old])
    session.policy("after", "single", 1, layers=[old, new])
    session.rows("select kw.set_policy_layers('after', 1, 1, 'round_robin')")
    wrappers = [wrap(session, "before") for _ in range(2)]
    session.rows("select kw.relayer_many(%s::uuid[], 'after')", wrappers)
    assert {key for wrapper in wrappers for key in session.layers(wrapper)} == {old, new}
    assert session.rows(LEFT) == [(old, 1)]


def test_jobs_leave_the_keys_that_they_move_wrappers_from(session: Session) -> None:
    old, new = session.kem(), session.kem()
    session.policy("before", "single", 2, layers=[old])
    session.policy("after", "single", 2, layers=[new])
    session.policy("root", "single", 1)
    wrap(session, "default")
    layered = wrap(session, "before")
    session.branch("root")
    other = session.key()
    session.rows("select kw.schedule_rewrap(kms_key_id => 1)")
    assert list(work(session)) == ["done"]
    assert session.rows(LEFT) == []  # renewed where they are
    session.rows("select kw.schedule_rewrap(kms_key_id => 1, new_kms_key_id => %s)", other)
    assert list(work(session)) == ["done"]
    assert session.rows(LEFT) == [(1, 1)]
    session.rows("select kw.schedule_rewrap(kms_key_id => 2, new_kms_key_id => %s)", session.key())
    assert list(work(session)) == ["done"]
    assert session.rows(LEFT) == [(1, 1), (2, 1)]
    session.rows(
        "select kw.schedule_rewrap(wrappers => array[%s]::uuid[], to_policy => 'after')", layered
    )
    assert list(work(session)) == ["done"]
    assert session.layers(layered) == [new]
    assert session.rows(LEFT) == [(1, 1), (2, 1), (old, 1)]


@pytest.mark.parametrize("kind", ["plain", "layered", "branch"])
def test_a_job_of_each_kind_of_wrapper_leaves_its_key(session: Session, kind: str) -> None:
    session.policy("plain", "single", 2)
    session.policy("layered", "single", 2, layers=[session.kem()])
    if kind == "branch":
        session.branch("plain")
    else:
        wrap(session, kind)
    session.rows("select kw.schedule_rewrap(kms_key_id => 2, new_kms_key_id => 1)")
    assert list(work(session)) == ["done"]
    assert session.rows(LEFT) == [(2, 1)]


def test_a_shred_leaves_the_keys_of_legs_and_layers(session: Session) -> None:
    kem = session.kem()
    session.policy("layered", "either", 1, 2, layers=[kem])
    session.bind("people", "1", "ssn", policy="layered")
    session.rows("select kw.shred('people', 1, 'ssn')")
    assert session.rows(LEFT) == [(1, 1), (2, 1), (kem, 1)]
    session.policy("single", "single", 2)
    session.bind("people", "2", "ssn", policy="single")
    before = session.value("select max(left_at) from kw.former_wraps where kms_key_id = 2")
    session.rows("select kw.shred('people', 2, 'ssn')")
    assert session.rows(LEFT) == [(1, 1), (2, 1), (kem, 1)]
    after = session.value("select max(left_at) from kw.former_wraps where kms_key_id = 2")
    assert after > before


def test_a_shared_key_that_a_shred_spares_is_not_left(
    session: Session, make_role: Callable[..., str], connect: Callable[..., Session]
) -> None:
    session.rows("create table public.others (id bigint primary key, f bytea)")
    wrapper = session.bind("people", "1", "ssn")
    session.bind("others", "1", "f", wrapper=wrapper)
    owner = make_role("kw_client")
    session.rows(f"alter table public.others owner to {owner}")
    connect(owner).rows("select kw.shred('others', 1, 'f', shared => true)")
    assert session.wrapper(wrapper)["status"] == "active"
    assert session.rows(LEFT) == []


def test_the_time_that_is_left_never_falls(
    session: Session, connect: Callable[..., Session]
) -> None:
    """A transaction that began before the one that ended meanwhile records the later time."""
    wrappers, other = [wrap(session, "default") for _ in range(2)], session.key()
    late = connect()
    late.connection.execute("begin")
    late.rows("select now()")
    session.rows("select kw.rewrap(%s, %s)", wrappers[0], other)
    (first,) = session.values("select left_at from kw.former_wraps")
    late.rows("select kw.rewrap(%s, %s)", wrappers[1], other)
    late.rows("commit")
    (second,) = session.values("select left_at from kw.former_wraps")
    assert second > first
    session.rows("update kw.former_wraps set left_at = 'infinity'")  # a clock that was set back
    session.rows("select kw.rewrap(%s, 1)", wrappers[0])
    session.rows("select kw.rewrap(%s, %s)", wrappers[0], other)
    assert session.values("select left_at::text from kw.former_wraps where kms_key_id = 1") == [
        "infinity"
    ]


@pytest.mark.parametrize("level", ["read committed", "repeatable read"])
def test_workers_that_leave_one_key_at_once_wait_for_nobody(
    session: Session, connect: Callable[..., Session], level: str
) -> None:
    first, second, third = (wrap(session, "default") for _ in range(3))
    other = session.key()
    session.rows("select kw.rewrap(%s, %s)", first, other)
    one, two = connect(), connect()
    two.rows("set lock_timeout = '60s'")
    for worker in (one, two):
        worker.rows(f"begin isolation level {level}")
        worker.rows("select count(*) from kw.former_wraps")
    one.rows("select kw.rewrap(%s, %s)", second, other)
    two.rows("select kw.rewrap(%s, %s)", third, other)
    one.rows("commit")
    two.rows("select kw.rewrap(%s, %s)", third, 1)
    two.rows("select kw.rewrap(%s, %s)", third, other)
    two.rows("commit")
    assert session.value("select count(*) from kw.former_wraps where kms_key_id = 1") > 0
    wrapper = wrap(session, "default")
    session.rows("select kw.rewrap(%s, %s)", wrapper, other)
    assert dict(session.rows(LEFT))[1] == 1  # what was in use then is cleared by the next one


def test_a_rollback_leaves_the_earlier_time(
    session: Session, connect: Callable[..., Session]
) -> None:
    wrapper, other = wrap(session, "default"), session.key()
    session.rows("select kw.rewrap(%s, %s)", wrapper, other)
    before = session.rows("select * from kw.former_wraps")
    second = connect()
    second.rows("begin")
    second.rows("select kw.rewrap(%s, 1)", wrapper)
    second.rows("select kw.rewrap(%s, %s)", wrapper, other)
    second.rows("rollback")
    assert session.rows("select * from kw.former_wraps") == before


def test_keys_say_since_when_the_times_of_their_wraps_are_known(session: Session) -> None:
    session.key()
    query = "select bool_and(wrap_times_since = created_at) from kw.kms_keys"
    assert session.value(query) is True


def test_a_role_without_rights_on_keys_records_what_its_shred_left(
    session: Session, make_role: Callable[..., str], connect: Callable[..., Session]
) -> None:
    owner = make_role("kw_client")
    session.rows(f"alter table public.people owner to {owner}")
    client = connect(owner)
    client.bind("people", "1", "ssn")
    client.rows("select kw.shred('people', 1, 'ssn')")
    assert session.rows(LEFT) == [(1, 1), (2, 1)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        client.rows("select * from kw.former_wraps")
