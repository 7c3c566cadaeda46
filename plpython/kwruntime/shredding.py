"""Shredding: data keys destroyed for good, with those of narrower bindings. Runs as the owner.

A narrower binding that another transaction is changing is left, and not waited for: the binding
above it is closed, so it is of no use, and a second shred destroys its key.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime import access, audit, queries, respelling, shared_wrappers, spi
from kwruntime.bindings import live, locked, spellings
from kwruntime.ciphertext import EVERY_ROW
from kwruntime.errors import Conflict
from kwruntime.names import Entity, cell


def shred(
    role: int, entity: Entity, pk: str, field: str | None, *, whole: bool, shared: bool
) -> int:
    """Destroy the wraps of a binding and of those beneath it, the rotated ones too.

    Returns how many wrappers; a warning tells of bindings that are left. With ``shared`` also
    wrappers that protect other bindings.
    """
    _check_may_shred(role, entity)
    place = cell(entity.name, pk, field)
    if pk == EVERY_ROW and not whole:
        raise Conflict(
            f"this would destroy the key of {place}",
            hint="kw.shred(…, whole => true) destroys it, and the keys of single cells and rows.",
        )
    pks = _every_spelling(entity, pk)
    widest = locked(entity, pks, field)
    beneath = _beneath(entity, pks, field)
    if not (beneath.locked or beneath.left):
        widest = live(widest, entity, field)  # else there is more to destroy beneath a shredded one
    top = [row["id"] for row in widest]
    ids = [*top, *beneath.locked]
    wrappers = [row["id"] for row in spi.execute(queries.WRAPPERS_OF_BINDINGS, ids)]
    spi.execute(queries.LOCK_WRAPPERS, wrappers)
    own = [*ids, *beneath.left]
    kept = shared_wrappers.kept_for_others(role, place, own, wrappers, shared=shared)
    _note(entity, pk, field)
    doomed = [wrapper for wrapper in wrappers if wrapper not in kept]
    destroyed = int(spi.execute(queries.SHRED, ids, doomed, top)[0]["destroyed"])
    taken, left = len(beneath.locked), len(beneath.left)
    audit.record(role, "shred", place, wrappers=destroyed, beneath=taken, left=left)
    if left:
        _tell_left(place, left)
    return destroyed


def _tell_left(place: str, count: int) -> None:
    holders = spi.holders(queries.LOCK_BENEATH)
    spi.warning(
        f"the keys of {count} bindings beneath {place} are closed but not destroyed",
        hint="Another transaction is changing them"
        + (f", it may be that of {holders}" if holders else "")
        + ". Repeat the call when it has ended.",
    )


def _every_spelling(entity: Entity, pk: str) -> list[str]:
    """Return every spelling that a key is bound in, those of older versions too."""
    found, keys = spellings(entity, pk), access.keys_of(entity)
    if pk == EVERY_ROW or not keys.may_have_old:
        return found
    return [*found, *(set(respelling.spellings_bound(entity, keys, found[0])) - set(found))]


class _Beneath(NamedTuple):
    """The ids of live bindings beneath another: locked here, and left since others change them."""

    locked: list[int]
    left: list[int]


def _beneath(entity: Entity, pks: Sequence[str], field: str | None) -> _Beneath:
    """Lock the live bindings beneath that of a key, in whichever spelling."""
    of: str | Sequence[str] | None
    if EVERY_ROW in pks:
        lock, look, of = queries.LOCK_BENEATH, queries.BENEATH, field
    elif field is None:
        lock, look, of = queries.LOCK_BENEATH_ROW, queries.BENEATH_ROW, pks
    else:  # nothing is narrower than a cell
        return _Beneath([], [])
    where = entity.name, of
    taken = [row["id"] for row in spi.execute(lock, *where)]
    there = [row["id"] for row in spi.execute(look, *where)]
    if spi.keeps_snapshot() and there != [row["id"] for row in spi.seen(look, *where)]:
        raise spi.old_snapshot()  # it locks only what the snapshot shows
    return _Beneath(taken, sorted(set(there) - set(taken)))


def _note(entity: Entity, pk: str, field: str | None) -> None:
    """Record that readers have to look."""
    known = spi.execute(queries.KNOWN_OF_FIELD, entity.name, field)[0]
    if not known["has_shredded"] or (pk != EVERY_ROW and not known["has_keys"]):
        spi.execute(queries.NOTE_SHREDDED, entity.name, field, pk != EVERY_ROW)


def _check_may_shred(role: int, entity: Entity) -> None:
    found = access.standing(entity)
    if found.is_known and found.recorded is None:
        access.check_grantor(role, entity, "shred keys of")
    elif not (found.relation is None and access.is_superuser(role)):  # of a dropped table, too
        access.check_owner(role, entity, "shred keys of")
