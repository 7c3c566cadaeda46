"""Shredding: data keys destroyed for good, with those of narrower bindings. Runs as the owner.

A narrower binding that another transaction is changing is left, and not waited for: the binding
above it is closed, so it is of no use, and a second shred destroys its key.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.crypto import receipts
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.crypto.receipts import Destroyed
from kwruntime.errors import Conflict
from kwruntime.fields import access, recorded, respelling, shared_wrappers
from kwruntime.fields.bindings import live, locked, spellings
from kwruntime.fields.names import Entity, Place, cell
from kwruntime.postgres import backend, messages
from kwruntime.postgres.query import Row
from kwruntime.seals import audit
from kwruntime.seals.changing import changing, noted
from kwruntime.store import blind_indexes, entity_fields, former_wraps, sealed_rows, shreds


def shred(
    call: Call, entity: Entity, pk: str, field: str | None, *, whole: bool, shared: bool
) -> int:
    """Destroy the wraps of a binding and of those beneath it, the rotated ones too.

    Returns how many wrappers; a warning tells of bindings that are left. With ``shared`` also
    wrappers that protect other bindings.
    """
    check_may_shred(call, entity)
    place = Place.of(entity.name, pk, field)
    if pk == EVERY_ROW and not whole:
        raise Conflict(
            f"destroying the key of {place.shown} requires whole => true",
            hint="Use kw.shred(…, whole => true) to destroy it, and the keys of single cells and "
            "rows.",
        )
    recorded.keep_from_moving(call, entity)
    pks = _every_spelling(call, entity, pk)
    widest = locked(call, entity, pks, field)
    below = beneath(call, entity, pks, field)
    if not (below.locked or below.left):
        widest = live(widest, entity, field)  # else there is more to destroy beneath a shredded one
    top = [row["id"] for row in widest]
    note(call, entity, field, has_keys=pk != EVERY_ROW)
    destroyed = destroy(call, place, top, below, shared=shared)
    tell_of_tokens(call, entity, field)
    return destroyed


def tell_of_tokens(call: Call, entity: Entity, field: str | None) -> None:
    """Tell of blind indexes: tokens outlive the keys of their values."""
    found = call.execute(blind_indexes.OF_FIELD, entity.name, field)
    for name in sorted({row["field_name"] for row in found if row["status"] == "live"}):
        messages.notice(
            f"tokens of {cell(entity.name, None, name)} still confirm guesses of shredded values",
            hint="Set the tokens of these rows to null, or use kw.shred_index_key.",
        )


def destroy(
    call: Call,
    place: Place,
    top: Sequence[int],
    below: "Beneath",
    *,
    shared: bool,
    **details: Any,
) -> int:
    """Destroy the wrappers of locked bindings, ``top`` and those beneath; return how many.

    ``details`` are those of the audit event.
    """
    ids = [*top, *below.locked]
    wrappers = [row["id"] for row in call.execute(shreds.WRAPPERS_OF_BINDINGS, ids)]
    call.execute(shreds.LOCK_WRAPPERS, wrappers)
    own = [*ids, *below.left]
    kept = shared_wrappers.kept_for_others(call, place, own, wrappers, shared=shared)
    doomed = [wrapper for wrapper in wrappers if wrapper not in kept]
    changing(call, sealed_rows.BINDINGS, ids)
    left = len(below.left)
    details |= {"beneath": len(below.locked), "left": left}
    destroyed = destroy_wrappers(call, place.audited, doomed, (ids, top), **details)
    if left:
        _tell_left(call, place.shown, left)
    return destroyed


def destroy_wrappers(
    call: Call,
    target: str,
    doomed: Sequence[int],
    bindings: tuple[Sequence[int], Sequence[int]] = ((), ()),
    **details: Any,
) -> int:
    """Destroy locked wrappers, with receipts; return how many.

    ``bindings``: those that are shredded with them, and the widest of these.
    """
    changing(call, sealed_rows.WRAPPERS, doomed)
    ids, top = map(list, bindings)
    shredded = call.execute(shreds.SHRED, ids, doomed, top, call.role)[0]
    former_wraps.leave(call, shredded["left_keys"])
    details["wrappers"] = int(shredded["destroyed"])
    if details["wrappers"]:
        root = receipts.root_of(receipts.records_of(_destroyed(shredded)))
        details |= {"batch": shredded["batch"], "destroyed_root": root.hex()}
    audit.record(call, "shred", target, **details)
    return int(details["wrappers"])


def _destroyed(shredded: Row) -> list[Destroyed]:
    """Return the receipts of a call."""
    columns = ("wrappers", "digests", "bindings", "generations", "tables", "pks", "fields")
    return [Destroyed(*row) for row in zip(*map(shredded.__getitem__, columns), strict=True)]


def _tell_left(call: Call, place: str, count: int) -> None:
    holders = call.server.holders(shreds.LOCK_BENEATH)
    messages.warning(
        f"the keys of {count} bindings beneath {place} are closed but not destroyed",
        detail="Another transaction is changing them."
        + (f" It may be that of {holders}." if holders else ""),
        hint="Repeat the call when that transaction has ended.",
    )


def _every_spelling(call: Call, entity: Entity, pk: str) -> list[str]:
    """Return every spelling that a key is bound in, those of older versions too."""
    found, keys = spellings(call, entity, pk), access.keys_of(call, entity)
    if pk == EVERY_ROW or not keys.may_have_old:
        return found
    return [*found, *(respelling.spellings_bound(call, entity, keys, found[:1]) - set(found))]


class Beneath(NamedTuple):
    """The ids of live bindings beneath another: locked here, and left since others change them."""

    locked: list[int]
    left: list[int]


def beneath(call: Call, entity: Entity, pks: Sequence[str], field: str | None) -> Beneath:
    """Lock the live bindings beneath those of keys, in whichever spelling."""
    of: str | Sequence[str] | None
    if EVERY_ROW in pks:
        lock, look, of = shreds.LOCK_BENEATH, shreds.BENEATH, field
    elif field is None:
        lock, look, of = shreds.LOCK_BENEATH_ROW, shreds.BENEATH_ROW, pks
    else:  # nothing is narrower than a cell
        return Beneath([], [])
    where = entity.name, of
    taken = [row["id"] for row in call.execute(lock, *where)]
    there = [row["id"] for row in call.execute(look, *where)]
    if backend.keeps_snapshot() and there != [row["id"] for row in call.server.seen(look, *where)]:
        raise messages.old_snapshot()  # it locks only what the snapshot shows
    return Beneath(taken, sorted(set(there) - set(taken)))


def note(call: Call, entity: Entity, field: str | None, *, has_keys: bool) -> None:
    """Record that readers have to look; ``has_keys``: where single keys are bound."""
    known = call.execute(entity_fields.KNOWN_OF_FIELD, entity.name, field)[0]
    if not known["has_shredded"] or (has_keys and not known["has_keys"]):
        noted(call, entity_fields.NOTE_SHREDDED, entity.name, field, has_keys)


def check_may_shred(call: Call, entity: Entity) -> None:
    """Raise ``NotAllowed`` unless a role may shred keys of an entity."""
    found = access.table_identity(call, entity)
    if found.is_known and found.recorded is None:
        access.check_grantor(call, entity, "shred keys of")
    elif not (found.relation is None and access.is_superuser(call)):  # of a dropped table, too
        access.check_owner(call, entity, "shred keys of")
