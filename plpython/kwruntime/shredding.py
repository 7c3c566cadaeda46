"""Shredding: data keys destroyed for good, with those of narrower bindings. Runs as the owner."""

from collections.abc import Sequence

from kwruntime import access, audit, queries, respelling, shared_wrappers, spi
from kwruntime.bindings import live, locked, spellings
from kwruntime.ciphertext import EVERY_ROW
from kwruntime.errors import Conflict
from kwruntime.names import Entity, cell


def shred(
    role: int, entity: Entity, pk: str, field: str | None, *, whole: bool, shared: bool
) -> int:
    """Destroy the wraps of a binding and of those beneath it, the rotated ones too.

    Returns how many wrappers. With ``shared`` also wrappers that protect other bindings.
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
    if not beneath:  # else what was left beneath a shredded one is destroyed now
        widest = live(widest, entity, field)
    top = [row["id"] for row in widest]
    ids = [*top, *beneath]
    wrappers = [row["id"] for row in spi.execute(queries.WRAPPERS_OF_BINDINGS, ids)]
    spi.execute(queries.LOCK_WRAPPERS, wrappers)
    kept = shared_wrappers.kept_for_others(role, place, ids, wrappers, shared=shared)
    _note(entity, pk, field)
    doomed = [wrapper for wrapper in wrappers if wrapper not in kept]
    destroyed = int(spi.execute(queries.SHRED, ids, doomed, top)[0]["destroyed"])
    audit.record(role, "shred", place, wrappers=destroyed, beneath=len(beneath))
    return destroyed


def _every_spelling(entity: Entity, pk: str) -> list[str]:
    """Return every spelling that a key is bound in, those of older versions too."""
    found, keys = spellings(entity, pk), access.keys_of(entity)
    if pk == EVERY_ROW or not keys.may_have_old:
        return found
    return [*found, *(set(respelling.spellings_bound(entity, keys, found[0])) - set(found))]


def _beneath(entity: Entity, pks: Sequence[str], field: str | None) -> list[int]:
    """Lock the live bindings beneath that of a key, in whichever spelling; return their ids."""
    of: str | Sequence[str] | None
    if EVERY_ROW in pks:
        lock, look, of = queries.BENEATH_FOR_UPDATE, queries.BENEATH, field
    elif field is None:
        lock, look, of = queries.BENEATH_ROW_FOR_UPDATE, queries.BENEATH_ROW, pks
    else:  # nothing is narrower than a cell
        return []
    where = entity.name, of
    ids = [row["id"] for row in spi.execute(lock, *where)]
    if spi.keeps_snapshot() and ids != [row["id"] for row in spi.execute(look, *where)]:
        raise spi.old_snapshot()  # it locks only what the snapshot shows
    return ids


def _note(entity: Entity, pk: str, field: str | None) -> None:
    """Record that readers have to look. Looked up first: an upsert would lock the row."""
    known = spi.execute(queries.KNOWN_OF_FIELD, entity.name, field)[0]
    if not known["has_shredded"] or (pk != EVERY_ROW and not known["has_keys"]):
        spi.execute(queries.NOTE_SHREDDED, entity.name, field, pk != EVERY_ROW)


def _check_may_shred(role: int, entity: Entity) -> None:
    found = access.standing(entity)
    if found.is_known and found.recorded is None:
        access.check_grantor(role, entity, "shred keys of")
    else:
        access.check_owner(role, entity, "shred keys of")
