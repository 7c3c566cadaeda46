"""Wrappers verified page by page, and what a run has found so far."""

import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kwtools.connections import Connection, transaction

MOST_LISTED = 1000
"""How many problems a report lists. It counts all of them."""

_PAGE = """
select p.checked, p.retired, p.last_id, p.remaining, p.problems
from kw.verify_page(%s, %s, %s, %s, %s::text[], %s) p
"""
_RECORD = """
select p.event, p.checked, p.retired, p.last_id, p.problems
from kw.record_verify(%s, %s, %s, %s, %s::text[]) p
"""


class Problem(NamedTuple):
    """A leg that does not open, or a wrapper or signing key that does not (then without id)."""

    id: int | None
    wrapper: str | None
    leg: int | None
    kms_key_id: int | None
    sqlstate: str
    problem: str


class Cause(NamedTuple):
    """What problems have in common."""

    kms_key_id: int | None
    sqlstate: str


@dataclass
class Verification:
    """A run over the wrappers of a database, from ``after`` on."""

    connection: Connection
    batch: int
    sample: float
    seed: int
    without: Sequence[str]
    after: int
    last_id: int = 0
    checked: int = 0
    retired: int = 0
    is_complete: bool = False
    causes: Counter[Cause] = field(default_factory=Counter)
    listed: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.last_id = self.after

    @property
    def problems(self) -> int:
        """How many problems there were, listed or not."""
        return self.causes.total()

    def total(self) -> int:
        """Count the wrappers that are to be verified."""
        return self._remaining(self.sample)

    def has_more(self) -> bool:
        """Return whether a wrapper comes after ``last_id``, of the sample or not."""
        return self._remaining(1.0) > 0

    def run(self, advance: Callable[[int], None]) -> None:
        """Verify them, a page a transaction; ``advance`` is told of those that were read."""
        while not self.is_complete:
            page = self._next()
            read = page["checked"] + page["retired"]
            self._take(page)
            self.is_complete = read < self.batch
            advance(read)

    def _next(self) -> dict[str, Any]:
        return self._page(self.batch, self.sample, counted=False)

    def _remaining(self, sample: float) -> int:
        return int(self._page(0, sample, counted=True)["remaining"])

    def _page(self, most: int, sample: float, *, counted: bool) -> dict[str, Any]:
        given = self.last_id, most, sample, self.seed, list(self.without), counted
        return _row(self.connection, _PAGE, given)

    def _take(self, page: dict[str, Any]) -> None:
        found = [Problem(**one) for one in page["problems"]]
        self.causes.update(Cause(one.kms_key_id, one.sqlstate) for one in found)
        self.listed += found[: MOST_LISTED - len(self.listed)]
        self.checked += page["checked"]
        self.retired += page["retired"]
        if page["last_id"] is not None:
            self.last_id = page["last_id"]

    def to_go_on(self) -> str:
        """Return the options with which a run goes on where this one ended."""
        options = [f"--after {self.last_id}"]
        if self.sample < 1:
            options.append(f"--sample {self.sample!r} --seed {self.seed}")
        options += [f"--without-provider {shlex.quote(name)}" for name in self.without]
        return " ".join(options)

    def report(self) -> dict[str, Any]:
        """Return all of it, for programs."""
        return {
            "complete": self.is_complete,
            "checked": self.checked,
            "retired": self.retired,
            "problems": self.problems,
            "after": self.after,
            "last_id": self.last_id,
            "sample": self.sample,
            "seed": self.seed,
            "without_providers": list(self.without),
            "causes": [
                {**cause._asdict(), "problems": count} for cause, count in self.causes.most_common()
            ],
            "listed": [one._asdict() for one in self.listed],
        }


@dataclass
class RecordedVerification(Verification):
    """A run whose pages are recorded as events: the last one, ``event``, has its totals."""

    event: int | None = None

    def _next(self) -> dict[str, Any]:
        given = self.event, self.batch, self.sample, self.seed, list(self.without)
        page = _row(self.connection, _RECORD, given, writes=True)
        self.event = page["event"]
        return page

    def to_go_on(self) -> str:
        """Return the options with which a run goes on where this one ended."""
        event = "" if self.event is None else f"--continues {self.event} "
        return f"--record {event}{super().to_go_on()}"

    def report(self) -> dict[str, Any]:
        """Return all of it, for programs."""
        return {**super().report(), "event": self.event}


def _row(
    connection: Connection, query: str, given: Sequence[Any], *, writes: bool = False
) -> dict[str, Any]:
    with transaction(connection, writes=writes):
        cursor = connection.execute(query, given)
        row = cursor.fetchone()
    assert row is not None
    assert cursor.description is not None
    return dict(zip([column.name for column in cursor.description], row, strict=True))
