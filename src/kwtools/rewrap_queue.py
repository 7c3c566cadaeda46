"""The queue of rewraps, worked off by sessions side by side: claim, commit, run, commit."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row

from kwtools.attempts import AGAIN, IN_USE, TRIES, pause
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import KwtoolsError

BATCH = 1000
"""What the server opens and wraps at once."""

MOST_WORKERS = 1000
"""Sessions of one run. A server has fewer, as a rule."""

_SOON_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0
# How often in turn all wrappers of a batch may be in use by others, or no job that is due be free.
_TRIES_IN_VAIN = 3
_SHORT_PAUSE_SECONDS = 0.5

_RUN = "select * from kw.run_rewrap_jobs(%s)"
_CLAIM = "select kw.claim_rewrap_jobs(%s, %s, %s)"
# What is left to wait for: whether others work, and when the next job is due.
_LEFT = """
select
    count(*) filter (where j.status = 'running') as running,
    extract(
        epoch from min(j.scheduled_at)
            filter (where j.status = 'pending' and isfinite(j.scheduled_at)) - now()
    )::float8
from kw.rewrap_jobs j
where j.finished_at is null and (%(policy)s::text is null or j.target_policy_id = (
    select p.id from kw.encryption_policies p where p.policy_name = %(policy)s
))
"""
_WHY = """
select j.last_error
from kw.rewrap_jobs j
where j.id = any(%s) and j.status = 'pending' and j.last_error is not null
limit 1
"""


class Outcomes(NamedTuple):
    """What became of jobs: ``kw.rewrap_outcomes``."""

    done: int = 0
    failed: int = 0
    delayed: int = 0
    unreachable: int = 0
    in_use: int = 0
    not_tried: int = 0
    skipped: int = 0

    def plus(self, other: "Outcomes") -> "Outcomes":
        """Add them up."""
        return Outcomes(*map(sum, zip(self, other, strict=True)))


@dataclass
class Work:
    """Jobs of the queue that sessions of this command run."""

    dsn: str
    command: str
    advance: Callable[[int, int], None]
    """Told after each batch: how many jobs ended, and how many of those failed."""

    policy: str | None = None
    """Only jobs that relayer to this policy."""

    batch: int = BATCH
    patient: bool = False
    """Whether to wait for jobs that are due later, and for a KMS that is down."""

    outcomes: Outcomes = field(default_factory=Outcomes)
    outage: str | None = None
    """What a job says of the KMS that did not answer."""

    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_work: int = 0

    def run(self, workers: int) -> None:
        """Run jobs until none is due. An interrupt ends it after the batches that are under way."""
        self._at_work = workers
        with ThreadPoolExecutor(workers) as pool:
            ends = [pool.submit(self._guarded) for _ in range(workers)]
            try:
                # Not Thread.join: that takes a thread for ended where an interrupt comes.
                wait(ends)
            except KeyboardInterrupt:
                self._stop.set()
                wait(ends)
                self._raise_failed(ends)
                raise
        self._raise_failed(ends)

    def _raise_failed(self, ends: Sequence[Future[None]]) -> None:
        for end in ends:
            end.result()

    def _guarded(self) -> None:
        try:
            with connect(self.dsn, self.command) as connection:
                self._work(connection)
        except BaseException as error:
            self._stop.set()
            if not isinstance(error, psycopg.OperationalError):
                raise
            raise KwtoolsError(
                f"the connection was lost: {' '.join(str(error).split())};"
                f" {self.outcomes.done} jobs were done before",
                "Run it again. It continues where it stopped.",
            ) from error
        finally:
            with self._lock:
                self._at_work -= 1

    def _work(self, connection: Connection) -> None:
        pause, in_vain, none_free = 1.0, 0, 0
        while not self._stop.is_set() and (self.patient or in_vain < _TRIES_IN_VAIN):
            jobs = self._repeated(connection, partial(self._claim, connection))
            if not jobs:
                none_free += 1
                if none_free > _TRIES_IN_VAIN and not self.patient:
                    return
                if not self._wait_for_more(connection):
                    return
                continue
            none_free = 0
            found = self._repeated(connection, partial(self._run, connection, jobs))
            self._count(found)
            moved = found.done or found.failed or found.delayed
            in_vain = 0 if moved else in_vain + 1
            if not found.unreachable:
                pause = 1.0
            elif self.patient:
                self._stop.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                self.outage = self._why(connection, jobs)
                self._stop.set()

    def _count(self, found: Outcomes) -> None:
        with self._lock:
            self.outcomes = self.outcomes.plus(found)
            self.advance(found.done + found.failed, found.failed)

    def _claim(self, connection: Connection) -> list[int]:
        """Claim jobs. Those that a session has and does not work at: only the last worker."""
        is_last = self._at_work == 1
        row = connection.execute(_CLAIM, (self.batch, self.policy, is_last)).fetchone()
        assert row is not None
        return list(row[0])

    def _run(self, connection: Connection, jobs: Sequence[int]) -> Outcomes:
        with connection.cursor(row_factory=class_row(Outcomes)) as cursor:
            found = cursor.execute(_RUN, (list(jobs),)).fetchone()
        assert found is not None
        return found

    def _why(self, connection: Connection, jobs: Sequence[int]) -> str:
        with transaction(connection):
            row = connection.execute(_WHY, (list(jobs),)).fetchone()
        return str(row[0]) if row else "it did not answer"

    def _wait_for_more(self, connection: Connection) -> bool:
        """Wait until a job may be due; False where none will be soon."""
        with transaction(connection):
            row = connection.execute(_LEFT, {"policy": self.policy}).fetchone()
        assert row is not None
        running, seconds = row
        if seconds is None:
            return bool(running) and self.patient and not self._stop.wait(1.0)
        if seconds > _SOON_SECONDS and not self.patient:
            return False
        return not self._stop.wait(min(max(seconds, _SHORT_PAUSE_SECONDS), _SOON_SECONDS))

    def _repeated(self, connection: Connection, work: Callable[[], Any]) -> Any:
        """Run a transaction, again where another one was in its way."""
        for tries in range(1, TRIES + 1):
            try:
                with transaction(connection, writes=True):
                    return work()
            except psycopg.Error as error:
                if error.sqlstate not in (*AGAIN, IN_USE) or tries == TRIES:
                    raise
                pause(tries)
        raise AssertionError
