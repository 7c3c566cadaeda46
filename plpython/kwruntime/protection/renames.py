"""A table that has another name after a call has waited for it: another column was cut over."""

from collections.abc import Callable
from typing import TypeVar

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import access
from kwruntime.fields.names import Entity
from kwruntime.postgres.messages import OF_OTHER_NAMES
from kwruntime.store.view_definitions import TABLE

T = TypeVar("T")

_TRIES = 10
_OTHERS_CAME_FIRST: tuple[type[Exception], ...] = (Conflict, *OF_OTHER_NAMES)


def following(call: Call, entity: Entity, work: Callable[[Call], T]) -> T:
    """Do ``work``; undo it and do it again where the table got another name meanwhile.

    A statement that waits for the lock of a table finds another table, or a view, of that name.
    """
    for _ in range(_TRIES):
        before = _name(call, entity)
        try:
            with call.server.subtransaction():
                return work(call)
        except _OTHERS_CAME_FIRST:
            call = call.again()
            if _name(call, entity) == before:
                raise
    return work(call)


def _name(call: Call, entity: Entity) -> str | None:
    """Return the name of the table of an entity, which a protected view may have."""
    relation = call.read_as_owner(lambda: access.table_identity(call, entity).relation)
    rows = [] if relation is None else call.execute(TABLE, relation)
    return str(rows[0]["quoted"]) if rows else None
