"""One call of a SQL function: who calls, the epoch of keys that it sees, and its errors."""

from collections.abc import Callable
from functools import wraps
from types import NoneType, UnionType
from typing import Any, Concatenate, ParamSpec, TypeVar

from kwruntime.errors import BadArgument, KwError, RuntimeUnavailable
from kwruntime.postgres.backend import (
    ENCODING,
    current_role,
    in_parallel_mode,
    quotes_all_names,
    quoting_where_needed,
)
from kwruntime.postgres.messages import SPIError, bug, converted, shown
from kwruntime.postgres.query import Query, Row
from kwruntime.postgres.server import Server
from kwruntime.session import Epoch, Lifetime, Session, Settings

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_SETTINGS = {
    "cache_seconds": 300,
    "cache_keys": 10_000,
    "branch_grace_seconds": 0,
    "degraded_ms": 1000,
    "health_days": 30,
    "audit_log": 1,
    "audit_days": 0,
    "job_attempts": 10,
    "job_days": 30,
    "signature_level": 0,
    "read_audit": 1,
    "metrics_show_names": 1,
}
THIS_EPOCH = "(select coalesce(bit_xor(m.mark), 0) from kw.key_epoch_marks m)"
"""The epoch of keys as an expression of SQL."""
EPOCH = Query(f"select {THIS_EPOCH} as epoch")
SETTINGS = Query("select name, value from kw.settings")

SESSION = Session()
"""What this backend keeps. Nothing else at module level changes."""


class Call(Lifetime):
    """One call of a SQL function, the role in force, and what is true for this call only."""

    def __init__(self, session: Session, role: int, function: str) -> None:
        super().__init__()
        self.session = session
        self.role = role
        self.function = function
        self.server = session.of(Server)
        self.execute: Callable[..., list[Row]] = self.server.execute
        """Run a query: ``Server.execute``."""
        self._epoch: Epoch | None = None
        self._at_end: Callable[[Call], None] | None = None
        self._at_last: Callable[[Call], None] | None = None

    def again(self) -> "Call":
        """Return a call that knows nothing of this one, whose work was undone."""
        return Call(self.session, self.role, self.function)

    def as_owner(self, work: Callable[[], T]) -> T:
        """Run ``work`` as kw_owner; it may write: ``Server.as_owner``."""

        def whole() -> T:
            done = work()
            finish, self._at_end = self._at_end, None
            if finish is not None:
                finish(self)
            last, self._at_last = self._at_last, None
            if last is not None:
                last(self)
            return done

        return self.server.as_owner(whole)

    def at_end_of_work(self, finish: Callable[["Call"], None]) -> None:
        """Have ``finish`` run at the end of the owner's work: what seals the changed rows."""
        self._at_end = finish

    def at_last(self, finish: Callable[["Call"], None]) -> None:
        """Have ``finish`` run after that: what seals the events of the work."""
        self._at_last = finish

    def read_as_owner(self, work: Callable[[], T]) -> T:
        """Run ``work`` as kw_owner, to read as of now: ``Server.read_as_owner``."""
        return self.server.read_as_owner(work)

    @property
    def epoch(self) -> Epoch:
        """The epoch of keys that this call sees. Asked for as the owner."""
        if self._epoch is None:
            return self.see_epoch(self.execute(EPOCH)[0]["epoch"])
        return self._epoch

    def see_epoch(self, number: int) -> Epoch:
        """Take the epoch that a query of this call has shown; another one is forgotten whole."""
        found = self.session.epoch
        if found is None or found.number != number:
            found = self.session.epoch = Epoch(number, self._settings(found))
        self._epoch = found
        return found

    def forget_epoch(self) -> None:
        """Have the epoch asked for again: this call may have begun another one."""
        self._epoch = None

    def _settings(self, before: Epoch | None) -> Settings:
        stored = {row["name"]: row["value"] for row in self.execute(SETTINGS)}
        values = DEFAULT_SETTINGS | stored
        if before is not None and before.settings.values == values:
            return before.settings
        return Settings(values)

    @property
    def last_settings(self) -> Settings | None:
        """The settings that the session saw last: for hints, before the call's first query."""
        epoch = self._epoch or self.session.epoch
        return None if epoch is None else epoch.settings

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.epoch.settings


def entry(function: Callable[Concatenate[Call, P], T]) -> Callable[P, T]:
    """Make a function of ``api`` one that SQL can call.

    It makes the call, refuses null where the annotation has no ``None``, refuses parallel mode,
    where plpy would crash the backend, compares names as they are stored, and turns every error
    into one with an SQLSTATE of ours.
    Errors of PostgreSQL itself (cancel, serialization, constraints) pass as they are.
    """
    names = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    required = [
        (index, name)
        for index, name in enumerate(names)
        if not _takes_null(function.__annotations__[name])
    ]

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if quotes_all_names():
            with quoting_where_needed():
                return guarded(*args, **kwargs)
        if in_parallel_mode():
            raise shown(
                RuntimeUnavailable(
                    "kwtools functions cannot run in parallel queries",
                    hint="Do not mark functions that call them PARALLEL SAFE or RESTRICTED.",
                )
            )
        try:
            for index, name in required:
                if args[index] is None:
                    raise BadArgument(f"{name} is null")
            call = Call(SESSION, current_role(), function.__name__)
            return function(call, *args, **kwargs)
        except KwError as error:
            said = shown(error)
        except SPIError as error:
            if ENCODING == "UTF8":
                raise
            said = converted(error)
        except Exception as error:
            said = shown(bug(error, f"kw.{function.__name__}"))
        raise said

    return guarded


def _takes_null(annotation: Any) -> bool:
    return isinstance(annotation, UnionType) and NoneType in annotation.__args__
