"""The queue on the page: progress, rate, failures with their errors, and lists by kind."""

import pytest

from kwtools.console.sections.jobs import Rate
from tests.conftest import Database
from tests.console.conftest import Console
from tests.console.test_health import Cells, rows
from tests.sql.jobs import claim, run, schedule, spoil, wrap
from tests.sql.session import Session


def test_an_empty_queue_says_so(console: Console) -> None:
    page = console.page("jobs")
    assert "The queue is empty." in page
    assert "No job has status failed." in page


def test_progress_rate_and_errors_of_a_queue(db: Database, console: Console) -> None:
    session = Session(db.connect())
    session.rows("select kw.set_setting('job_attempts', 1)")
    wrappers = wrap(session, 5)
    spoil(session, wrappers[0])
    schedule(session, policy="default")
    run(session, claim(session, 3))
    page = console.page("jobs")
    progress = rows(page, "rewrap")[0]
    assert progress[3:10] == ["5", "2", "0", "2", "0", "1", "0"]
    assert progress[2].endswith("60.0 %")
    assert rows(page, "rewrap")[1][1:5] == ["3", "3", "3", "2"]
    assert rows(page, "■ failed")[0][2:] == ["1", "1"]
    (failed,) = [row for row in Cells(page).rows if wrappers[0] in row]
    assert failed[:3] == ["1", "rewrap", "■ failed"]
    assert failed[-1].startswith("KW210: wrapper")
    overview = console.page("overview")
    assert "jobs that failed and are not tried again: 1" in overview


def test_a_queue_that_is_not_finished_is_not_rounded_up_to_all(
    db: Database, console: Console
) -> None:
    db.sql("select kw.wrap()")
    db.sql(
        "insert into kw.rewrap_jobs (key_wrapper_id, status, finished_at)"
        " select id, 'done', now() from kw.key_wrappers cross join generate_series(1, 2999)"
    )
    db.sql("insert into kw.rewrap_jobs (key_wrapper_id) select id from kw.key_wrappers")
    assert rows(console.page("jobs"), "rewrap")[0][2].endswith("99.9 %")


@pytest.mark.parametrize(
    ("running", "due", "last_5_minutes", "seconds"),
    [(2, 3, 10, 150), (2, 0, 10, 60), (0, 0, 10, None), (2, 3, 0, None)],
)
def test_the_time_left_is_of_what_runs_and_what_waits(
    running: int, due: int, last_5_minutes: int, seconds: float | None
) -> None:
    rate = Rate("rewrap", running, due, last_5_minutes, last_5_minutes, last_5_minutes)
    assert rate.seconds_left == seconds


def test_jobs_are_listed_by_status_and_kind(db: Database, console: Console) -> None:
    session = Session(db.connect())
    wrap(session, 120)
    schedule(session, policy="default")
    assert "No job has status failed." in console.page("jobs")
    page = console.page("jobs", status="pending", kind="rewrap")
    assert "Page 1 of 3 (120 jobs)" in page
    assert f'href="/jobs?database={db.name}&amp;status=pending&amp;kind=rewrap&amp;page=2"' in page
    page = console.page("jobs", status="pending", kind="rotate")
    assert "No job of kind rotate has status pending." in page
    assert "(120 jobs)" in console.page("jobs", status="all")
    assert "(120 jobs)" in console.page("jobs", status="' or true --", kind="x")
