"""Triggers of open protections that follow a rename of their table or column: they name both."""

from kwruntime.call import Call
from kwruntime.fields.names import Entity
from kwruntime.postgres import statements
from kwruntime.protection import triggers
from kwruntime.protection.target import find, open_state
from kwruntime.store import protections


def remake(call: Call, entity: Entity) -> None:
    """Make the triggers of an entity's open protections again."""
    for row in call.read_as_owner(lambda: call.execute(protections.OPEN, entity.name)):
        target = find(call, entity, row["field_name"], "protect a column of")
        state = open_state(call, target)
        is_cut_over = state.status == "cut_over"
        made = (triggers.decrypting if is_cut_over else triggers.encrypting)(target, state)
        for text in (*triggers.dropped(target, state), *made):
            statements.run(call.server, text)
