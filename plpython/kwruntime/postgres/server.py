"""Queries by prepared plans, and the owner switch: work that runs as the tables' owner."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import plpy  # type: ignore[import-not-found]

from kwruntime.errors import Blocked, Conflict, InternalError, RuntimeUnavailable
from kwruntime.escapes import ascii_only, plain
from kwruntime.postgres.backend import (
    ENCODING,
    has_written,
    in_recovery,
    invalidations,
    keeps_snapshot,
    lock_timeout_ms,
    pop_snapshot,
    push_snapshot_of_now,
    session_user,
)
from kwruntime.postgres.messages import (
    UNTRANSLATABLE,
    SPIError,
    UniqueViolation,
    old_snapshot,
    shown,
)
from kwruntime.postgres.query import Query, Row, composed
from kwruntime.postgres.shown import read_errors_in
from kwruntime.session import Session

T = TypeVar("T")

# True. A session learns of privileges that others have changed when it gets a lock that it does not
# hold yet, as here: on the TOAST table of pg_proc, whose oid is the same in every version. A client
# cannot keep it locked, since none may use schema pg_toast; PREPARE alone would lock any other.
# Of the functions that take such a lock this one asks for nothing else: no file, no privilege.
CATALOGS_OF_NOW = "pg_relation_is_updatable(2836, false) >= 0"
AS_OWNER = Query(f"select kw._as_owner() where {CATALOGS_OF_NOW}")
READ_AS_OWNER = Query(f"select kw._read_as_owner() where {CATALOGS_OF_NOW}")
WRITE_VIEW = Query("select kw._write_view()")
SNAPSHOT = Query(f"select pg_current_snapshot() as seen where {CATALOGS_OF_NOW}")
TEXT_IS_NULL = Query("select kw._text() is null")
STILL_STANDS = Query(
    f"select kw._still_stands({', '.join(f'${number}' for number in range(1, 21))}) as stands",
    (
        *("oid", "text", "text", "text", "oid", "tid", "xid", "text", "bool", "int8"),
        *("int8", "tid", "xid", "bool", "bool", "int8", "tid", "xid", "text", "int4"),
    ),
)
SET_LOCK_TIMEOUT = Query("select set_config('lock_timeout', $1, true)", ("text",))

Moment = tuple[str, int, int]
"""Snapshot, invalidations of the catalogs, and session user."""

_LOCK_TIMEOUT_MS = 5000  # as kw._as_owner() sets it

read_errors_in(ENCODING, __file__.rpartition("/")[0])


class Server:
    """The session's way to the server: prepared plans, and what the owner switch has to run."""

    def __init__(self, _: Session) -> None:
        self._plans: dict[Query, Any] = {}
        self._pending: tuple[Query, Callable[[], None]] | None = None
        # Whether each query must go through the switch that reads as of now.
        self._reads_apart = False
        self._text: str | None = None

    def execute(self, query: Query, *args: Any) -> list[Row]:
        """Run a query with its prepared plan and return its rows.

        It reads as of now, in every isolation level.
        """
        try:
            if self._reads_apart and not query.writes:
                return self.read_as_owner(lambda: self._run(query, args))
            return self._run(query, args)
        except plpy.spiexceptions.LockNotAvailable:
            raise self._blocked(query) from None
        except (UniqueViolation, plpy.spiexceptions.SequenceGeneratorLimitExceeded) as error:
            for row in self._sequences_astray(error):
                state = (
                    "is near its end"
                    if row["is_far"]
                    else "returns numbers that are already in use"
                )
                raise Conflict(
                    f"sequence {row['name']} {state}",
                    detail="It was set by hand, or a restore is not complete.",
                    hint="Ask an admin to move it with kw.check_restore().",
                ) from None
            raise
        except plpy.spiexceptions.ForeignKeyViolation:
            if self._reads_apart:
                raise old_snapshot() from None  # what is named was made after the snapshot
            raise

    def _sequences_astray(self, error: Any) -> list[Row]:
        """Return the sequences that have to be moved, where that may be why a row got no number."""
        constraint = error.spidata[-1] if hasattr(error, "spidata") else None
        if isinstance(error, UniqueViolation) and not str(constraint).endswith("_pkey"):
            return []
        return self.sequences_to_move()

    def sequences_to_move(self) -> list[Row]:
        """Return the sequences whose next value cannot be used, each with the value to set."""
        from kwruntime.postgres.sequences import SEQUENCE_CHECKS  # only after an error

        return self.execute(composed(self.execute(SEQUENCE_CHECKS)[0]["text"]))

    def run(self, text: str) -> None:
        """Run a statement that is not used again, as one that creates something."""
        plpy.execute(text)

    def pages(self, text: str, rows: int) -> Iterator[list[Row]]:
        """Run a query once and yield its rows, so many at a time.

        By the rights in force at the first page, and by one snapshot: of then in a function that is
        VOLATILE, of the statement in one that is STABLE.
        """
        cursor = plpy.cursor(text)
        while page := list(cursor.fetch(rows)):
            yield page

    def _run(self, query: Query, args: tuple[Any, ...] = ()) -> list[Row]:
        plan = self._plans.get(query)
        if plan is None:
            plan = self._plans[query] = plpy.prepare(query.text, list(query.types))
        return plpy.execute(plan, args)  # type: ignore[no-any-return]

    def _blocked(self, query: Query) -> Blocked:
        """The error of a wait for a lock that took too long; names who may hold it."""
        from kwruntime.postgres.lock_holders import (
            HOLDERS,
            how_to_end,
            named,
        )  # only after an error

        found = self.execute(HOLDERS, query.tables) or self.execute(HOLDERS, None)
        return Blocked(
            "another transaction is changing the same rows and did not end in time",
            detail=f"It may be that of {named(found)}." if found else None,
            hint=" ".join(["Repeat the call when that transaction has ended.", *how_to_end(found)]),
        )

    def holders(self, query: Query) -> str:
        """Name the transactions in progress that may hold what a query would lock; may be empty."""
        from kwruntime.postgres.lock_holders import HOLDERS, named  # only after an error

        return named(self.execute(HOLDERS, query.tables))

    def seen(self, query: Query, *args: Any) -> list[Row]:
        """Run a query that reads by the transaction's snapshot, as locks and changes do."""
        return self._run(query, args)

    def seen_now(self, query: Query, *args: Any) -> list[Row]:
        """Run a query that reads as of now, in a function that is STABLE."""
        push_snapshot_of_now()
        try:
            return self._run(query, args)
        finally:
            pop_snapshot()

    # -- the owner switch -----------------------------------------------------------------------

    def as_owner(self, work: Callable[[], T]) -> T:
        """Run ``work`` as kw_owner, so that it may write and lock rows, and return its result.

        What it reads is as of now: where the transaction keeps a snapshot, each reading query goes
        through ``kw._read_as_owner()``. It waits for no lock longer than the function's setting
        says, or than that of the session where that is stricter.
        """
        own = lock_timeout_ms()

        def work_in_time() -> T:
            self.execute(SET_LOCK_TIMEOUT, str(own))
            return work()

        is_stricter = 0 < own < _LOCK_TIMEOUT_MS
        return self._through(
            AS_OWNER, work_in_time if is_stricter else work, reads_apart=keeps_snapshot()
        )

    def read_as_owner(self, work: Callable[[], T]) -> T:
        """Run ``work`` as kw_owner, to read as of now, and return its result.

        Whatever the isolation level, however old the transaction's snapshot, and on a standby. It
        cannot write.
        """
        return self._through(READ_AS_OWNER, work, reads_apart=False)

    def write_as_caller(self, work: Callable[[], T]) -> T:
        """Run ``work`` in a function that is VOLATILE, with the rights in force: it may write."""
        return self._through(WRITE_VIEW, work, reads_apart=False)

    def moment(self) -> Moment | None:
        """Return the moment. Until it changes, a proof that was made after it still holds.

        While it is the same, no transaction has ended, and the session's copy of the catalogs is
        the same. None on a standby and in a transaction that has written: there are changes that
        it does not show.
        """
        if has_written() or in_recovery():
            return None
        push_snapshot_of_now()
        try:
            seen = self._run(SNAPSHOT)[0]["seen"]
        finally:
            pop_snapshot()
        return seen, invalidations(), session_user()

    def still_stands(self, *args: Any) -> int:
        """Ask ``kw._still_stands()``: as of now, where the function that was called is STABLE.

        One that is VOLATILE asks with the snapshot of its transaction, where that keeps one.
        """
        push_snapshot_of_now()
        try:
            return int(self._run(STILL_STANDS, args)[0]["stands"])
        finally:
            pop_snapshot()

    def _through(self, switch: Query, work: Callable[[], T], *, reads_apart: bool) -> T:
        """Leave ``work`` for a SECURITY DEFINER function, which takes it at once, and call that.

        Whatever happens, nothing stays behind for a call by hand to find.
        """
        done: list[T] = []
        failure: list[Exception] = []

        def run() -> None:
            try:
                done.append(work())
            except SPIError as error:
                failure.append(error)
            except Exception as error:
                failure.append(error)
            if failure:
                # Its message might not be read where it arrives: the original is raised there.
                raise shown(InternalError("an error that is raised outside of the owner switch"))

        before = self._reads_apart
        self._pending, self._reads_apart = (switch, run), reads_apart
        try:
            self._run(switch)
            return done[0]
        except SPIError:
            # What crossed the server is a copy without type or hint: raise the original.
            if failure:
                raise failure[0] from None
            raise
        finally:
            self._pending, self._reads_apart = None, before

    def run_pending(self) -> None:
        """Run what ``as_owner`` left: the body of ``kw._as_owner()``."""
        self._taken(AS_OWNER, "kw._as_owner()")()

    def run_pending_reading(self) -> None:
        """Run what ``read_as_owner`` left, as of now: the body of ``kw._read_as_owner()``.

        It is STABLE, so the server runs its queries with the snapshot that is active.
        """
        work = self._taken(READ_AS_OWNER, "kw._read_as_owner()")
        push_snapshot_of_now()
        try:
            work()
        finally:
            pop_snapshot()

    def run_pending_writing(self) -> None:
        """Run what ``write_as_caller`` left: the body of ``kw._write_view()``."""
        self._taken(WRITE_VIEW, "kw._write_view()")()

    def _taken(self, switch: Query, name: str) -> Callable[[], None]:
        pending, self._pending = self._pending, None
        if pending is None or pending[0] is not switch:
            raise shown(RuntimeUnavailable(f"{name} is internal and cannot be called directly"))
        return pending[1]

    def subtransaction(self) -> AbstractContextManager[None]:
        """Return a context in which what fails undoes only what was done in it."""
        return plpy.subtransaction()  # type: ignore[no-any-return]

    # -- texts ----------------------------------------------------------------------------------

    def holds(self, text: str) -> bool:
        """Whether the database's encoding has every character of a text.

        The text is left for ``kw._text()`` to return: as a parameter it could get into the log.
        """
        self._text = text
        try:
            self.execute(TEXT_IS_NULL)
        except UNTRANSLATABLE:
            return False
        finally:
            self._text = None
        return True

    def pending_text(self) -> str | None:
        """Return what ``holds`` left: the body of ``kw._text()``."""
        return self._text

    def storable(self, text: str) -> str:
        """Return a text of somebody else, escaped where the database cannot hold it."""
        text = plain(text)
        held = text.isascii() or ENCODING in ("UTF8", "SQL_ASCII") or self.holds(text)
        return text if held else ascii_only(text)

    def rows_for_people(self, rows: list[Row]) -> list[Row]:
        """Return rows whose texts come from names and servers as they can be shown."""
        return [
            {
                name: self.storable(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in rows
        ]
