"""Jobs that fail: which are tried again, when, and what they say."""

from random import SystemRandom

from kwruntime.errors import (
    BadArgument,
    BelowMinLevel,
    Blocked,
    Conflict,
    InternalError,
    KeysNotIndependent,
    KwError,
    LegFailed,
    NotAllowed,
    NotAuthentic,
    NotFound,
    Shredded,
    WrapperUnusable,
    WrongAnswer,
)

_MAX_BACKOFF_SECONDS = 3600.0
_IN_USE_SECONDS = 1.0
# What another try cannot cure, and what may be the fault of one wrapper among several. By SQLSTATE:
# the failure of a leg is told as that of its wrapper.
_LASTING = {
    error.sqlstate
    for error in (
        BadArgument,
        BelowMinLevel,
        Conflict,
        KeysNotIndependent,
        LegFailed,
        NotAllowed,
        NotAuthentic,
        NotFound,
        Shredded,
        WrapperUnusable,
    )
}
_OF_ONE = {
    error.sqlstate
    for error in (
        BelowMinLevel,
        Conflict,
        InternalError,
        KeysNotIndependent,
        NotAuthentic,
        WrongAnswer,
    )
}
_random = SystemRandom()


def said(error: KwError) -> str:
    """Return what a job says of an error."""
    more = " ".join(filter(None, [error.detail, error.hint]))
    return f"{error.sqlstate}: {error.message}. {more}".rstrip()


def is_blocked(error: KwError) -> bool:
    """Return whether others were in the way, which does not count as a failure."""
    return error.sqlstate == Blocked.sqlstate


def is_lasting(error: KwError) -> bool:
    """Return whether another try can change nothing, before somebody repairs the cause."""
    return error.sqlstate in _LASTING and not error.is_outage


def may_be_of_one(error: KwError) -> bool:
    """Return whether one of several wrappers may be the cause, and the others may do."""
    return error.sqlstate in _OF_ONE


def backoff_seconds(attempts: int) -> float:
    """Return in how many seconds a job that failed so often is tried again."""
    longest = min(_MAX_BACKOFF_SECONDS, 2.0 ** min(attempts, 20))
    return longest * _random.uniform(0.5, 1.0)


def in_use_seconds() -> float:
    """Return in how many seconds a job is tried again whose wrapper was in use."""
    return _IN_USE_SECONDS * _random.uniform(0.5, 1.5)
