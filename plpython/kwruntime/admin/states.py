"""The state of sealed rows in the log: an event of its own, after all those that led to it."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kwshared.changes import Change, unpacked

from kwruntime.admin import log_entries, sealing
from kwruntime.admin import logs as log_keys
from kwruntime.call import Call
from kwruntime.crypto import state
from kwruntime.crypto.state import Bucket, Numbers, RowId
from kwruntime.errors import BadArgument, Conflict, NotAuthentic
from kwruntime.fields import access
from kwruntime.postgres.query import Row
from kwruntime.seals import audit, events
from kwruntime.store import logs, states
from kwruntime.store.logs import Log
from kwruntime.store.sealed_rows import TABLES

ACTION = "state"
"""Of the events that hold a state: ``details`` has its root."""

ACCEPTED = "accept_state"
"""Of the events after which the next state is of the rows as they are."""

Changes = Mapping[RowId, list[Change]]


class Rows(NamedTuple):
    """The rows of some buckets as they are, and the changes of them that no log has yet."""

    numbers: Numbers
    unlogged: Changes
    twice: list[RowId]
    """Those of which there are two: an old one was put beside it. ``numbers`` has one of them."""


class _Last(NamedTuple):
    """The last state of the log: its place and its root; null: the next is of rows as they are."""

    leaf: int | None
    root: str | None
    changed: dict[int, str]
    """The entries after it that name changes, with the roots of these."""


def append_state(call: Call) -> str | None:
    """Append the state that the events of the log have made; return its root, null if it is there.

    Where there was a state before, what was changed since must have led from that one to this one.
    """
    call.execute(logs.LOCK)
    call.execute(logs.COMMIT_DURABLY)
    log = log_keys.current(call)
    last = _last(call, log)
    if last.leaf is None:
        digests = _first(call)
        call.execute(states.FORGET_ALL)
        _store(call, digests, digests)
    elif last.leaf == log.size - 1:
        return None
    else:
        digests = _next(call, log, last)
    root = state.root(digests).hex()
    details = json.dumps({"root": root, "buckets": len(digests)})
    event = events.write_sealed(call, ACTION, log.origin, details)
    sealing.append_to(call, log, [event])
    call.execute(states.SET_STATE, log.id, log.size)
    return root


def _last(call: Call, log: Log) -> _Last:
    """Return the last state, out of entries that the tree proves.

    Else who can write the tables could have the next state be of rows that he put back.
    """
    found = log_entries.newest(call, log, log.size, {ACTION, ACCEPTED})
    last = _Last(None, None, {})
    for index, said, _ in log_entries.since(call, log, found[0] if found else 0):
        if said.get("action") == ACTION:
            last = _Last(index, said["details"]["root"], {})
        elif said.get("action") == ACCEPTED:
            last = _Last(None, None, {})
        elif said.get("changes_root"):
            last.changed[index] = said["changes_root"]
    if last.leaf != log.state_leaf:
        raise NotAuthentic(
            "kw.logs does not name the last state of the log",
            detail=f"Column state_leaf is {log.state_leaf}, and the last state is {last.leaf}.",
            hint="After kw.accept_state, call kw.append_audit first. Otherwise use "
            "kw.check_state to see what was edited, then kw.accept_state.",
        )
    return last


def accept(call: Call, reason: str) -> None:
    """Have the next state be of the rows as they are, whatever the log says of them."""
    access.check_superuser(call, "accept a state")
    if not reason.strip():
        raise BadArgument("reason is empty", hint="Say why the rows are right as they are.")
    call.execute(logs.LOCK)
    log = log_keys.current(call)
    call.execute(states.FORGET_STATE, log.id)
    audit.record(call, ACCEPTED, log.origin, always=True, reason=reason)


def _first(call: Call) -> dict[Bucket, bytes]:
    """Return the digests of all rows as they are, but for the changes that no log has yet."""
    digests = all_digests(call)
    # Read later than the digests, so the changes of a row of any other bucket came later, too.
    unlogged = state.by_row(
        change for row in call.execute(states.UNLOGGED) for change in unpacked(row["changes"])
    )
    buckets = {row.bucket for row in unlogged}
    rows = rows_of(call, buckets)
    if (
        state.undo(rows.numbers, rows.unlogged) or rows.twice
    ):  # such as changes from before there was a log
        raise Conflict(
            "events that are not in the log yet do not lead to the rows as they are",
            detail="The first state is of all rows.",
            hint="Call kw.append_audit until it returns less than its max_events.",
        )
    return with_buckets(digests, buckets, rows.numbers)


def _next(call: Call, log: Log, last: _Last) -> dict[Bucket, bytes]:
    """Return the digests after the changes since a state; raises unless they began at that one."""
    changes = _changes_after(call, log, last)
    stored = stored_digests(call)
    if state.root(stored).hex() != last.root:
        raise NotAuthentic(
            "kw.state_buckets is not the last state of the log",
            detail="Its root hash is not that of the entry.",
            hint="Use kw.check_state to see what was edited, then kw.accept_state.",
        )
    buckets = {row.bucket for row in changes}
    rows = rows_of(call, buckets)
    broken = [*rows.twice, *state.undo(rows.numbers, rows.unlogged)]
    digests = with_buckets(stored, buckets, rows.numbers)
    _check(rows, [*broken, *state.undo(rows.numbers, changes)], changes)
    before = with_buckets(stored, buckets, rows.numbers)
    for bucket in sorted(buckets):
        if before.get(bucket) != stored.get(bucket):
            raise NotAuthentic(
                f"rows of kw.{table_name(bucket.table)} are not those of the log's last state",
                detail=f"One or more of {bucket_text(bucket)} were put back, deleted or added.",
                hint="Use kw.check_state to see which.",
            )
    _store(call, digests, buckets)
    return digests


def _changes_after(call: Call, log: Log, last: _Last) -> Changes:
    """Return the changes since a state; raises unless they are those that the log proves."""
    rows = call.execute(states.CHANGES_AFTER, log.id, last.leaf)
    named = {row["leaf_index"]: log_entries.root_of(row["changes"]) for row in rows}
    wrong = [
        leaf for leaf in named.keys() | last.changed if named.get(leaf) != last.changed.get(leaf)
    ]
    if wrong:
        raise NotAuthentic(
            f"the event of entry {min(wrong)} does not have the changes that the log proves",
            hint="It was edited or deleted. Use kw.check_state, then kw.accept_state.",
        )
    return state.by_row(change for row in rows for change in unpacked(row["changes"]))


def _check(rows: Rows, broken: list[RowId], changes: Changes) -> None:
    """Raise for a row whose number is not what its changes led to."""
    for row in broken:
        both = [*changes.get(row, ()), *rows.unlogged.get(row, ())]
        if row in changes and row in rows.unlogged and state.is_one_chain(both):
            raise Conflict(
                "events that are not in the log yet changed rows before events that are",
                detail=f"One is row {row.id} of kw.{table_name(row.table)}.",
                hint="Call kw.append_audit until it returns less than its max_events.",
            )
        raise NotAuthentic(
            f"row {row.id} of kw.{table_name(row.table)} is not what the audit says",
            detail="Its change number is not the one that its last event names.",
            hint="Use kw.check_state to see which rows were put back, deleted or added.",
        )


def all_digests(call: Call) -> dict[Bucket, bytes]:
    """Return the digest of every bucket that is not empty, out of the rows as they are."""
    return _by_bucket(call.execute(states.DIGESTS))


def stored_digests(call: Call) -> dict[Bucket, bytes]:
    """Return the digests of the last state."""
    return _by_bucket(call.execute(states.STORED))


def _by_bucket(rows: Iterable[Row]) -> dict[Bucket, bytes]:
    return {Bucket(row["table_no"], row["bucket"]): row["digest"] for row in rows}


def rows_of(call: Call, buckets: Iterable[Bucket]) -> Rows:
    """Return the rows of buckets, seen at one moment."""
    asked = set(buckets)
    numbers: Numbers = {}
    twice: list[RowId] = []
    changes: list[Change] = []
    for one in call.execute(states.ENTRIES, *_columns(asked)):
        if one["table_no"]:
            for row, number in state.entries(one["table_no"], one["entries"]):
                if row in numbers:
                    twice.append(row)
                numbers[row] = number
        else:
            changes += unpacked(one["entries"])
    of_rows = state.by_row(changes)
    unlogged = {row: of_row for row, of_row in of_rows.items() if row.bucket in asked}
    return Rows(numbers, unlogged, twice)


def with_buckets(
    digests: Mapping[Bucket, bytes], buckets: Iterable[Bucket], numbers: Numbers
) -> dict[Bucket, bytes]:
    """Return digests with those of buckets as their rows have them; empty ones have none."""
    rows: dict[Bucket, Numbers] = {bucket: {} for bucket in buckets}
    for row, number in numbers.items():
        rows[row.bucket][row] = number
    others = {bucket: digest for bucket, digest in digests.items() if bucket not in rows}
    return others | {
        bucket: state.digest(of_bucket) for bucket, of_bucket in rows.items() if of_bucket
    }


def _store(call: Call, digests: Mapping[Bucket, bytes], buckets: Iterable[Bucket]) -> None:
    """Store the digests of buckets; delete those of buckets that are empty now."""
    there = [bucket for bucket in buckets if bucket in digests]
    call.execute(states.FORGET, *_columns(bucket for bucket in buckets if bucket not in digests))
    call.execute(states.STORE, *_columns(there), [digests[bucket] for bucket in there])


def _columns(buckets: Iterable[Bucket]) -> tuple[list[int], list[int]]:
    asked = list(buckets)
    return [one.table for one in asked], [one.number for one in asked]


def table_name(number: int) -> str:
    """Return the name of a sealed table, without the schema."""
    return next((table.name for table in TABLES if table.number == number), f"table {number}")


def bucket_text(bucket: Bucket) -> str:
    """Return the rows of a bucket, for people."""
    shift = state.SHIFTS.get(bucket.table)
    if shift is None:
        return f"rows whose key hashes to {bucket.number:02x}…"
    first = bucket.number << shift
    return f"rows {first} to {first + 2**shift - 1}"
