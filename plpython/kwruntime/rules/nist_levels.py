"""NIST levels: what layers promise against a quantum computer, and the minimum levels of fields.

A leg under a branch promises what the branch's wrapper does, one under any other key nothing.
The view kw.wrapper_levels tells the same of what is stored. Level 0 is none.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple, NoReturn

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import BelowMinLevel
from kwruntime.keys import keyring
from kwruntime.keys.graph import MAX_DEPTH, KeyGraph
from kwruntime.store import entity_fields
from kwruntime.store.key_wrappers import WrapperRow

_HINT = (
    "Give the wrapper, or a branch that its legs depend on, a layer with a level: use "
    "kw.bind_policy or kw.relayer with another policy. See kw.kem_levels and kw.branch_levels. "
    "Use kw.set_floor to change the floor."
)


class Legs(NamedTuple):
    """How a wrapper is wrapped: its mode, and the key of each leg."""

    mode: Mode
    keys: Sequence[int]


def of_wrapper(graph: KeyGraph, legs: Legs, layers: Collection[int], above: int = 0) -> int:
    """Return the level of a wrapper: the higher of its best layer's and its legs'.

    The legs give the level of the last one that has to be broken: of two the lower where any of
    them opens it.
    """
    of_legs = [_of_leg(graph, key_id, above) for key_id in legs.keys]
    through_legs = sorted(of_legs)[legs.mode.needed - 1]
    return max(through_legs, graph.kem_level(layers))


def _of_leg(graph: KeyGraph, key_id: int, above: int) -> int:
    kms_key = graph.key(key_id)
    if not kms_key.is_branch or above == MAX_DEPTH:
        return 0
    branch = graph.branch(kms_key)
    if branch.is_destroyed:
        return 0
    return of_wrapper(graph, Legs(branch.mode, branch.legs), branch.layers, above + 1)


def of_key(graph: KeyGraph, key_id: int) -> int:
    """Return what a key promises: a KEM key to a layer, a branch to a leg, others nothing."""
    return graph.kem_level([key_id]) if graph.key(key_id).is_kem else _of_leg(graph, key_id, 0)


# -- minimum levels ---------------------------------------------------------------------------


def min_level_of(call: Call, entity: str, field: str | None) -> int | None:
    """Return the NIST level that new wrappers of a field need; null for none."""
    min_level: int | None = call.execute(entity_fields.MIN_LEVEL, entity, field)[0]["min_level"]
    return min_level


def min_levels_of(call: Call, wrapper_ids: Sequence[int]) -> dict[int, int]:
    """Return the minimum levels of stored wrappers, of those that have one."""
    if not call.execute(entity_fields.HAS_MIN_LEVELS)[0]["found"]:
        return {}  # most databases: which bindings wrappers have is not looked up
    return {
        row["id"]: row["min_level"]
        for row in call.execute(entity_fields.MIN_LEVELS_OF_WRAPPERS, wrapper_ids)
    }


def check_min_levels(
    call: Call,
    what: str,
    legs: Legs,
    layers: Sequence[Collection[int]],
    min_levels: Sequence[int | None],
) -> None:
    """Raise ``BelowMinLevel`` unless legs and each choice of layer keys reach its minimum."""
    if not any(min_levels):
        return
    graph = KeyGraph(call)
    through_legs = of_wrapper(graph, legs, ())
    for keys, min_level in zip(layers, min_levels, strict=True):
        level = max(through_legs, graph.kem_level(keys))
        if level < (min_level or 0):
            refuse(what, level, min_level)


def refuse(what: str, level: int | None, min_level: int | None) -> NoReturn:
    """Raise ``BelowMinLevel``."""
    raise BelowMinLevel(
        f"field requires NIST level {min_level}, but {what} "
        + (f"has level {level}" if level else "has no level"),
        hint=_HINT,
    )


def check_moved(call: Call, row: WrapperRow, targets: Sequence[int]) -> None:
    """Raise ``BelowMinLevel`` where other keys of its legs take a wrapper below its minimum."""
    min_level = min_levels_of(call, [row.id]).get(row.id)
    if min_level is None:
        return
    layers = keyring.stored_layers(call, [row])[row.id].key_ids
    mode, graph = row.known_mode(), KeyGraph(call)
    before, level = (of_wrapper(graph, Legs(mode, keys), layers) for keys in (row.keys, targets))
    check_fall(f"wrapper {row.uuid}", before, level, min_level)


def check_relayered(
    call: Call, rows: Sequence[WrapperRow], chosen: Sequence[Collection[int]]
) -> None:
    """Raise ``BelowMinLevel`` where other layers take a wrapper down, below its minimum."""
    min_levels = min_levels_of(call, [row.id for row in rows])
    stored = keyring.stored_layers(call, [row for row in rows if row.id in min_levels])
    graph = KeyGraph(call)
    for row, layers in zip(rows, chosen, strict=True):
        if row.id in min_levels:
            legs = Legs(row.known_mode(), row.keys)
            before = of_wrapper(graph, legs, stored[row.id].key_ids)
            level = of_wrapper(graph, legs, layers)
            check_fall(f"wrapper {row.uuid}", before, level, min_levels[row.id])


def check_fall(what: str, before: int, level: int, min_level: int) -> None:
    """Raise ``BelowMinLevel`` where a level falls, and is below a minimum then."""
    if level < min(before, min_level):
        raise BelowMinLevel(
            f"field requires NIST level {min_level}, but {what} would fall from level {before} to "
            f"{level or 'none'}",
            hint=_HINT,
        )
