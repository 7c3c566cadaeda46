"""Which binding covers a cell. Runs as the owner."""

from collections.abc import Sequence
from typing import TypeVar

from kwruntime.batches import AT_ONCE, in_parts
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import Shredded
from kwruntime.fields.asking import Asked, ask, most_specific
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.spelling import Keys
from kwruntime.postgres.query import Row
from kwruntime.store import field_lookups

T = TypeVar("T")


def lookup(
    call: Call, entity: Entity, field: str | None, pks: Sequence[str | None]
) -> list[str | None]:
    """Return the wrapper of the binding that covers each key; null where none does."""
    if len(pks) > AT_ONCE:
        return in_parts(lambda part: lookup(call, entity, field, part), pks)
    asked = Asked(pks)
    state = ask(call, field_lookups.LOOKUP, entity, field, asked.to_find, write=False)
    best = most_specific(state, state["wrappers"] or (), asked.keys)
    closed = closed_keys(state, asked.keys)
    found: list[str | None] = []
    for pk in asked.spelled:
        place = EVERY_ROW if pk not in best else pk
        if pk is None or place not in best:
            found.append(None)
        elif best[place] is None or not closed.isdisjoint((pk, EVERY_ROW)):
            raise shredded(entity.name, pk, field)
        else:
            found.append(best[place])
    return found


def closed_keys(state: Row, keys: Keys) -> frozenset[str]:
    """Return the keys, or every row (``*``), whose binding was shredded with all beneath it."""
    return frozenset(map(keys.known, state["closed"] or ()))


def shredded(entity: str, pk: str, field: str | None) -> Shredded:
    return Shredded(f"the key of {cell(entity, pk, field)} was shredded")
