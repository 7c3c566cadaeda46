"""The rows of kw compared with a checkpoint of the log that was kept elsewhere.

What the checkpoint proves: the entries up to it, a state among them. What came after that state is
undone by the changes that later events name. The rest must be that state.
"""

from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from kwshared.changes import BadChanges, Change, records, unpacked
from kwshared.tlog import keys
from kwshared.tlog.checkpoints import Checkpoint

from kwruntime.admin import (
    deployments,
    kept_checkpoints,
    log_entries,
    logged_changes,
    sealing,
    states,
)
from kwruntime.admin import logs as log_keys
from kwruntime.call import Call
from kwruntime.crypto import state
from kwruntime.crypto.bucket_changes import BucketChanges
from kwruntime.crypto.state import Bucket, RowId
from kwruntime.errors import NotAuthentic, NotFound
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.seals import events
from kwruntime.store import logs
from kwruntime.store import states as tables
from kwruntime.store.logs import Log
from kwruntime.store.sealed_rows import TABLES

_PAGE = 1000


class Finding(NamedTuple):
    """What is wrong with a row, or with rows."""

    table_name: str
    row_key: str
    problem: str

    def row(self) -> dict[str, Any]:
        """Return it as a row of kw.seal_check."""
        return {**self._asdict(), "sqlstate": NotAuthentic.sqlstate}


class _Proved(NamedTuple):
    """What the log says, from a state up to its end."""

    leaf: int
    """Of the state."""
    root: str
    edited: list[str]
    """The events after it that do not have the changes that their entries name."""
    accepted: list[str]
    """The events after it that accepted the rows as they were."""


def check(call: Call, text: str | None) -> Iterator[dict[str, Any]]:
    """Yield what the rows of kw differ in from the log and its checkpoint, and from their seals."""
    log = log_keys.current(call)
    checkpoint = _newest(call, log) if text is None else _given(call, log, text)
    proved = _proved(call, log, checkpoint)
    for event in proved.accepted:
        yield Finding("logs", log.origin, f"{event} accepted rows as they were").row()
    if not proved.accepted:
        for finding in _findings(call, log, proved):
            yield finding.row()
    yield from deployments.check(call, None)


# -- the checkpoint and the log -----------------------------------------------------------------


def _newest(call: Call, log: Log) -> Checkpoint:
    rows = call.execute(logs.NEWEST_CHECKPOINT, log.id)
    if not rows:
        raise NotFound("the log has no checkpoint yet", hint="Sign one: call kw.seal_audit().")
    return Checkpoint(log.origin, rows[0]["size"], rows[0]["root"])


def _given(call: Call, log: Log, text: str) -> Checkpoint:
    """Return a checkpoint that was kept outside."""
    # Not by the signing keys, of which the rows that they depend on may have been deleted.
    rows = call.execute(logs.EVERY_KEY, log.id)
    known = [keys.parse(row["verifier_key"]) for row in rows]
    checkpoint = kept_checkpoints.opened(log, text, known)
    if checkpoint.size > log.size:
        raise NotAuthentic(
            f"the log has {log.size} entries, and its checkpoint {checkpoint.size}",
            detail="The database or its log was put back to an older state.",
            hint="If you restored a backup, use kwtools deployment acknowledge with it.",
        )
    return checkpoint


def _proved(call: Call, log: Log, checkpoint: Checkpoint) -> _Proved:
    """Return what the log says; raises ``NotAuthentic`` unless it is what the checkpoint is of."""
    found = log_entries.newest(call, log, checkpoint.size, {states.ACTION})
    if found is None:
        raise NotFound(
            f"no state of the rows is among the first {checkpoint.size} entries of the log",
            hint="Use a newer checkpoint. Setting audit_days has older entries deleted.",
        )
    leaf, state_said = found
    proved = _Proved(leaf, str(state_said["details"].get("root")), [], [])
    at_checkpoint = None
    for entry in logged_changes.compared(call, log, leaf):
        said = entry.said
        if entry.tree.size == checkpoint.size:
            at_checkpoint = entry.tree.root()
        if not entry.is_same:
            proved.edited.append(str(said.get("event")))
        if said.get("action") == states.ACCEPTED:
            proved.accepted.append(f"event {said.get('event')} of {said.get('time')}")
    if at_checkpoint != checkpoint.root:
        raise NotAuthentic(
            f"the log of this database does not continue its checkpoint of size {checkpoint.size}",
            hint="Its tables were changed. Compare them with an export of the log: "
            "kwtools audit verify.",
        )
    return proved


# -- the rows -----------------------------------------------------------------------------------


def _edited(proved: _Proved) -> Iterator[Finding]:
    """Yield the events that are not as they were logged."""
    for event_id in proved.edited:
        problem = "does not have the changes that the log proves"
        yield Finding("audit_events", event_id, problem)


def _are_unlogged_sound(call: Call) -> bool:
    """Return whether the events that no log has yet match their seals."""
    for row in chain.from_iterable(sealing.unlogged(call, None)):
        leaf = events.leaf_of(row)
        if not (_are_changes(row["changes"]) and events.matches(call, leaf, row["seal"])):
            return False
    return True


def _are_changes(data: bytes | None) -> bool:
    try:
        return deque(records(data or b""), 0) is not None
    except BadChanges:
        return False


def _changes_after(call: Call, log: Log, leaf: int) -> BucketChanges:
    """Return what was changed after an entry, by events that no log has yet, too."""

    def read() -> Iterator[bytes]:
        for _, changes in logged_changes.after(call, log, leaf):
            yield changes
        for row in chain.from_iterable(sealing.unlogged(call, None)):
            yield row["changes"] or b""

    return BucketChanges.of(read)


def _undo(call: Call, digests: states.Digests, changes: BucketChanges) -> set[RowId]:
    """Take digests back to before changes; return the rows that their changes did not lead to."""
    broken: set[RowId] = set()
    for packed in states.groups_of(changes):
        for rows in states.rows_of(call, packed.keys(), with_unlogged=False):
            of_rows = state.by_row(unpacked(bytes(packed[rows.bucket])))
            broken.update(rows.twice, state.undo(rows.numbers, of_rows))
            states.set_digest(digests, rows)
    return broken


def _findings(call: Call, log: Log, proved: _Proved) -> Iterator[Finding]:
    problems = list(_edited(proved))
    yield from problems
    if problems or not _are_unlogged_sound(call):  # the check of seals names such an event
        return
    digests = states.all_digests(call)
    before = dict(digests)
    broken = _undo(call, before, _changes_after(call, log, proved.leaf))
    names = _Names(call)
    for row in sorted(broken):
        yield names.finding(row, "is not what its last change in the audit left")
    if state.root(before).hex() == proved.root:
        return
    later = _changes_after(call, log, max(log.state_leaf or 0, proved.leaf))
    found = list(_located(call, digests, later, names))
    yield from (one for one in found if one.row_key not in {names.key(row) for row in broken})
    if not found and not broken:
        yield Finding("state_buckets", "all", "rows were put back, and their digests with them")


def _located(
    call: Call, digests: states.Digests, later: BucketChanges, names: "_Names"
) -> Iterator[Finding]:
    """Yield the rows that differ from the stored digests of the last state."""
    _undo(call, digests, later)
    stored = states.stored_digests(call)
    buckets = {
        bucket
        for bucket in digests.keys() | stored.keys()
        if digests.get(bucket) != stored.get(bucket)
    }
    last = _last_changes(call, buckets)
    for bucket, numbers, _, _ in states.rows_of(call, buckets, with_unlogged=False):
        wrong = [
            (row, number, last[row].new)
            for row in sorted(last)
            if row.bucket == bucket and (number := numbers.get(row, 0)) != last[row].new
        ]
        for row, number, expected in wrong:
            yield names.finding(row, _problem(number, expected))
        if not wrong:
            text = "some of these rows were put back, deleted or added"
            yield Finding(states.table_name(bucket.table), states.bucket_text(bucket), text)


def _problem(number: int, expected: int) -> str:
    if not number:
        return f"is missing: its last change was {expected}"
    if not expected:
        return f"has change {number}, and was deleted by a function"
    return f"has change {number}, and its last change was {expected}: an old row was put back"


def _last_changes(call: Call, buckets: set[Bucket]) -> dict[RowId, Change]:
    """Return the last change of each row of buckets, as far back as there are events."""
    found: dict[RowId, Change] = {}
    after = 0
    while buckets:
        check_interrupts()
        rows = call.execute(tables.HISTORY, after, _PAGE)
        packed = (row["changes"] for row in rows if _are_changes(row["changes"]))
        for change in chain.from_iterable(map(unpacked, packed)):
            row_id = state.row_of(change)
            if row_id.bucket in buckets:
                both = [change, found[row_id]] if row_id in found else [change]
                found[row_id] = state.in_order(both)[-1]
        if len(rows) < _PAGE:
            break
        after = rows[-1]["id"]
    return found


class _Names:
    """Names rows for people: their keys, where they are not hashes of rows that are gone."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._of_table: dict[int, dict[int, str]] = {}

    def finding(self, row: RowId, problem: str) -> Finding:
        """Return what is wrong with a row."""
        return Finding(states.table_name(row.table), self.key(row), problem)

    def key(self, row: RowId) -> str:
        """Return the key of a row."""
        if row.table in state.SHIFTS:
            return f"{row.id}/{row.sub}" if row.sub else str(row.id)
        if row.table not in self._of_table:
            self._of_table[row.table] = self._read(row.table)
        return self._of_table[row.table].get(row.id, f"hash {row.id:016x}")

    def _read(self, number: int) -> dict[int, str]:
        table = next(table for table in TABLES if table.number == number)
        rows = self._call.execute(table.row_keys)
        return {table.place(row["row_key"])[0]: row["row_key"] for row in rows}
