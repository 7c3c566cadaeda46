"""A phase again, where that of another column of the table came first."""

from collections.abc import Callable
from typing import TypeVar

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import access
from kwruntime.fields.names import Entity
from kwruntime.postgres import backend, messages
from kwruntime.protection import locks
from kwruntime.store.view_definitions import TABLE

T = TypeVar("T")

_TRIES = 10
_OTHERS_CAME_FIRST: tuple[type[Exception], ...] = (Conflict, *messages.OF_OTHER_NAMES)


def retried(call: Call, entity: Entity, work: Callable[[Call], T]) -> T:
    """Do ``work``; undo it and do it again where another phase was in the way.

    A statement that waits for the lock of a table finds another table, or a view, of that name, if
    another column was cut over meanwhile. And two phases that have read the table can wait for
    each other: the lock that one of them has goes with what is undone.
    """
    for _ in range(_TRIES):
        before = _name(call, entity)
        try:
            with call.server.subtransaction():
                return work(call)
        except messages.DEADLOCK:
            call = call.again()
            call.execute(locks.PAUSE)
        except _OTHERS_CAME_FIRST:
            call = call.again()
            if _name(call, entity) == before:
                raise
            if backend.keeps_snapshot():
                raise messages.old_snapshot() from None
    return work(call)


def _name(call: Call, entity: Entity) -> str | None:
    """Return the name that the table of an entity has now, which a protected view may have."""

    def look() -> str | None:
        relation = access.table_identity(call, entity).relation
        rows = [] if relation is None else call.execute(TABLE, relation)
        return str(rows[0]["quoted"]) if rows else None

    return call.read_as_owner(look)
