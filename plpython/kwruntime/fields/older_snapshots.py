"""Transactions, snapshots and standbys of before: waited for, until none can show what was."""

from time import monotonic
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import Blocked, Conflict
from kwruntime.store import older_transactions

_LISTED = 5
_SECONDS = 5
_XIDS = 2**32


def wait_for_older_than(call: Call, needed: str, xid: int | None) -> None:
    """Wait some seconds for snapshots from before a transaction; raises ``Blocked``.

    A role outside of pg_read_all_stats is told of those of its own sessions only. A transaction
    that has not come yet is of another server, whose dump was restored: no snapshot here is older.
    """
    if xid is not None and call.execute(older_transactions.HORIZON)[0]["xid"] < xid:
        return
    deadline = monotonic() + _SECONDS
    while xid is not None:
        call.execute(older_transactions.LOOK_AGAIN)
        rows = call.execute(older_transactions.SESSIONS)
        remaining = [row["name"] for row in rows if _is_older(row["xmin"], xid)]
        if not remaining:
            return
        if monotonic() >= deadline:
            raise Blocked(
                f"older transactions could still need {needed}",
                detail=f"In progress: {'; '.join(remaining[:_LISTED])}.",
                hint="Repeat the call when they have ended.",
            )
        call.execute(older_transactions.WAIT)


class _Older(NamedTuple):
    """What was in progress when the first look ended."""

    transactions: frozenset[str]
    xid: int
    """The first transaction id that had not ended by then. Older snapshots have a lower xmin."""


def wait_for_older(call: Call, needed: str, deadline: float, *, ignore_standbys: bool) -> None:
    """Wait until what was in progress has ended; raises ``Blocked`` and names what remains.

    ``needed`` is what an older transaction could still need.

    Who waits for this transaction, as a change of the table does, is not kept waiting: nobody would
    notice that each waits for the other.
    """
    call.execute(older_transactions.LOOK_AGAIN)
    xid = call.execute(older_transactions.HORIZON)[0]["xid"]
    sessions = call.execute(older_transactions.SESSIONS)
    older = _Older(frozenset(row["transaction"] for row in sessions), xid)
    prepared: frozenset[str] | None = None
    while True:
        call.execute(older_transactions.LOOK_AGAIN)
        remaining = _sessions(call, older)
        if prepared is None and not remaining:
            # What one of them has prepared is here now. Later ones are of younger transactions.
            rows = call.execute(older_transactions.PREPARED)
            prepared = frozenset(row["transaction"] for row in rows)
        remaining += _prepared(call, prepared)
        if not ignore_standbys:
            remaining += _standbys(call, older)
        if not remaining:
            return
        if monotonic() >= deadline:
            raise _blocked(needed, remaining)
        for row in call.execute(older_transactions.WHO_WAITS_FOR_US):
            raise Blocked(
                f"{row['name']} waits for this call to end",
                detail=f"The call waits for: {'; '.join(remaining[:_LISTED])}.",
                hint="Repeat the call later.",
            )
        call.execute(older_transactions.WAIT)


def _sessions(call: Call, older: _Older) -> list[str]:
    """Name the transactions that were in progress, or have a snapshot of one that was."""
    return [
        row["name"]
        for row in call.execute(older_transactions.SESSIONS)
        if row["transaction"] in older.transactions or _is_older(row["xmin"], older.xid)
    ]


def _prepared(call: Call, known: frozenset[str] | None) -> list[str]:
    """Name prepared transactions: all, before it is known which of them are older."""
    rows = call.execute(older_transactions.PREPARED)
    return [row["name"] for row in rows if known is None or row["transaction"] in known]


def _standbys(call: Call, older: _Older) -> list[str]:
    """Name standbys with older snapshots, or that have not replayed what moved the values.

    A standby reports its oldest snapshot if it has hot_standby_feedback. Its snapshots never become
    older than what it has reported once.
    """
    found = call.execute(older_transactions.STANDBYS)
    for row in found:
        if row["xmin"] is None:
            raise Conflict(
                f"the snapshots of {row['name']} are not known",
                hint="Set hot_standby_feedback = on on the standby, or, if no query there needs the"
                " old values, repeat the call with ignore_standbys => true.",
            )
    return [row["name"] for row in found if _is_older(row["xmin"], older.xid)]


def _is_older(xid: int | None, than: int) -> bool:
    """Whether a transaction id of 32 bits comes before one of 64 bits."""
    return xid is not None and (xid - than) % _XIDS >= _XIDS // 2


def _blocked(needed: str, remaining: list[str]) -> Blocked:
    named = "; ".join(remaining[:_LISTED]) + ("; …" if remaining[_LISTED:] else "")
    return Blocked(
        f"older transactions could still need {needed}",
        detail=f"In progress: {named}.",
        hint="Repeat the call when they have ended, or with a higher max_wait_seconds.",
    )
