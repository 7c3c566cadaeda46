"""The queue, kw.rewrap_jobs: jobs are claimed in one transaction and run in the next.

A job is worked at while a transaction locks its row. One that is running and not locked can be
claimed again: its worker ended, or is between its two transactions. Runs as the owner.
"""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic, sleep

from kwruntime.call import Call
from kwruntime.keys import unwrap
from kwruntime.postgres.backend import lock_timeout_ms
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.session import Session
from kwruntime.store import rewrap_jobs
from kwruntime.wrappers.job_batch import JobBatch, Outcomes, Rotate

_REMEMBERED = 100_000
_PAUSE_SECONDS = 0.02  # a claim takes some milliseconds


class Claims:
    """What the session has claimed and not run: each job's attempts then, and how far it came."""

    def __init__(self, _: Session) -> None:
        self.attempts: dict[int, int] = {}
        self.position = 0
        """The last wrapper among the claimed ones. A hint: claims go on from there, and around."""

    def remember(self, attempts: dict[int, int]) -> None:
        """Remember a claim; forget earlier ones where many were never run."""
        if len(self.attempts) > _REMEMBERED:
            self.attempts.clear()
        self.attempts |= attempts


def claim(call: Call, max_jobs: int, policy_id: int | None, *, running_too: bool) -> list[int]:
    """Claim jobs that nobody works at: those of branches first, and by themselves.

    What was claimed before and not run comes last; ``running_too`` also where the session that
    claimed it is there.
    """
    claims = call.session.of(Claims)
    found = call.execute(rewrap_jobs.CLAIM_BRANCHES, max_jobs, 0, policy_id)
    if not found:
        found = list(call.execute(rewrap_jobs.CLAIM_DUE, max_jobs, claims.position, policy_id))
        if len(found) < max_jobs and claims.position:
            claims.position = 0
            left = max_jobs - len(found)
            found = [*call.execute(rewrap_jobs.CLAIM_DUE, left, 0, policy_id), *found]
        elif found:
            claims.position = max(row["key_wrapper_id"] for row in found)
    if not found:
        found = call.execute(rewrap_jobs.CLAIM_ORPHANED, max_jobs, 0, policy_id)
    if not found and running_too:
        found = call.execute(rewrap_jobs.CLAIM_RUNNING, max_jobs, 0, policy_id)
    claims.remember({row["id"]: row["attempts"] for row in found})
    return [row["id"] for row in found]


def run(call: Call, ids: Sequence[int], max_seconds: float | None, rotate: Rotate) -> Outcomes:
    """Run claimed jobs, a batch at a time, as long as there is time: at least one batch."""
    until = None if max_seconds is None else monotonic() + max_seconds
    known = call.session.of(Claims).attempts
    total, missing = Outcomes(), []
    ids = list(dict.fromkeys(ids))

    def worked_off(jobs: Sequence[int]) -> list[int]:
        nonlocal total
        batch = JobBatch(call, jobs, known, rotate)
        total = total.plus(batch.run())
        return batch.missing

    def given_back(jobs: Sequence[int]) -> list[int]:
        nonlocal total
        attempts = [known.get(job) for job in jobs]
        given = call.execute(rewrap_jobs.GIVE_BACK, jobs, attempts, 0.0, None)[0]["ids"] or []
        total = total.plus(Outcomes(not_tried=len(given)))
        return list(set(jobs).difference(given))

    skipped = 0
    for start in range(0, len(ids), unwrap.BATCH):
        check_interrupts()
        if start and until is not None and monotonic() >= until:
            skipped = _when_free(call, known, given_back(ids[start:]), given_back)
            break
        missing += worked_off(ids[start : start + unwrap.BATCH])
    skipped += _when_free(call, known, missing, worked_off)
    for job in ids:
        known.pop(job, None)
    return total.plus(Outcomes(skipped=skipped))


def _when_free(
    call: Call,
    known: Mapping[int, int],
    jobs: Sequence[int],
    work: Callable[[Sequence[int]], list[int]],
) -> int:
    """Do ``work`` for jobs when others no longer lock them; return how many were left.

    A claim locks for a moment what was claimed since it began, only to see that it is running.
    Waits no longer than for any lock, and not for who has claimed a job once more. ``work`` returns
    what is still locked.
    """
    until = monotonic() + lock_timeout_ms() / 1000
    claimed: dict[int, int] = {}
    left = len(jobs)
    while jobs:
        now = {row["id"]: row["attempts"] for row in call.execute(rewrap_jobs.ATTEMPTS, jobs)}
        for job in jobs:
            claimed.setdefault(job, known.get(job) or now.get(job, 0))
        jobs = [job for job in jobs if now.get(job) == claimed[job]]
        if not jobs or monotonic() >= until:
            break
        sleep(_PAUSE_SECONDS)
        check_interrupts()
        locked = work(jobs)
        left -= len(jobs) - len(locked)
        jobs = locked
    return left
