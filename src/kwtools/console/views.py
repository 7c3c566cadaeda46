"""What sections have read, kept for as long as a section says, and longer if it was slow."""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from typing import NamedTuple

from kwtools.console import sizes
from kwtools.console.databases import SLOW_TIMEOUT, STATEMENT_TIMEOUT, Busy, Databases, NotRead
from kwtools.console.section import Section

PATIENCE = 0.8
"""Seconds that a page waits for what is slow to read, until it shows what is known."""

_AGAIN = "again"  # the parameter that asks for a new reading
_LEAST_SECONDS = 5.0  # between two readings of what is slow
_SLOW = 1.0
_NOT_AT_ONCE = 0.5  # less than a page waits
_SHARE = 100
"""A slow reading is not repeated before so many times what it took have passed."""
_CANCELED = "57014"
_MOST_SECONDS = 3600.0
_MOST_AT_ONCE = 2  # slow readings, so that connections are left for pages that are quick
_MOST_WAITING = 8
_MOST_KEPT = 64
_MOST_BYTES = 256 * 2**20

_Key = tuple[str, str, str | None]
"""Section, database, and part."""


class Reading(NamedTuple):
    """A reading that has begun, and when."""

    result: "Future[Kept]"
    began: float


class BeingRead(Exception):
    """It is being read, and nothing is known yet."""


class Kept(NamedTuple):
    """What a section read, and when; ``error`` says why it could not be read."""

    view: object
    read_at: datetime
    monotonic: float
    took: float = 0.0
    error: Exception | None = None
    size: int = 0
    """Its bytes, of what is kept."""

    def seconds(self, section: Section, share: int) -> float:
        """Return how long it is shown; ``share``: so many times what it took, if it was slow."""
        if isinstance(self.error, Busy):
            return 0.0
        is_canceled = isinstance(self.error, NotRead) and self.error.why.sqlstate == _CANCELED
        # For pages that wait for it, and for those that come again because they did not.
        briefly = self.took + _LEAST_SECONDS if self.took >= _NOT_AT_ONCE else 0.0
        if self.error and not is_canceled:
            return briefly
        slow = min(self.took * share, _MOST_SECONDS) if self.took >= _SLOW else briefly
        return max(section.kept_seconds or 0.0, slow)


class Views:
    """Reads sections. What may be slow is read beside the pages, once at a time, and kept."""

    def __init__(
        self,
        databases: Databases,
        *,
        timeout: int = SLOW_TIMEOUT,
        share: int = _SHARE,
        most_kept: int = _MOST_KEPT,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._databases = databases
        self._most_kept = most_kept
        self._most_bytes = most_bytes
        self._share = share
        self._timeout = timeout
        self._kept: dict[_Key, Kept] = {}
        self._readings: dict[_Key, Reading] = {}
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def of(self, section: Section, database: str, query: Mapping[str, str]) -> Kept:
        """Return what a section shows of a database.

        Raises ``NotRead``, ``Busy``, and ``BeingRead`` where nothing of it is known yet.
        """
        if section.kept_seconds is None:
            return self._read(section, database, query, STATEMENT_TIMEOUT)
        found = self._known(section, database, query)
        more: object = None
        if section.more and section.asks_more(query):
            is_quick = section.more.kept_seconds is None
            beside = (
                self._read(section.more, database, query, STATEMENT_TIMEOUT)
                if is_quick
                else self._known(section.more, database, query)
            )
            more = beside.view
            found = min(found, beside, key=lambda one: one.monotonic)._replace(view=found.view)
        return found._replace(view=section.chosen(found.view, more, query))

    def _known(self, section: Section, database: str, query: Mapping[str, str]) -> Kept:
        """Return what is known of what may be slow, and see to it that it is read if it is old."""
        found = self._kept_or_read(section, database, query)
        if found.error:
            raise found.error
        return found

    def known(
        self, section: Section, databases: Sequence[str]
    ) -> dict[str, tuple[Kept | None, float]]:
        """Return what is known of each database now, after a moment for those that are quick.

        And for how many seconds a reading has been going on that has not ended. What is not known
        is read first, then what is oldest, so that each has its turn.
        """
        with self._lock:
            kept_at = {
                name: one.monotonic
                for (of, name, _), one in self._kept.items()
                if of == section.name
            }
        in_turn = sorted(databases, key=lambda name: kept_at.get(name, 0.0))
        asked = {name: self._ask(section, name, {}) for name in in_turn}
        wait([reading.result for _, reading in asked.values() if reading], timeout=PATIENCE)
        now = time.monotonic()
        known: dict[str, tuple[Kept | None, float]] = {}
        for name, (kept, reading) in asked.items():
            if reading is None:
                known[name] = kept, 0.0
            elif reading.result.done():
                known[name] = reading.result.result(), 0.0
            else:
                known[name] = kept, now - reading.began
        return known

    def _kept_or_read(self, section: Section, database: str, query: Mapping[str, str]) -> Kept:
        kept, reading = self._ask(section, database, query)
        if reading is None:
            if kept is None:
                raise Busy
            return kept
        is_slow = kept is not None and not kept.error and kept.took >= _SLOW
        wait([reading.result], timeout=0 if is_slow else PATIENCE)
        if reading.result.done():
            return reading.result.result()
        if kept is None or not is_slow:
            raise BeingRead
        return kept

    def _ask(
        self, section: Section, database: str, query: Mapping[str, str]
    ) -> tuple[Kept | None, Reading | None]:
        """Return what is kept, and where that is old the reading that replaces it.

        There is neither where nothing is kept and as many wait as may.
        """
        key = (section.name, database, query.get(section.part) if section.part else None)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and not self._is_old(kept, section, query):
                return kept, None
            reading = self._readings.get(key)
            if reading is None and len(self._readings) < _MOST_WAITING:
                reading = self._begin(key, section, database, query)
            return kept, reading

    def _begin(
        self, key: _Key, section: Section, database: str, query: Mapping[str, str]
    ) -> Reading:
        reading = self._readings[key] = Reading(Future(), time.monotonic())

        def read() -> None:
            began = time.monotonic()
            try:
                with self._slots:
                    began = time.monotonic()
                    found = self._read(section, database, query, self._timeout)
                    found = found._replace(size=sizes.size(found.view))
            except Exception as error:  # told to who asks
                took = time.monotonic() - began
                found = Kept(None, datetime.now(UTC), began, took, error)
            with self._lock:
                self._keep(key, found)
                del self._readings[key]
            reading.result.set_result(found)

        threading.Thread(target=read, daemon=True).start()
        return reading

    def _keep(self, key: _Key, found: Kept) -> None:
        """Keep a reading, and as many of those before it as there is room for."""
        self._kept.pop(key, None)
        self._kept[key] = found
        total = sum(one.size for one in self._kept.values())
        while len(self._kept) > 1 and (
            len(self._kept) > self._most_kept or total > self._most_bytes
        ):
            total -= self._kept.pop(next(iter(self._kept))).size

    def _read(
        self, section: Section, database: str, query: Mapping[str, str], timeout: int
    ) -> Kept:
        read_at, began = datetime.now(UTC), time.monotonic()
        reading = (
            self._databases.connected(database)
            if section.begins_transactions
            else self._databases.reading(database, timeout)
        )
        with reading as connection:
            found = section.read(connection, query)
        return Kept(found, read_at, began, time.monotonic() - began)

    def _is_old(self, kept: Kept, section: Section, query: Mapping[str, str]) -> bool:
        age = time.monotonic() - kept.monotonic
        if _AGAIN in query:
            return age > max(_LEAST_SECONDS, 2 * kept.took)
        return age > kept.seconds(section, self._share)
