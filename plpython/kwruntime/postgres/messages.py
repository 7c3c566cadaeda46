"""Errors, warnings and lines of the log, as PostgreSQL and PL/Python can show them."""

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

import plpy  # type: ignore[import-not-found]

from kwruntime.errors import BadArgument, InternalError, KwError, OldSnapshot
from kwruntime.escapes import ascii_only, plain
from kwruntime.postgres.backend import ENCODING, only_to_the_client, only_to_the_log
from kwruntime.postgres.shown import sqlstate_of

T = TypeVar("T")

SPIError: type[Exception] = plpy.SPIError
"""Any error of PostgreSQL's own, as a cancel or a constraint."""
UndefinedColumn: type[Exception] = plpy.spiexceptions.UndefinedColumn
"""What a privilege of a column that does not exist raises."""
UniqueViolation: type[Exception] = plpy.spiexceptions.UniqueViolation
"""What a write raises where a unique constraint stands against it."""
OF_OTHER_NAMES: tuple[type[Exception], ...] = (
    plpy.spiexceptions.UndefinedTable,
    plpy.spiexceptions.UndefinedColumn,
    plpy.spiexceptions.WrongObjectType,
    plpy.spiexceptions.DependentObjectsStillExist,
)
"""What a statement can raise whose names others have changed."""
DEADLOCK: type[Exception] = plpy.spiexceptions.DeadlockDetected
"""What PostgreSQL raises in one of two transactions that wait for each other."""
UNTRANSLATABLE: tuple[type[Exception], ...] = (
    plpy.spiexceptions.UntranslatableCharacter,
    plpy.spiexceptions.CharacterNotInRepertoire,
)
"""What a text raises that another encoding does not have."""

_FOR_CLIENT = "select octet_length(convert_to($1, pg_client_encoding()))"
_NOW = """
    select
        to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
        current_database() as database, session_user as session_role
"""
_MAX_SHOWN = 1000
_LINE_VERSION = 1
# PL/Python shows an error as "type: message", and a type of module __main__ by its bare name.
_ShownError: type[Exception] = type("kwtools", (plpy.Error,), {"__module__": "__main__"})
# What PL/Python looks for in an error: each must be there, or it leaves a failure pending.
_FIELDS = (
    *("detail", "hint"),
    *("schema_name", "table_name", "column_name", "datatype_name", "constraint_name"),
)
_ENDS_THE_CALL = ("40", "57", "58", "XX")  # classes of SQLSTATEs: conflicts, cancels, shutdowns


def shown(error: KwError) -> Exception:
    """Return an error of ours as PostgreSQL shall show it."""
    hint, detail = (text and _bounded(text) for text in (error.hint, error.detail))
    return _raisable(_ShownError, error.sqlstate, _bounded(error.message), detail=detail, hint=hint)


def converted(error: Any) -> Exception:
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
        said = {name: text and _showable(text) for name, text in texts.items()}
    except SPIError:  # cancelled once more
        said = {name: text and ascii_only(text) for name, text in texts.items()}
    made = kind(said.pop("message"))
    vars(made).update(dict.fromkeys(_FIELDS), **said, sqlstate=sqlstate)
    return made


def _showable(message: str) -> str:
    """Return a message that database, client and PL/Python can show, escaped where they cannot.

    Where code in PL/Python called us, the message of an error goes through its plpy, which
    takes it for UTF-8.
    """
    if message.isascii():
        return message
    if ENCODING != "UTF8" and _beneath_python():
        return ascii_only(message)
    try:
        plpy.execute(plpy.prepare(_FOR_CLIENT, ["text"]), [message])
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


def bug(error: Exception, where: str) -> KwError:
    """Return the error of ours for one that nobody foresaw. It does not repeat its text."""
    if isinstance(error, UnicodeEncodeError):  # Python's file names follow LC_CTYPE
        return BadArgument(
            "a path or name with non-ASCII characters cannot be used in this database",
            hint="Use ASCII, or a database whose LC_CTYPE has the encoding UTF-8.",
        )
    if isinstance(error, MemoryError):
        return InternalError(f"out of memory in {where}")
    return InternalError(
        f"unexpected {type(error).__name__} in {where}",
        hint="Report this bug of kwtools, with the call that led to it.",
    )


def attempt(work: Callable[[], T], *, with_queries: bool = False) -> T | KwError:
    """Return what ``work`` gives, or the error of ours that it ends in; a bug is one, too.

    Errors of PostgreSQL pass. ``with_queries`` turns those of queries into one that names their
    SQLSTATE, unless they end the call, as a cancel does.
    """
    try:
        return work()
    except KwError as error:
        return error
    except SPIError as error:
        sqlstate = str(getattr(error, "sqlstate", "XX000"))
        if not with_queries or sqlstate.startswith(_ENDS_THE_CALL):
            raise
        return InternalError(f"query failed with SQLSTATE {sqlstate}")
    except Exception as error:
        return bug(error, "a provider or check")


def old_snapshot() -> OldSnapshot:
    """The error of a change of what the transaction's snapshot does not show."""
    return OldSnapshot(
        "could not serialize access: a row was added or changed after the transaction's snapshot",
        hint="Repeat the transaction.",
    )


def warning(
    message: str, *, detail: str | None = None, hint: str | None = None, cause: str | None = None
) -> None:
    """Show a warning to the client, and write it to the log as a line for programs.

    ``cause`` is the SQLSTATE of what failed.
    """
    now = dict(plpy.execute(_NOW)[0])
    said = {"message": plain(message), "detail": detail, "hint": hint, "cause": cause}
    with only_to_the_log():
        plpy.warning(_line("warning", now | said))
    with only_to_the_client():
        _tell(plpy.warning, message, detail=detail, hint=hint)


def notice(message: str, *, detail: str | None = None, hint: str | None = None) -> None:
    """Show a notice to the client."""
    _tell(plpy.notice, message, detail=detail, hint=hint)


def _tell(tell: Callable[..., None], message: str, **more: str | None) -> None:
    # A text that the database cannot hold would raise an error that skips live frames of Python.
    shown = {name: _showable(plain(text)) for name, text in more.items() if text is not None}
    tell(_showable(plain(message)), **shown)


def log(kind: str, said: dict[str, Any]) -> None:
    """Write a line of that kind for programs to the server log alone (docs/logs.md)."""
    line = _line(kind, said)
    with only_to_the_log():
        plpy.log(line)


def _line(kind: str, said: dict[str, Any]) -> str:
    """Return the line: ASCII, with control characters escaped, so that no name begins another."""
    return f"kwtools {kind}: {json.dumps({'v': _LINE_VERSION, **said})}"
