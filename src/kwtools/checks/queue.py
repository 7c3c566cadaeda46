"""Jobs of the queue that nobody works on."""

from collections.abc import Iterator

from kwtools.checks._finding import WARNING, Finding
from kwtools.connections import Connection

_WAITING = """
select
    count(*) filter (where j.status = 'pending'),
    count(*) filter (where j.status = 'running'),
    pg_catalog.to_char(min(coalesce(j.scheduled_at, j.created_at)), 'YYYY-MM-DD HH24:MI')
from kw.rewrap_jobs j
where
    j.finished_at is null
    and coalesce(j.started_at, j.scheduled_at, j.created_at)
        < pg_catalog.statement_timestamp() - interval '1 hour'
    and (
        j.status = 'pending'
            and coalesce(j.scheduled_at, j.created_at)
                < pg_catalog.statement_timestamp() - interval '1 hour'
        or j.status = 'running'
            and not exists (select from pg_catalog.pg_stat_activity a where a.pid = j.worker_pid)
    )
having count(*) > 0
"""

# Its worker is there. A job is one wrapper, and takes milliseconds, or seconds of a slow KMS.
_SLOW = """
select
    count(*), min(j.worker_pid), pg_catalog.to_char(min(j.started_at), 'YYYY-MM-DD HH24:MI')
from kw.rewrap_jobs j
where
    j.finished_at is null and j.status = 'running'
    and j.started_at < pg_catalog.statement_timestamp() - interval '1 hour'
    and exists (select from pg_catalog.pg_stat_activity a where a.pid = j.worker_pid)
having count(*) > 0
"""
_TRIED = """
select count(*), max(j.attempts)
from kw.rewrap_jobs j
where j.finished_at is null and j.attempts >= %s
having count(*) > 0
"""
_MANY_ATTEMPTS = 5


def stuck(connection: Connection) -> Iterator[Finding]:
    """Yield jobs that run for an hour, and jobs that fail again and again."""
    for count, pid, since in connection.execute(_SLOW):
        yield Finding(
            "jobs that take long",
            WARNING,
            f"{count} jobs run since {since} UTC or later, one in process {pid}",
            "Look at it in pg_stat_activity. End it with pg_terminate_backend if it hangs: another"
            " worker takes its jobs.",
            "Its transaction keeps locks on wrappers, and vacuum from cleaning up.",
        )
    for count, most in connection.execute(_TRIED, (_MANY_ATTEMPTS,)):
        yield Finding(
            "jobs that fail",
            WARNING,
            f"{count} jobs are open after {_MANY_ATTEMPTS} attempts or more, one after {most}",
            "kwtools rewrap status shows why. Repair the cause.",
            "These wrappers keep their old keys.",
        )


def waiting(connection: Connection) -> Iterator[Finding]:
    """Yield a warning where jobs are due for an hour, or their worker has ended."""
    for pending, abandoned, since in connection.execute(_WAITING):
        yield Finding(
            "queue at rest",
            WARNING,
            f"{pending} jobs are due and {abandoned} were left by a worker that ended, the oldest"
            f" since {since} UTC",
            "Run kwtools rewrap run, or call kw.work_rewrap_jobs regularly.",
            "These wrappers keep their old keys until somebody runs the jobs.",
        )
