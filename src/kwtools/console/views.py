"""What sections have read, kept for as long as a section says."""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from kwtools.console.databases import PATIENCE, Busy, Databases
from kwtools.console.section import Section

_AGAIN = "again"  # the parameter that asks for a new reading
_LEAST_SECONDS = 5.0  # between two readings of what is slow


class Kept(NamedTuple):
    """What a section read, and when."""

    view: object
    read_at: datetime
    monotonic: float


class Views:
    """Reads sections. What is slow to read is read by one request at a time, and kept."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._kept: dict[tuple[str, str], Kept] = {}
        self._reading: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, section: Section, database: str, query: Mapping[str, str]) -> Kept:
        """Return what a section shows of a database. Raises ``Busy`` and ``NotRead``."""
        if not section.kept_seconds:
            return self._read(section, database, query)
        longest = _LEAST_SECONDS if _AGAIN in query else section.kept_seconds
        key = (section.name, database)
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        if not reading.acquire(timeout=PATIENCE):
            kept = self._kept.get(key)
            if kept is None:
                raise Busy
            return kept
        try:
            kept = self._kept.get(key)
            if kept is None or time.monotonic() - kept.monotonic > longest:
                kept = self._kept[key] = self._read(section, database, query)
            return kept
        finally:
            reading.release()

    def _read(self, section: Section, database: str, query: Mapping[str, str]) -> Kept:
        began = Kept(None, datetime.now(UTC), time.monotonic())
        reading = (
            self._databases.connected if section.begins_transactions else self._databases.reading
        )
        with reading(database) as connection:
            return began._replace(view=section.read(connection, query))
