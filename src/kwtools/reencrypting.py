"""The values of a column taken over to the present generations of their bindings."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row

from kwtools.attempts import (
    AGAIN,
    IN_USE,
    OF_THE_SESSION,
    OUTAGE,
    TRIES,
    pause,
    primary,
    with_detail,
)
from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.interrupts import Interrupts
from kwtools.output import tell
from kwtools.protected_column import Key, ProtectedColumn

BATCH = 500
MOST_BATCH = 10_000
"""What the runtime opens at once."""

MOST_LISTED = 1000
"""Values that failed and are listed; further ones are only counted."""

_MOST_LEFT = 100_000
_COUNT = """
select state, scope, generation, wrapper_status, bindings, values
from kw.field_generations(%s, %s)
"""
_RETIRE = "select kw.retire_generations(%s, %s, %s, %s)"
# A row that another transaction has locked is skipped. The limit is for locks of the whole table,
# and for what triggers wait for. Keys are looked up: a batch does not read all of a small table.
_PATIENCE = """
select
    set_config('lock_timeout', '5s', true), set_config('enable_seqscan', 'off', true)
"""
_REFUSED = ("KW003", "KW10", "42501", IN_USE)
_MISSING = ("42P01", "42883", "3F000")


class Generation(NamedTuple):
    """A row of kw.field_generations()."""

    state: str
    scope: str | None
    generation: int | None
    wrapper_status: str | None
    bindings: int
    values: int


class Failed(NamedTuple):
    """A value that was not re-encrypted, and why."""

    key: str
    sqlstate: str
    message: str


@dataclass
class Reencrypting:
    """The values of a column that are of earlier generations."""

    connection: Connection
    column: ProtectedColumn
    batch: int
    rate: int | None
    """Rows a second; null: no limit."""
    done: int = 0
    failures: int = 0
    failed: list[Failed] = field(default_factory=list)
    """The first of the failures."""
    left: list[Key] = field(default_factory=list)
    """Keys of values that others were changing, and still were at the end."""

    def counts(self) -> list[Generation]:
        """Count the values by generation."""
        with transaction(self.connection):
            return counted(self.connection, self.column.table, self.column.field)

    def run(self, advance: Callable[[int], None]) -> None:
        """Re-encrypt them by primary key, a batch a transaction; ``advance`` is told how many.

        What others are changing is tried once more at the end. Raises ``KwtoolsError`` where a KMS
        is not there, ``KeyboardInterrupt`` after the batch in which Ctrl-C was pressed.
        """
        with Interrupts() as interrupts:
            after: Key | None = None
            while True:
                keys, after = self._scan(after)
                self._move_all(keys, advance, interrupts)
                if after is None:
                    break
                interrupts.check()
            again, self.left = self.left, []
            self._move_all(again, advance, interrupts)
            if self.left:
                advance(len(self.left))

    def _scan(self, after: Key | None) -> tuple[list[Key], Key | None]:
        """Return the keys of old values among the next rows, and the key of the last row."""
        given = {f"k{i}": part for i, part in enumerate(after or ())}
        with transaction(self.connection):
            rows = self.connection.execute(
                self.column.scan(is_first=after is None), given
            ).fetchall()
        # Tables that inherit may have a key more than once.
        keys = dict.fromkeys(row[:-1] for row in rows if row[-1])
        return list(keys), rows[-1][:-1] if rows else None

    def _move_all(
        self, keys: Sequence[Key], advance: Callable[[int], None], interrupts: Interrupts
    ) -> None:
        size = self.batch if self.rate is None else min(self.batch, self.rate)
        for start in range(0, len(keys), size):
            began = time.monotonic()
            part = keys[start : start + size]
            self._move(part, advance)
            interrupts.check()
            if self.rate is not None:
                time.sleep(max(0.0, began + len(part) / self.rate - time.monotonic()))
                interrupts.check()

    def _move(self, keys: Sequence[Key], advance: Callable[[int], None]) -> None:
        """Move a batch; where it fails, its halves, down to the values that fail alone."""
        waiting = [keys]
        while waiting:
            part = waiting.pop()
            left = len(self.left)
            failure = self._tried(part)
            if failure is not None and len(part) > 1:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
                continue
            if failure is not None:
                self.failures += 1
                if len(self.failed) < MOST_LISTED:
                    self.failed.append(failure)
            advance(len(part) - (len(self.left) - left))

    def _tried(self, keys: Sequence[Key]) -> Failed | None:
        """Move values in one transaction; return what stood in the way.

        Those that others have locked or changed meanwhile join ``left``.
        """
        for tries in range(1, TRIES + 1):
            try:
                moved, others = self._moved(keys)
            except psycopg.Error as error:
                code = error.sqlstate or ""
                if code in AGAIN and tries < TRIES:
                    pause(tries)
                    continue
                if code == IN_USE:
                    self._leave(keys)
                    return None
                if code in OUTAGE:
                    raise self._stopped(f"a KMS is not available: {primary(error)}") from None
                if self.connection.closed:
                    raise self._stopped("the connection was lost") from None
                if not code or code.startswith(OF_THE_SESSION):
                    raise
                return Failed(_shown(keys[0]), code, primary(error))
            self.done += moved
            self._leave([keys[place - 1] for place in others])
            return None
        raise AssertionError

    def _moved(self, keys: Sequence[Key]) -> tuple[int, list[int]]:
        given: dict[str, Any] = {
            f"k{i}": list(part) for i, part in enumerate(zip(*keys, strict=True))
        }
        given |= {"table": self.column.table, "field": self.column.field}
        with transaction(self.connection, writes=True):
            self.connection.execute(_PATIENCE)
            row = self.connection.execute(self.column.move(), given).fetchone()
        assert row is not None
        return row[0], row[1]

    def _leave(self, keys: Sequence[Key]) -> None:
        self.left += keys[: _MOST_LEFT - len(self.left)]

    def _stopped(self, why: str) -> KwtoolsError:
        return KwtoolsError(
            f"{why}; {self.done} values were re-encrypted before",
            "Run it again when that is fixed. It continues where it stopped.",
        )


def counted(connection: Connection, table: str, field_name: str) -> list[Generation]:
    """Return the rows of kw.field_generations(); raises ``CheckFailed``."""
    with connection.cursor(row_factory=class_row(Generation)) as cursor:
        try:
            return cursor.execute(_COUNT, (table, field_name)).fetchall()
        except psycopg.Error as error:
            raise refused(error) from None


def retire(
    connection: Connection, table: str, field_name: str, seconds: int, *, ignore_standbys: bool
) -> int:
    """Call kw.retire_generations(); raises ``CheckFailed`` where something could need them."""

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        tell((notice.message_primary or "").removeprefix("kwtools: "))

    connection.add_notice_handler(hear)
    try:
        with transaction(connection, writes=True):
            given = (table, field_name, seconds, ignore_standbys)
            row = connection.execute(_RETIRE, given).fetchone()
    except psycopg.Error as error:
        raise refused(error) from None
    finally:
        connection.remove_notice_handler(hear)
    assert row is not None
    return int(row[0])


def refused(error: psycopg.Error) -> Exception:
    """Return ``CheckFailed`` for what the server refuses, else the error itself."""
    code = error.sqlstate or ""
    if code in _MISSING:
        return CheckFailed(
            primary(error),
            "Run CREATE EXTENSION kwtools CASCADE, or ALTER EXTENSION kwtools UPDATE, in this"
            " database.",
        )
    if not code.startswith(_REFUSED):
        return error
    return CheckFailed(with_detail(error), error.diag.message_hint or "")


def _shown(key: Key) -> str:
    """Return a key as kw.entity_key() joins it."""
    return key[0] if len(key) == 1 else json.dumps(key, ensure_ascii=False)
