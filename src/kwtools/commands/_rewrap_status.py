"""``kwtools rewrap status``: how far the queue is, and the most frequent errors."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.rows import class_row, dict_row

from kwtools.commands._parser import Subparsers
from kwtools.commands._session import session
from kwtools.connections import Connection, transaction
from kwtools.output import is_terminal, print_json, print_rows, say

_COLUMNS = (
    "kind", "key 1", "key 2", "policy", "jobs", "done", "running", "due", "delayed", "failed",
    "percent", "workers",
)  # fmt: skip
# A terminal may have 80 columns.
_SHORT_COLUMNS = ("job", "jobs", "done", "running", "due", "later", "failed", "%", "workers")
_STATUS = """
select
    kind, target_kms1_key_id, target_kms2_key_id, target_policy, jobs, done, running, due, delayed,
    failed, percent::float8 as percent, workers, started_at, last_finished_at
from kw.rewrap_progress
order by 1, 2, 3, 4
"""
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
_MOST_SHOWN = 10


class JobError(NamedTuple):
    """An error that jobs have in common."""

    status: str
    error: str
    jobs: int
    first_job: int


def register(actions: Subparsers) -> None:
    """Add the action."""
    status = actions.add_parser(
        "status",
        help="show how far the queue is",
        description="Shows kw.rewrap_progress, a line for each kind of job and target, and the"
        " most frequent errors. Finished jobs count until they are deleted (setting job_days).",
    )
    status.set_defaults(run=_status)


def most_frequent_errors(
    connection: Connection, most: int, since: datetime | None = None
) -> list[JobError]:
    """Return what jobs say that failed or are tried again; only those claimed ``since`` a time."""
    with connection.cursor(row_factory=class_row(JobError)) as cursor:
        given = {"wrapper": _WRAPPER, "most": most, "since": since}
        return cursor.execute(_ERRORS, given).fetchall()


def _status(options: argparse.Namespace) -> int:
    with session(options, "rewrap status") as connection, transaction(connection):
        with connection.cursor(row_factory=dict_row) as cursor:
            progress = cursor.execute(_STATUS).fetchall()
        errors = most_frequent_errors(connection, _MOST_SHOWN)
    if options.json:
        found = {"queue": progress, "errors": [one._asdict() for one in errors]}
        print_json(json.loads(json.dumps(found, default=str)))
        return 0
    if not progress:
        say("the queue is empty")
        return 0
    rows = [list(row.values())[: len(_COLUMNS)] for row in progress]
    if is_terminal():
        print_rows(_SHORT_COLUMNS, [(_job(row), *row[4:]) for row in rows])
    else:
        print_rows(_COLUMNS, rows)
    if errors:
        print_rows(("status", "error", "jobs", "first job"), errors)
    return 0


def _job(row: Sequence[Any]) -> str:
    """Return kind and target in one text."""
    kind, first, second, policy, *_ = row
    if first is not None and second is not None:
        return f"{kind} to {first} and {second}"
    for target, where in ((policy, "to"), (first, "leg 1 to"), (second, "leg 2 to")):
        if target is not None:
            return f"{kind} {where} {target}"
    return str(kind)
