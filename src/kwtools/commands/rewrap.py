"""``kwtools rewrap``: the queue of rewraps."""

import argparse
from typing import Any

from psycopg.rows import dict_row

from kwtools.commands import _rewrap_changes, _rewrap_scheduling, _rewrap_status
from kwtools.commands._parser import Subparsers, add_dsn, whole_number
from kwtools.commands._session import jobs, session
from kwtools.connections import Connection, transaction
from kwtools.errors import KwtoolsError
from kwtools.job_errors import JobError, most_frequent_errors
from kwtools.output import print_json, say, tell
from kwtools.progress import Progress
from kwtools.rewrap_queue import BATCH, MOST_WORKERS, Work

_DUE = """
select count(*) as jobs, now() as began
from kw.rewrap_jobs j
where j.finished_at is null and (j.scheduled_at is null or j.scheduled_at <= now())
"""
_REST = """
select
    count(*) filter (where j.status = 'failed') as failed,
    count(*) filter (where j.status = 'pending' and j.attempts > 0) as delayed,
    count(*) filter (where j.status = 'pending' and j.attempts = 0) as waiting,
    count(*) filter (where j.status = 'running') as running
from kw.rewrap_jobs j
"""
_MOST_ERRORS = 3


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "rewrap",
        help="renew wrapped data keys, or move them to other KMS keys, through the queue",
        description="Schedules and runs jobs of the queue kw.rewrap_jobs. Data keys, and what they"
        " encrypt, stay as they are. The application goes on meanwhile.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _rewrap_scheduling.register(actions)
    _add_run(actions)
    _rewrap_status.register(actions)
    _rewrap_changes.register(actions)
    for action in actions.choices.values():
        add_dsn(action)
        action.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_run(actions: Subparsers) -> None:
    run = actions.add_parser(
        "run",
        help="run the jobs that are due",
        description="Runs the jobs of the queue, a batch a transaction, until none is due. Any"
        " number of runs, on any hosts, share the jobs. Interrupted, it ends after the batches"
        " that are under way; run again, it goes on where it was. If a KMS does not answer, it"
        " stops, or with --wait tries again later. Exit code 1 means that jobs have failed or are"
        " to be tried again later.",
    )
    run.add_argument(
        "--workers", type=whole_number(1, MOST_WORKERS), default=1, metavar="N",
        help=f"sessions that work side by side, 1 to {MOST_WORKERS} (%(default)s)",
    )  # fmt: skip
    run.add_argument(
        "--batch", type=whole_number(1, BATCH), default=BATCH, metavar="N",
        help=f"jobs of one transaction, 1 to {BATCH} (%(default)s)",
    )  # fmt: skip
    run.add_argument(
        "--wait", action="store_true",
        help="wait for jobs that are due later, and for a KMS that is down, until all are done",
    )  # fmt: skip
    run.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with session(options, "rewrap run") as connection:
        with transaction(connection):
            due = _one(connection, _DUE)
        with Progress("Rewrapping", due["jobs"]) as progress:
            work = Work(
                options.dsn, "rewrap run", progress.advance, None, options.batch, options.wait
            )
            try:
                work.run(options.workers)
            except KeyboardInterrupt:
                tell(f"interrupted: {jobs(work.outcomes.done)} done. Run it again to go on.")
                raise
        with transaction(connection):
            rest = _one(connection, _REST)
            errors = most_frequent_errors(connection, _MOST_ERRORS, due["began"])
    _print_result(work, rest, errors, as_json=options.json)
    if work.outage is not None:
        raise KwtoolsError(
            f"a KMS is not available: {work.outage.removesuffix('.')}",
            "Run it again when that is fixed. It continues where it stopped.",
        )
    return 1 if work.outcomes.failed or rest["delayed"] else 0


def _print_result(
    work: Work, rest: dict[str, Any], errors: list[JobError], *, as_json: bool
) -> None:
    outcomes = work.outcomes
    earlier = rest["failed"] - outcomes.failed
    if as_json:
        told = {"done": outcomes.done, "failed": outcomes.failed, "failed_earlier": earlier}
        told |= {name: rest[name] for name in ("delayed", "waiting", "running")}
        print_json({**told, "errors": [one._asdict() for one in errors]})
        return
    say(f"{jobs(outcomes.done)} done")
    if outcomes.failed:
        say(f"{jobs(outcomes.failed)} failed: see kwtools rewrap status")
    if earlier > 0:
        say(f"{jobs(earlier)} of earlier runs rest as failed: kwtools rewrap retry, or cancel")
    if rest["delayed"]:
        say(f"{jobs(rest['delayed'])} to be tried again later: kwtools rewrap retry, or --wait")
    if rest["waiting"]:
        say(f"{jobs(rest['waiting'])} waiting: scheduled for later, or in use by others")
    if rest["running"]:
        say(f"{jobs(rest['running'])} running: other workers have them")
    if work.outage is None:  # else the error tells
        for one in errors:
            say(f"{jobs(one.jobs)}: {one.error}")


def _one(connection: Connection, query: str) -> dict[str, Any]:
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(query.encode()).fetchone()
    assert row is not None
    return row
