"""The connections of the console: few, short, and only for reading."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import psycopg

from kwtools import refused_connections, upgrade_plan
from kwtools.connections import Connection, connect, opening_in_turn, transaction
from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.targets import Target

MOST = 4
"""How many connections there are at once, over all databases."""
STATEMENT_TIMEOUT = "15s"
SLOW_TIMEOUT = "120s"
"""Of a statement that no page waits for."""
PATIENCE = 2.0
"""Seconds until a page says that the console is busy."""
_LOCK_TIMEOUT = "5s"
_CONNECT_TIMEOUT = 5
_BOUNDS = """
select
    set_config('statement_timeout', %s, true),
    set_config('lock_timeout', %s, true),
    set_config('idle_in_transaction_session_timeout', '60s', true)
"""
_OTHER_VERSION = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.InvalidSchemaName,
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

    def __init__(self, targets: Sequence[Target], *, most: int = MOST) -> None:
        self._dsns = {target.name: target.dsn for target in targets}
        self._free = threading.BoundedSemaphore(most)
        self._open: set[Connection] = set()
        self._opening = opening_in_turn(list(self._dsns.values()))

    def names(self) -> list[str]:
        """Return the names of the databases, in order."""
        return list(self._dsns)

    @contextlib.contextmanager
    def reading(self, name: str, timeout: str = STATEMENT_TIMEOUT) -> Iterator[Connection]:
        """Give a connection inside a transaction that only reads and has time limits."""
        with self.connected(name) as connection, transaction(connection):
            connection.execute(_BOUNDS, (timeout, _LOCK_TIMEOUT))
            upgrade_plan.installed_version(connection)
            yield connection

    @contextlib.contextmanager
    def connected(self, name: str) -> Iterator[Connection]:
        """Give a connection outside of a transaction. Raises ``Busy`` and ``NotRead``."""
        if not self._free.acquire(timeout=PATIENCE):
            raise Busy
        try:
            with self._opened(self._dsns[name]) as connection:
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


def with_extension(targets: Sequence[Target]) -> list[Target]:
    """Return the databases that have the extension, or did not say; raises ``CheckFailed``.

    One that cannot be read stays, since its page says why.
    """
    found = []
    for target in targets:
        if not target.allows_connections:
            continue
        try:
            opened = connect(target.dsn, "console", timeout=_CONNECT_TIMEOUT)
            with opened as connection, transaction(connection):
                has = upgrade_plan.installed(connection) is not None
        except psycopg.Error:
            has = True
        if has:
            found.append(target)
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
        hint = (
            "The extension is missing or of an older version: run CREATE EXTENSION kwtools CASCADE,"
            " or ALTER EXTENSION kwtools UPDATE, in this database."
        )
    elif isinstance(error, psycopg.errors.QueryCanceled):
        hint = "It took longer than this page may. Try again when the server is less busy."
    return Unreadable(" ".join(message.split()), error.sqlstate or "", hint)
