"""The trigger that keeps tokens after contract: what it fills, and what it cannot."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import access, protected_fields
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.rotating_indexes import generations
from kwruntime.postgres import statements
from kwruntime.protection import triggers
from kwruntime.protection.target import TRIGGER, State, Target, find, state_of
from kwruntime.store import protected_columns
from kwruntime.store.protected_fields import Field


def follow(call: Call, entity: Entity, field: str) -> None:
    """Have the trigger fill the column of the next tokens, too, or not any more.

    Else a value that changes meanwhile would keep the next token of the one before.
    """
    state = call.as_owner(lambda: state_of(call, entity, field))
    if state is None or state.search is None or state.status == "undone":
        return
    if call.read_as_owner(lambda: access.table_identity(call, entity)).relation is None:
        return
    target = find(call, entity, field, "rotate the blind indexes of")
    _refuse_open(state, target.place)
    if _has_trigger(call, entity, state):
        made, *_ = triggers.keeping_tokens(target, state, next_column(call, target, state))
        statements.run(call.server, f"create or replace {made.removeprefix('create ')}")


def check_field(call: Call, entity: Entity, field: Field) -> None:
    """Raise ``Conflict`` for columns of a field that its protection would not fill."""
    call.read_as_owner(lambda: access.check_owner(call, entity, "protect a field of"))
    state = call.as_owner(lambda: state_of(call, entity, field.name))
    if state is None or state.status == "undone":
        return
    place = cell(entity.name, None, field.name)
    _refuse_open(state, place)
    if field.tenant_column is not None and _has_trigger(call, entity, state):
        raise Conflict(
            f"the trigger that keeps the tokens of {place} knows no tenants",
            hint="Use a protected view, and drop the trigger.",
        )


def _has_trigger(call: Call, entity: Entity, state: State) -> bool:
    relation = call.read_as_owner(lambda: access.table_identity(call, entity)).relation
    given = relation or 0, TRIGGER.format(state.id)
    return bool(call.execute(protected_columns.HAS_TRIGGER, *given))


def _refuse_open(state: State, place: str) -> None:
    if state.is_open:
        raise Conflict(
            f"{place} is being protected", hint="Use kw.protect_contract or kw.protect_undo first."
        )


def next_column(call: Call, target: Target, state: State) -> str | None:
    """Return the column of the next tokens while the key is replaced; raises ``Conflict``."""
    entity, field = target.entity, state.field_name
    if call.read_as_owner(lambda: generations(call, entity, field))[1] is None:
        return None
    (found,) = call.read_as_owner(lambda: protected_fields.of_entity(call, entity, field))
    name = found.next_token_column
    if name is None or not call.execute(protected_columns.HAS_COLUMN, target.relation, name):
        raise Conflict(
            f"the trigger of {target.place} knows no column for the next tokens",
            hint="Add a column of type bytea, and name it as next_token_column to "
            "kw.set_protected_field, before the rotation.",
        )
    return name
