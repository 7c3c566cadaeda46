"""The connections of the console: few, short, and only for reading."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg

from kwtools import refused_connections, upgrade_plan
from kwtools.connections import (
    Connection,
    connect,
    ended_after,
    opening_in_turn,
    transaction,
)
from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.targets import Target

MOST = 6
"""How many connections there are at once, over all databases."""
STATEMENT_TIMEOUT = 15
"""Seconds for a statement."""
SLOW_TIMEOUT = 120
"""Seconds for one that no page waits for."""
PATIENCE = 2.0
"""Seconds until a page says that the console is busy."""
_LOCK_TIMEOUT = "5s"
_CONNECT_TIMEOUT = 5
_LONGEST = 600.0
_ANSWERING = 10.0  # seconds more than a server that keeps its own limits takes
_BOUNDS = """
select
    set_config('statement_timeout', %s, true),
    set_config('lock_timeout', %s, true),
    set_config('idle_in_transaction_session_timeout', '60s', true)
"""
_LEAST_PAUSE = 5.0  # seconds until it is looked again which databases there are
_SHARE = 100
_MOST_GONE = 100
_GONE = "It was dropped or renamed, or its extension was dropped."
_OTHER_VERSION = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)


class Unreadable(NamedTuple):
    """Why a database could not be read."""

    message: str
    sqlstate: str
    hint: str


class NotRead(Exception):
    """A database could not be read."""

    def __init__(self, why: Unreadable) -> None:
        super().__init__(why.message)
        self.why = why


class Busy(Exception):
    """As many connections as there may be are in use."""


class Databases:
    """The databases of the console by their names."""

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        most: int = MOST,
        look: Callable[[], Sequence[Target]] | None = None,
    ) -> None:
        self._dsns = {target.name: target.dsn for target in targets}
        self._look = look
        self._looking = threading.Lock()
        self._looked_at, self._pause = time.monotonic(), _LEAST_PAUSE
        self.gone: dict[str, datetime] = {}
        """The databases that are gone, the last ones, and when that was noticed."""
        self.unknown: Unreadable | None = None
        """Why it is not known which databases there are now."""
        self._free = threading.BoundedSemaphore(most)
        self._open: set[Connection] = set()
        self._opening = opening_in_turn(list(self._dsns.values()))

    def names(self) -> list[str]:
        """Return the names of the databases, in order."""
        return list(self._dsns)

    @property
    def are_of_a_cluster(self) -> bool:
        """Whether they are all that a cluster has, so that others may come."""
        return self._look is not None

    def look(self) -> threading.Thread | None:
        """See to it that databases of the cluster that came or went are known, soon."""
        look = self._look
        if look is None or not self._looking.acquire(blocking=False):
            return None
        if time.monotonic() - self._looked_at < self._pause:
            self._looking.release()
            return None

        def find() -> None:
            began = time.monotonic()
            try:
                with self._opening:
                    found = look()
                self._take(found)
                self.unknown = None
            except (psycopg.Error, KwtoolsError) as error:
                self.unknown = why_unreadable(error)
            finally:
                self._looked_at = time.monotonic()
                self._pause = max(_LEAST_PAUSE, _SHARE * (self._looked_at - began))
                self._looking.release()

        looking = threading.Thread(target=find, daemon=True)
        looking.start()
        return looking

    def _take(self, targets: Sequence[Target]) -> None:
        """Know these databases from now on, those that have the extension."""
        before = self._dsns
        known = [target for target in targets if target.name in before]
        others = [target for target in targets if target.name not in before]
        after = {target.name: target.dsn for target in known}
        for one in others:
            with self._opening:
                has = has_extension(one, or_unread=False)
            if has:
                after[one.name] = one.dsn
        now = datetime.now(UTC)
        self.gone.update((name, now) for name in before if name not in after)
        for name in after:
            self.gone.pop(name, None)
        while len(self.gone) > _MOST_GONE:
            self.gone.pop(next(iter(self.gone)))
        self._dsns = {name: after[name] for name in sorted(after)}

    @contextlib.contextmanager
    def reading(self, name: str, timeout: int = STATEMENT_TIMEOUT) -> Iterator[Connection]:
        """Give a connection inside a transaction that only reads and has time limits."""
        with (
            self.connected(name) as connection,
            ended_after(connection, timeout + _ANSWERING),
            transaction(connection),
        ):
            connection.execute(_BOUNDS, (f"{timeout}s", _LOCK_TIMEOUT))
            upgrade_plan.installed_version(connection)
            yield connection

    @contextlib.contextmanager
    def connected(self, name: str) -> Iterator[Connection]:
        """Give a connection outside of a transaction. Raises ``Busy`` and ``NotRead``."""
        if not self._free.acquire(timeout=PATIENCE):
            raise Busy
        try:
            dsn = self._dsns.get(name)
            if dsn is None:
                raise NotRead(Unreadable(f'database "{name}" is gone', "", _GONE))
            with self._opened(dsn) as connection, ended_after(connection, _LONGEST):
                self._open.add(connection)
                try:
                    yield connection
                finally:
                    self._open.discard(connection)
        except (psycopg.Error, KwtoolsError) as error:
            raise NotRead(why_unreadable(error)) from error
        finally:
            self._free.release()

    @contextlib.contextmanager
    def _opened(self, dsn: str) -> Iterator[Connection]:
        with self._opening:
            connection = connect(dsn, "console", timeout=_CONNECT_TIMEOUT)
        with connection:
            connection.read_only = True
            yield connection

    def cancel(self) -> None:
        """Cancel the statements that are running, since the console ends."""
        for connection in list(self._open):
            with contextlib.suppress(psycopg.Error, OSError):
                connection.cancel_safe(timeout=1)


def has_extension(target: Target, *, or_unread: bool) -> bool:
    """Return whether a database has the extension; ``or_unread`` where it cannot be read."""
    if not target.allows_connections:
        return False
    try:
        opened = connect(target.dsn, "console", timeout=_CONNECT_TIMEOUT)
        with opened as connection, ended_after(connection, _ANSWERING), transaction(connection):
            return upgrade_plan.installed(connection) is not None
    except psycopg.Error:
        return or_unread


def with_extension(targets: Sequence[Target]) -> list[Target]:
    """Return the databases that have the extension, or did not say; raises ``CheckFailed``.

    One that cannot be read stays, since its page says why.
    """
    found = [target for target in targets if has_extension(target, or_unread=True)]
    if not found:
        names = ", ".join(f'"{target.name}"' for target in targets)
        raise CheckFailed(
            f"extension kwtools is not installed in any database of {names}",
            "Run kwtools init there, or name another database with --dsn.",
        )
    return found


def why_unreadable(error: psycopg.Error | KwtoolsError) -> Unreadable:
    """Return what a page says of an error."""
    if isinstance(error, KwtoolsError):
        return Unreadable(error.message, "", error.hint)
    message = (error.diag.message_primary or str(error)).removeprefix("kwtools: ")
    hint = error.diag.message_hint or ""
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        hint = refused_connections.hint(error)
    elif isinstance(error, psycopg.errors.InsufficientPrivilege):
        hint = "Connect as a role that is a member of kw_auditor, kw_admin, or a superuser."
    elif isinstance(error, _OTHER_VERSION):
        hint = "The extension is of an older version: run ALTER EXTENSION kwtools UPDATE there."
    elif isinstance(error, psycopg.errors.QueryCanceled):
        hint = "It took longer than this page may. Try again when the server is less busy."
    return Unreadable(" ".join(message.split()), error.sqlstate or "", hint)
