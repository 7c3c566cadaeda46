"""The server programming interface: the only module that knows plpy.

Imported by the loader inside a backend; everything else of the runtime imports it
only to call what is here. ``queries`` holds the SQL texts.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache, wraps
from types import FrameType
from typing import Any, ParamSpec, TypeVar

import plpy  # type: ignore[import-not-found]

from kwruntime.errors import (
    BadArgument,
    Blocked,
    Conflict,
    InternalError,
    KwError,
    OldSnapshot,
    RuntimeUnavailable,
)
from kwruntime.queries import (
    AS_OWNER,
    FOR_CLIENT,
    HOLDERS,
    NOTHING,
    READ_AS_OWNER,
    SEQUENCE_CHECKS,
    SERVER_MAJOR,
    SET_LOCK_TIMEOUT,
    STILL_STANDS,
    TEXT_IS_NULL,
    Query,
)
from kwruntime.shown import ascii_only, plain, read_errors_in, sqlstate_of
from kwruntime.waiting import check_between_slices

P = ParamSpec("P")
T = TypeVar("T")
Row = dict[str, Any]

# PyDLL keeps the interpreter's lock: these return at once.
_server = ctypes.PyDLL(None)
_in_parallel_mode = _server.IsInParallelMode
_in_parallel_mode.restype = ctypes.c_bool
_in_parallel_mode.argtypes = ()
current_role: Callable[[], int] = _server.GetUserId
"""Return the oid of the role in force: what SET ROLE and definer functions set."""
_server.GetUserId.restype = ctypes.c_uint32
_server.GetUserId.argtypes = ()

statement_start: Callable[[], int] = _server.GetCurrentStatementStartTimestamp
"""Return when the client's statement began, which tells one statement from another."""
_server.GetCurrentStatementStartTimestamp.restype = ctypes.c_int64
_server.GetCurrentStatementStartTimestamp.argtypes = ()

_server.GetDatabaseEncodingName.restype = ctypes.c_char_p
_server.GetDatabaseEncodingName.argtypes = ()
_encoding: str = _server.GetDatabaseEncodingName().decode()
read_errors_in(_encoding, __file__)

UndefinedColumn: type[Exception] = plpy.spiexceptions.UndefinedColumn
"""What a privilege of a column that does not exist raises."""
UniqueViolation: type[Exception] = plpy.spiexceptions.UniqueViolation
"""What a write raises where a unique constraint stands against it."""

_MAX_SHOWN = 1000

UNTRANSLATABLE: tuple[type[Exception], ...] = (
    plpy.spiexceptions.UntranslatableCharacter,
    plpy.spiexceptions.CharacterNotInRepertoire,
)
"""What a text raises that another encoding does not have."""

_lock_timeout = ctypes.c_int.in_dll(_server, "LockTimeout")
_LOCK_TIMEOUT_MS = 5000  # as kw._as_owner() sets it
_isolation_level = ctypes.c_int.in_dll(_server, "XactIsoLevel")
_READ_COMMITTED = 1

# The snapshot of this moment, whatever that of the transaction: foreign keys read by it, too.
# Only called where IsInParallelMode says no, since an error must not cross ctypes.
_latest_snapshot = _server.GetLatestSnapshot
_latest_snapshot.restype, _latest_snapshot.argtypes = ctypes.c_void_p, ()
_push_snapshot = _server.PushActiveSnapshot
_push_snapshot.restype, _push_snapshot.argtypes = None, (ctypes.c_void_p,)
_pop_snapshot = _server.PopActiveSnapshot
_pop_snapshot.restype, _pop_snapshot.argtypes = None, ()

_plans: dict[Query, Any] = {}
_left: tuple[Query, Callable[[], None]] | None = None
# Whether the queries that run now must each be taken through the hop that reads as of now.
_reads_apart = False
_text_left: str | None = None


def entry(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function of ``api`` safe to call from SQL.

    It refuses parallel mode, where plpy would crash the backend, and turns every error
    into one with an SQLSTATE of ours. Errors of PostgreSQL itself (cancel, serialization,
    constraints) pass as they are.
    """

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if _in_parallel_mode():
            raise _shown(
                RuntimeUnavailable(
                    "kwtools functions cannot run in parallel queries",
                    hint="Do not mark functions that call them PARALLEL SAFE or RESTRICTED.",
                )
            )
        try:
            return function(*args, **kwargs)
        except KwError as error:
            shown = _shown(error)
        except plpy.SPIError as error:
            if _encoding == "UTF8":
                raise
            shown = _converted(error)
        except Exception as error:
            shown = _shown(_bug(error, f"kw.{function.__name__}"))
        raise shown

    return guarded


def _bug(error: Exception, where: str) -> KwError:
    if isinstance(error, UnicodeEncodeError):  # Python's file names follow LC_CTYPE
        return BadArgument(
            "a path or a name beyond ASCII cannot be used in this database",
            hint="Use ASCII, or a database whose LC_CTYPE is of UTF-8.",
        )
    if isinstance(error, MemoryError):
        return InternalError(f"out of memory in {where}")
    return InternalError(
        f"{type(error).__name__} in {where}: a bug of kwtools",
        hint="Please report it, with the call that led to it.",
    )


# PL/Python shows an error as "type: message", and a type of module __main__ by its bare name.
_ShownError: type[Exception] = type("kwtools", (plpy.Error,), {"__module__": "__main__"})
# What PL/Python looks for in an error: each must be there, or it leaves a failure pending.
_FIELDS = (
    *("detail", "hint"),
    *("schema_name", "table_name", "column_name", "datatype_name", "constraint_name"),
)


def _shown(error: KwError) -> Exception:
    """Return an error of ours as PostgreSQL shall show it."""
    hint, detail = (text and _bounded(text) for text in (error.hint, error.detail))
    return _raisable(_ShownError, error.sqlstate, _bounded(error.message), detail=detail, hint=hint)


def _converted(error: Any) -> Exception:
    """Return an SPIError as an error whose detail and hint PL/Python converts, too."""
    kind = type(error)
    made = type(kind.__name__, (plpy.Error,), {"__module__": kind.__module__})
    if not hasattr(error, "spidata"):
        return _raisable(made, error.sqlstate, str(error))
    packed, detail, hint, _, _, *names = error.spidata
    fields = dict(zip(_FIELDS, (detail, hint, *names), strict=True))
    return _raisable(made, sqlstate_of(packed), str(error), **fields)


def _raisable(
    kind: type[Exception], sqlstate: str, message: str, **fields: str | None
) -> Exception:
    texts = {"message": message, **fields}
    try:
        shown = {name: text and _showable(text) for name, text in texts.items()}
    except plpy.SPIError:  # cancelled once more
        shown = {name: text and ascii_only(text) for name, text in texts.items()}
    made = kind(shown.pop("message"))
    vars(made).update(dict.fromkeys(_FIELDS), **shown, sqlstate=sqlstate)
    return made


def _showable(message: str) -> str:
    """Return a message that database, client and PL/Python can show, escaped where they cannot.

    Where code in PL/Python called us, the message of an error goes through its plpy, which
    takes it for UTF-8.
    """
    if message.isascii():
        return message
    if _encoding != "UTF8" and _beneath_python():
        return ascii_only(message)
    try:
        execute(FOR_CLIENT, message)
    except UNTRANSLATABLE:
        return ascii_only(message)
    return message


def _beneath_python() -> bool:
    """Whether another function of PL/Python called the one that we run in."""
    frame: FrameType | None = sys._getframe()
    bodies = 0
    while frame is not None:
        bodies += frame.f_code.co_name.startswith("__plpython_")
        frame = frame.f_back
    return bodies > 1


def _bounded(text: str) -> str:
    """Return a message that repeats no argument at full length."""
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


_ENDS_THE_CALL = ("40", "57", "58", "XX")  # classes of SQLSTATEs: conflicts, cancels, shutdowns


def attempt(work: Callable[[], T], *, with_queries: bool = False) -> T | KwError:
    """Return what ``work`` gives, or the error of ours that it ends in; a bug is one, too.

    Errors of PostgreSQL pass. ``with_queries`` turns those of queries into one that names their
    SQLSTATE, unless they end the call, as a cancel does.
    """
    try:
        return work()
    except KwError as error:
        return error
    except plpy.SPIError as error:
        sqlstate = str(getattr(error, "sqlstate", "XX000"))
        if not with_queries or sqlstate.startswith(_ENDS_THE_CALL):
            raise
        return InternalError(f"a query failed to run: SQLSTATE {sqlstate}")
    except Exception as error:
        return _bug(error, "a provider or check")


def warning(message: str, *, hint: str | None = None) -> None:
    """Show a warning to the client and in the log."""
    _tell(plpy.warning, message, hint)


def notice(message: str, *, hint: str | None = None) -> None:
    """Show a notice to the client."""
    _tell(plpy.notice, message, hint)


def _tell(tell: Callable[..., None], message: str, hint: str | None) -> None:
    # What the database cannot hold would be an error that jumps over live frames of Python.
    more = {} if hint is None else {"hint": _showable(plain(hint))}
    tell(_showable(plain(message)), **more)


_client_min_messages = ctypes.c_int.in_dll(_server, "client_min_messages")
_log_min_error_statement = ctypes.c_int.in_dll(_server, "log_min_error_statement")
_NO_LEVEL = 1000  # above every level of a message


def log(message: str) -> None:
    """Write a line to the server log alone, without the statement, which may hold literals."""
    kept = _client_min_messages.value, _log_min_error_statement.value
    _client_min_messages.value = _log_min_error_statement.value = _NO_LEVEL
    try:
        plpy.log(message)
    finally:
        _client_min_messages.value, _log_min_error_statement.value = kept


_interrupt_pending = ctypes.c_int.in_dll(_server, "InterruptPending")


def check_interrupts() -> None:
    """Let a cancel or a timeout end the statement: Python code does not notice them by itself."""
    if _interrupt_pending.value:
        execute(NOTHING)


def execute(query: Query, *args: Any) -> list[Row]:
    """Run a query with its prepared plan and return its rows.

    It reads as of now, in every isolation level.
    """
    try:
        if _reads_apart and not query.writes:
            return read_as_owner(lambda: _run(query, args))
        return _run(query, args)
    except plpy.spiexceptions.LockNotAvailable:
        raise _blocked(query) from None
    except (UniqueViolation, plpy.spiexceptions.SequenceGeneratorLimitExceeded) as error:
        for row in _sequences_astray(error):
            state = "is near its end" if row["is_far"] else "gives numbers that rows have already"
            raise Conflict(
                f"sequence {row['name']} {state}",
                hint="It was set by hand, or a restore is not complete. "
                "An admin moves it with kw.check_restore().",
            ) from None
        raise
    except plpy.spiexceptions.ForeignKeyViolation:
        if _reads_apart:
            raise old_snapshot() from None  # what is named was made after the snapshot
        raise


def _sequences_astray(error: Any) -> list[Row]:
    """Return the sequences that have to be moved, where that may be why a row got no number."""
    constraint = error.spidata[-1] if hasattr(error, "spidata") else None
    if isinstance(error, UniqueViolation) and not str(constraint).endswith("_pkey"):
        return []
    return sequences_to_move()


def sequences_to_move() -> list[Row]:
    """Return the sequences whose next value cannot be used, each with the value to set."""
    return execute(composed(execute(SEQUENCE_CHECKS)[0]["text"]))


@cache
def composed(text: str) -> Query:
    """Return a query that the server put together from its catalogs, one for each text."""
    return Query(text)


def _blocked(query: Query) -> Blocked:
    """The error of a wait for a lock that took too long; names who may hold it."""
    found = execute(HOLDERS, query.tables) or execute(HOLDERS, None)
    ends = ["pg_terminate_backend() ends a session."] if any(row["pid"] for row in found) else []
    ends += [f"ROLLBACK PREPARED {row['prepared']} ends it." for row in found if row["prepared"]]
    return Blocked(
        "another transaction changes the same and did not end in time",
        detail=f"It may be that of {_named(found)}." if found else None,
        hint=f"Repeat the call when it has ended. {' '.join(ends)}".rstrip(),
    )


def holders(query: Query) -> str:
    """Name the transactions in progress that may hold what a query would lock; may be empty."""
    return _named(execute(HOLDERS, query.tables))


def _named(found: list[Row]) -> str:
    return " or ".join(
        f"process {row['pid']} of role {row['role']!r} (application {row['application']!r})"
        if row["prepared"] is None
        else f"the prepared transaction {row['prepared']} of role {row['role']!r}"
        for row in found
    )


def seen(query: Query, *args: Any) -> list[Row]:
    """Run a query that reads by the transaction's snapshot, as locks and changes do."""
    return _run(query, args)


def _run(query: Query, args: tuple[Any, ...] = ()) -> list[Row]:
    plan = _plans.get(query)
    if plan is None:
        plan = _plans[query] = plpy.prepare(query.text, list(query.types))
    return plpy.execute(plan, args)  # type: ignore[no-any-return]


def keeps_snapshot() -> bool:
    """Return whether the transaction has one snapshot for all of its statements."""
    return bool(_isolation_level.value > _READ_COMMITTED)


def old_snapshot() -> OldSnapshot:
    """The error of a change of what the transaction's snapshot does not show."""
    return OldSnapshot(
        "could not serialize access: a row was added or changed after the transaction's snapshot",
        hint="Repeat the transaction.",
    )


check_between_slices(check_interrupts)


def server_encoding() -> str:
    """Return PostgreSQL's name of the database's encoding."""
    return _encoding


def holds(text: str) -> bool:
    """Whether the database's encoding has every character of a text.

    The text is left for ``kw._text()`` to return: as a parameter it could get into the log.
    """
    global _text_left
    _text_left = text
    try:
        execute(TEXT_IS_NULL)
    except UNTRANSLATABLE:
        return False
    finally:
        _text_left = None
    return True


def storable(text: str) -> str:
    """Return a text of somebody else's, plain, with escapes for what the database cannot hold."""
    text = plain(text)
    held = text.isascii() or _encoding in ("UTF8", "SQL_ASCII") or holds(text)
    return text if held else ascii_only(text)


def rows_for_people(rows: list[Row]) -> list[Row]:
    """Return rows whose texts come from names and servers as they can be shown."""
    return [
        {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    ]


def left_text() -> str | None:
    """Return what ``holds`` left: the body of ``kw._text()``."""
    return _text_left


@cache
def server_major() -> int:
    """Return PostgreSQL's major version."""
    return int(_run(SERVER_MAJOR)[0]["major"])


def as_owner(work: Callable[[], T]) -> T:
    """Run ``work`` as kw_owner, so that it may write and lock rows, and return its result.

    What it reads is as of now: where the transaction keeps a snapshot, each reading query goes
    through ``kw._read_as_owner()``. It waits for no lock longer than the function's setting says,
    or than that of the session where that is stricter.
    """
    own = _lock_timeout.value

    def work_in_time() -> T:
        execute(SET_LOCK_TIMEOUT, str(own))
        return work()

    is_stricter = 0 < own < _LOCK_TIMEOUT_MS
    return _through(AS_OWNER, work_in_time if is_stricter else work, reads_apart=keeps_snapshot())


def read_as_owner(work: Callable[[], T]) -> T:
    """Run ``work`` as kw_owner, to read as of now, and return its result.

    Whatever the isolation level, however old the transaction's snapshot, and on a standby. It
    cannot write.
    """
    return _through(READ_AS_OWNER, work, reads_apart=False)


def still_stands(*args: Any) -> bool:
    """Ask ``kw._still_stands()``: as of now, where the function that was called is STABLE.

    One that is VOLATILE asks with the snapshot of its transaction, where that keeps one.
    """
    _push_snapshot(_latest_snapshot())
    try:
        return bool(_run(STILL_STANDS, args)[0]["stands"])
    finally:
        _pop_snapshot()


def _through(hop: Query, work: Callable[[], T], *, reads_apart: bool) -> T:
    """Leave ``work`` for a SECURITY DEFINER function, which takes it at once, and call that.

    Whatever happens, nothing stays behind for a call by hand to find.
    """
    global _left, _reads_apart
    done: list[T] = []
    failure: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except plpy.SPIError as error:
            failure.append(error)
        except Exception as error:
            failure.append(error)
        if failure:
            # Its message might not be read where it arrives: the original is raised there.
            raise _shown(InternalError("an error that is raised outside of the hop"))

    before = _reads_apart
    _left, _reads_apart = (hop, run), reads_apart
    try:
        _run(hop)
        return done[0]
    except plpy.SPIError:
        # What crossed the server is a copy without type or hint: raise the original.
        if failure:
            raise failure[0] from None
        raise
    finally:
        _left, _reads_apart = None, before


def run_left_work() -> None:
    """Run what ``as_owner`` left: the body of ``kw._as_owner()``."""
    _taken(AS_OWNER, "kw._as_owner()")()


def run_left_reading() -> None:
    """Run what ``read_as_owner`` left, with a snapshot of now: the body of ``kw._read_as_owner()``.

    It is STABLE, so the server runs its queries with the snapshot that is active.
    """
    work = _taken(READ_AS_OWNER, "kw._read_as_owner()")
    _push_snapshot(_latest_snapshot())
    try:
        work()
    finally:
        _pop_snapshot()


def _taken(hop: Query, name: str) -> Callable[[], None]:
    global _left
    left, _left = _left, None
    if left is None or left[0] is not hop:
        raise _shown(RuntimeUnavailable(f"{name} is internal and cannot be called by hand"))
    return left[1]
