"""What the loss of keys closes: other keys, and the data keys below them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kwshared.usability import NEEDED

from kwtools.console.key_hierarchy import DataKeys, Dependency, Hierarchy

CLOSED, PARTLY, OTHER_LEG, OPEN = "closed", "partly", "other-leg", "open"
"""What becomes of an object: nothing of it opens, some of it, all but by other legs only, all."""

_TOTAL = ""


class Counts(NamedTuple):
    """Data keys: how many do not open, how many by their other leg only."""

    closed: int = 0
    other_leg: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the sum of both."""
        return Counts(self.closed + other.closed, self.other_leg + other.other_leg)

    def state(self, of_all: int) -> str:
        """Return what becomes of an object that has so many data keys."""
        if not self.closed:
            return OTHER_LEG if self.other_leg else OPEN
        return CLOSED if self.closed == of_all else PARTLY


class Effect(NamedTuple):
    """What a loss closes; ``of`` counts the data keys of each policy, table and field."""

    key_ids: frozenset[int]
    total: Counts
    of: Mapping[str, Counts]


class Counted(NamedTuple):
    """Data keys that are alike, and the objects of the picture that they are counted for."""

    data_keys: DataKeys
    objects: tuple[str, ...]
    is_in_total: bool = True


def opens(mode: str, leg_ids: Iterable[int], layer_ids: Iterable[int], closed: set[int]) -> bool:
    """Return whether a wrapper opens while keys are closed: enough legs, and every layer."""
    whole = sum(key_id not in closed for key_id in leg_ids)
    return whole >= NEEDED[mode] and closed.isdisjoint(layer_ids)


class Losses:
    """What losses of keys of a hierarchy close."""

    def __init__(self, hierarchy: Hierarchy, counted: Sequence[Counted]) -> None:
        self._modes: Mapping[int, str] = {key.id: key.mode for key in hierarchy.keys if key.mode}
        self._above: dict[int, list[Dependency]] = {}
        self._below: dict[int, set[int]] = {}
        for one in hierarchy.dependencies:
            self._above.setdefault(one.key_id, []).append(one)
            self._below.setdefault(one.depends_on_id, set()).add(one.key_id)
        self._counted = counted
        self._under: dict[int, list[int]] = {}
        for number, (data_keys, _, _) in enumerate(counted):
            for key_id in {*data_keys.leg_ids, *data_keys.layer_ids}:
                self._under.setdefault(key_id, []).append(number)

    def closed_keys(self, lost: Iterable[int]) -> set[int]:
        """Return the keys that cannot be opened while some are lost, those among them.

        For a single key it is what kw.closed_keys says. Two keys can also close both legs of a
        branch of mode either.
        """
        closed = set(lost)
        waiting = list(closed)
        while waiting:
            for key_id in self._below.get(waiting.pop(), ()):
                if key_id not in closed and not self._opens(key_id, closed):
                    closed.add(key_id)
                    waiting.append(key_id)
        return closed

    def effect(self, lost: Iterable[int]) -> Effect:
        """Return what a loss closes."""
        gone = self.closed_keys(lost)
        touched = {one for key_id in gone for one in self._under.get(key_id, ())}
        closed: dict[str, int] = {}
        other_leg: dict[str, int] = {}
        for number in touched:
            data_keys, objects, is_in_total = self._counted[number]
            still_opens = opens(data_keys.mode, data_keys.leg_ids, data_keys.layer_ids, gone)
            counts = other_leg if still_opens else closed
            for name in (*objects, _TOTAL) if is_in_total else objects:
                counts[name] = counts.get(name, 0) + data_keys.wrappers
        of = {
            name: Counts(closed.get(name, 0), other_leg.get(name, 0))
            for name in closed.keys() | other_leg.keys()
        }
        return Effect(frozenset(gone), of.pop(_TOTAL, Counts()), of)

    def _opens(self, key_id: int, closed: set[int]) -> bool:
        needs = self._above[key_id]
        legs = [one.depends_on_id for one in needs if one.how == "leg"]
        others = [one.depends_on_id for one in needs if one.how != "leg"]
        if not legs:
            return closed.isdisjoint(others)
        return opens(self._modes[key_id], legs, others, closed)
