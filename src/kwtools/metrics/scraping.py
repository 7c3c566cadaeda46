"""The databases that are scraped. Scrapes at one time share one reading of each."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from kwtools.connections import connect, ended_after, opening_in_turn
from kwtools.metrics.database import ANSWERING, CONNECTING, Database, View, shown
from kwtools.metrics.naming import named
from kwtools.output import tell
from kwtools.targets import Target, check_targets, of_cluster

CONNECTIONS = 4
"""How many databases are read at one time, over a connection each."""
LIST_AGAIN = 30.0
"""Seconds for which the list of a cluster's databases serves."""


class _Running(NamedTuple):
    """A reading, and until when scrapes wait for it.

    That depends on when it began. So a database that stands still holds up one scrape, and not
    each of many.
    """

    future: Future[None]
    until: float

    def wait(self) -> None:
        """Wait until it has ended, or for long enough."""
        wait([self.future], max(0.0, self.until - time.monotonic()))


class Scraping:
    """``with Scraping(…) as scraping: scraping.scrape(seconds)``; raises ``BadUsage``."""

    def __init__(self, dsns: Sequence[str], *, all_databases: bool) -> None:
        check_targets(dsns, all_databases=all_databases)
        self._dsns = dsns
        self._named = named(dsns)
        self._all_databases = all_databases
        self._opening = opening_in_turn(dsns)
        self._lock = threading.Lock()
        self._databases: dict[str, Database] = {}
        self._running: dict[str, _Running] = {}
        self._listing: _Running | None = None
        self._listed_at = float("-inf")
        self._pool = ThreadPoolExecutor(CONNECTIONS, "reading")

    def __enter__(self) -> "Scraping":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for database in self._databases.values():
            database.end()

    def scrape(self, seconds: float) -> list[View]:
        """Return what is known of each database, after at most so many seconds."""
        until = time.monotonic() + seconds
        with self._lock:
            listing = self._list(until)
        listing.wait()
        with self._lock:
            for name, database in self._databases.items():
                if name not in self._running or self._running[name].future.done():
                    due = database.due(len(self._databases))
                    if due is not None:
                        reading = self._pool.submit(database.read, due)
                        self._running[name] = _Running(reading, until)
            running = {name: self._running.get(name) for name in self._databases}
            databases = list(self._databases.items())
        for one in running.values():
            if one is not None:
                one.wait()
        views = [
            database.view(is_waiting=(one := running[name]) is not None and not one.future.done())
            for name, database in databases
        ]
        return [view for view in views if view is not None]

    def _list(self, until: float) -> _Running:
        """Return the listing in progress, or begin one where it is time."""
        if self._listing is None or (
            self._listing.future.done() and time.monotonic() - self._listed_at >= LIST_AGAIN
        ):
            self._listing = _Running(self._pool.submit(self._relist), until)
        return self._listing

    def _relist(self) -> None:
        """Bring the databases up to date. Where they cannot be listed, the known ones stay."""
        try:
            found = self._targets()
        except Exception as error:  # of a thread that nobody waits for: told, and shown as down
            tell(f"databases could not be listed: {shown(error)}")
            found = [] if self._databases else self._named
        else:
            self._listed_at = time.monotonic()
        with self._lock:
            if found:
                there = {one.name: one for one in found if one.allows_connections}
                self._databases = {
                    name: self._databases.get(name) or self._database(one)
                    for name, one in there.items()
                }

    def _targets(self) -> list[Target]:
        if self._all_databases:
            dsn = self._dsns[0] if self._dsns else ""
            with self._opening:
                connection = connect(dsn, "metrics", timeout=CONNECTING)
            with connection, ended_after(connection, ANSWERING):
                return of_cluster(connection, dsn)
        return self._named

    def _database(self, target: Target) -> Database:
        may_lack = self._all_databases
        return Database(target.name, target.dsn, self._opening, may_lack_extension=may_lack)
