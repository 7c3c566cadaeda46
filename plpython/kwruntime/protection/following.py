"""Triggers of protections that follow a rename of their table or columns: they name both."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import access, protected_fields
from kwruntime.fields.names import Entity, of_stored
from kwruntime.postgres import statements
from kwruntime.postgres.quoting import literal
from kwruntime.protection import rotating, triggers
from kwruntime.protection.target import (
    FILLED_CHECK,
    FORM_CHECK,
    FUNCTION,
    TOKEN_FUNCTION,
    TOKEN_TRIGGER,
    TRIGGER,
    State,
    Target,
    change,
    find_relation,
    of_relation,
    open_state_of,
)
from kwruntime.store import protected_columns, protections


def remake(call: Call, entity: Entity) -> None:
    """Make the triggers of an entity's protections again, by the present names of columns."""
    for row in call.read_as_owner(lambda: call.execute(protections.WITH_TRIGGERS, entity.name)):
        _follow(call, entity, row["field_name"], is_alone=True)


def follow_columns(call: Call, relation: int) -> None:
    """Have triggers and records follow a column of a relation that was renamed just now."""
    for row in call.read_as_owner(lambda: call.execute(protections.OF_RELATION, relation)):
        entity = of_stored(row["entity_table"])
        if _present(call, entity) != relation:
            raise Conflict(
                f"a protected table that was renamed from {entity.name} renames no column yet",
                hint=f"Use kw.rebind({literal(entity.name)}, …) first, with its present name.",
            )
        _follow(call, entity, row["field_name"], is_alone=False)


def _present(call: Call, entity: Entity) -> int | None:
    """Return the table that has the name of an entity."""
    return call.read_as_owner(lambda: access.table_identity(call, entity).relation)


def _follow(call: Call, entity: Entity, field: str, *, is_alone: bool) -> None:
    """Make the triggers of a protection again.

    ``is_alone``: whether nothing else is at work at the table. Else a rotation of the blind index
    may be exchanging the names of columns: it drops the check that says which one has the tokens.
    """
    relation = find_relation(call, entity, "protect a column of")
    state = open_state_of(call, entity, field)
    patterns = FORM_CHECK, FILLED_CHECK, TRIGGER, TOKEN_TRIGGER, FUNCTION, TOKEN_FUNCTION
    names = [one.format(state.id) for one in patterns]
    (there,) = call.execute(protected_columns.OF_PROTECTION, relation, names)
    if not is_alone and there["token"] is None and state.token_column is not None:
        return
    is_shown = state.status in ("cut_over", "contracted")
    sealed = there["sealed"] or (field if is_shown else state.ciphertext_column)
    shown = sealed if is_shown else there["plain"] or field
    target = of_relation(call, entity, shown, relation)._replace(field=field)
    former = state.plaintext_column
    now = state._replace(
        ciphertext_column=state.ciphertext_column if is_shown else sealed,
        plaintext_column=(there["plain"] or former) if state.status == "cut_over" else former,
        token_column=there["token"] or state.token_column,
    )
    _record(call, target, state, now, sealed)
    made = _made(call, target, now) if shown == field else triggers.waiting(target, now, shown)
    functions = [f"drop function {name}" for name in there["functions"]]
    drops = [text for text in triggers.dropped(target, state) if text.startswith("drop trigger")]
    for text in (*drops, *functions, *made):
        statements.run(call.server, text)


def _record(call: Call, target: Target, state: State, now: State, sealed: str) -> None:
    """Record the present names of columns."""
    if now != state:
        names = now.ciphertext_column, now.plaintext_column, now.token_column
        change(call, state, protections.RENAME, *names)

    def work() -> None:
        for field in protected_fields.of_entity(call, target.entity, state.field_name):
            renamed = field._replace(ciphertext_column=sealed, token_column=now.token_column)
            if renamed != field:
                protected_fields.set_field(call, target.entity, renamed)

    call.as_owner(work)


def _made(call: Call, target: Target, state: State) -> list[str]:
    if state.status == "contracted":
        following = rotating.next_column(call, target, state)
        return triggers.keeping_tokens(target, state, following)
    if state.status == "cut_over":
        return triggers.decrypting(target, state)
    return triggers.encrypting(target, state)
