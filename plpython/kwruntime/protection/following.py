"""Triggers of protections that follow a rename of their table or column: they name both."""

from kwruntime.call import Call
from kwruntime.fields.names import Entity
from kwruntime.postgres import statements
from kwruntime.protection import rotating, triggers
from kwruntime.protection.target import State, Target, find, open_state
from kwruntime.store import protections


def remake(call: Call, entity: Entity) -> None:
    """Make the triggers of an entity's protections again."""
    for row in call.read_as_owner(lambda: call.execute(protections.WITH_TRIGGERS, entity.name)):
        target = find(call, entity, row["field_name"], "protect a column of")
        state = open_state(call, target)
        for text in (*triggers.dropped(target, state), *_made(call, target, state)):
            statements.run(call.server, text)


def _made(call: Call, target: Target, state: State) -> list[str]:
    if state.status == "contracted":
        following = rotating.next_column(call, target, state)
        return triggers.keeping_tokens(target, state, following)
    if state.status == "cut_over":
        return triggers.decrypting(target, state)
    return triggers.encrypting(target, state)
