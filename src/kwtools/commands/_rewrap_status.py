"""``kwtools rewrap status``: how far the queue is, and the most frequent errors."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from psycopg.rows import dict_row

from kwtools.commands._parser import Subparsers
from kwtools.commands._session import session
from kwtools.connections import transaction
from kwtools.job_errors import most_frequent_errors
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
_MOST_SHOWN = 10


def register(actions: Subparsers) -> None:
    """Add the action."""
    status = actions.add_parser(
        "status",
        help="show how far the queue is",
        description="Shows kw.rewrap_progress, a line for each kind of job and target, and the"
        " most frequent errors. Finished jobs count until they are deleted (setting job_days).",
    )
    status.set_defaults(run=_status)


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
