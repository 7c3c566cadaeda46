"""Which objects a picture shows each on its own, and which as one node for many."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

PAGE = 24
"""How many members of an opened group are shown at a time."""


class Item(NamedTuple):
    """An object and the group that stands for it where there are too many."""

    id: str
    group: str


class Shown(NamedTuple):
    """The node of each object; groups that stand for many, with their members."""

    node_of: dict[str, str]
    groups: dict[str, tuple[str, ...]]
    following: dict[str, int]
    """Of each group, the first member to show when it is opened next."""


def choose(
    items: Sequence[Item],
    budget: int,
    coarser: Callable[[str], str],
    opened: str | None = None,
    first: int = 0,
) -> Shown:
    """Show at most about ``budget`` nodes, small groups member by member; one group may be opened.

    Where even the groups are too many, ``coarser`` says of each which wider group it belongs to.
    """
    groups = _grouped(items)
    if len(groups) > budget // 2 and len(items) > budget:
        groups = _grouped([Item(item.id, coarser(item.group)) for item in items])
    room = budget - len(groups)
    node_of: dict[str, str] = {}
    kept: dict[str, tuple[str, ...]] = {}
    following: dict[str, int] = {}
    for group in sorted(groups, key=lambda name: (len(groups[name]), name)):
        members = groups[group]
        apart: Sequence[str] = ()
        if len(members) == 1 or len(members) <= room or len(items) <= budget:
            apart = members
            room -= len(members)
        elif group == opened:
            begin = first if 0 <= first < len(members) else 0
            apart = members[begin : begin + PAGE]
            following[group] = begin + PAGE if begin + PAGE < len(members) else 0
        node_of.update((member, member) for member in apart)
        alone = set(apart)
        rest = tuple(member for member in members if member not in alone)
        if rest:
            kept[group] = rest
            following.setdefault(group, 0)
            node_of.update((member, group) for member in rest)
    return Shown(node_of, kept, following)


def _grouped(items: Sequence[Item]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item.id)
    return groups
