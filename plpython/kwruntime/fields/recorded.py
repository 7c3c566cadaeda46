"""What a name is recorded for: the first time, after a rename or a restore, and no more.

These run as the owner.
"""

from collections.abc import Callable, Sequence

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, NotAllowed
from kwruntime.fields import access, spelling
from kwruntime.fields.names import Entity, of_stored
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import literal
from kwruntime.seals.changing import added, changing, removed
from kwruntime.seals.checking import check as check_seals
from kwruntime.store import entities, sealed_rows
from kwruntime.store.view_definitions import QUOTED

_TRIES = 5


def refuse_renamed(call: Call, entity: Entity, *, but: Entity | None = None) -> None:
    """Raise ``Conflict`` where a name that nothing is bound to is that of a renamed table.

    Its other name may be ``but``.
    """
    found = _renamed(call, entity, but)
    if found is not None:
        raise found


def hint_if_renamed(call: Call, entity: Entity, otherwise: str | None = None) -> str | None:
    """Return what to do where nothing is bound to a name: for a renamed table, not to bind it."""
    found = _renamed(call, entity)
    return otherwise if found is None or found.hint is None else found.hint


def _renamed(call: Call, entity: Entity, but: Entity | None = None) -> Conflict | None:
    found = access.table_identity(call, entity)
    if found.is_known or found.relation is None:
        return None
    rows = call.execute(entities.RECORDED_AS, found.relation, entity.name)
    names = [row["entity_table"] for row in rows]
    if not names or (but is not None and but.name in names):
        return None
    if not access.owns(call, found.relation):  # who does not may not know the other name
        return Conflict(
            f"table {entity.name} is recorded under another name",
            hint="Ask the owner of the table to use kw.rebind, after a rename.",
        )
    older = of_stored(names[0])
    if below_renamed_view(call, older, entity) is not None:
        given = f"{literal(older.name)}, to_entity_table => {literal(entity.name)}"
        hint = f"The view was renamed. Use kw.rebind({given})."
    else:
        what = access.claim_hint(call, older, access.table_identity(call, older)).strip()
        hint = what or f"Use the name {literal(older.name)}."
    return Conflict(f'table {entity.name} is recorded under the name "{older.name}"', hint=hint)


def keep(call: Call, entity: Entity) -> None:
    """Record what a name stands for, and let nobody forget it before the transaction ends."""
    _keep(call, entity, record)


def keep_new_name(call: Call, entity: Entity, below: access.TableIdentity | None) -> None:
    """Do so for a name that takes over the bindings of another, which a renamed table had.

    ``below`` is the table below a protected view that was renamed.
    """
    _keep(call, entity, lambda call, entity: _record(call, entity, below))


def below_renamed_view(
    call: Call, entity: Entity, to_entity: Entity
) -> access.TableIdentity | None:
    """Return the table of an entity of the role, if the view that had its name has another now."""
    if access.table_identity(call, to_entity).is_known:
        return None
    given = to_entity.schema, to_entity.table, entity.schema, entity.table
    for row in call.execute(entities.BELOW_RENAMED_VIEW, entity.name, *given):
        found = access.TableIdentity(is_known=False, **row)
        if access.owns(call, found.relation) and access.is_renamed(call, found, found):
            return found
    return None


def _keep(call: Call, entity: Entity, record_it: Callable[[Call, Entity], bool]) -> None:
    for _ in range(_TRIES):
        if call.execute(entities.KEEP_ENTITY, entity.name) or record_it(call, entity):
            return
    raise messages.old_snapshot()


def keep_from_moving(call: Call, entity: Entity) -> None:
    """Let no other name take over the bindings of a name before the transaction ends."""
    call.execute(entities.KEEP_ENTITY, entity.name)


def kept_form(call: Call, entity: Entity) -> str | None:
    """Return the recorded form of the keys of an entity that was kept: none can be set now."""
    row = call.execute(entities.ENTITY_RELATION, entity.name)[0]
    return None if row["key_form"] is None else str(row["key_form"])


def record(call: Call, entity: Entity) -> bool:
    """Record what a name stands for, the first time something is bound to it; or return false."""
    refuse_renamed(call, entity)
    return _record(call, entity)


def _record(call: Call, entity: Entity, below: access.TableIdentity | None = None) -> bool:
    found = access.table_identity(call, entity)
    if found.is_known:
        return False
    if below is not None:
        found = below
    keys = spelling.of_relation(call, found.relation)
    made = call.execute(
        entities.RECORD_ENTITY,
        entity.name,
        found.relation,
        found.quoted_name,
        found.owner_name,
        keys.form and keys.form.name,
    )
    added(call, sealed_rows.ENTITIES, [row["entity_table"] for row in made])
    return bool(made)


def reclaim(call: Call, entity: Entity) -> None:
    """Record the table of a name again, after a restore or a re-creation of the table."""
    found = to_reclaim(call, entity)
    if not found.is_known:
        raise BadArgument(f"nothing was ever bound to {entity.name}")
    if found.relation is None:
        raise Conflict(
            f"table {entity.name} does not exist", hint="Create or restore the table first."
        )
    if found.agrees:
        raise Conflict(f"{entity.name} is still the table that was recorded")
    if found.recorded_owner != found.owner_name and not access.is_superuser(call):
        raise NotAllowed(
            f"table {entity.name} has another owner than was recorded",
            detail=f'It belongs to role "{found.owner_name}" and was recorded for '
            + (f'role "{found.recorded_owner}".' if found.recorded_owner else "an external name."),
            hint="If that is right, ask a superuser to re-claim it.",
        )
    changing(call, sealed_rows.ENTITIES, [entity.name])
    given = found.relation, found.owner_name, found.quoted_name
    call.execute(entities.RECLAIM_ENTITY, entity.name, *given)


def to_reclaim(call: Call, entity: Entity) -> access.TableIdentity:
    """Look an entity up. Its own name counts where the table below a view is gone."""
    found = access.table_identity(call, entity)
    if found.relation is None:
        for row in call.execute(entities.OWN_TABLE, entity.name, entity.schema, entity.table):
            return found._replace(**row)
    return found


def name_table(call: Call, entity: Entity, quoted_name: str) -> None:
    """Record another name of the table, which gave its own to a protected view or took it back."""
    changing(call, sealed_rows.ENTITIES, [entity.name])
    call.execute(entities.NAME_TABLE, entity.name, quoted_name)


def take_own_name(call: Call, entity: Entity) -> bool:
    """Record that a table has its own name again, which a protected view had; whether it is so."""
    found = access.table_identity(call, entity)
    if found.agrees or not access.owns(call, found.recorded):
        return False
    own = call.execute(QUOTED, entity.schema, entity.table)[0]["name"]
    if call.execute(entities.RELATION_NAME, found.recorded)[0]["name"] != own:
        return False
    name_table(call, entity, own)
    access.audit(call, "rebind", entity.name, to=own)
    return True


def take_bindings(call: Call, entity: Entity, to_entity: Entity) -> None:
    """Have all bindings of a name be those of another one, as they are. Both are locked."""
    check_seals(call, sealed_rows.ENTITIES, [entity.name])
    changing(call, sealed_rows.ENTITIES, [to_entity.name])
    _note_gone(call, call.execute(entities.TAKE_BINDINGS, entity.name, to_entity.name))


def forget(call: Call, entity: Entity) -> None:
    """Delete what is recorded of a name that nothing is bound to any more."""
    _note_gone(call, call.execute(entities.FORGET_ENTITY, entity.name))


def _note_gone(call: Call, gone: Sequence[Row]) -> None:
    for is_field, table in ((False, sealed_rows.ENTITIES), (True, sealed_rows.FIELDS)):
        removed(call, table, [row for row in gone if row["is_field"] is is_field])
