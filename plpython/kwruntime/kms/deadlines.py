"""Waiting for what may never come: with a deadline, and in slices that a cancel can end.

A backend that waits inside a system call notices neither cancel nor statement_timeout, so
nothing here waits longer than a slice at a time.
"""

import select
from time import monotonic, sleep

from kwruntime.errors import ProviderUnreachable
from kwruntime.postgres.interrupts import check_interrupts

SLICE_SECONDS = 0.05


class Deadline:
    """A point in time that a piece of work must not pass."""

    def __init__(self, seconds: float, what: str) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds
        self.what = what

    def within(self, seconds: float, what: str) -> "Deadline":
        """Return a deadline for a part of the work, at the latest this one."""
        part = Deadline(seconds, what)
        if part._end > self._end:
            part._end, part._seconds = self._end, self._seconds
        return part

    def left(self) -> float:
        """Return the seconds that are left; raises ``ProviderUnreachable`` where none are."""
        check_interrupts()
        left = self._end - monotonic()
        if left <= 0:
            raise ProviderUnreachable(f"{self.what} took longer than {self._seconds:g} s")
        return left

    def wait(self, descriptor: int, events: int) -> None:
        """Wait until the descriptor is ready for ``events`` (those of ``select.poll``)."""
        poll = select.poll()
        poll.register(descriptor, events)
        while not poll.poll(min(self.left(), SLICE_SECONDS) * 1000):
            pass

    def pause(self, seconds: float) -> None:
        """Sleep, or raise at once where the deadline comes first."""
        end = monotonic() + seconds
        if end >= self._end:
            raise ProviderUnreachable(f"{self.what} would take longer than {self._seconds:g} s")
        while (left := end - monotonic()) > 0:
            self.left()
            sleep(min(left, SLICE_SECONDS))
