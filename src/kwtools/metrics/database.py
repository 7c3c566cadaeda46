"""What is known of the metrics of one database. One thread at a time reads it."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import psycopg

from kwtools import refused_connections
from kwtools.connections import Connection, connect, ended_after
from kwtools.errors import KwtoolsError
from kwtools.metrics import reading
from kwtools.metrics.reading import GROUPS, Definition, Failure, Group, NotInstalled
from kwtools.output import tell

FRESH = 1.0
"""Seconds for which samples serve every scrape."""
SHARE = 0.01
"""The part of one CPU that a group of all databases may take: what takes long is read rarely."""
LOOK_AGAIN = 60.0
"""Seconds until a database without the extension is looked at again."""
CONNECTING = 5
"""Seconds for a connection."""
ANSWERING = 5.0
"""Seconds for its first answer. A server that stands still accepts connections, too."""
TRY_AGAIN = 5.0
"""Seconds until a database that could not be read is tried again."""

_NOT_INSTALLED = (
    "extension kwtools is not installed. Run kwtools init there, or name another database with"
    " --dsn"
)


class Tried(NamedTuple):
    """When a group was read last, whether or not that succeeded, and how long it took."""

    at: float
    took: float


class View(NamedTuple):
    """What a scrape shows of a database."""

    name: str
    is_up: bool
    definitions: Sequence[Definition]
    groups: Mapping[str, Group]
    failed: frozenset[str]


class Database:
    """A database: the samples of each group, and whether it could be read."""

    def __init__(
        self,
        name: str,
        dsn: str,
        opening: contextlib.AbstractContextManager[object],
        *,
        may_lack_extension: bool,
    ) -> None:
        self.name = name
        self._dsn = dsn
        self._opening = opening
        self._may_lack_extension = may_lack_extension
        self._definitions: Sequence[Definition] = ()
        self._groups: dict[str, Group] = {}
        self._failed: frozenset[str] = frozenset()
        self._is_up = False
        self._lacks_extension_since: float | None = None
        self._read_at = float("-inf")
        self._tried: dict[str, Tried] = {}
        self._told = ""
        self._reached = False
        self._end: Callable[[], None] | None = None

    def due(self, databases: int) -> list[str] | None:
        """Return the groups that are to be read again, null where nothing is to be looked at.

        ``databases``: how many share what a group may take. With no group due, a reading still
        tells whether the database can be read.
        """
        now = time.monotonic()
        since = self._lacks_extension_since
        pause = FRESH if self._is_up else TRY_AGAIN if since is None else LOOK_AGAIN
        if now - self._read_at < pause:
            return None
        return [name for name in GROUPS if self._is_due(name, now, databases)]

    def _is_due(self, name: str, now: float, databases: int) -> bool:
        tried = self._tried.get(name)
        return tried is None or now - tried.at >= max(FRESH, tried.took * databases / SHARE)

    def view(self, *, is_waiting: bool) -> View | None:
        """Return what a scrape shows, null for a database without the extension.

        ``is_waiting``: a reading has begun and not ended.
        """
        if self._lacks_extension_since is not None and self._may_lack_extension:
            return None
        is_up = self._is_up and (self._reached or not is_waiting)
        return View(self.name, is_up, self._definitions, dict(self._groups), self._failed)

    def read(self, due: Sequence[str]) -> None:
        """Read these groups. Errors are told, once each."""
        try:
            with self._connected() as connection:
                with ended_after(connection, ANSWERING):
                    self._definitions = reading.definitions(connection)
                self._lacks_extension_since = None
                self._is_up = self._reached = True
                problems = list(self._read_groups(connection, due))
        except NotInstalled:
            self._lacks_extension_since = time.monotonic()
            self._is_up = False
            problems = [] if self._may_lack_extension else [_NOT_INSTALLED]
        except Exception as error:  # of a thread that nobody waits for: told, and shown as down
            self._is_up = False
            problems = [shown(error)]
        self._read_at = time.monotonic()
        told = "; ".join(problems)
        if told != self._told:
            tell(f'database "{self.name}": {told or "could be read again"}')
        self._told = told

    def end(self) -> None:
        """End a reading that is in progress."""
        end = self._end
        if end is not None:
            end()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._opening:
            self._reached = False
            connection = connect(self._dsn, "metrics", timeout=CONNECTING)
        with connection, ended_after(connection, reading.LONGEST) as self._end:
            try:
                yield connection
            finally:
                self._end = None

    def _read_groups(self, connection: Connection, due: Sequence[str]) -> Iterator[str]:
        """Read groups one by one, so that each is there as soon as it was read."""
        for name in due:
            start = time.monotonic()
            found = reading.group(connection, name)
            end = time.monotonic()
            self._tried[name] = Tried(end, end - start)
            if isinstance(found, Group):
                self._groups[name] = found
                self._failed -= {name}
                continue
            self._failed |= {name}
            yield _problem(name, found)
            if not found.is_timeout:
                self._groups.pop(name, None)


def _problem(name: str, failure: Failure) -> str:
    return f"group {name}: {shown(failure.error)}"


def shown(error: Exception) -> str:
    """Return what is told of an error, in one line."""
    match error:
        case KwtoolsError():
            return f"{error.message}. {error.hint}"
        case psycopg.OperationalError() if error.sqlstate is None:
            return f"{' '.join(str(error).split())}. {refused_connections.hint(error)}"
        case psycopg.errors.InsufficientPrivilege():
            return f"{error.diag.message_primary}. Grant kw_auditor to the role"
        case psycopg.Error() if error.diag.message_primary:
            return error.diag.message_primary
        case _:
            return f"{type(error).__name__}: {' '.join(str(error).split())}"
