"""Jobs claimed and run: what becomes of them, and of the wrappers."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sql.jobs import claim, deks, jobs_of, run, schedule, statuses, work, wrap
from tests.sql.session import Session

Connect = Callable[..., Session]


def test_a_job_is_claimed_and_run_and_says_so(session: Session) -> None:
    wrap(session)
    schedule(session, policy="default")
    jobs = claim(session)
    (job,) = jobs_of(session)
    assert (job["status"], job["attempts"], job["finished_at"]) == ("running", 1, None)
    assert job["worker_pid"] == session.connection.info.backend_pid
    assert run(session, jobs) == {"done": 1}
    (job,) = jobs_of(session)
    assert (job["status"], job["attempts"], job["last_error"]) == ("done", 1, None)
    assert job["started_at"] <= job["finished_at"]
    assert claim(session) == []
    assert run(session, jobs) == {"skipped": 1}
    row = session.value("select to_jsonb(w) from kw.key_wrappers w")
    assert (row["wrap_version"], row["wrap1_at"], row["wrap2_at"]) == (
        2, row["wrap2_at"], row["wrap1_at"],
    )  # fmt: skip
    assert row["wrap1_at"] > row["created_at"]


def test_claims_share_the_jobs_out_and_none_is_run_twice(
    session: Session, connect: Connect
) -> None:
    wrap(session, 10)
    schedule(session, policy="default")
    other = connect()
    first, second = claim(session, 4), claim(other, 4)
    assert len({*first, *second}) == 8
    third = claim(other, 4)
    assert len(third) == 2
    assert run(other, third) == {"done": 2}
    assert run(session, first) == {"done": 4}
    assert run(other, second) == {"done": 4}
    versions = "select distinct wrap_version from kw.key_wrappers"
    assert session.rows(versions) == [(2,)]


def test_a_job_whose_worker_ended_is_claimed_again(session: Session, connect: Connect) -> None:
    wrap(session, 3)
    schedule(session, policy="default")
    dead = connect()
    claimed = claim(dead)
    dead.connection.close()
    assert claim(session) == claimed
    assert {job["attempts"] for job in jobs_of(session)} == {2}
    assert run(session, claimed) == {"done": 3}


def test_who_was_overtaken_skips_the_job(session: Session, connect: Connect) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    slow, fast = connect(), connect()
    claimed = claim(slow)
    assert claim(fast) == claimed
    assert run(slow, claimed) == {"skipped": 2}
    assert run(fast, claimed) == {"done": 2}


def test_another_session_runs_what_one_has_claimed(session: Session, connect: Connect) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    assert run(connect(), claim(session)) == {"done": 2}


def test_a_job_that_is_being_run_can_neither_be_claimed_nor_run_nor_cancelled(
    session: Session, connect: Connect
) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    worker = connect(autocommit=False)
    claimed = claim(worker, 1)
    worker.connection.commit()
    run(worker, claimed)
    assert claim(session) == [2]
    session.rows("set lock_timeout = '100ms'")
    assert run(session, claimed) == {"skipped": 1}
    assert session.value("select kw.cancel_rewrap_jobs()") == 1
    worker.connection.commit()
    assert statuses(session) == ["done"]


@pytest.mark.parametrize("seconds", [None, 0.001])
def test_a_claim_that_only_looks_at_a_claimed_job_is_waited_for(
    session: Session, connect: Connect, seconds: float | None
) -> None:
    """It began before the other one ended: so it locks the jobs, and sees that they are running."""
    wrap(session, 1500)
    schedule(session, policy="default")
    claimed = claim(session, 1500)
    claiming = connect(autocommit=False)
    claiming.rows("select from kw.rewrap_jobs where id in (3, 1400) for update")
    with ThreadPoolExecutor(1) as pool:
        ran = pool.submit(run, session, claimed, seconds)
        time.sleep(1)
        assert not ran.done()
        claiming.connection.commit()
        every = {"done": 1500} if seconds is None else {"done": 1000, "not_tried": 500}
        assert ran.result() == every
    assert "running" not in statuses(session)


def test_who_claims_a_locked_job_once_more_is_not_waited_for(
    session: Session, connect: Connect
) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    claimed = claim(session)
    other = connect(autocommit=False)
    assert claim(other) == claimed
    with ThreadPoolExecutor(1) as pool:
        ran = pool.submit(run, session, claimed)
        other.connection.commit()
        assert run(other, claimed) == {"done": 2}
        assert ran.result(timeout=300) == {"skipped": 2}


def test_a_run_that_is_rolled_back_leaves_its_jobs_to_be_claimed(
    session: Session, connect: Connect
) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    before = deks(session)
    worker = connect(autocommit=False)
    claimed = claim(worker)
    worker.connection.commit()
    assert run(worker, claimed) == {"done": 2}
    worker.connection.rollback()
    assert session.rows("select distinct wrap_version from kw.key_wrappers") == [(1,)]
    assert statuses(session) == ["running"] * 2
    assert work(session) == {"done": 2}
    assert deks(session) == before


def test_claim_and_run_can_be_one_transaction(session: Session) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    with session.connection.transaction():
        assert run(session, claim(session)) == {"done": 2}


@pytest.mark.parametrize("level", ["read committed", "repeatable read", "serializable"])
def test_jobs_run_in_every_isolation_level(session: Session, connect: Connect, level: str) -> None:
    wrap(session, 3)
    third = session.key()
    schedule(session, kms_key_id=1, new_kms_key_id=third)
    worker = connect()
    worker.rows(f"set default_transaction_isolation = '{level}'")
    assert work(worker) == {"done": 3}
    assert session.rows("select * from kw.verify()") == []


def test_a_run_ends_when_its_time_is_over_and_gives_the_rest_back(session: Session) -> None:
    wrap(session, 2100)
    schedule(session, policy="default")
    claimed = claim(session, 2100)
    assert run(session, claimed, 0.000001) == {"done": 1000, "not_tried": 1100}
    given = [job for job in jobs_of(session) if job["status"] == "pending"]
    assert (len(given), {job["attempts"] for job in given}) == (1100, {0})
    assert work(session) == {"done": 1100}


def test_what_another_worker_has_claimed_since_is_not_given_back(
    session: Session, connect: Connect
) -> None:
    wrap(session, 1001)
    schedule(session, policy="default")
    slow, fast = connect(), connect()
    claimed = sorted(claim(slow, 2000))
    assert sorted(claim(fast, 2000)) == claimed
    assert run(slow, claimed, 1e-9) == {"skipped": 1001}
    assert {job["attempts"] for job in jobs_of(session)} == {2}
    assert run(fast, claimed) == {"done": 1001}


@pytest.mark.parametrize(
    "call",
    ["claim_rewrap_jobs(0)", "claim_rewrap_jobs(-1)", "run_rewrap_jobs('{1,null}')",
     "run_rewrap_jobs('{1}', 0)", "run_rewrap_jobs('{1}', 'NaN')", "run_rewrap_jobs(null)",
     "claim_rewrap_jobs(null)", "retry_rewrap_jobs('{{1},{2}}')"],
)  # fmt: skip
def test_odd_arguments_are_refused(session: Session, call: str) -> None:
    session.refused("KW003", f"select kw.{call}")


def test_ids_that_are_no_jobs_are_skipped(session: Session) -> None:
    assert run(session, [1, 7, 7]) == {"skipped": 2}
    assert run(session, []) == {}


def test_branches_come_first_and_by_themselves(session: Session) -> None:
    session.policy("single", "single", 1)
    wrap(session, 3, "single")
    key, branch = session.branch("single")
    session.policy("below", "single", key)
    below = wrap(session, 3, "below")
    assert schedule(session, provider="local") == 4
    assert schedule(session, provider="branches") == 3
    (job,) = claim(session, 100)
    ids = "select key_wrapper_id from kw.rewrap_jobs where id = %s"
    assert session.value(ids, job) == session.wrapper(branch)["id"]
    assert run(session, [job]) == {"done": 1}
    assert len(claim(session, 100)) == 6
    before = deks(session)
    assert work(session) == {"done": 6}
    assert deks(session) == before
    assert len(below) == 3


def test_a_branch_that_must_not_move_fails_alone(session: Session) -> None:
    third = session.key()
    session.policy("first", "single", 1)
    session.policy("second", "single", 2)
    first, _ = session.branch("first")
    second, moving = session.branch("second")
    other, free = session.branch("second")
    session.policy("apart", "both", first, second)
    wrap(session, 2, "apart")
    assert schedule(session, wrappers=[moving, free], kms1_key_id=1) == 2
    assert work(session) == {"done": 1, "failed": 1}
    failed = [job["last_error"] for job in jobs_of(session) if job["status"] == "failed"]
    assert [said.partition(":")[0] for said in failed] == ["KW103"]
    assert session.wrapper(moving)["kms1_key_id"] == 2
    assert session.wrapper(free)["kms1_key_id"] == 1
    assert third != other
