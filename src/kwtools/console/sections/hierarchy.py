"""The key hierarchy as a picture, and what the loss of a KMS or a key would close."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kwshared.usability import LEGS, NEEDED

from kwtools.connections import Connection
from kwtools.console import key_hierarchy, layout
from kwtools.console.key_hierarchy import DataKeys, Hierarchy
from kwtools.console.losses import CLOSED, OPEN, Effect
from kwtools.console.parameters import MOST_SKIPPED, number
from kwtools.console.picture import Line, Node, Objects, Picture
from kwtools.console.section import Section
from kwtools.output import printable

_TITLE_COLUMNS, _NOTE_COLUMNS, _LEG_COLUMNS = 20, 26, 2  # that fit into a node
_MOST_NAMED = 50
_KINDS = {
    "kms": ("KMS", "KMSs"),
    "key": ("KMS key", "KMS keys"),
    "branch": ("branch key", "branch keys"),
    "kem": ("KEM key", "KEM keys"),
    "policy": ("policy", "policies"),
    "table": ("table", "tables"),
    "field": ("field", "fields"),
}
_SHORT = {"key": "key", "branch": "branch", "kem": "KEM"}
_OTHER_USES = {
    "field": "data keys without a field",
    "deployment": "deployment keys",
    "index": "index keys without a field",
}
_HOW = {
    "leg": "leg", "layer": "layer", "seal": "seal of its private key", "holds": "held by",
    "uses": "data keys by", "may": "may use",
}  # fmt: skip


class Box(NamedTuple):
    """A node as it is drawn, and as a row of the table that says the same."""

    element: str
    kind: str
    kind_name: str
    is_group: bool
    x: float
    y: float
    outline: str
    title: str
    note: str
    short_title: str
    short_note: str
    legs: tuple[bool, ...]
    """Of a mode: a mark for each leg, and whether it is needed."""
    is_down: bool
    """Whether its last probe failed, or that of one of its members."""
    above: tuple[str, ...]
    loss: str | None
    """What its loss would close; None if it is nothing that can be lost."""
    if_lost: dict[str, str] | None
    """The parameters that show its loss."""
    parts: dict[str, str] | None
    """The parameters that show its members or its fields."""
    state: str
    becomes: dict[str, str]
    """What its loss makes of others: the elements of each state."""


class Drawn(NamedTuple):
    """A line as it is drawn."""

    path: str
    how: str
    is_closed: bool


class Loss(NamedTuple):
    """What the loss that was asked for closes, as texts."""

    title: str
    summary: str
    keys: tuple[str, ...]
    others: tuple[str, ...]
    more: int


class View(NamedTuple):
    """The picture and its table."""

    boxes: tuple[Box, ...]
    lines: tuple[Drawn, ...]
    width: int
    height: int
    node_width: int
    loss: Loss | None
    unknown: str | None
    """What is to be lost, or shown, and does not exist."""
    is_cut: bool
    kept: dict[str, str]
    """The parameters that a link keeps."""


def read(connection: Connection, query: Mapping[str, str]) -> Hierarchy:
    """Return the hierarchy."""
    return key_hierarchy.read(connection)


def read_fields(connection: Connection, query: Mapping[str, str]) -> tuple[DataKeys, ...]:
    """Return the fields of the table that the parameter ``table`` names."""
    return key_hierarchy.read_fields(connection, query["table"])


def choose(found: tuple[Hierarchy, tuple[DataKeys, ...] | None], query: Mapping[str, str]) -> View:
    """Return the picture, with what the parameters ``open``, ``table`` and ``lost`` ask for."""
    hierarchy, fields = found
    return draw(hierarchy, fields or (), query)


def draw(hierarchy: Hierarchy, fields: Sequence[DataKeys], query: Mapping[str, str]) -> View:
    """Return the picture of a hierarchy; ``fields`` are those of the parameter ``table``."""
    objects = Objects(hierarchy, fields, query.get("table"))
    picture = objects.picture(query.get("open"), number(query, "first", 0, MOST_SKIPPED))
    return _Drawing(objects, picture, query).view()


class _Drawing:
    """A picture, and the parameters that it was asked for with."""

    def __init__(self, objects: Objects, picture: Picture, query: Mapping[str, str]) -> None:
        self._objects = objects
        self._picture = picture
        self._query = query
        self._names = _Names(objects)
        self._nodes = {node.id: node for node in picture.nodes}
        self._elements = {node.id: f"node-{n}" for n, node in enumerate(picture.nodes)}
        self._effects = {
            node.id: objects.losses.effect(objects.key_ids(node.members))
            for node in picture.nodes
            if node.can_be_lost
        }
        self._asked = query.get("lost", "")
        self._kept = {name: query[name] for name in ("open", "first", "table") if name in query}

    def view(self) -> View:
        """Return what the template shows."""
        lost = self._lost(self._asked)
        effect = self._objects.losses.effect(self._objects.key_ids(lost))
        states = self._objects.states(self._picture, effect, lost)
        unknown = self._asked if self._asked and not lost else None
        table = self._query.get("table")
        if table and self._objects.table is None:
            unknown = table
        places = self._picture.places
        return View(
            boxes=tuple(
                self._box(node, corner, states)
                for node, corner in zip(self._picture.nodes, places.corners, strict=True)
            ),
            lines=tuple(
                Drawn(path, line.how, states.get(line.source) == CLOSED)
                for line, path in zip(self._picture.lines, places.paths, strict=True)
            ),
            width=places.width,
            height=places.height,
            node_width=layout.WIDTH,
            loss=self._loss(lost, effect) if lost else None,
            unknown=unknown,
            is_cut=self._objects.hierarchy.is_cut,
            kept=self._kept,
        )

    def _lost(self, asked: str) -> tuple[str, ...]:
        """Return the objects that a loss names: a node, or an object in a group."""
        for node in self._picture.nodes:
            if node.id == asked and node.can_be_lost:
                return node.members
        is_one = asked.startswith(("key:", "kms:")) and asked in self._picture.node_of
        return (asked,) if is_one else ()

    def _box(self, node: Node, corner: layout.Point, states: Mapping[str, str]) -> Box:
        title, note = self._names.of(node), self._names.note(node)
        legs = self._names.legs(node)
        becomes: dict[str, list[str]] = {}
        loss = if_lost = None
        if node.can_be_lost:
            effect = self._effects[node.id]
            loss = self._summary(effect, node.members)
            if_lost = {**self._kept, "lost": node.id}
            for name, state in self._objects.states(self._picture, effect, node.members).items():
                becomes.setdefault(state, []).append(self._elements[name])
        return Box(
            element=self._elements[node.id],
            kind=node.kind,
            kind_name=_kind_name(node),
            is_group=node.is_group,
            x=corner[0],
            y=corner[1],
            outline=layout.outline(node.kind),
            title=title,
            note=note,
            short_title=fitted(title, _TITLE_COLUMNS - _LEG_COLUMNS * len(legs)),
            short_note=fitted(_shortened(note), _NOTE_COLUMNS),
            legs=legs,
            is_down=self._objects.is_down(node),
            above=tuple(self._above(node)),
            loss=loss,
            if_lost=if_lost,
            parts=self._parts(node),
            state=states.get(node.id, OPEN),
            becomes={state: " ".join(elements) for state, elements in becomes.items()},
        )

    def _parts(self, node: Node) -> dict[str, str] | None:
        kept = {**self._kept, **({"lost": self._asked} if self._asked else {})}
        if node.is_group:
            return {**kept, "open": node.id, "first": str(node.following)}
        if node.kind == "table" and node.id.startswith("table:"):
            return {**kept, "table": node.id.removeprefix("table:")}
        return None

    def _above(self, node: Node) -> Iterable[str]:
        for line in self._picture.lines:
            if line.target == node.id:
                yield f"{_HOW[line.how]}: {self._named(self._nodes[line.source], line)}"

    def _named(self, node: Node, line: Line) -> str:
        if node.id.startswith("key:"):
            return self._names.object(node.id)  # keys of two KMSs can have one name
        name = self._names.of(node)
        is_named = node.is_group or line.how == "holds"
        return name if is_named else f"{_KINDS[node.kind][0]} {name}"

    def _summary(self, effect: Effect, lost: Iterable[str]) -> str:
        data_keys = sum(one.wrappers for one in self._objects.hierarchy.data_keys)
        more = len(effect.key_ids) - len(self._objects.key_ids(lost))
        text = f"closes {effect.total.closed:,} of {data_keys:,} data keys"
        if more:
            text = f"closes {_counted(more, 'further key')}, and {text.removeprefix('closes ')}"
        if effect.total.other_leg:
            text += f"; {effect.total.other_leg:,} open by their other leg only"
        return text

    def _loss(self, lost: tuple[str, ...], effect: Effect) -> Loss:
        ids = sorted(effect.key_ids - self._objects.key_ids(lost))
        keys = [self._names.key(key_id) for key_id in ids]
        others = []
        for name, counts in sorted(effect.of.items()):
            if name.startswith("field:") or not counts.closed:
                continue
            total = self._objects.totals[name]
            others.append(f"{self._names.object(name)}: {counts.closed:,} of {total:,} data keys")
        more = max(0, len(keys) - _MOST_NAMED) + max(0, len(others) - _MOST_NAMED)
        title = self._names.object(lost[0]) if len(lost) == 1 else f"{len(lost):,} at once"
        return Loss(
            title, self._summary(effect, lost), tuple(keys[:_MOST_NAMED]),
            tuple(others[:_MOST_NAMED]), more,
        )  # fmt: skip


class _Names:
    """How objects are called."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        hierarchy: Hierarchy = objects.hierarchy
        self._kmss = {f"kms:{one.id}": one for one in hierarchy.providers}
        self._policies = {f"policy:{one.id}": one for one in hierarchy.policies}
        self._tables = {f"table:{one.name}": one for one in hierarchy.tables}

    def key(self, key_id: int) -> str:
        """Name a key in a text."""
        key = self._objects.keys[key_id]
        name = key.reference
        return f"{_KINDS[self._objects.kind(key)][0]} {key_id} ({name})"

    def object(self, name: str) -> str:
        """Name an object in a text."""
        kind, _, rest = name.partition(":")
        if kind == "key":
            return self.key(int(rest))
        if kind == "kms":
            return f"KMS {self._kmss[name].name}"
        if kind == "policy":
            policy = self._policies.get(name)
            return f"policy {policy.name}" if policy else "no policy"
        return f"table {rest}" if kind == "table" else _OTHER_USES[rest]

    def of(self, node: Node) -> str:
        """Return the title of a node."""
        if node.is_group:
            return f"{len(node.members):,} {_KINDS[node.kind][1]}"
        kind, _, rest = node.id.partition(":")
        if kind == "kms":
            return self._kmss[node.id].name
        if kind == "key":
            return self._objects.keys[int(rest)].reference
        if kind == "policy":
            policy = self._policies.get(node.id)
            return policy.name if policy else "no policy"
        if kind == "use":
            return _OTHER_USES[rest]
        return rest or "(whole row)"

    def note(self, node: Node) -> str:
        """Return the second line of a node."""
        if node.is_group:
            return self._of_group(node)
        if node.kind == "kms":
            kms = self._kmss[node.id]
            return f"KMS, {kms.kind}" + ("" if kms.is_enabled else ", disabled")
        if node.can_be_lost:
            return self._of_key(node)
        counted = _counted(self._objects.total(node), "data key")
        if node.kind == "policy":
            policy = self._policies.get(node.id)
            return f"{policy.mode}, {counted}" if policy else counted
        if node.id in self._tables:
            return f"{_counted(self._tables[node.id].fields, 'field')}, {counted}"
        return counted

    def legs(self, node: Node) -> tuple[bool, ...]:
        """Return a mark for each leg of the mode of a node: true for those that are needed."""
        mode = None
        if node.kind == "branch":
            modes = {
                self._objects.keys[key_id].mode for key_id in self._objects.key_ids(node.members)
            }
            mode = modes.pop() if len(modes) == 1 else None
        elif node.kind == "policy":
            modes = {
                self._policies[name].mode if name in self._policies else None
                for name in node.members
            }
            mode = modes.pop() if len(modes) == 1 else None
        if mode is None:
            return ()
        return tuple(leg < NEEDED[mode] for leg in range(LEGS[mode]))

    def _of_key(self, node: Node) -> str:
        (key_id,) = self._objects.key_ids(node.members)
        key = self._objects.keys[key_id]
        words = [f"{_SHORT[node.kind]} {key_id}"]
        if key.status != "active":
            words.append(key.status)
        if key.health in ("down", "degraded"):
            words.append(key.health)
        words.append(key.mode or key.algorithm or "")
        return ", ".join(filter(None, words))

    def _of_group(self, node: Node) -> str:
        keys = [self._objects.keys[key_id] for key_id in self._objects.key_ids(node.members)]
        if node.kind == "kms":
            return _counted(len(keys), "key")
        if node.can_be_lost:
            down = sum(key.health == "down" for key in keys)
            kmss = {self._kmss[f"kms:{key.provider_id}"].name for key in keys}
            where = f"of {kmss.pop()}" if len(kmss) == 1 else f"of {len(kmss):,} KMSs"
            return where + (f", {down:,} down" if down else "")
        counted = _counted(self._objects.total(node), "data key")
        fields = sum(self._tables[name].fields for name in node.members if name in self._tables)
        return f"{_counted(fields, 'field')}, {counted}" if fields else counted


def _kind_name(node: Node) -> str:
    if node.members[0].startswith("use:"):
        return "other use"
    return _KINDS[node.kind][node.is_group]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _shortened(note: str) -> str:
    return note.replace("data key", "key") if len(note) > _NOTE_COLUMNS else note


def fitted(text: str, columns: int) -> str:
    """Return as much of a text as fits into columns, of which wide characters take two."""
    text = printable(text)
    widths = [_columns(character) for character in text]
    if sum(widths) <= columns:
        return text
    taken = 0
    for place, width in enumerate(widths):
        taken += width
        if taken >= columns:
            return text[:place] + "…"
    return text


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


_FIELDS = Section("fields", "Fields", read_fields, "hierarchy.html", kept_seconds=0.0, part="table")
SECTION = Section(
    "hierarchy", "Key hierarchy", read, "hierarchy.html", kept_seconds=0.0, choose=choose,
    more=_FIELDS,
)  # fmt: skip
