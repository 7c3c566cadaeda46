"""The errors that jobs of the queue have in common."""

from datetime import datetime
from typing import NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection

# Most errors name their wrapper. Those that differ only by that count as one.
_WRAPPER = r"\m[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\M"
_ERRORS = """
select
    e.status, case when count(*) = 1 then min(e.last_error) else e.error end as error,
    count(*) as jobs, min(e.id) as first_job
from (
    select
        j.id, j.status, j.last_error,
        regexp_replace(j.last_error, %(wrapper)s, '...', 'g') as error
    from kw.rewrap_jobs j
    where j.last_error is not null and j.status in ('pending', 'failed')
        and (%(since)s::timestamptz is null or j.started_at >= %(since)s)
) e
group by e.status, e.error
order by 3 desc, 4
limit %(most)s
"""


class JobError(NamedTuple):
    """An error that jobs have in common."""

    status: str
    error: str
    jobs: int
    first_job: int


def most_frequent_errors(
    connection: Connection, most: int, since: datetime | None = None
) -> list[JobError]:
    """Return what jobs say that failed or are tried again; only those claimed ``since`` a time."""
    with connection.cursor(row_factory=class_row(JobError)) as cursor:
        given = {"wrapper": _WRAPPER, "most": most, "since": since}
        return cursor.execute(_ERRORS, given).fetchall()
