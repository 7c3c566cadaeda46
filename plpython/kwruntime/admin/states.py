"""The state of sealed rows in the log: an event of its own, after all those that led to it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from kwshared.changes import Change, records, unpacked

from kwruntime.admin import log_entries, logged_changes, sealing
from kwruntime.admin import logs as log_keys
from kwruntime.batches import parts
from kwruntime.call import Call
from kwruntime.crypto import state
from kwruntime.crypto.audit_leaf import Leaf
from kwruntime.crypto.bucket_changes import BYTES_AT_ONCE, BucketChanges, ChangesDiffer
from kwruntime.crypto.state import Bucket, Numbers, RowId, bucket_of
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

_APPEND = "Call kw.append_audit until it returns less than its max_events."
BUCKETS_AT_ONCE = 2000
"""Whose rows are read together: a bucket has 256 wrappers, or a 65,536th of all bindings."""

Changes = Mapping[RowId, list[Change]]
Packed = Mapping[Bucket, bytearray]
Digests = dict[Bucket, bytes]


class Rows(NamedTuple):
    """The rows of a bucket as they are, and the changes of them that no log has yet."""

    bucket: Bucket
    numbers: Numbers
    unlogged: Changes
    twice: list[RowId]
    """Those of which there are two: an old one was put beside it. ``numbers`` has one of them."""


class _Last(NamedTuple):
    """The last state of the log: its place, its root, and what was changed after it."""

    leaf: int
    root: str
    changes: BucketChanges


def append_state(call: Call) -> str | None:
    """Append the state that the events of the log have made; return its root, null if it is there.

    Where there was a state before, what was changed since must have led from that one to this one.
    """
    call.execute(logs.LOCK)
    call.execute(logs.COMMIT_DURABLY)
    log = log_keys.current(call)
    last = _last(call, log)
    if last is not None and last.leaf == log.size - 1:
        return None
    _check_unlogged(call)
    digests = _first(call) if last is None else _next(call, last)
    root = state.root(digests).hex()
    details = {"root": root, "buckets": len(digests)}
    event = events.write_sealed(call, ACTION, log.origin, details)
    sealing.append_to(call, log, [Leaf(event)])
    call.execute(states.SET_STATE, log.id, log.size)
    return root


def _last(call: Call, log: Log) -> _Last | None:
    """Return the last state, out of entries that the tree proves; null: the next is of all rows.

    Else who can write the tables could have the next state be of rows that he put back.
    """
    found = log_entries.newest(call, log, log.size, {ACTION, ACCEPTED})
    place, said = found or (0, {})
    leaf = place if said.get("action") == ACTION else None
    changes = BucketChanges(lambda: (one for _, one in logged_changes.after(call, log, place)))
    wrong, is_last = None, True
    for entry in logged_changes.compared(call, log, place, with_changes=leaf is not None):
        is_last &= entry.place == place or entry.said.get("action") not in (ACTION, ACCEPTED)
        if not entry.is_same and wrong is None:
            wrong = entry.place
        if entry.changes is not None and wrong is None:
            changes.add(entry.changes)
    if leaf != log.state_leaf or not is_last:
        raise NotAuthentic(
            "kw.logs does not name the last state of the log",
            detail=f"Column state_leaf is {log.state_leaf}, and the last state is "
            f"{leaf if is_last else 'a later one'}.",
            hint="After kw.accept_state, call kw.append_audit first. Otherwise use "
            "kw.check_state to see what was edited, then kw.accept_state.",
        )
    if leaf is None:
        return None
    if wrong is not None:
        raise NotAuthentic(
            f"the event of entry {wrong} does not have the changes that the log proves",
            hint="It was edited or deleted. Use kw.check_state, then kw.accept_state.",
        )
    return _Last(leaf, str(said["details"].get("root")), changes)


def _check_unlogged(call: Call) -> None:
    """Raise where the changes that no log has yet are more than are held in memory."""
    size = call.execute(states.UNLOGGED_BYTES)[0]["size"]
    if size > BYTES_AT_ONCE:
        raise Conflict(
            "events that are not in the log yet have too many changes",
            detail=f"They are {size} bytes, and a state holds {BYTES_AT_ONCE} in memory.",
            hint=_APPEND,
        )


def accept(call: Call, reason: str) -> None:
    """Have the next state be of the rows as they are, whatever the log says of them."""
    access.check_superuser(call, "accept a state")
    if not reason.strip():
        raise BadArgument("reason is empty", hint="Say why the rows are right as they are.")
    call.execute(logs.LOCK)
    log = log_keys.current(call)
    call.execute(states.FORGET_STATE, log.id)
    audit.record(call, ACCEPTED, log.origin, always=True, reason=reason)


def _first(call: Call) -> Digests:
    """Return the digests of all rows as they are, but for the changes that no log has yet."""
    digests = all_digests(call)
    # Read later than the digests, so the changes of a row of any other bucket came later, too.
    unlogged = call.execute(states.UNLOGGED)
    buckets = {bucket_of(one) for row in unlogged for one in records(row["changes"])}
    for rows in rows_of(call, buckets, with_unlogged=True):
        broken = [*rows.twice, *state.undo(rows.numbers, rows.unlogged)]
        if broken:  # such as changes from before there was a log
            raise Conflict(
                "events that are not in the log yet do not lead to the rows as they are",
                detail="The first state is of all rows.",
                hint=_APPEND,
            )
        set_digest(digests, rows)
    call.execute(states.FORGET_ALL)
    for part in parts(sorted(digests)):
        _store(call, digests, part)
    return digests


def _next(call: Call, last: _Last) -> Digests:
    """Return the digests after the changes since a state; raises unless they began at that one."""
    digests = stored_digests(call)
    if state.root(digests).hex() != last.root:
        raise NotAuthentic(
            "kw.state_buckets is not the last state of the log",
            detail="Its root hash is not that of the entry.",
            hint="Use kw.check_state to see what was edited, then kw.accept_state.",
        )
    for packed in groups_of(last.changes):
        for buckets in parts(sorted(packed), BUCKETS_AT_ONCE):
            for rows in rows_of(call, buckets, with_unlogged=True):
                _apply(digests, rows, bytes(packed[rows.bucket]))
            _store(call, digests, buckets)
    return digests


def groups_of(changes: BucketChanges) -> Iterator[Packed]:
    """Yield changes in groups of buckets; raises ``NotAuthentic`` if they are other ones now."""
    try:
        yield from changes.groups()
    except ChangesDiffer:
        raise NotAuthentic(
            "events of the log were edited while a state was made of them",
            hint="Use kw.check_state, then kw.accept_state.",
        ) from None


def _apply(digests: Digests, rows: Rows, packed: bytes) -> None:
    """Set the digest of a bucket; raises unless its changes led from the one that it had."""
    before = digests.get(rows.bucket)
    changes = state.by_row(unpacked(packed))
    broken = [*rows.twice, *state.undo(rows.numbers, rows.unlogged)]
    set_digest(digests, rows)
    _check(rows, [*broken, *state.undo(rows.numbers, changes)], changes)
    if state.digest_of(rows.numbers) != before:
        raise NotAuthentic(
            f"rows of kw.{table_name(rows.bucket.table)} are not those of the log's last state",
            detail=f"One or more of {bucket_text(rows.bucket)} were put back, deleted or added.",
            hint="Use kw.check_state to see which.",
        )


def _check(rows: Rows, broken: list[RowId], changes: Changes) -> None:
    """Raise for a row whose number is not what its changes led to."""
    for row in broken:
        both = [*changes.get(row, ()), *rows.unlogged.get(row, ())]
        if row in changes and row in rows.unlogged and state.is_one_chain(both):
            raise Conflict(
                "events that are not in the log yet changed rows before events that are",
                detail=f"One is row {row.id} of kw.{table_name(row.table)}.",
                hint=_APPEND,
            )
        raise NotAuthentic(
            f"row {row.id} of kw.{table_name(row.table)} is not what the audit says",
            detail="Its change number is not the one that its last event names.",
            hint="Use kw.check_state to see which rows were put back, deleted or added.",
        )


def all_digests(call: Call) -> Digests:
    """Return the digest of every bucket that is not empty, out of the rows as they are."""
    return _by_bucket(call.execute(states.DIGESTS_BY_TABLE))


def stored_digests(call: Call) -> Digests:
    """Return the digests of the last state."""
    return _by_bucket(call.execute(states.STORED_BY_TABLE))


def _by_bucket(rows: Iterable[Row]) -> Digests:
    return {
        Bucket(row["table_no"], number): digest
        for row in rows
        for number, digest in zip(row["buckets"], row["digests"], strict=True)
    }


def rows_of(call: Call, buckets: Collection[Bucket], *, with_unlogged: bool) -> Iterator[Rows]:
    """Yield the rows of each bucket, in order.

    Rows and what no log has yet are seen at one moment.
    """
    for asked in parts(sorted(buckets), BUCKETS_AT_ONCE):
        entries: dict[Bucket, bytes] = {}
        unlogged: dict[Bucket, list[Change]] = {bucket: [] for bucket in asked}
        for one in call.execute(states.ENTRIES, *_columns(asked), with_unlogged):
            if one["table_no"]:
                entries[Bucket(one["table_no"], one["bucket"])] = one["entries"]
                continue
            for change in unpacked(one["entries"]):
                its = unlogged.get(state.row_of(change).bucket)
                if its is not None:
                    its.append(change)
        for bucket in asked:
            numbers: Numbers = {}
            twice = []
            for row, number in state.entries(bucket.table, entries.get(bucket, b"")):
                if row in numbers:
                    twice.append(row)
                numbers[row] = number
            yield Rows(bucket, numbers, state.by_row(unlogged[bucket]), twice)


def set_digest(digests: Digests, rows: Rows) -> None:
    """Set the digest of a bucket to that of its rows; an empty one has none."""
    digest = state.digest_of(rows.numbers)
    if digest is None:
        digests.pop(rows.bucket, None)
    else:
        digests[rows.bucket] = digest


def _store(call: Call, digests: Digests, buckets: Collection[Bucket]) -> None:
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
