"""Bindings: made, rotated and moved. Runs as the owner."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from struct import unpack

from kwruntime.batches import parts
from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import Blocked, Conflict, NotAllowed, NotBound, Shredded
from kwruntime.fields import access, names, narrower, recorded, shared_wrappers
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.spelling import Keys, all_spellings
from kwruntime.keys import keyring
from kwruntime.keys.graph import lock_keys
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.rules import nist_levels
from kwruntime.rules.nist_levels import Legs
from kwruntime.rules.policies import Policy
from kwruntime.seals.changing import added, changing, noted
from kwruntime.store import (
    encryption_bindings,
    entity_fields,
    field_lookups,
    key_wrappers,
    sealed_rows,
    shreds,
)
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers import stored
from kwruntime.wrappers.new import NewWrappers


def _new_ids(count: int) -> list[int]:
    """Return random ids of 63 bits, none of them 0."""
    return [(one >> 1) or 1 for one in unpack(f">{count}Q", os.urandom(8 * count))]


def _check_may_bind(
    call: Call, entity: Entity, pks: Sequence[str], field: str | None, *, given: bool
) -> None:
    if given or EVERY_ROW in pks:
        _check_wide(call, entity, pks, given=given)
    elif field is None:
        access.check_owner(call, entity, "bind a row of")
    else:
        access.check(call, entity, field, write=True)


def _check_wide(call: Call, entity: Entity, pks: Sequence[str], *, given: bool) -> None:
    action = "bind a given wrapper to" if given else "bind every row of"
    found = access.table_identity(call, entity)
    if found.recorded is None and found.relation is None:
        access.check_grantor(call, entity, action)
    else:
        access.check_owner(call, entity, action)


def bind(
    call: Call,
    entity: Entity,
    pks: Sequence[str],
    field: str | None,
    policy_name: str | None,
) -> list[str | None]:
    """Bind each key to a wrapper of its own, in order, and return the wrappers.

    A key that is bound already keeps its wrapper. Its name is null for a role that may not look
    it up.
    """
    _check_may_bind(call, entity, pks, field, given=False)
    keys = access.keys_of(call, entity)
    given, pks = pks, [keys.spell_one(pk) for pk in pks]
    found = _existing(call, entity, given, pks, field, keys)
    missing = sorted(set(pks) - found.keys())
    made: dict[str, str] = {}
    if missing:
        keys.refuse_ambiguous(entity.name)
        groups = narrower.policies_for(call, entity, missing, field, policy_name, keys)
        access.tell_if_unknown(call, entity, field)
        _note(call, entity, field, missing, keys)
        min_level = nist_levels.min_level_of(call, entity.name, field)
        for policy, group in groups:
            for part in parts(group):
                made |= _bind_new(call, entity, field, part, policy, min_level)
        if len(made) < len(missing):  # another session was first
            later = [pk for pk in missing if pk not in made]
            found |= _existing(call, entity, later, later, field, keys)
    known: dict[str, str | None] = {**found}
    if found and not access.may(call, entity, field, write=False):
        known = dict.fromkeys(found)
    known |= made
    return [known[pk] for pk in pks]


def _bind_new(
    call: Call,
    entity: Entity,
    field: str | None,
    pks: Sequence[str],
    policy: Policy,
    min_level: int | None,
) -> dict[str, str]:
    """Bind keys to new wrappers; return those that no other session bound meanwhile."""
    new = NewWrappers(call, policy, [None] * len(pks), min_level=min_level)
    ids = _new_ids(len(pks))
    rows = call.execute(encryption_bindings.BIND_NEW, *new.columns, ids, pks, entity.name, field)
    made = set(rows[0]["uuids"] or ())
    new.insert_layers(made)
    placed = [place for place, name in enumerate(new.names) if name in made]
    added(call, sealed_rows.WRAPPERS, [new.ids[place] for place in placed])
    added(call, sealed_rows.BINDINGS, [ids[place] for place in placed])
    return {pk: uuid for pk, uuid in zip(pks, new.names, strict=True) if uuid in made}


def _existing(
    call: Call,
    entity: Entity,
    given: Sequence[str],
    pks: Sequence[str],
    field: str | None,
    keys: Keys,
) -> dict[str, str]:
    """Return the wrappers of keys that are bound, in whichever spelling."""
    wanted = all_spellings(keys, given, pks)
    rows = {
        row["entity_pk"]: row
        for row in call.execute(field_lookups.EXACT_BINDINGS, entity.name, wanted, field)
    }
    found = {}
    for pk, row in rows.items():
        own = keys.known(pk) if keys.may_have_old else pk
        if own == pk or own not in rows:
            check_live(row, entity, field)
            found[own] = row["wrapper_uuid"]
    if found:
        narrower.check_not_closed(call, entity, list(found), field, keys)
    return found


def check_live(row: Row, entity: Entity, field: str | None) -> None:
    """Raise ``Shredded`` for a binding that was shredded."""
    if row["status"] == "shredded":
        raise Shredded(
            f"the key of {cell(entity.name, row['entity_pk'], field)} was shredded",
            hint="Use another key. A shredded binding is permanent.",
        )


def _note(call: Call, entity: Entity, field: str | None, pks: Sequence[str], keys: Keys) -> None:
    """Record what look-ups rely on, before the first binding."""
    recorded.keep(call, entity)
    form = recorded.kept_form(call, entity)
    if form is not None and (keys.form is None or keys.form.name != form):
        # these are spelled in another form
        noted(call, entity_fields.NOTE_SPELLINGS, entity.name)
    if any(pk != EVERY_ROW for pk in pks):
        known = call.execute(entity_fields.KNOWN_OF_FIELD, entity.name, field)[0]
        if not known["has_keys"]:
            noted(call, entity_fields.NOTE_KEYS, entity.name, field)


def _to_share(call: Call, wrapper: str) -> WrapperRow:
    """Lock a wrapper that a role may share; so a shred or a retirement beside it is seen."""
    # before the lock, too, for which others would wait
    for row in stored.find(call, [wrapper]):
        assert row is not None
        shared_wrappers.check_may_share(call, wrapper, row.id)
    row = stored.locked(call, [wrapper])[wrapper]
    shared_wrappers.check_may_share(call, wrapper, row.id)
    return row


def bind_given(call: Call, entity: Entity, pk: str, field: str | None, wrapper: str) -> str:
    """Bind a key to a given wrapper: idempotent for the same, an error for another."""
    _check_may_bind(call, entity, [pk], field, given=True)
    keys = access.keys_of(call, entity)
    given, pk = pk, keys.spell_one(pk)
    if _existing(call, entity, [given], [pk], field, keys).get(pk) == wrapper:
        return wrapper
    narrower.check_not_shredded(call, entity, [pk], field, keys)
    row = _to_share(call, wrapper)
    if row.dek_class is not DekClass.FIELD:
        raise NotAllowed(
            f"wrapper {wrapper} is a {row.dek_class.label}, which cannot protect a field"
        )
    if row.status != "active":
        raise Conflict(f"wrapper {wrapper} is not active: its status is {row.status}")
    min_level = nist_levels.min_level_of(call, entity.name, field)
    if min_level:
        layer_keys = keyring.stored_layers(call, [row])[row.id].key_ids
        lock_keys(call, [*row.keys, *layer_keys])
        legs = Legs(row.known_mode(), row.keys)
        nist_levels.check_min_levels(call, f"wrapper {wrapper}", legs, [layer_keys], [min_level])
    access.tell_if_unknown(call, entity, field)
    _note(call, entity, field, [pk], keys)
    bound = _existing(call, entity, [given], [pk], field, keys)
    if not bound:
        keys.refuse_ambiguous(entity.name)
        (binding_id,) = _new_ids(1)
        given_binding = binding_id, entity.name, pk, field, row.id
        if call.execute(encryption_bindings.BIND_GIVEN, *given_binding):
            added(call, sealed_rows.BINDINGS, [binding_id])
        shared_wrappers.record_owners(call, entity.name, row.id)
        bound = _existing(call, entity, [given], [pk], field, keys)
    found = bound[pk]
    if found != str(row.uuid):
        raise Conflict(
            f"{cell(entity.name, pk, field)} is already bound to wrapper {found}",
            hint="Use kw.rotate to give it a new key. Existing ciphertexts stay readable.",
        )
    return found


def spellings(call: Call, entity: Entity, pk: str) -> list[str]:
    """Return the spellings in which a key may be bound, its own first."""
    keys = access.keys_of(call, entity)
    return all_spellings(keys, [pk], [keys.spell_bound(pk)])


def locked(call: Call, entity: Entity, pks: Sequence[str], field: str | None) -> list[Row]:
    """Lock the bindings of exactly a cell, live or shredded, that of the key's own spelling first.

    ``pks`` are the key's spellings: an older version may have bound it in another one, too.
    """
    rows = call.execute(encryption_bindings.BINDING_FOR_UPDATE, entity.name, pks, field)
    if not rows:
        if call.execute(field_lookups.EXACT_BINDINGS, entity.name, pks, field):
            raise messages.old_snapshot()  # it was bound since
        look = "Use kw.lookup to find the wrapper of a wider binding that covers it."
        raise NotBound(
            f"nothing is bound to exactly {cell(entity.name, pks[0], field)}",
            hint=recorded.hint_if_renamed(call, entity, look),
        )
    return sorted(rows, key=lambda row: bool(row["entity_pk"] != pks[0]))


def live(rows: Sequence[Row], entity: Entity, field: str | None) -> list[Row]:
    """Return those of a cell's bindings that are live; raises ``Shredded`` where none is."""
    found = [row for row in rows if row["status"] == "live"]
    if not found:
        check_live(rows[0], entity, field)
    return found


def rotate(call: Call, entity: Entity, pk: str, field: str | None) -> str:
    """Give a binding a new DEK for new writes; what it encrypted stays readable."""
    _check_may_bind(call, entity, [pk], field, given=False)
    row = live(locked(call, entity, spellings(call, entity, pk), field), entity, field)[0]
    return _rotate(call, entity, field, row)


def keys_to_rotate(call: Call, wrapper_id: int) -> Callable[[], None]:
    """Make new DEKs for the bindings of a wrapper, and return what gives them to these.

    For the queue: an admin has scheduled it. Nothing is locked while a KMS is asked, so that nobody
    waits for it. What changed meanwhile is left: raises ``Blocked`` then.
    """
    made = []
    for row in call.execute(encryption_bindings.BINDINGS_OF_WRAPPER, wrapper_id):
        entity = names.of_stored(row["entity_table"])
        made.append((row, _new_key(call, entity, row["field_name"], row)))
    return partial(_give_keys, call, wrapper_id, made)


def _give_keys(call: Call, wrapper_id: int, made: Sequence[tuple[Row, NewWrappers]]) -> None:
    free = call.execute(encryption_bindings.BINDINGS_OF_WRAPPER_IF_FREE, wrapper_id)
    if list(free) != [row for row, _ in made]:
        raise Blocked("bindings of the wrapper are in use by another transaction, or changed by it")
    for row, new in made:
        entity, field = names.of_stored(row["entity_table"]), row["field_name"]
        keys = access.keys_of(call, entity)
        narrower.check_not_closed(call, entity, [keys.known(row["entity_pk"])], field, keys)
        _give_key(call, row, new)


def _rotate(call: Call, entity: Entity, field: str | None, row: Row) -> str:
    """Rotate a locked binding that is live."""
    new = _new_key(call, entity, field, row)
    _give_key(call, row, new)
    return new.names[0]


def _new_key(call: Call, entity: Entity, field: str | None, row: Row) -> NewWrappers:
    """Make the next wrapper of a binding."""
    old = call.execute(key_wrappers.WRAPPERS, [row["wrapper_id"]])[0]
    keys = access.keys_of(call, entity)
    policy = narrower.policy_to_rotate(call, entity, row["entity_pk"], field, old, keys)
    min_level = nist_levels.min_level_of(call, entity.name, field)
    return NewWrappers(call, policy, [None], min_level=min_level)


def _give_key(call: Call, row: Row, new: NewWrappers) -> None:
    """Give a locked binding its next wrapper."""
    new.insert()
    alone = _is_alone(call, row)
    changing(call, sealed_rows.BINDINGS, [row["id"]])
    changing(call, sealed_rows.GENERATIONS, [row["id"]])
    if alone:
        changing(call, sealed_rows.WRAPPERS, [row["wrapper_id"]])
    call.execute(encryption_bindings.ROTATE, row["id"], row["wrapper_id"], new.ids[0], alone)


def _is_alone(call: Call, row: Row) -> bool:
    """Return whether no other binding has a binding's wrapper; it is locked then.

    Who shares a wrapper locks it: that is waited for, and what it bound is looked for once more. A
    wrapper that is shared already is not locked, since its status stays.
    """
    found = row["wrapper_id"], row["id"]
    if call.execute(encryption_bindings.IS_SHARED, *found)[0]["found"]:
        return False
    call.execute(shreds.LOCK_WRAPPERS, [row["wrapper_id"]])
    return not call.execute(encryption_bindings.IS_SHARED, *found)[0]["found"]
