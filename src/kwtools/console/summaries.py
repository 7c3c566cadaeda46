"""The first page of several databases: one line for each, the worst first."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from kwtools.console.databases import Databases, NotRead, Unreadable
from kwtools.console.sections.overview import SUMMARY, Summary
from kwtools.console.views import Kept, Views

_TIMEOUT = 8  # seconds for a statement: more than for a lock
_SHARE = 2  # a database that is slow is looked at again after twice what that took
_LATE = 2.0
_MOST_KEPT = 10_000
_ORDER = ("problem", "unknown", "warning", "ok")


class Line(NamedTuple):
    """A database: ``result`` is problem, unknown, warning or ok."""

    name: str
    result: str
    summary: Summary | None
    """None: nothing is known of it."""
    why: Unreadable | None
    """Why it could not be read."""
    waiting: float
    """For how many seconds it has not answered."""
    age: float


class Summaries:
    """What is known of each database. A database that hangs holds up no other one."""

    def __init__(self, databases: Databases) -> None:
        self._views = Views(databases, timeout=_TIMEOUT, share=_SHARE, most_kept=_MOST_KEPT)

    def lines(self, names: Sequence[str]) -> list[Line]:
        """Return a line for each database."""
        known = self._views.known(SUMMARY, names)
        lines = [_line(name, kept, waiting) for name, (kept, waiting) in known.items()]
        return sorted(lines, key=lambda line: (_ORDER.index(line.result), line.name))


def _line(name: str, kept: Kept | None, waiting: float) -> Line:
    if kept is None or (kept.error and not isinstance(kept.error, NotRead)):
        return Line(name, "unknown", None, None, waiting, 0.0)
    age = time.monotonic() - kept.monotonic
    if isinstance(kept.error, NotRead):
        return Line(name, "problem", None, kept.error.why, waiting, age)
    assert isinstance(kept.view, Summary)
    result = "unknown" if waiting > _LATE else kept.view.result
    return Line(name, result, kept.view, None, waiting, age)
