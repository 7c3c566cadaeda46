"""The queue as others see it: kept jobs, progress, the procedure, doctor, the audit log."""

import threading
from collections.abc import Callable

from tests.sql.jobs import claim, jobs_of, run, schedule, spoil, statuses, work, wrap
from tests.sql.session import Session

Connect = Callable[..., Session]


def test_finished_jobs_are_kept_as_long_as_the_setting_says(session: Session) -> None:
    wrap(session, 3)
    schedule(session, policy="default")
    work(session)
    schedule(session, policy="default")
    old = "update kw.rewrap_jobs set finished_at = now() - interval '31 days' where id = 1"
    session.rows(old)
    assert schedule(session, policy="default") == 0
    assert [job["id"] for job in jobs_of(session)] == [2, 3, 4, 5, 6]
    session.rows("select kw.set_setting('job_days', 0)")
    session.rows(old.replace("id = 1", "finished_at is not null"))
    assert session.value("select kw.schedule_due_rewraps()") == 0
    assert schedule(session, policy="default") == 0
    assert [job["id"] for job in jobs_of(session)] == [2, 3, 4, 5, 6]


def test_others_see_the_progress(session: Session, connect: Connect) -> None:
    wrappers = wrap(session, 8)
    third = session.key()
    spoil(session, wrappers[0])
    schedule(session, kms_key_id=1, new_kms_key_id=third)
    run(session, claim(session, 4))
    claim(session, 2)
    watcher = connect()
    query = """
        select kind, target_kms1_key_id, jobs, done, running, due, failed, percent, workers
        from kw.rewrap_progress
    """
    assert watcher.rows(query) == [("rewrap", third, 8, 3, 2, 2, 1, 50, 1)]


def test_a_status_that_cannot_be_reached_is_refused_by_the_table(session: Session) -> None:
    wrap(session)
    schedule(session, policy="default")
    said = session.refused(
        "KW102", "update kw.rewrap_jobs set status = 'done', finished_at = now()"
    )
    assert "from pending to done" in said
    session.refused("23514", "update kw.rewrap_jobs set finished_at = now()")


def test_the_procedure_commits_by_itself_and_many_sessions_can_call_it(
    session: Session, connect: Connect
) -> None:
    wrap(session, 3000)
    schedule(session, policy="default")
    others = [connect() for _ in range(3)]
    call = "call kw.work_rewrap_jobs(max_seconds => 600, max_jobs => 200)"
    threads = [threading.Thread(target=one.rows, args=(call,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.rows("select status, count(*) from kw.rewrap_jobs group by 1") == [
        ("done", 3000)
    ]
    assert session.rows("select distinct wrap_version from kw.key_wrappers") == [(2,)]


def test_the_procedure_takes_no_name_from_the_search_path(session: Session) -> None:
    wrap(session)
    schedule(session, policy="default")
    session.rows("create schema evil")
    for made in (
        "function evil.clock_timestamp() returns timestamptz",
        "function evil.cardinality(bigint[]) returns integer",
        "function evil.taken(integer, integer) returns boolean",
    ):
        session.rows(f"create {made} language plpgsql as $$ begin raise 'taken'; end $$")
    session.rows(
        "create operator evil.> (leftarg = integer, rightarg = integer, function = evil.taken)"
    )
    session.rows("create function evil.told(text) returns boolean language sql as 'select 1/0 = 1'")
    for kind in ("timestamptz", "int8", "bool", "interval"):
        session.rows(
            f"create domain evil.{kind} as pg_catalog.{kind} check (evil.told(value::text))"
        )
    session.rows("set search_path = evil, pg_catalog")
    session.rows("call kw.work_rewrap_jobs()")
    session.rows("reset search_path")
    assert statuses(session) == ["done"]
    session.rows("begin")
    session.refused("2D000", "call kw.work_rewrap_jobs()")
    session.rows("rollback")


def test_doctor_reports_jobs_that_rest_as_failed(session: Session) -> None:
    (wrapper,) = wrap(session)
    spoil(session, wrapper)
    schedule(session, policy="default")
    query = "select detail from kw.doctor() where not ok and \"check\" = 'queue'"
    assert session.rows(query) == []
    work(session)
    said = "1 jobs of kw.rewrap_jobs have failed and are not tried again"
    assert session.rows(query) == [(said,)]
    spoil(session, wrapper)
    session.rows("select kw.retry_rewrap_jobs()")
    work(session)
    assert session.rows(query) == []


def test_what_is_scheduled_is_audited(session: Session) -> None:
    wrap(session, 2)
    schedule(session, policy="default")
    work(session)
    actions = session.values("select action from kw.audit_events order by id")
    assert actions[-2:] == ["schedule_rewrap", "run_rewrap_jobs"]
