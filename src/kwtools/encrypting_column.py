"""A plaintext column encrypted in phases, a batch in each transaction (``kw.protect_…``)."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from kwtools import old_keys
from kwtools.attempts import AGAIN, IN_USE, TRIES, retried
from kwtools.batches import OWN_PATH, in_batches
from kwtools.connections import Connection, transaction
from kwtools.output import tell

PHASES = ("expanded", "backfilled", "verified", "cut_over", "contracted")
MOST_BATCH = 10_000
"""What the runtime reads at once."""

_BATCHED = ("backfill", "verify")
_LAST_CALLS = 100
"""Of a takeover, before cut over, which encrypts the last values itself."""
_CONFLICT = "KW102"


class Step(NamedTuple):
    """A row of kw.plan_protection()."""

    kind: str
    name: str
    detail: str
    is_obstacle: bool


class Status(NamedTuple):
    """A row of kw.protection_status()."""

    entity_table: str
    field_name: str
    status: str
    key_scope: str
    value_type: str
    shown_by: str
    search: str | None
    token_column: str | None
    index_statements: list[str]
    rows_estimated: int
    encrypted: int
    verified: int
    differing: int
    differing_keys: list[str]
    taken_over_from: str | None


class Choices(NamedTuple):
    """What is chosen when a protection begins."""

    scope: str
    shown_by: str
    search: str | None
    normaliser: str


class Takeover(NamedTuple):
    """Which tool encrypted a column: a source of kw.takeover_many, and its options."""

    source: str
    options: dict[str, Any]

    @property
    def named(self) -> dict[str, object]:
        """The parameters of functions."""
        return {"taken_over_from": self.source, "takeover_options": Jsonb(self.options)}


def statuses(connection: Connection, table: str | None) -> list[Status]:
    """Return how far the columns of a table, or of every table, are."""
    query = f"select {', '.join(Status._fields)} from kw.protection_status(%s)"  # noqa: S608
    with transaction(connection), connection.cursor(row_factory=class_row(Status)) as cursor:
        return cursor.execute(query.encode(), (table,)).fetchall()


@dataclass
class ColumnEncryption:
    """A column on its way."""

    connection: Connection
    table: str
    column: str
    batch: int
    rate: int | None
    """Rows a second; null: no limit."""
    takeover: Takeover | None = field(default=None, kw_only=True)
    old_key: bytes | None = field(default=None, kw_only=True, repr=False)
    _has_told: bool = field(default=False, init=False)

    def plan(self, choices: Choices) -> list[Step]:
        """Return what the protection does, meets and leaves."""
        named = self._of_takeover | self._key
        columns, more = ", ".join(Step._fields), _as_arguments(named)
        query = f"select {columns} from kw.plan_protection(%s, %s, %s, %s, %s, %s{more})"  # noqa: S608
        given = self.table, self.column, *choices, *named.values()
        with (
            transaction(self.connection),
            self.connection.cursor(row_factory=class_row(Step)) as cursor,
        ):
            self._keep_key_out_of_the_log()
            return cursor.execute(query.encode(), given).fetchall()

    def status(self) -> Status | None:
        """Return how far it is; null where it has not begun."""
        found = [
            one for one in statuses(self.connection, self.table) if one.field_name == self.column
        ]
        return found[-1] if found else None

    def expand(self, choices: Choices, policy: str | None) -> None:
        """Begin, unless it has begun."""
        scope, *more = choices
        self._call("expand", scope, policy, *more, **self._of_takeover)

    def index(self) -> None:
        """Make the indexes of tokens, which stops no writer.

        Values that are equal when normalised fail it; the verification names them.
        """
        status = self.status()
        with contextlib.suppress(psycopg.errors.UniqueViolation):
            for statement in [] if status is None else status.index_statements:
                self.connection.execute(statement.encode())

    def backfill(self, advance: Callable[[int], None]) -> None:
        """Encrypt the values that are there."""
        self._batches("backfill", advance)

    def verify(self, advance: Callable[[int], None]) -> None:
        """Decrypt and compare all values."""
        self._batches("verify", advance)

    def cut_over(self) -> None:
        """Give the column's name to the encrypted column."""
        for tries in range(1, TRIES + 1):
            try:
                self._backfill_last()
                self._call("cut_over", **self._key)
                return
            except psycopg.Error as error:
                # Too much may have been written while cut over waited for others.
                if self.takeover is None or error.sqlstate != _CONFLICT or tries == TRIES:
                    raise

    def _backfill_last(self) -> None:
        """Of a takeover, encrypt what was written during the verification.

        Writers may be as quick as this, so it ends after some calls: cut over encrypts the rest.
        """
        for _ in range(_LAST_CALLS):
            if not self._call("backfill", self.batch, **self._key):
                return

    def contract(self) -> None:
        """Drop the plaintext."""
        self._call("contract")

    def undo(self, *, discards_newer: bool) -> None:
        """Go back to the column as it was."""
        self._call("undo", **({"discard_newer": True} if discards_newer else {}))

    @property
    def _of_takeover(self) -> dict[str, object]:
        return {} if self.takeover is None else self.takeover.named

    @property
    def _key(self) -> dict[str, object]:
        return {} if self.old_key is None else {"old_key": self.old_key}

    def _keep_key_out_of_the_log(self) -> None:
        """Do so in this transaction, and tell once if it cannot be done."""
        if self.old_key is not None:
            old_keys.keep_out_of_the_log(self.connection, tells=not self._has_told)
            self._has_told = True

    def _batches(self, step: str, advance: Callable[[int], None]) -> None:
        """Work at the next rows until none is left; ``advance`` is told how many."""
        in_batches(
            lambda size: int(self._call(step, size, **self._key)), self.batch, self.rate, advance
        )

    def _call(self, step: str, *more: object, **named: object) -> Any:
        """Call a function in its own transaction, again where another one was in the way.

        Phases that lock the table have already tried for long.
        """
        again = (*AGAIN, IN_USE) if step in _BATCHED else AGAIN
        given = self.table, self.column, *more
        arguments = ", ".join(["%s"] * len(given)) + _as_arguments(named)
        query = f"select kw.protect_{step}({arguments})".encode()

        def work() -> Any:
            with transaction(self.connection, writes=True):
                self.connection.execute(OWN_PATH)
                self._keep_key_out_of_the_log()
                row = self.connection.execute(query, (*given, *named.values())).fetchone()
            assert row is not None
            return row[0]

        return retried(work, again)


def _as_arguments(named: Iterable[str]) -> str:
    """Return the last arguments of a call, by their names."""
    return "".join(f", {name} => %s" for name in named)


def tell_notices(connection: Connection) -> None:
    """Show the notices and warnings of the server."""

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized in ("NOTICE", "WARNING"):
            message = (notice.message_primary or "").removeprefix("kwtools: ")
            hint = notice.message_hint
            tell(f"{message}. {hint}" if hint else message)

    connection.add_notice_handler(hear)
