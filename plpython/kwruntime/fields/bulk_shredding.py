"""Shredding by a list of keys: all of them or none, and again without harm. Runs as the owner."""

from collections.abc import Collection, Sequence

from kwruntime.call import Call
from kwruntime.errors import NotBound
from kwruntime.escapes import quoted
from kwruntime.fields import access, recorded, respelling
from kwruntime.fields.names import Entity, Place, cell
from kwruntime.fields.shredding import beneath, check_may_shred, destroy, note
from kwruntime.fields.spelling import Keys, all_spellings
from kwruntime.postgres import backend, messages
from kwruntime.postgres.query import Row
from kwruntime.seals import audit
from kwruntime.store import field_lookups, shreds

_NAMED = 3


def shred_many(
    call: Call, entity: Entity, pks: Sequence[str], field: str | None, *, shared: bool
) -> int:
    """Destroy the wraps of the bindings of keys, and of those beneath; return how many wrappers.

    What was shredded before is left out. So is what nothing protects.
    """
    check_may_shred(call, entity)
    recorded.keep_from_moving(call, entity)
    keys = access.keys_of(call, entity)
    own = sorted({keys.spell_bound(pk) for pk in pks})
    place = Place.of_many(entity.name, len(own), field)
    spellings = _every_spelling(call, entity, keys, pks, own)
    rows = _locked(call, entity, spellings, field)
    bound = {keys.known(row["entity_pk"]) for row in rows}
    _check_unbound(call, entity, field, keys, set(own) - bound, len(own))
    top = [
        row["id"]
        for row in rows
        if row["status"] == "live" or (field is None and not row["is_closed"])
    ]
    below = beneath(call, entity, [row["entity_pk"] for row in rows], field)
    if not (top or below.locked or below.left):
        return 0
    note(call, entity, field, has_keys=True)
    return destroy(call, place, top, below, shared=shared, **audit.listed(own))


def _every_spelling(
    call: Call, entity: Entity, keys: Keys, given: Sequence[str], own: Sequence[str]
) -> list[str]:
    """Return every spelling that keys may be bound in, in the order in which all calls lock."""
    if not keys.may_have_old:
        return list(own)
    named = all_spellings(keys, given, [keys.spell_bound(pk) for pk in given])
    return sorted({*named, *respelling.spellings_bound(call, entity, keys, set(own))})


def _locked(call: Call, entity: Entity, pks: Sequence[str], field: str | None) -> list[Row]:
    """Lock the bindings of exactly a field of keys, live or shredded."""
    rows = call.execute(shreds.LOCK_BINDINGS, entity.name, pks, field)
    if backend.keeps_snapshot():  # it locks only what the snapshot shows
        there = call.execute(field_lookups.EXACT_BINDINGS, entity.name, pks, field)
        if {row["id"] for row in there} != {row["id"] for row in rows}:
            raise messages.old_snapshot()
    return rows


def _check_unbound(
    call: Call, entity: Entity, field: str | None, keys: Keys, pks: Collection[str], of: int
) -> None:
    """Raise ``NotBound`` where another binding protects values of keys that have none."""
    if not pks:
        return
    place = cell(entity.name, None, field)
    spellings = [*pks, *(other for pk in pks for other in keys.others(pk, pk))]
    rows = call.execute(shreds.PROTECTED_OTHERWISE, entity.name, spellings, field)
    protected = sorted({keys.known(row["entity_pk"]) for row in rows})
    if protected:
        named = f"{quoted(protected[:_NAMED])}{', …' if len(protected) > _NAMED else ''}"
        raise NotBound(
            f"{len(protected)} of {of} keys have no binding of exactly {place}",
            detail=f"Other bindings protect their values, which would stay readable: {named}.",
            hint="Leave these keys out, or shred the bindings that protect them. "
            "Name the field of bindings of single fields.",
        )
    recorded.refuse_renamed(call, entity)
    access.tell_if_unknown(call, entity, field)
    messages.notice(f"nothing is bound to {place} for {len(pks)} of {of} keys")
