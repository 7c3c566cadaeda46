"""The queue: progress, how fast it goes, and what fails."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.console.pages import Pages
from kwtools.console.section import Section
from kwtools.job_errors import JobError, most_frequent_errors

KINDS = ("rewrap", "relayer", "rotate")
STATUSES = ("failed", "running", "pending", "done")
_PER_PAGE = 50
_MOST_ERRORS = 20
_PROGRESS = """
select
    p.kind, p.target_kms1_key_id as key1, p.target_kms2_key_id as key2, p.target_policy as policy,
    p.jobs, p.done, p.running, p.due, p.delayed, p.failed,
    p.percent::float8 as percent, p.workers, p.started_at, p.last_finished_at
from kw.rewrap_progress p
order by 1, 2, 3, 4
"""
_RATE = """
select
    j.kind,
    count(*) filter (where j.finished_at is null and j.status = 'running') as running,
    count(*) filter (
        where j.status = 'pending' and (j.scheduled_at is null or j.scheduled_at <= now())
    ) as due,
    count(*) filter (where j.finished_at >= now() - interval '5 minutes') as last_5_minutes,
    count(*) filter (where j.finished_at >= now() - interval '1 hour') as last_hour,
    count(*) filter (where j.finished_at >= now() - interval '1 day') as last_day
from kw.rewrap_jobs j
group by j.kind
order by j.kind
"""
# Only the jobs of the page are joined: of a million, most are neither sorted by rows nor looked up.
_JOBS = """
with chosen as not materialized (
    select j.id, coalesce(j.finished_at, j.started_at, j.scheduled_at, j.created_at) as latest
    from kw.rewrap_jobs j
    where
        (%(status)s::text is null or j.status = %(status)s)
        and (%(kind)s::text is null or j.kind = %(kind)s)
),
page as (
    select c.id, c.latest from chosen c
    order by c.latest desc, c.id desc
    limit %(most)s offset %(skipped)s
)
select
    j.id, j.kind, j.status, w.wrapper_uuid::text as wrapper, j.attempts, j.scheduled_at,
    j.started_at, j.finished_at, j.last_error as error, (select count(*) from chosen) as jobs
from page p
join kw.rewrap_jobs j on j.id = p.id
join kw.key_wrappers w on w.id = j.key_wrapper_id
order by p.latest desc, p.id desc
"""


class Progress(NamedTuple):
    """A row of ``kw.rewrap_progress``."""

    kind: str
    key1: int | None
    key2: int | None
    policy: str | None
    jobs: int
    done: int
    running: int
    due: int
    delayed: int
    failed: int
    percent: float
    workers: int
    started_at: datetime | None
    last_finished_at: datetime | None


class Rate(NamedTuple):
    """How many jobs of a kind ended lately."""

    kind: str
    running: int
    due: int
    last_5_minutes: int
    last_hour: int
    last_day: int

    @property
    def seconds_left(self) -> float | None:
        """How long what is due takes, if it goes on as in the last five minutes."""
        left = self.running + self.due
        return 300 * left / self.last_5_minutes if left and self.last_5_minutes else None


class Job(NamedTuple):
    """A job."""

    id: int
    kind: str
    status: str
    wrapper: str
    attempts: int
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    jobs: int
    """How many there are of the kind and status that are shown."""


class Queue(NamedTuple):
    """The queue as a whole: it takes some readings of all jobs."""

    progress: list[Progress]
    rates: list[Rate]
    errors: list[JobError]


class Listed(NamedTuple):
    """The jobs that are asked for."""

    jobs: list[Job]
    pages: Pages
    status: str | None
    kind: str | None


class Jobs(NamedTuple):
    """The section."""

    queue: Queue
    listed: Listed
    statuses: tuple[str, ...]
    kinds: tuple[str, ...]


def read(connection: Connection, query: Mapping[str, str]) -> Queue:
    """Return the state of the queue."""
    with connection.cursor(row_factory=class_row(Progress)) as cursor:
        progress = cursor.execute(_PROGRESS).fetchall()
    with connection.cursor(row_factory=class_row(Rate)) as cursor:
        rates = cursor.execute(_RATE).fetchall()
    return Queue(progress, rates, most_frequent_errors(connection, _MOST_ERRORS))


def read_jobs(connection: Connection, query: Mapping[str, str]) -> Listed:
    """Return the jobs of the status and kind that are asked for."""
    status = query.get("status", "failed")
    kind = query.get("kind")
    pages = Pages.of(query, _PER_PAGE)
    given: dict[str, Any] = {
        "status": status if status in STATUSES else None,
        "kind": kind if kind in KINDS else None,
        "most": pages.per_page,
        "skipped": pages.skipped,
    }
    with connection.cursor(row_factory=class_row(Job)) as cursor:
        jobs = cursor.execute(_JOBS, given).fetchall()
    total = jobs[0].jobs if jobs else 0
    return Listed(jobs, pages.among(total), given["status"], given["kind"])


def choose(found: tuple[Queue, Listed], query: Mapping[str, str]) -> Jobs:
    """Return both."""
    return Jobs(*found, STATUSES, KINDS)


_LIST = Section("list", "Jobs", read_jobs, "jobs.html")
SECTION = Section("jobs", "Jobs", read, "jobs.html", kept_seconds=0.0, choose=choose, more=_LIST)
