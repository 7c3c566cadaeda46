"""What a backend tells of itself, without SQL: role, isolation level, encoding, snapshots."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# PyDLL keeps the interpreter's lock: these return at once.
_server = ctypes.PyDLL(None)


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of the server."""
    found = _server[name]
    found.restype, found.argtypes = result, arguments
    return found


in_parallel_mode: Callable[[], bool] = _function("IsInParallelMode", ctypes.c_bool)

current_role: Callable[[], int] = _function("GetUserId", ctypes.c_uint32)
"""Return the oid of the role in force: what SET ROLE and definer functions set."""

session_user: Callable[[], int] = _function("GetSessionUserId", ctypes.c_uint32)
"""Return the oid of the role that the session began as, or took by SET SESSION AUTHORIZATION."""

in_recovery: Callable[[], bool] = _function("RecoveryInProgress", ctypes.c_bool)

is_in_transaction: Callable[[int], bool] = _function(
    "TransactionIdIsCurrentTransactionId", ctypes.c_bool, ctypes.c_uint32
)
"""Return whether the present transaction, or a part of it that was not rolled back, has this id."""

_is_read_only = ctypes.c_bool.in_dll(_server, "XactReadOnly")

is_restricted: Callable[[], bool] = _function("InSecurityRestrictedOperation", ctypes.c_bool)
"""Return whether a materialized view or an index is made, where no trigger may wait."""

own_transaction_id: Callable[[], int] = _function("GetTopTransactionIdIfAny", ctypes.c_uint32)
"""Return the id of the whole transaction; 0 if it has none yet."""

_next_transaction_id = _function("ReadNextFullTransactionId", ctypes.c_uint64)
_is_in_progress = _function("TransactionIdIsInProgress", ctypes.c_bool, ctypes.c_uint32)
_topmost_transaction = _function("SubTransGetTopmostTransaction", ctypes.c_uint32, ctypes.c_uint32)
_FIRST_TRANSACTION_ID, _TRANSACTION_IDS = 3, 2**32

statement_start: Callable[[], int] = _function("GetCurrentStatementStartTimestamp", ctypes.c_int64)
"""Return when the client's statement began, which tells one statement from another."""


def time_of(timestamp: int) -> str:
    """Return a timestamp of the server, microseconds since 2000, as text of ISO 8601 in UTC."""
    from datetime import UTC, datetime, timedelta  # few sessions need it

    return (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=timestamp)).isoformat()


ENCODING: str = _function("GetDatabaseEncodingName", ctypes.c_char_p)().decode()
"""PostgreSQL's name of the database's encoding."""

_date_style = ctypes.c_int.in_dll(_server, "DateStyle")
_interval_style = ctypes.c_int.in_dll(_server, "IntervalStyle")
_float_digits = ctypes.c_int.in_dll(_server, "extra_float_digits")
_ISO_DATES, _SQL_STANDARD = 1, 2
_lock_timeout = ctypes.c_int.in_dll(_server, "LockTimeout")
_quotes_all_names = ctypes.c_bool.in_dll(_server, "quote_all_identifiers")
_invalidations = ctypes.c_uint64.in_dll(_server, "SharedInvalidMessageCounter")
_isolation_level = ctypes.c_int.in_dll(_server, "XactIsoLevel")
_READ_COMMITTED = 1

# The snapshot of this moment, whatever that of the transaction: foreign keys read by it, too.
# Only called where IsInParallelMode says no, since an error must not cross ctypes.
_latest_snapshot = _function("GetLatestSnapshot", ctypes.c_void_p)
_push_snapshot = _function("PushActiveSnapshot", None, ctypes.c_void_p)

pop_snapshot: Callable[[], None] = _function("PopActiveSnapshot", None)
"""End what ``push_snapshot_of_now`` began."""

_option = _function(
    "GetConfigOption", ctypes.c_char_p, ctypes.c_char_p, ctypes.c_bool, ctypes.c_bool
)
SERVER_MAJOR = int(_option(b"server_version_num", False, False)) // 10_000
"""PostgreSQL's major version."""

_client_min_messages = ctypes.c_int.in_dll(_server, "client_min_messages")
_log_min_messages = ctypes.c_int.in_dll(_server, "log_min_messages")
_log_min_error_statement = ctypes.c_int.in_dll(_server, "log_min_error_statement")
_NO_LEVEL = 1000  # above every level of a message
_error_contexts = ctypes.c_void_p.in_dll(_server, "error_context_stack")


def lock_timeout_ms() -> int:
    """Return the session's limit for waiting on a lock, 0 for none."""
    return _lock_timeout.value


def may_write() -> bool:
    """Return whether the transaction can write to tables."""
    return not (_is_read_only.value or in_recovery())


def has_written() -> bool:
    """Return whether the transaction has changed anything, even if it was rolled back since."""
    return bool(own_transaction_id())


def running_transaction(xid: int) -> int | None:
    """Return the other transaction in progress that has this id, or a subtransaction of it.

    Null where it ended, or is the caller's own.

    No SQL function tells to which transaction a subtransaction belongs. A number that was never
    given to any is not looked up, since that would be an error. Those that are in progress can be
    looked up as long as the caller has a snapshot.
    """
    ago = (_next_transaction_id() - xid) % _TRANSACTION_IDS
    was_given = xid >= _FIRST_TRANSACTION_ID and 0 < ago < _TRANSACTION_IDS // 2
    if not was_given or not _is_in_progress(xid):
        return None
    found = int(_topmost_transaction(xid))
    return found if found != own_transaction_id() else None


def prints_alike() -> bool:
    """Return whether every session reads the texts of values alike that the settings give."""
    return bool(
        _date_style.value == _ISO_DATES
        and _interval_style.value != _SQL_STANDARD
        and _float_digits.value > 0
    )


def quotes_all_names() -> bool:
    """Return whether the session has names quoted that need no quotes."""
    return _quotes_all_names.value


@contextmanager
def quoting_where_needed() -> Iterator[None]:
    """Have names quoted as they are stored, whatever quote_all_identifiers is."""
    kept = _quotes_all_names.value
    _quotes_all_names.value = False
    try:
        yield
    finally:
        _quotes_all_names.value = kept


def invalidations() -> int:
    """Return how often the backend has forgotten parts of its copy of the catalogs."""
    return _invalidations.value


def keeps_snapshot() -> bool:
    """Return whether the transaction has one snapshot for all of its statements."""
    return bool(_isolation_level.value > _READ_COMMITTED)


def push_snapshot_of_now() -> None:
    """Have queries of a STABLE function read as of now, until ``pop_snapshot``.

    Not a context manager: each call of a value comes here, and one costs as much as the snapshot.
    """
    _push_snapshot(_latest_snapshot())


@contextmanager
def only_to_the_log() -> Iterator[None]:
    """Keep messages from the client. The log gets neither statement nor context.

    Both may hold literals. And a role that raises a message of its own cannot do without a context.
    """
    kept = _client_min_messages.value, _log_min_error_statement.value, _error_contexts.value
    _client_min_messages.value = _log_min_error_statement.value = _NO_LEVEL
    _error_contexts.value = None
    try:
        yield
    finally:
        _client_min_messages.value, _log_min_error_statement.value, _error_contexts.value = kept


@contextmanager
def only_to_the_client() -> Iterator[None]:
    """Keep messages from the log."""
    kept = _log_min_messages.value
    _log_min_messages.value = _NO_LEVEL
    try:
        yield
    finally:
        _log_min_messages.value = kept


_transaction_start = _function("GetCurrentTransactionStartTimestamp", ctypes.c_int64)
_subtransaction = _function("GetCurrentSubTransactionId", ctypes.c_uint32)
_is_active = _function("SubTransactionIsActive", ctypes.c_bool, ctypes.c_uint32)

Place = tuple[int, int, int]
"""A transaction, by its id and its start, and a part of it."""


def place_in_transaction() -> Place:
    """Return where in which transaction the session is.

    It gives the transaction no id: with one, it would count as one that has written.
    """
    return own_transaction_id(), _transaction_start(), _subtransaction()


def is_inside(place: Place) -> bool:
    """Whether that part of that transaction still runs: it neither ended nor failed."""
    number, start, part = place
    is_same = number in (0, own_transaction_id()) and start == _transaction_start()
    return is_same and bool(_is_active(part))
