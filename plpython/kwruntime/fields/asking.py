"""What a call of a field begins with: its keys, spelled, and its permission. Runs as the owner."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.fields import access
from kwruntime.fields.access import Known
from kwruntime.fields.key_forms import BadKey
from kwruntime.fields.names import Entity
from kwruntime.fields.spelling import Keys, all_spellings, bad_key
from kwruntime.postgres.query import Row
from kwruntime.store.field_lookups import First

T = TypeVar("T")


class Asked:
    """The keys of a call, in the spelling of their column once that is known."""

    __slots__ = ("given", "is_to_write", "keys", "spelled")

    def __init__(self, given: Sequence[str | None], *, is_to_write: bool = False) -> None:
        self.given = given
        self.is_to_write = is_to_write
        self.spelled: Sequence[str | None] = given
        self.keys = Keys()

    def spell(self, known: Known) -> list[str]:
        """Spell the keys; return those to look for, the other spellings of earlier versions too."""
        self.keys = known.keys
        spelled: Sequence[str | None]
        if known.keys.may_have_old and not self.is_to_write:
            spelled = [None if pk is None else known.keys.known(pk) for pk in self.given]
        else:
            spelled = known.keys.spell(self.given)
        self.spelled = spelled
        there = [pk for pk in spelled if pk is not None]
        if not known.keys.may_have_old:
            return there
        return all_spellings(known.keys, [pk for pk in self.given if pk is not None], there)

    def to_find(self, known: Known) -> list[str]:
        """Return the keys of the bindings that cover the cells."""
        keys = self.spell(known)
        return [*keys, EVERY_ROW] if known.has_keys else [EVERY_ROW]


def ask(
    call: Call,
    query: First,
    entity: Entity,
    field: str | None,
    *args: Callable[[Known], Any],
    write: bool,
) -> Row:
    """Ask what every call begins with; raises ``NotAllowed`` before anything else."""
    try:
        state = access.ask(call, query, entity, field, *args)
    except BadKey as bad:
        access.check(call, entity, field, write=write)
        raise bad_key(bad) from None
    if not state["allowed"]:
        access.check(call, entity, field, write=write)
    return state


def most_specific(state: Row, items: Iterable[T], keys: Keys) -> dict[str, T]:
    """Return the item of the most specific binding of each key, and of every row under ``*``.

    Cell before row, and column before table: of two bindings of a key, the one with a field.
    One that an older version made under another spelling comes after that of the key's own.
    """
    best: dict[str, T] = {}
    pks, named = state["pks"] or (), state["names_field"] or ()
    if not keys.may_have_old:
        for pk, names_field, item in zip(pks, named, items, strict=True):
            if names_field or pk not in best:
                best[pk] = item
        return best
    rank: dict[str, tuple[bool, bool]] = {}
    for pk, names_field, item in zip(pks, named, items, strict=True):
        place = keys.known(pk)
        its = names_field, pk == place
        if place not in rank or rank[place] < its:
            rank[place], best[place] = its, item
    return best
