"""Receipts of one wrapper: what an event of the log says of it. Runs as the owner."""

from collections.abc import Iterator
from uuid import UUID

from kwshared.changes import WRAPPERS, Change, records, unpacked

from kwruntime.admin import log_entries, log_proofs
from kwruntime.call import Call
from kwruntime.crypto import receipts
from kwruntime.crypto.receipts import Destroyed, Part
from kwruntime.errors import Conflict, NotAuthentic, NotFound
from kwruntime.store import logs, shreds


def receipt(call: Call, wrapper: str, event: int | None) -> str:
    """Return the receipt of a wrapper out of an event, or out of the one that shredded it."""
    if event is None:
        event = _shred_of(call, wrapper)
    leaf = log_proofs.leaf_of(call, event)
    said = log_entries.said(leaf.entry)
    details = said.get("details", {})
    batch = details.get("batch")
    parts = [*_changed(call, wrapper, leaf, said.get("changes_root"))]
    if said.get("action") == "shred" and batch is not None:
        parts += _destroyed(call, wrapper, event, batch, details.get("destroyed_root"))
    if not parts:
        raise NotFound(
            f"event {event} does not name wrapper {wrapper}",
            hint="Leave out the event to get the receipt of its shred, or use kw.audit_proof.",
        )
    return receipts.written(parts, log_proofs.proof_of(call, leaf))


def _shred_of(call: Call, wrapper: str) -> int:
    """Return the event of the shred that destroyed a wrapper."""
    rows = call.execute(shreds.BATCH_OF_WRAPPER, wrapper)
    if not rows:
        raise NotFound(
            f"wrapper {wrapper} was not shredded",
            hint="For the receipt of another event, name it.",
        )
    if rows[0]["batch"] is None:
        raise Conflict(
            f"wrapper {wrapper} was shredded before version 0.8.0, when events did not name "
            "wrappers",
            hint="Use kw.audit_proof for the event of its shred.",
        )
    events = call.execute(shreds.EVENT_OF_BATCH, rows[0]["batch"])
    if not events:
        raise NotFound(
            f"the event of the shred of wrapper {wrapper} was deleted",
            hint="Setting audit_days deletes events. An export of the log may still have it.",
        )
    return int(events[0]["id"])


def _changed(call: Call, wrapper: str, leaf: log_proofs.Leaf, root: str | None) -> Iterator[Part]:
    """Yield how the event changed the row of the wrapper, the last time if more than once."""
    rows = call.execute(logs.CHANGES_OF_LEAF, leaf.event, leaf.log_id, leaf.leaf_index)
    changes = rows[0]["changes"] if rows else None
    _check(log_entries.root_of(changes) == root, leaf.event, "changes")
    packed = list(records(changes or b""))
    own = UUID(wrapper).bytes
    places = [n for n, one in enumerate(unpacked(changes or b"")) if _is_of(one, own)]
    if places:
        yield Part("changes", packed, places[-1])


def _is_of(change: Change, wrapper: bytes) -> bool:
    return change.table == WRAPPERS and change.wrapper == wrapper


def _destroyed(call: Call, wrapper: str, event: int, batch: int, root: str) -> Iterator[Part]:
    rows = call.execute(shreds.RECEIPTS_OF_BATCH, batch)
    destroyed = [Destroyed(**row) for row in rows]
    packed = receipts.records_of(destroyed)
    _check(receipts.root_of(packed).hex() == root, event, "rows of kw.shred_receipts")
    own = next((one.packed() for one in destroyed if one.wrapper == wrapper), None)
    if own is not None:
        yield Part("destroyed", packed, packed.index(own))


def _check(is_same: bool, event: int, name: str) -> None:
    if not is_same:
        raise NotAuthentic(
            f"the {name} of event {event} are not those that the log has",
            hint="The tables were changed. Compare them with the log: kwtools audit verify.",
        )
