"""Jobs beside others who change, read or lock what they are about."""

import threading
import time
from collections.abc import Callable

import pytest

from tests.sql.jobs import claim, deks, jobs_of, run, schedule, statuses, waits, work, wrap
from tests.sql.session import Session

Connect = Callable[..., Session]


OPENED = "select from kw.kms_keys where id = 1 for update"
WRAPPED = "lock table kw.key_wrappers in exclusive mode"


def while_it_wraps(
    session: Session,
    connect: Connect,
    jobs: list[int],
    change: Callable[[Session], None],
    when: str = OPENED,
) -> dict[str, int]:
    """Run jobs; when the wrappers are opened, or wrapped but not stored, another one commits."""
    worker, other = connect(), connect(autocommit=False)
    # Loads the runtime, and the provider: the worker waits for seconds only.
    other.value("select kw.unwrap(kw.wrap())")
    other.connection.rollback()
    other.rows(when)
    outcomes: list[dict[str, int]] = []
    thread = threading.Thread(target=lambda: outcomes.append(run(worker, jobs)))
    thread.start()
    while not waits(session, worker.connection.info.backend_pid):
        assert thread.is_alive()
        time.sleep(0.01)
    change(other)
    other.connection.commit()
    thread.join()
    return outcomes[0]


@pytest.mark.parametrize("layers", [False, True])
@pytest.mark.parametrize("kind", ["rewrap", "relayer"])
def test_what_changed_since_it_was_read_is_left_and_tried_again(
    session: Session, connect: Connect, kind: str, layers: bool
) -> None:
    session.policy("mine", "either", 1, 2, layers=[session.kem()] if layers else [])
    session.policy("hybrid", "either", 1, 2, layers=[session.kem("X25519")])
    wrappers = wrap(session, 3, "mine")
    before = deks(session)
    schedule(session, wrappers=wrappers, **({"to_policy": "hybrid"} if kind == "relayer" else {}))
    jobs = claim(session)

    def change(other: Session) -> None:
        other.rows("select kw.rewrap(%s)", wrappers[1])

    assert while_it_wraps(session, connect, jobs, change) == {"done": 2, "in_use": 1}
    assert session.wrapper(wrappers[1])["wrap_version"] == 2
    (left,) = [job for job in jobs_of(session) if job["status"] == "pending"]
    assert left["attempts"] == 0
    assert left["last_error"].startswith("55P03: the wrapper was in use by another transaction")
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"done": 1}
    assert session.wrapper(wrappers[1])["wrap_version"] == 3
    assert deks(session) == before
    assert session.rows("select * from kw.verify()") == []


def test_what_is_shredded_before_it_is_opened_has_nothing_to_do(
    session: Session, connect: Connect
) -> None:
    session.policy("layered", "either", 1, 2, layers=[session.kem()])
    session.bind("people", "1", "ssn", policy="layered")
    session.bind("people", "2", "ssn")
    schedule(session, kms_key_id=1)
    jobs = claim(session)

    def change(other: Session) -> None:
        other.rows("select kw.shred('people', 1, 'ssn')")

    # the plain one waits, and the layered one is opened after it
    assert while_it_wraps(session, connect, jobs, change) == {"done": 1, "in_use": 1}
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"skipped": 1}
    assert set(statuses(session)) == {"done"}


def test_what_got_its_layers_since_the_job_was_made_has_nothing_to_do(session: Session) -> None:
    session.policy("root", "single", 1)
    session.policy("layered", "single", 1, layers=[session.kem()])
    _, branch = session.branch("root")
    (field, other) = wrap(session, 2, "root")
    schedule(session, wrappers=[branch, field, other], to_policy="layered")
    session.rows("select kw.relayer_many(%s::uuid[], 'layered')", [branch, field])
    assert work(session) == {"done": 1, "skipped": 2}
    assert {session.wrapper(one)["wrap_version"] for one in (branch, field, other)} == {2}
    assert {job["status"]: job["last_error"] for job in jobs_of(session)[:2]} == {
        "done": "the wrapper has the layers of the policy: there was nothing to do"
    }


def test_what_got_its_layers_while_it_was_wrapped_is_not_wrapped_again(
    session: Session, connect: Connect
) -> None:
    session.policy("layered", "either", 1, 2, layers=[session.kem()])
    (wrapper,) = wrap(session)
    schedule(session, wrappers=[wrapper], to_policy="layered")
    jobs = claim(session)

    def change(other: Session) -> None:
        other.rows("select kw.relayer(%s, 'layered')", wrapper)

    assert while_it_wraps(session, connect, jobs, change) == {"in_use": 1}
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"skipped": 1}
    assert session.wrapper(wrapper)["wrap_version"] == 2


def test_what_is_shredded_while_it_is_wrapped_stays_shredded(
    session: Session, connect: Connect
) -> None:
    session.bind("people", "1", "ssn")
    schedule(session, policy="default")
    jobs = claim(session)

    def change(other: Session) -> None:
        other.rows("select kw.shred('people', 1, 'ssn')")

    assert while_it_wraps(session, connect, jobs, change) == {"in_use": 1}
    assert session.rows("select status, length(dek_wrap1) from kw.key_wrappers") == [("invalid", 0)]
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"skipped": 1}


@pytest.mark.parametrize("kind", ["plain", "layers", "relayer"])
def test_a_field_with_a_floor_that_is_bound_meanwhile_keeps_its_level(
    session: Session, connect: Connect, kind: str
) -> None:
    third = session.key()
    session.policy("strong", "single", 1, layers=[session.kem("ML-KEM-1024")])
    key, _ = session.branch("strong")
    weak = [session.kem("X25519")] if kind == "layers" else []
    session.policy("leaf", "single", key, layers=weak)
    session.policy("strong leaf", "single", 1, layers=[session.kem("ML-KEM-1024")])
    session.policy("bare", "single", 1)
    session.rows("select kw.set_floor('people', 'ssn', 5)")
    (wrapper,) = wrap(session, 1, "strong leaf" if kind == "relayer" else "leaf")
    if kind == "relayer":
        schedule(session, wrappers=[wrapper], to_policy="bare")
    else:
        schedule(session, wrappers=[wrapper], kms1_key_id=third)
    jobs = claim(session)

    def change(other: Session) -> None:
        other.rows("select kw.bind('people', 1, 'ssn', wrapper => %s)", wrapper)

    level = """
        select l.nist_level
        from kw.wrapper_levels l join kw.key_wrappers w on w.id = l.key_wrapper_id
        where w.wrapper_uuid = %s
    """
    assert while_it_wraps(session, connect, jobs, change, WRAPPED) == {"in_use": 1}
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"failed": 1}
    assert jobs_of(session)[0]["last_error"].startswith("KW104: ")
    assert session.value(level, wrapper) == 5


@pytest.mark.parametrize("what", ["wrapper", "branch"])
def test_a_binding_that_is_moving_below_a_floor_keeps_its_level(
    session: Session, connect: Connect, what: str
) -> None:
    strong, bare = session.kem("ML-KEM-1024"), session.key()
    session.policy("strong", "single", 1, layers=[strong])
    session.policy("bare", "single", bare)
    key, branch = session.branch("strong")
    session.policy("leaf", "single", key)
    session.rows("select kw.set_floor('people', 'ssn', 5)")
    wrapper = session.bind("people", "1", "note", policy="leaf")
    move = "select kw.rebind('people', 'people', '1', field_name => 'note', to_field_name => 'ssn')"
    other = connect(autocommit=False)
    if what == "wrapper":
        schedule(session, wrappers=[wrapper], kms1_key_id=bare)
        other.rows(move)
        assert run(session, claim(session)) == {"in_use": 1}
        other.connection.commit()
        session.rows("update kw.rewrap_jobs set scheduled_at = null")
        assert work(session) == {"failed": 1}
    else:
        schedule(session, wrappers=[branch], to_policy="bare")
        jobs = claim(session)
        assert run(other, jobs) == {"done": 1}
        mover = connect()
        moved: list[str] = []
        thread = threading.Thread(target=lambda: moved.append(mover.refused("KW104", move)))
        thread.start()
        while not waits(session, mover.connection.info.backend_pid):
            assert thread.is_alive()
            time.sleep(0.01)
        other.connection.commit()
        thread.join()
        assert "NIST level 5" in moved[0]


@pytest.mark.parametrize("kind", ["rewrap", "relayer"])
def test_a_job_of_a_branch_tells_of_wraps_in_flight_that_it_could_not_check(
    session: Session, connect: Connect, kind: str
) -> None:
    session.policy("root", "single", 1)
    session.policy("layered", "single", 1, layers=[session.kem()])
    key, branch = session.branch("root")
    _, other = session.branch("root")
    session.policy("leaf", "single", key)
    client = connect(autocommit=False)
    wrap(client, 1, "leaf")
    target = {"kms1_key_id": 2} if kind == "rewrap" else {"to_policy": "layered"}
    schedule(session, wrappers=[branch, other], **target)
    assert work(session) == {"done": 2}
    client.connection.rollback()
    told, untold = (job["last_error"] for job in jobs_of(session))
    assert f"wrap under key {key}: their wrappers were not checked" in told
    assert untold is None


def test_a_job_is_done_only_if_its_wrapper_was_rewrapped(
    session: Session, connect: Connect
) -> None:
    keys = list(range(1, 1001))
    session.rows("select kw.bind_many_by_bigint('people', %s::bigint[], 'ssn')", keys)
    begun, ended = threading.Event(), threading.Event()
    schedule(session, kms_key_id=1)

    def rotate() -> None:
        other = connect()
        for pk in reversed(keys):
            if ended.is_set():
                return
            other.rows("select kw.rotate('people', %s::bigint, 'ssn')", pk)
            begun.set()

    thread = threading.Thread(target=rotate)
    thread.start()
    begun.wait(600)
    claim(session, 1)  # loads the runtime
    while jobs := claim(session):
        run(session, jobs)
    ended.set()
    thread.join()
    session.rows("update kw.rewrap_jobs set scheduled_at = null where finished_at is null")
    work(session)
    lost = """
        select count(*) from kw.rewrap_jobs j join kw.key_wrappers w on w.id = j.key_wrapper_id
        where j.status = 'done' and w.wrap1_version = 1
    """
    assert session.value(lost) == 0
    assert set(statuses(session)) == {"done"}


def test_what_others_lock_is_left_and_nobody_is_waited_for(
    session: Session, connect: Connect
) -> None:
    wrappers = wrap(session, 3)
    schedule(session, policy="default")
    other = connect(autocommit=False)
    other.rows("select from kw.key_wrappers where wrapper_uuid = %s for update", wrappers[0])
    assert run(session, claim(session)) == {"done": 2, "in_use": 1}
    other.connection.rollback()
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"done": 1}


@pytest.mark.parametrize("call", ["rotate", "shred"])
def test_nobody_waits_for_the_kms_of_a_rotation(
    session: Session, connect: Connect, call: str
) -> None:
    for pk in "123":
        session.bind("people", pk, "ssn")
    session.rows("select kw.schedule_rotate('people', 'ssn')")
    jobs = claim(session)

    def change(other: Session) -> None:
        other.rows(f"select kw.{call}('people', 1, 'ssn')")

    assert while_it_wraps(session, connect, jobs, change) == {"done": 2, "in_use": 1}
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    work(session)
    assert set(statuses(session)) == {"done"}
    generations = "select generation from kw.encryption_bindings order by entity_pk"
    assert session.values(generations) == [2 if call == "rotate" else 1, 2, 2]
    assert session.rows("select * from kw.verify()") == []


def test_a_binding_that_is_added_while_it_is_rotated_is_rotated_with_it(
    session: Session, connect: Connect
) -> None:
    wrapper = session.bind("people", "1", "ssn")
    session.rows("select kw.schedule_rotate('people', 'ssn')")
    jobs = claim(session)

    def change(other: Session) -> None:
        other.bind("people", "2", "ssn", wrapper=wrapper)

    assert while_it_wraps(session, connect, jobs, change) == {"in_use": 1}
    session.rows("update kw.rewrap_jobs set scheduled_at = null")
    assert work(session) == {"done": 1}
    generations = "select generation from kw.encryption_bindings order by entity_pk"
    assert session.values(generations) == [2, 2]
    assert session.wrapper(wrapper)["status"] == "rotated"


def test_readers_and_binds_do_not_wait_for_a_run(session: Session, connect: Connect) -> None:
    session.bind("people", "1", "ssn")
    value = session.encrypt("people", "1", "ssn", b"value")
    schedule(session, policy="default")
    worker, reader = connect(autocommit=False), connect()
    claimed = claim(worker)
    worker.connection.commit()
    run(worker, claimed)  # not committed
    reader.rows("set lock_timeout = '1ms'")
    assert reader.decrypt("people", "1", "ssn", value) == b"value"
    reader.bind("people", "2", "ssn")
    worker.connection.commit()
    assert reader.decrypt("people", "1", "ssn", value) == b"value"
