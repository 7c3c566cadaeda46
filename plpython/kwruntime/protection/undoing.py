"""Undo: back to the plaintext column, from any phase before contract."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.postgres import statements
from kwruntime.protection import (
    contracting,
    cutting_over,
    expanding,
    last_values,
    locks,
    showing,
    triggers,
)
from kwruntime.protection.target import Target, open_state


def start(call: Call, target: Target, *, discards_newer: bool = False) -> None:
    """Undo the phases that are complete, the last one first."""
    state = open_state(call, target)
    if state.status == "contracted":
        raise Conflict(
            f"protection of {target.place} is complete: its plaintext is gone",
            hint="Add a column, and fill it by kw.decrypt_text.",
        )
    locks.lock(call, target)
    newer = 0
    if state.taken_over_from is not None:
        newer = last_values.check_newer(call, target, state, discards=discards_newer)
    shown = showing.rest(call, target, state)
    for text in triggers.dropped(target, state):  # before a column is renamed: they would follow
        statements.run(call.server, text)
    if state.status == "cut_over":
        target = cutting_over.undo(call, target, state)
        if state.taken_over_from is not None:
            last_values.restore_not_null(call, target, state, newer)
    for column in filter(None, (state.ciphertext_column, state.token_column)):
        contracting.check_free(call, target, column)
    expanding.undo(call, target, state)
    if shown is not None:
        showing.show_rest(call, target, shown)
