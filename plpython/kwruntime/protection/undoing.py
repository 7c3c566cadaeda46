"""Undo: back to the plaintext column, from any phase before contract."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.protection import cutting_over, expanding, locks, showing
from kwruntime.protection.target import Target, open_state


def start(call: Call, target: Target) -> None:
    """Undo the phases that are complete, the last one first."""
    state = open_state(call, target)
    if state.status == "contracted":
        raise Conflict(
            f"protection of {target.place} is complete: its plaintext is gone",
            hint="Add a column, and fill it by kw.decrypt_text.",
        )
    locks.lock(call, target)
    shown = showing.rest(call, target, state)
    if state.status == "cut_over":
        target = cutting_over.undo(call, target, state)
    expanding.undo(call, target, state)
    if shown is not None:
        showing.show_rest(call, target, shown)
