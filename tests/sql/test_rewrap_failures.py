"""Jobs that fail: what is told, what is tried again, and what goes on beside them."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.sql.jobs import claim, deks, jobs_of, run, schedule, spoil, statuses, waits, work, wrap
from tests.sql.session import Session

Connect = Callable[..., Session]


def test_a_wrapper_that_does_not_open_fails_and_the_rest_goes_on(session: Session) -> None:
    wrappers = wrap(session, 5)
    damaged = wrappers[2]
    spoil(session, damaged)
    before = session.wrapper(damaged)
    schedule(session, policy="default")
    assert work(session) == {"done": 4, "failed": 1}
    (job,) = [job for job in jobs_of(session) if job["status"] == "failed"]
    assert job["last_error"].startswith("KW21")
    assert damaged in job["last_error"]
    assert job["finished_at"] is not None
    assert session.wrapper(damaged) == before


@pytest.mark.parametrize("mode", ["single", "either", "both"])
def test_one_damaged_row_among_plain_ones_is_named_whatever_the_mode(
    session: Session, mode: str
) -> None:
    session.policy("mine", mode, *((1,) if mode == "single" else (1, 2)))
    wrappers = wrap(session, 4, "mine")
    spoil(session, wrappers[0])
    schedule(session, policy="mine")
    assert work(session) == {"done": 3, "failed": 1}


def test_a_leg_that_did_not_open_is_told_by_its_job(session: Session) -> None:
    wrappers = wrap(session, 3)
    session.rows(
        "update kw.key_wrappers set dek_wrap1 = dek_wrap2 where wrapper_uuid = %s",
        wrappers[1],
    )
    schedule(session, policy="default")
    assert work(session) == {"done": 3}
    said = [job["last_error"] for job in jobs_of(session)]
    assert said == [None, "leg 1 did not open: the data key is that of leg 2", None]
    assert session.rows("select * from kw.verify()") == []


def test_a_failure_of_the_database_for_one_row_undoes_no_other(session: Session) -> None:
    wrappers = wrap(session, 9)
    session.rows(
        "create function public.refuse() returns trigger language plpgsql as $$ begin"
        f" if new.wrapper_uuid = '{wrappers[4]}' then raise 'no' using errcode = '22000'; end if;"
        " return new; end $$"
    )
    session.rows(
        "create trigger refuse before update on kw.key_wrappers for each row"
        " execute function public.refuse()"
    )
    schedule(session, policy="default")
    assert run(session, claim(session)) == {"done": 8, "delayed": 1}
    (job,) = [job for job in jobs_of(session) if job["status"] == "pending"]
    assert job["last_error"] == "KW002: query failed with SQLSTATE 22000."
    assert session.wrapper(wrappers[4])["wrap_version"] == 1


def test_failures_are_tried_again_after_a_growing_time_and_then_rest(session: Session) -> None:
    wrap(session)
    session.rows("select kw.set_setting('job_attempts', 3)")
    session.rows(
        "create function public.refuse() returns trigger language plpgsql as $$ begin"
        " raise 'no' using errcode = '22000'; end $$"
    )
    session.rows(
        "create trigger refuse before update on kw.key_wrappers for each row"
        " execute function public.refuse()"
    )
    schedule(session, policy="default")
    delays = []
    for attempt in (1, 2, 3):
        outcome = run(session, claim(session))
        assert outcome == ({"delayed": 1} if attempt < 3 else {"failed": 1})
        delays.append(
            session.value(
                "select extract(epoch from scheduled_at - started_at)::float from kw.rewrap_jobs"
            )
        )
        # The first delay can be a second, which a slow machine may take to get here.
        session.rows("update kw.rewrap_jobs set scheduled_at = scheduled_at + interval '1 hour'")
        assert claim(session) == []
        if attempt < 3:
            session.rows("update kw.rewrap_jobs set scheduled_at = now()")
    assert 1 <= delays[0] < 60
    assert 2 <= delays[1] < 60
    (job,) = jobs_of(session)
    assert (job["status"], job["attempts"]) == ("failed", 3)
    session.rows("drop trigger refuse on kw.key_wrappers")
    assert claim(session) == []
    assert session.value("select kw.retry_rewrap_jobs()") == 1
    assert work(session) == {"done": 1}
    (job,) = jobs_of(session)
    assert (job["status"], job["attempts"], job["last_error"]) == ("done", 1, None)


def test_a_session_that_ran_a_job_before_runs_what_another_has_claimed(
    session: Session, connect: Connect
) -> None:
    """As behind a pooler, where claim and run may meet two server processes."""
    wrap(session)
    session.rows(
        "create function public.refuse() returns trigger language plpgsql as $$ begin"
        " raise 'no' using errcode = '22000'; end $$"
    )
    session.rows(
        "create trigger refuse before update on kw.key_wrappers for each row"
        " execute function public.refuse()"
    )
    schedule(session, policy="default")
    assert run(session, claim(session)) == {"delayed": 1}
    session.rows("drop trigger refuse on kw.key_wrappers")
    session.rows("update kw.rewrap_jobs set scheduled_at = now()")
    assert run(session, claim(connect())) == {"done": 1}


def test_many_failed_jobs_are_retried_in_a_moment(session: Session) -> None:
    wrap(session, 1000)
    session.rows(
        "insert into kw.rewrap_jobs (key_wrapper_id, status, attempts, finished_at)"
        " select w.id, 'failed', 10, now() from kw.key_wrappers w cross join generate_series(1, 40)"
    )
    session.rows("set statement_timeout = '60s'")  # each job by each other took minutes
    assert session.value("select kw.retry_rewrap_jobs()") == 1000
    query = "select 1 from kw.doctor() where not ok and \"check\" = 'queue'"
    assert session.rows(query) == []


def test_a_retry_makes_no_second_open_job(session: Session) -> None:
    (wrapper,) = wrap(session)
    spoil(session, wrapper)
    for _ in range(2):
        schedule(session, wrappers=[wrapper])
        assert work(session) == {"failed": 1}
    spoil(session, wrapper)  # as it was
    assert schedule(session, wrappers=[wrapper]) == 1
    assert session.value("select kw.retry_rewrap_jobs()") == 0
    assert session.value("select kw.cancel_rewrap_jobs('{3}')") == 1
    assert session.value("select kw.retry_rewrap_jobs('{1}')") == 0
    assert session.value("select kw.retry_rewrap_jobs()") == 1
    assert work(session) == {"done": 1}
    assert statuses(session) == ["failed", "done"]


def rest_as_failed(session: Session) -> None:
    session.rows("update kw.rewrap_jobs set status = 'running'")
    session.rows("update kw.rewrap_jobs set status = 'failed', finished_at = now()")


def retry_beside(session: Session, other: Session, level: str) -> str | int:
    """Retry all jobs while another session schedules one; return how many, or the SQLSTATE."""
    other.connection.rollback()
    schedule(other, policy="default")
    session.rows(f"set default_transaction_isolation = '{level}'")
    outcomes: list[str | int] = []

    def retry() -> None:
        try:
            outcomes.append(session.value("select kw.retry_rewrap_jobs()"))
        except psycopg.Error as error:
            outcomes.append(str(error.sqlstate))

    thread = threading.Thread(target=retry)
    thread.start()
    while not waits(other, session.connection.info.backend_pid):
        assert thread.is_alive()
        time.sleep(0.01)
    other.connection.commit()
    thread.join()
    return outcomes[0]


@pytest.mark.parametrize(
    ("level", "outcome"), [("read committed", 1), ("repeatable read", "40001")]
)
def test_a_retry_leaves_what_is_scheduled_meanwhile(
    session: Session, connect: Connect, level: str, outcome: str | int
) -> None:
    session.policy("other", "single", 1)
    wrap(session)
    wrap(session, 1, "other")
    schedule(session, policy="default")
    schedule(session, policy="other")
    rest_as_failed(session)
    assert retry_beside(session, connect(autocommit=False), level) == outcome
    pending = 2 if outcome == 1 else 1
    assert sorted(statuses(session)) == ["failed"] * (3 - pending) + ["pending"] * pending


def test_a_wrapper_that_was_shredded_since_has_nothing_to_do(session: Session) -> None:
    session.bind("people", "1", "ssn")
    schedule(session, policy="default")
    session.rows("select kw.shred('people', 1, 'ssn')")
    assert work(session) == {"skipped": 1}
    assert statuses(session) == ["done"]
    assert "destroyed" in jobs_of(session)[0]["last_error"]
    assert session.value("select status from kw.key_wrappers") == "invalid"


@pytest.mark.parametrize("kind", ["plain", "layers", "branch"])
def test_a_retired_wrapper_leaves_a_key_too_and_stays_retired(session: Session, kind: str) -> None:
    layers = [session.kem()] if kind == "layers" else []
    session.policy("mine", "either", 1, 2, layers=layers)
    wrapper = session.branch("mine")[1] if kind == "branch" else wrap(session, 1, "mine")[0]
    before = [] if kind == "branch" else deks(session)
    session.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    third = session.key()
    assert schedule(session, kms_key_id=1, new_kms_key_id=third) == 1
    assert work(session) == {"done": 1}
    row = session.wrapper(wrapper)
    assert (row["kms1_key_id"], row["status"]) == (third, "retired")
    session.rows("select kw.set_wrapper_status(%s, 'active')", wrapper)
    assert session.rows("select * from kw.verify()") == []
    assert kind == "branch" or deks(session) == before


def test_a_wrapper_that_was_retired_since_is_not_relayered(session: Session) -> None:
    session.policy("hybrid", "either", 1, 2, layers=[session.kem()])
    (wrapper,) = wrap(session)
    schedule(session, to_policy="hybrid")
    session.rows("select kw.set_wrapper_status(%s, 'retired')", wrapper)
    assert work(session) == {"failed": 1}
    assert jobs_of(session)[0]["last_error"].startswith("KW212: ")


def test_a_minimum_level_never_falls_by_a_job(session: Session) -> None:
    kem = session.kem("ML-KEM-1024")
    session.policy("strong", "either", 1, 2, layers=[kem])
    third = session.key()
    key, _ = session.branch("strong")
    session.policy("leaf", "single", key)
    session.rows("select kw.set_floor('people', 'ssn', 5)")
    wrapper = session.bind("people", "1", "ssn", policy="leaf")
    schedule(session, wrappers=[wrapper], kms1_key_id=third)
    assert work(session) == {"failed": 1}
    assert jobs_of(session)[0]["last_error"].startswith("KW104: ")
    assert session.wrapper(wrapper)["kms1_key_id"] == key
    schedule(session, wrappers=[wrapper])
    assert work(session) == {"done": 1}


def test_one_bad_rotation_or_branch_spoils_no_other(session: Session) -> None:
    third = session.key()
    session.policy("gone", "single", third)
    session.rows("create table public.other (id bigint primary key, f bytea)")
    session.bind("other", "1", "f", policy="gone")
    session.rows("select kw.bind_policy('other', 'f', 'gone')")
    session.bind("people", "1", "ssn")
    session.policy("root", "single", 1)
    _, healthy = session.branch("root")
    _, broken = session.branch("gone")
    session.rows("select kw.set_kms_key_status(%s, 'disabled')", third)
    for table in ("other", "people"):
        assert session.value("select kw.schedule_rotate(%s)", table) == 1
    fourth = session.key()
    schedule(session, wrappers=[broken, healthy], kms1_key_id=fourth)
    assert work(session)["done"] == 2
    ended = statuses(session)
    assert (len(ended), ended.count("done")) == (4, 2)
    assert set(ended) <= {"done", "pending", "failed"}
    assert session.wrapper(healthy)["kms1_key_id"] == fourth
    rotated = """
        select count(*)
        from kw.binding_generations g join kw.encryption_bindings b on b.id = g.binding_id
        where b.entity_table = 'public.people'
    """
    assert session.value(rotated) == 1
