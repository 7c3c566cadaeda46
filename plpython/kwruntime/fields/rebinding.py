"""Bindings that move after a rename of a table, a key or a field. Runs as the owner.

Where a whole table was renamed, its new name takes over the bindings as they are: they go on
naming its first name, kw.entities.bound_as. In all other cases each binding is changed.
"""

from collections.abc import Sequence

from kwruntime.call import Call
from kwruntime.errors import Conflict, NotAllowed, NotFound, Shredded
from kwruntime.fields import (
    access,
    blind_indexes,
    grants,
    narrower,
    protected_fields,
    recorded,
    spelling,
)
from kwruntime.fields.names import Entity, audited_cell, cell
from kwruntime.fields.spelling import Keys
from kwruntime.keys.graph import lock_keys
from kwruntime.postgres import backend, messages
from kwruntime.postgres.query import Row
from kwruntime.rules import nist_levels
from kwruntime.seals.changing import changing, fields_of, grants_of, is_sealing, noted
from kwruntime.store import (
    encryption_bindings,
    entities,
    entity_fields,
    field_grants,
    field_lookups,
    key_wrappers,
    sealed_rows,
    shreds,
)
from kwruntime.store.view_definitions import IS_PROTECTED_VIEW


def rebind(
    call: Call,
    entity: Entity,
    to_entity: Entity,
    pk: str | None,
    to_pk: str | None,
    field: str | None,
    to_field: str | None,
) -> int:
    """Move bindings after a rename of a table, a key or a field; returns how many."""
    is_whole = pk is None and field is None
    is_recorded = access.table_identity(call, entity).is_known  # perhaps for grants alone
    is_of_view = _keep_names(call, entity, to_entity, is_whole=is_whole)
    keys, to_keys = spelling.of_entity(call, entity.name), access.keys_of(call, to_entity)
    if to_pk is not None:
        to_keys.refuse_ambiguous(to_entity.name)
        to_pk = to_keys.spell_one(to_pk)
    to_take = _to_take(call, entity, to_entity) if is_whole else 0
    moved: list[Row] = []
    if not to_take:
        for one in [None] if pk is None else _as_bound(call, entity, pk, keys):
            moved += _move(call, entity.name, one, to_entity.name, to_pk, to_field, field)
    indexes = 0
    if not to_take and pk is None:
        indexes = blind_indexes.move(call, entity, field, to_entity, to_field)
    count = to_take or len(moved)
    is_of_form = to_keys.form is not None and keys.recorded == to_keys.form.name
    if to_entity != entity and to_keys.recorded is not None and not is_of_form:
        noted(call, entity_fields.NOTE_SPELLINGS, to_entity.name)
    if backend.keeps_snapshot() and _are_left_behind(call, entity, pk, field, len(moved)):
        raise messages.old_snapshot()
    is_bound = count or indexes or _has_wide(call, entity, pk, to_pk, field, to_field)
    if not is_bound and not (is_whole and is_recorded):
        raise NotFound(f"nothing is bound to {cell(entity.name, pk, field)}")
    if (pk or field) and any(row["status"] == "shredded" for row in moved):
        raise Shredded(
            f"the key of {cell(entity.name, pk, field)} was shredded",
            hint="Use another key or field. A shredded binding moves only with its table.",
        )
    _carry(call, entity, to_entity, field, to_field, of_every_key=pk is None)
    if is_of_view:
        protected_fields.rename_view(call, entity, to_entity)
    if to_take:
        recorded.take_bindings(call, entity, to_entity)
    elif to_entity != entity:
        recorded.forget(call, entity)
    if _has_wide(call, to_entity, pk, to_pk, field, to_field):
        messages.notice(
            "ciphertexts of a wider binding still belong to the old key or field",
            hint="Use kw.reencrypt to move each such ciphertext.",
        )
    access.audit(
        call,
        "rebind",
        audited_cell(entity.name, pk, field),
        to=audited_cell(to_entity.name, to_pk or pk, to_field or field),
        bindings=count,
    )
    return count


def _keep_names(call: Call, entity: Entity, to_entity: Entity, *, is_whole: bool) -> bool:
    """Check and keep both names; return whether a view that had the first one has the second."""
    below = recorded.below_renamed_view(call, entity, to_entity) if is_whole else None
    if below is None:
        _check_may_rebind(call, entity, to_entity)
        recorded.refuse_renamed(call, to_entity, but=entity)
    recorded.keep_new_name(call, to_entity, below)
    if to_entity != entity:
        recorded.keep_from_moving(call, entity)
        # Another rename may have been waited for. What is noted of the fields went with that one.
        _check_may_rebind(call, entity, to_entity)
    return below is not None


def _to_take(call: Call, entity: Entity, to_entity: Entity) -> int:
    """Return how many bindings the new name of a table can take over as they are; both are locked.

    None where something is bound to the new name. Nor while another transaction binds or shreds
    something by either name: what it notes of that name would not follow. Nor in a transaction
    that keeps its snapshot, which cannot see all that was noted.
    """
    if backend.keeps_snapshot():
        return 0
    for name in sorted((entity.name, to_entity.name)):
        if not call.execute(entities.LOCK_ENTITY_ALONE, name):
            return 0
    if call.execute(entities.IS_BOUND, to_entity.name, None)[0]["found"]:
        return 0
    _check_levels(call, None, (entity.name, None, to_entity.name, None, None, None))
    return int(call.execute(entities.COUNT_BINDINGS, entity.name)[0]["bindings"])


def _carry(
    call: Call,
    entity: Entity,
    to_entity: Entity,
    field: str | None,
    to_field: str | None,
    *,
    of_every_key: bool,
) -> None:
    """Have what is recorded of the fields hold in the new place, and what is theirs move there."""
    with fields_of(call, entity.name, to_entity.name):
        call.execute(entity_fields.CARRY_FIELDS, entity.name, to_entity.name, field, to_field)
    if of_every_key:
        with grants_of(call, entity.name, to_entity.name):
            call.execute(field_grants.MOVE_GRANTS, entity.name, to_entity.name, field, to_field)
        grants.tell_idle(call, to_entity)
        protected_fields.move(call, entity, field, to_entity, to_field)


def _as_bound(call: Call, entity: Entity, pk: str, keys: Keys) -> list[str]:
    """Return the spellings that a key is bound in: more than its own by older versions only."""
    own = keys.known(pk)
    wanted = list(dict.fromkeys([pk, own, *keys.others(pk, own)]))
    bound = [
        row["entity_pk"]
        for row in call.execute(encryption_bindings.BOUND_KEYS, entity.name, wanted)
    ]
    return bound or [own]


def _move(
    call: Call,
    entity: str,
    pk: str | None,
    to_entity: str,
    to_pk: str | None,
    to_field: str | None,
    field: str | None,
) -> list[Row]:
    where = (entity, pk, to_entity, to_pk, to_field, field)
    if pk is not None or field is not None:  # else all of the table moves, shredded ones too
        narrower.check_may_move(call, pk, where)
    _check_levels(call, pk, where)
    if is_sealing(call):
        locked_ids = call.execute(
            encryption_bindings.LOCK_TO_REBIND
            if pk is None
            else encryption_bindings.LOCK_KEY_TO_REBIND,
            *where,
        )
        changing(call, sealed_rows.BINDINGS, [row["id"] for row in locked_ids])
    try:
        return call.execute(
            encryption_bindings.REBIND if pk is None else encryption_bindings.REBIND_KEY, *where
        )
    except messages.UniqueViolation:
        raise Conflict(
            f"{cell(to_entity, to_pk or pk, to_field or field)} already has bindings",
            hint="Two bindings cannot become one. Use kw.rebind to move those first, to another "
            "field (field_name, to_field_name) or key, then kw.reencrypt to move their values "
            "back.",
        ) from None


def _check_levels(call: Call, pk: str | None, where: Sequence[str | None]) -> None:
    """Refuse a move, of which ``where`` are the parameters, to where a higher level is required."""
    to_entity = where[2]
    assert to_entity is not None
    if not nist_levels.min_level_of(call, to_entity, None):
        return
    lock, below = (
        (encryption_bindings.LOCK_TO_REBIND, encryption_bindings.BELOW_MIN_LEVEL_THERE)
        if pk is None
        else (
            encryption_bindings.LOCK_KEY_TO_REBIND,
            encryption_bindings.KEY_BELOW_MIN_LEVEL_THERE,
        )
    )
    _lock_levels(call, [row["id"] for row in call.execute(lock, *where)])
    for row in call.execute(below, *where):
        what = f"wrapper {row['wrapper_uuid']}, which would move there,"
        nist_levels.refuse(what, row["level"], row["min_level"])


def _lock_levels(call: Call, binding_ids: Sequence[int]) -> None:
    """Lock the wrappers of locked bindings, and their keys, so that their levels stay.

    Who takes a level down looks for a minimum first, and would not see one that is not committed.
    """
    found = call.execute(shreds.WRAPPERS_OF_BINDINGS, binding_ids)
    wrapper_ids = [row["id"] for row in found]
    call.execute(shreds.LOCK_WRAPPERS, wrapper_ids)
    lock_keys(call, [row["id"] for row in call.execute(key_wrappers.KEYS_OF_WRAPPERS, wrapper_ids)])


def _are_left_behind(
    call: Call, entity: Entity, pk: str | None, field: str | None, moved: int
) -> bool:
    """Return whether bindings that were made after the transaction's snapshot were not moved."""
    if pk is not None:
        return not moved and bool(
            call.execute(field_lookups.EXACT_BINDINGS, entity.name, [pk], field)
        )
    return bool(call.execute(encryption_bindings.LEFT_BEHIND, entity.name, field)[0]["found"])


def _has_wide(
    call: Call,
    entity: Entity,
    pk: str | None,
    to_pk: str | None,
    field: str | None,
    to_field: str | None,
) -> bool:
    rows = call.execute(
        encryption_bindings.WIDE_BINDINGS
        if pk is None
        else encryption_bindings.WIDE_BINDINGS_OF_KEY,
        entity.name,
        to_pk not in (None, pk),
        to_field not in (None, field),
        to_field or field,
        to_pk or pk,
    )
    return bool(rows[0]["found"])


def _check_may_rebind(call: Call, entity: Entity, to_entity: Entity) -> None:
    """The owner of the table may follow its rename; another table must be the role's too."""
    if to_entity == entity:
        access.check_owner(call, entity, "rebind")
        return
    old, taken = access.table_identity(call, entity), access.table_identity(call, to_entity)
    if not taken.agrees and access.owns(call, taken.relation):
        raise Conflict(
            f"{to_entity.name} already has the bindings of another table",
            hint="Use kw.rebind for those first. If two tables exchanged their names, "
            "temporarily rename one of them to a third name.",
        )
    new = access.check_owner(call, to_entity, "rebind to")
    if call.execute(IS_PROTECTED_VIEW, new.relation):
        raise Conflict(
            f"{to_entity.name} is a protected view, and cannot have the bindings of a table",
            hint="Name the table below it. To rename a view, drop it and create it again.",
        )
    if access.is_renamed(call, old, new):
        return
    if old.is_known and old.recorded is None:  # an external name, whose bindings become a table's
        access.check_grantor(call, entity, "rebind")
        return
    # After a restore the oid proves nothing. A superuser says which table it is.
    if old.is_known and old.relation is None and access.is_superuser(call):
        return
    if not old.is_known or not old.agrees or not access.owns(call, old.recorded):
        raise NotAllowed(
            f"permission denied to rebind {entity.name}: must be owner of the table",
            hint=f"Check that {to_entity.name} is the table that was {entity.name}. "
            "After a restore, or if its owner changed too, ask a superuser to rebind it.",
        )
