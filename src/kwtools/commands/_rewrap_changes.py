"""``kwtools rewrap retry`` and ``cancel``."""

import argparse
from typing import NamedTuple

from kwtools.commands._parser import MOST_ID, Subparsers, whole_number
from kwtools.commands._session import call, jobs, session
from kwtools.connections import Connection, transaction
from kwtools.output import print_json, say, tell

# Each job alone, so that it is known which ones were changed.
_CHANGE = """
select u.id from unnest(%s::bigint[]) u (id) where kw.{}(array[u.id]) = 0 order by 1
"""
_STATE = """
select
    u.id,
    case
        when j.id is null then 'it does not exist'
        when j.status = 'done' then 'it is done'
        when {}
        else 'another transaction works at it'
    end
from unnest(%s::bigint[]) u (id)
left join kw.rewrap_jobs j on j.id = u.id
order by 1
"""
_NOT_RETRIED = """
    j.status = 'running' then 'it is running'
        when j.status = 'pending' and j.attempts = 0 then 'it has not failed'
        when j.status = 'pending' and coalesce(j.scheduled_at <= now(), true)
            then 'it is due already'
        when exists (
            select from kw.rewrap_jobs o
            where o.key_wrapper_id = j.key_wrapper_id and o.id <> j.id
                and (o.finished_at is null or o.id > j.id)
        ) then 'its wrapper has a later job'
"""


class _Action(NamedTuple):
    """What retry and cancel differ in."""

    name: str
    function: str
    done: str
    reasons: str


_RETRY = _Action("retry", "retry_rewrap_jobs", "will be tried again", _NOT_RETRIED)
_CANCEL = _Action("cancel", "cancel_rewrap_jobs", "cancelled", "false then ''")


def register(actions: Subparsers) -> None:
    """Add the actions."""
    retry = actions.add_parser(
        "retry",
        help="let jobs that failed be tried again at once",
        description="Lets jobs that failed, or are to be tried again later, be claimed at once."
        " Exit code 1 means that a job of --job cannot be.",
    )
    retry.set_defaults(run=lambda options: _change(options, _RETRY))
    cancel = actions.add_parser(
        "cancel",
        help="delete jobs that are not done",
        description="Deletes jobs that are due, delayed or failed, with what they say of their"
        " errors. Jobs that are being run stay. Exit code 1 means that a job of --job cannot be"
        " deleted.",
    )
    cancel.set_defaults(run=lambda options: _change(options, _CANCEL))
    which = cancel.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="all jobs that are not done")
    for group in (retry, which):
        group.add_argument(
            "--job", type=whole_number(1, MOST_ID), action="append", metavar="ID",
            help="this job only; may be repeated",
        )  # fmt: skip


def _change(options: argparse.Namespace, action: _Action) -> int:
    left: list[tuple[int, str]] = []
    with session(options, f"rewrap {action.name}") as connection:
        if options.job is None:
            count = call(connection, f"kw.{action.function}", {"jobs": None})["value"]
        else:
            chosen = sorted(set(options.job))
            left = _change_each(connection, action, chosen)
            count = len(chosen) - len(left)
    if options.json:
        print_json({"jobs": count, "left": [{"job": job, "why": why} for job, why in left]})
    else:
        say(f"{jobs(count)} {action.done}")
    for job, why in left:
        tell(f"job {job} was left: {why}")
    return 1 if left else 0


def _change_each(
    connection: Connection, action: _Action, chosen: list[int]
) -> list[tuple[int, str]]:
    """Change jobs; return those that were left, and why."""
    with transaction(connection, writes=True):
        change = _CHANGE.format(action.function).encode()
        left = [row[0] for row in connection.execute(change, (chosen,)).fetchall()]
        state = _STATE.format(action.reasons).encode()
        return [(job, why) for job, why in connection.execute(state, (left,)).fetchall()]
