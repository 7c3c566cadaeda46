"""The key hierarchy as nodes and lines: what each of them stands for, and where it is placed."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from kwtools.console import aggregation, layout
from kwtools.console.aggregation import Item, Shown
from kwtools.console.key_hierarchy import BRANCHES, DataKeys, Hierarchy, Key
from kwtools.console.losses import CLOSED, PARTLY, Counted, Counts, Effect, Losses

_ROOTS = "kms", "key", "branch", "kem"
_BUDGETS = {"kms": 16, "key": 36, "policy": 24, "table": 24, "field": 24}
_FIELDS = "fields:*"
_STRONGEST = ("leg", "layer", "seal", "holds", "uses", "may")


class Node(NamedTuple):
    """A node: one object, or many (``members``) that are alike."""

    id: str
    kind: str
    rank: int
    members: tuple[str, ...]
    following: int
    """Of a group: the first member to show when it is opened."""

    @property
    def is_group(self) -> bool:
        """Whether it stands for many."""
        return self.id != self.members[0]

    @property
    def can_be_lost(self) -> bool:
        """Whether it is a KMS, or keys."""
        return self.kind in _ROOTS


class Line(NamedTuple):
    """A line from what is needed to what needs it."""

    source: str
    target: str
    how: str


class Picture(NamedTuple):
    """Nodes and lines, with their places."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    node_of: Mapping[str, str]
    places: layout.Layout


class Objects:
    """The objects of a hierarchy, the lines between them, and what a loss does to them."""

    def __init__(self, hierarchy: Hierarchy, fields: Sequence[DataKeys], table: str | None) -> None:
        self.hierarchy = hierarchy
        self.table = table if any(one.name == table for one in hierarchy.tables) else None
        self.keys = {key.id: key for key in hierarchy.keys if key.purpose != "sign"}
        self._branches = {one.id for one in hierarchy.providers if one.kind == BRANCHES}
        self.fields = tuple(sorted({_field(one) for one in fields})) if self.table else ()
        counted = [Counted(one, (_policy(one), _table(one))) for one in hierarchy.data_keys]
        counted += [Counted(one, (_field(one),), False) for one in fields if self.table]
        self.losses = Losses(hierarchy, counted)
        self.totals: dict[str, int] = {}
        for data_keys, objects, _ in counted:
            for name in objects:
                self.totals[name] = self.totals.get(name, 0) + data_keys.wrappers
        self._ranks = self._ranks_of_keys()

    # -- what there is --------------------------------------------------------------------------

    def kind(self, key: Key) -> str:
        """Return the kind of node that a key has."""
        if key.is_kem:
            return "kem"
        return "branch" if key.provider_id in self._branches else "key"

    def key_ids(self, members: Iterable[str]) -> set[int]:
        """Return the keys that are lost with objects: KMSs lose the keys that they hold."""
        found: set[int] = set()
        for member in members:
            kind, _, number = member.partition(":")
            if kind == "key":
                found.add(int(number))
            elif kind == "kms":
                keys = self.keys.values()
                found |= {key.id for key in keys if str(key.provider_id) == number}
        return found

    def states(self, picture: "Picture", effect: Effect, lost: Iterable[str]) -> dict[str, str]:
        """Return what becomes of nodes while objects are lost; the others stay open."""
        counts: dict[str, Counts] = {}
        for name, found in effect.of.items():
            if shown := picture.node_of.get(name):
                counts[shown] = counts.get(shown, Counts()).plus(found)
        gone: dict[str, int] = {}
        for name in {*lost, *(f"key:{key_id}" for key_id in effect.key_ids)}:
            if shown := picture.node_of.get(name):
                gone[shown] = gone.get(shown, 0) + 1
        states = {}
        for node in picture.nodes:
            if node.id in gone:
                states[node.id] = CLOSED if gone[node.id] == len(node.members) else PARTLY
            elif node.id in counts:
                states[node.id] = counts[node.id].state(self.total(node))
        return states

    def is_down(self, node: Node) -> bool:
        """Return whether a key is down by its last probe, or one of a group of keys."""
        if node.kind == "kms":
            return False
        return any(self.keys[key_id].health == "down" for key_id in self.key_ids(node.members))

    def total(self, node: Node) -> int:
        """Return how many data keys a policy, table or field has."""
        return sum(self.totals.get(member, 0) for member in node.members)

    # -- the picture ----------------------------------------------------------------------------

    def picture(self, opened: str | None, first: int) -> Picture:
        """Return the picture, with one group opened from a member on."""
        nodes: dict[str, Node] = {}
        node_of: dict[str, str] = {}
        for kind, items in self._items().items():
            page = opened, first
            if kind == "field" and opened != _FIELDS:
                page = _FIELDS, 0  # a table was asked for to see them
            chosen = aggregation.choose(items, _BUDGETS[kind], _coarser, *page)
            node_of.update(chosen.node_of)
            for node in self._nodes(kind, items, chosen):
                nodes[node.id] = node
        lines: dict[tuple[str, str], str] = {}
        for line in self._lines():
            ends = node_of.get(line.source, ""), node_of.get(line.target, "")
            if not all(ends) or ends[0] == ends[1]:
                continue
            known = lines.get(ends, line.how)
            lines[ends] = min(known, line.how, key=_STRONGEST.index)
        numbers = {name: number for number, name in enumerate(nodes)}
        shown = tuple(Line(*ends, how) for ends, how in lines.items())
        places = layout.arrange(
            [node.rank for node in nodes.values()],
            [(numbers[line.source], numbers[line.target]) for line in shown],
        )
        return Picture(tuple(nodes.values()), shown, node_of, places)

    def _items(self) -> dict[str, list[Item]]:
        kmss = [one for one in self.hierarchy.providers if one.kind != BRANCHES]
        keys = []
        for key in self.keys.values():
            group = f"keys:{key.provider_id}:{self.kind(key)}:{self._ranks[key.id]}"
            keys.append(Item(f"key:{key.id}", group))
        policies = [
            Item(f"policy:{one.id}", f"policies:{one.mode}") for one in self.hierarchy.policies
        ]
        if any(one.policy_id is None for one in self.hierarchy.data_keys):
            policies.append(Item("policy:none", "policies:none"))
        asked = f"table:{self.table}"
        of_table: dict[str, set[str]] = {
            f"table:{one.name}": set(map(str, one.policy_ids)) for one in self.hierarchy.tables
        }
        for one in self.hierarchy.data_keys:
            of_table.setdefault(_table(one), set()).add(str(one.policy_id))
        tables = [
            # The one whose fields are shown is shown by itself.
            Item(name, f"tables:{'+'.join(sorted(ids)) or 'none'}" if name != asked else asked)
            for name, ids in of_table.items()
        ]
        return {
            "kms": [Item(f"kms:{one.id}", f"kmss:{one.kind}") for one in kmss],
            "key": keys,
            "policy": policies,
            "table": tables,
            "field": [Item(name, _FIELDS) for name in self.fields],
        }

    def _nodes(self, kind: str, items: Sequence[Item], chosen: Shown) -> Iterable[Node]:
        alone = [item.id for item in items if chosen.node_of[item.id] == item.id]
        for name in alone:
            yield Node(name, self._kind_of(kind, name), self._rank(kind, name), (name,), 0)
        for name, members in chosen.groups.items():
            of_one = members[0]
            yield Node(
                name, self._kind_of(kind, of_one), self._rank(kind, of_one), members,
                chosen.following[name],
            )  # fmt: skip

    def _kind_of(self, kind: str, name: str) -> str:
        return self.kind(self.keys[int(name.removeprefix("key:"))]) if kind == "key" else kind

    def _rank(self, kind: str, name: str) -> int:
        if kind == "key":
            return self._ranks[int(name.removeprefix("key:"))]
        last = max(self._ranks.values(), default=1)
        return {"kms": 0, "policy": last + 1, "table": last + 2, "field": last + 3}[kind]

    def _ranks_of_keys(self) -> dict[int, int]:
        """Return how far down each key is: one below the lowest that it needs."""
        above: dict[int, list[int]] = {}
        for one in self.hierarchy.dependencies:
            above.setdefault(one.key_id, []).append(one.depends_on_id)
        ranks = dict.fromkeys(self.keys, 1)
        for _ in range(len(ranks)):  # ends, even if someone made a cycle by hand
            before = dict(ranks)
            for key_id, needs in above.items():
                if key_id in ranks:
                    ranks[key_id] = min(1 + max(before.get(need, 0) for need in needs), len(ranks))
            if ranks == before:
                break
        return ranks

    def _lines(self) -> Iterable[Line]:
        below = {one.key_id for one in self.hierarchy.dependencies}
        held = (
            Line(f"kms:{key.provider_id}", f"key:{key.id}", "holds")
            for key in self.keys.values()
            if key.id not in below
        )
        between = (
            Line(f"key:{one.depends_on_id}", f"key:{one.key_id}", one.how)
            for one in self.hierarchy.dependencies
        )
        return chain(held, between, self._lines_of_policies(), self._lines_of_data_keys())

    def _lines_of_policies(self) -> Iterable[Line]:
        for policy in self.hierarchy.policies:
            for key_id in policy.key_ids:
                yield Line(f"key:{key_id}", f"policy:{policy.id}", "may")
        for table in self.hierarchy.tables:
            for policy_id in table.policy_ids:
                yield Line(f"policy:{policy_id}", f"table:{table.name}", "may")

    def _lines_of_data_keys(self) -> Iterable[Line]:
        for one in self.hierarchy.data_keys:
            policy = _policy(one)
            for key_id in one.leg_ids:
                yield Line(f"key:{key_id}", policy, "leg")
            for key_id in one.layer_ids:
                yield Line(f"key:{key_id}", policy, "layer")
            yield Line(policy, _table(one), "uses")
        for name in self.fields:
            yield Line(f"table:{self.table}", name, "uses")


def _policy(one: DataKeys) -> str:
    return f"policy:{one.policy_id or 'none'}"


def _table(one: DataKeys) -> str:
    return f"use:{one.dek_class}" if one.table is None else f"table:{one.table}"


def _field(one: DataKeys) -> str:
    return f"field:{one.field or ''}"


def _coarser(group: str) -> str:
    if group.startswith("table:"):
        return group
    kind, *rest = group.split(":")
    return ":".join([kind, "*", *rest[1:]])
