"""The server programming interface: the only module that knows plpy.

Imported by the loader inside a backend; everything else of the runtime imports it
only to call what is here. ``queries`` holds the SQL texts.
"""

import ctypes
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import plpy  # type: ignore[import-not-found]

from kwruntime.errors import InternalError, KwError, RuntimeUnavailable
from kwruntime.queries import AS_OWNER, NOTHING, SERVER_ENCODING, Query
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

UndefinedColumn: type[Exception] = plpy.spiexceptions.UndefinedColumn
"""What a privilege of a column that does not exist raises."""
UniqueViolation: type[Exception] = plpy.spiexceptions.UniqueViolation
"""What a write raises where a unique constraint stands against it."""

_MAX_SHOWN = 1000

_plans: dict[Query, Any] = {}
_work: Callable[[], Any] | None = None
_result: Any = None
_failure: Exception | None = None


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
            failure = error
        except plpy.SPIError:
            raise
        except MemoryError:
            failure = InternalError(f"out of memory in kw.{function.__name__}")
        except Exception as error:
            failure = InternalError(
                f"{type(error).__name__} in kw.{function.__name__}: a bug of kwtools",
                hint="Please report it, with the call that led to it.",
            )
        raise _shown(failure)

    return guarded


# PL/Python shows an error as "type: message", and a type of module __main__ by its bare name.
_ShownError: type[Exception] = type("kwtools", (plpy.Error,), {"__module__": "__main__"})


def _shown(error: KwError) -> Exception:
    """Return the error as PostgreSQL shall show it: plpy reads these attributes."""
    shown = _ShownError(_bounded(error.message))
    hint, detail = (text and _bounded(text) for text in (error.hint, error.detail))
    vars(shown).update(sqlstate=error.sqlstate, detail=detail, hint=hint)
    return shown


def _bounded(text: str) -> str:
    """Return a message that repeats no argument at full length."""
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def warning(message: str, *, hint: str | None = None) -> None:
    """Show a warning to the client and in the log."""
    plpy.warning(message, **({} if hint is None else {"hint": hint}))


def notice(message: str, *, hint: str | None = None) -> None:
    """Show a notice to the client."""
    plpy.notice(message, **({} if hint is None else {"hint": hint}))


_interrupt_pending = ctypes.c_int.in_dll(_server, "InterruptPending")


def check_interrupts() -> None:
    """Let a cancel or a timeout end the statement: Python code does not notice them by itself."""
    if _interrupt_pending.value:
        execute(NOTHING)


def execute(query: Query, *args: Any) -> list[Row]:
    """Run a query with its prepared plan and return its rows."""
    plan = _plans.get(query)
    if plan is None:
        plan = _plans[query] = plpy.prepare(query.text, list(query.types))
    return plpy.execute(plan, args)  # type: ignore[no-any-return]


check_between_slices(check_interrupts)


@cache
def server_encoding() -> str:
    """Return PostgreSQL's name of the database's encoding."""
    return str(execute(SERVER_ENCODING)[0]["encoding"])


def as_owner(work: Callable[[], T]) -> T:
    """Run ``work`` as kw_owner and return its result.

    ``work`` is left here for ``kw._as_owner()``, the one SECURITY DEFINER function, which
    takes it at once. Whatever happens, nothing stays behind for a call by hand to find.
    """
    global _work, _result, _failure
    _work = work
    try:
        execute(AS_OWNER)
        return _result  # type: ignore[no-any-return]
    except plpy.SPIError:
        # What crossed the server is a copy without type or hint: raise the original.
        if _failure is not None:
            raise _failure from None
        raise
    finally:
        _work = _result = _failure = None


def run_left_work() -> None:
    """Run what ``as_owner`` left: the body of ``kw._as_owner()``."""
    global _work, _result, _failure
    work, _work = _work, None
    if work is None:
        raise _shown(RuntimeUnavailable("kw._as_owner() is internal and cannot be called by hand"))
    try:
        _result = work()
    except Exception as error:
        _failure = error
        raise
