"""Events of the audit: inserted at once, sealed with the changes when the owner's work ends."""

import json
from collections.abc import Sequence
from typing import Any

from kwshared.changes import BadChanges, Change, packed, records

from kwruntime.call import Call
from kwruntime.crypto.audit_leaf import BadDetails, Event, Leaf
from kwruntime.crypto.seals import SealKeys
from kwruntime.errors import NotAuthentic
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.query import Row
from kwruntime.seals import audit_lines, deployment
from kwruntime.session import Lifetime
from kwruntime.store import audit_events


class Unsealed:
    """The events of this call that have no seal yet, and the changes that none of them has."""

    def __init__(self, _: Lifetime) -> None:
        self.events: list[Event] = []
        self.changes: list[Change] = []
        self.keys: SealKeys | None = None
        """Those that the changes were sealed with: the changes may have closed them."""


def write(call: Call, action: str, target: str, details: str) -> Row:
    """Insert an event; return its row. It is sealed when the work ends."""
    row = call.execute(audit_events.AUDIT, call.role, action, target, details)[0]
    roles = row["session_role"], row["acting_role"]
    event = Event(row["id"], row["time"], *roles, action, target, details, None)
    call.of(Unsealed).events.append(event)
    call.at_last(seal_events)
    return row


def write_told(call: Call, action: str, target: str, details: dict[str, Any]) -> None:
    """Insert an event, with its line in the server log where setting audit_log is on."""
    row = write(call, action, target, json.dumps(details))
    if row["is_logged"]:
        audit_lines.tell(row, action, target, details)


def write_sealed(call: Call, action: str, target: str, details: dict[str, Any]) -> Event:
    """Insert an event and seal it at once; return it."""
    write_told(call, action, target, details)
    event = call.of(Unsealed).events[-1]
    seal_events(call)
    return event


def note_changes(call: Call, keys: SealKeys, changes: Sequence[Change]) -> None:
    """Have the last event of the work, or one of its own, say what rows were changed."""
    if changes:
        unsealed = call.of(Unsealed)
        unsealed.keys = keys
        unsealed.changes += changes
        call.at_last(seal_events)


def seal_events(call: Call) -> None:
    """Seal the events of the work, if there is a deployment; the last one gets the changes."""
    current = deployment.current(call)
    unsealed = call.of(Unsealed)
    if current is None or not (unsealed.events or unsealed.changes):
        return
    keys = unsealed.keys or deployment.seal_keys(call, current)
    events, changes = unsealed.events, packed(unsealed.changes)
    unsealed.events, unsealed.changes, unsealed.keys = [], [], None
    if events and _seal(call, keys, [*events[:-1], _with(events[-1], changes)]):
        return
    if changes:
        count = f"{sum(1 for _ in records(changes))} rows"
        write_told(call, call.function, count, {})
        _seal(call, keys, [_with(unsealed.events.pop(), changes)])


def seal_old(call: Call, keys: SealKeys, rows: Sequence[Row]) -> None:
    """Seal events that no log has as they are, whatever was done to them."""
    if rows:
        _seal(call, keys, [event_of(row) for row in rows])


def next_to_seal(call: Call, after: int, count: int) -> list[Row]:
    """Return the next events that no log has and that have no seal by the key in force.

    Where seals are required, only those that have a seal of an earlier key.
    """
    current = deployment.in_force(call)
    key_no = current.key_no.to_bytes(deployment.KEY_NO_BYTES, "big")
    return call.execute(audit_events.TO_SEAL, after, key_no, not current.is_sealed, count)


def event_of(row: Row) -> Event:
    """Return the event of a result row that has its seal, too."""
    return Event(**{name: row[name] for name in Event._fields})


def leaf_of(row: Row) -> Leaf:
    """Return the entry of the event of such a row."""
    return Leaf(event_of(row))


def _with(event: Event, changes: bytes) -> Event:
    return event._replace(changes=changes) if changes else event


def _seal(call: Call, keys: SealKeys, events: Sequence[Event]) -> bool:
    """Seal events; whether the last one is there. It is not if a part of the work failed."""
    seals = [keys.seal_event(_sealed(Leaf(event))) for event in events]
    ids = [event.id for event in events]
    changes = [event.changes for event in events]
    there = call.execute(audit_events.SEAL, ids, changes, seals)
    return any(row["id"] == ids[-1] for row in there)


def _sealed(leaf: Leaf) -> bytes:
    """Return what a seal covers; raises ``NotAuthentic`` for what no function has written."""
    try:
        return leaf.sealed()
    except BadChanges as error:
        what = "details" if isinstance(error, BadDetails) else "changes"
        raise NotAuthentic(
            f"event {leaf.event.id} of kw.audit_events has {what} that cannot be read",
            hint="It was edited. Restore it from a backup.",
        ) from None


def check(call: Call, leaves: Sequence[Leaf], seals: Sequence[bytes | None]) -> None:
    """Raise ``NotAuthentic`` for the first event that does not match its seal."""
    for leaf, seal in zip(leaves, seals, strict=True):
        check_interrupts()
        error = failure(call, leaf, seal)
        if error is not None:
            raise error


def failure(call: Call, leaf: Leaf, seal: bytes | None) -> NotAuthentic | None:
    """Return why an event is refused, if it is."""
    if matches(call, leaf, seal):
        return None
    return NotAuthentic(
        f"event {leaf.event.id} of kw.audit_events "
        + ("does not match its seal" if seal else "has no seal"),
        hint="It was edited. Restore it from a backup, or ask a superuser "
        f"to use kw.accept_rows('audit_events', '{{{leaf.event.id}}}', reason).",
    )


def matches(call: Call, leaf: Leaf, seal: bytes | None) -> bool:
    """Whether an event matches its seal, or needs none. Compares in constant time."""
    current = deployment.current(call)
    if current is None:
        return True
    try:
        entry = leaf.sealed()
    except BadChanges:
        return False
    if seal is None:
        return not current.is_sealed
    return deployment.seal_keys(call, current).is_event_seal(entry, seal)
