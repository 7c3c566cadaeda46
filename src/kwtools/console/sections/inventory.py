"""Which keys and algorithms protect every field: what is below its floor comes first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.console.parameters import MOST_ROWS, MOST_SKIPPED, limit, number
from kwtools.console.section import Section

PAGE = 100
MOST_COMBINATIONS = 100_000
"""That are read: the others are not shown, and the page says so."""
_SIGNING_KEYS_SHOWN = 200
# A floor of the whole row covers each field, and a key of whole rows needs the highest.
_INVENTORY = """
with floors as materialized (
    select f.entity_table, f.field_name_norm, max(f.min_nist_level) as min_level
    from kw.entity_fields f
    where f.min_nist_level is not null
    group by f.entity_table, f.field_name_norm
),
tables as materialized (
    select
        f.entity_table, max(f.min_level) as highest,
        max(f.min_level) filter (where f.field_name_norm = '') as of_rows
    from floors f
    group by f.entity_table
),
inventory as (
    select
        i.*,
        case when i.field_name is null then t.highest else greatest(t.of_rows, f.min_level) end
            as min_level
    from kw.crypto_inventory i
    left join tables t on t.entity_table = i.entity_table
    left join floors f
        on f.entity_table = i.entity_table and f.field_name_norm = i.field_name
)
select
    i.entity_table, i.field_name, i.dek_class, i.format, i.field_cipher, i.mode, i.leg_suites,
    i.kms_key_ids, i.kms_algorithms, i.layers, i.layer_key_ids, i.algorithms, i.nist_level,
    i.min_level, coalesce(i.nist_level, 0) < coalesce(i.min_level, 0) as is_below,
    i.wrappers, i.active_wrappers, i.earlier_wrappers
from inventory i
order by
    15 desc, coalesce(i.nist_level, 0), i.entity_table, i.field_name nulls first, i.dek_class,
    i.format, i.mode, i.kms_key_ids, i.layer_key_ids
limit %s
"""
_ALGORITHMS = """
select c.name, max(c.nist_level), max(c.status) from kw.crypto_algorithms c group by c.name
"""
_SIGNING_KEYS = """
select
    i.signing_key_id as id, i.name, i.scope, i.algorithm, i.origin, i.status, i.nist_level,
    i.activated_at, i.retired_at, i.compromised_at
from kw.signing_inventory i
order by i.status = 'compromised' desc, i.status, i.signing_key_id
limit %s
"""


class Combination(NamedTuple):
    """Data keys of a field that are protected by the same keys and algorithms."""

    entity_table: str | None
    field_name: str | None
    dek_class: str
    format: str
    field_cipher: str | None
    mode: str
    leg_suites: Sequence[str]
    kms_key_ids: Sequence[int]
    kms_algorithms: Sequence[str | None]
    layers: Sequence[str]
    layer_key_ids: Sequence[int]
    algorithms: Sequence[str] | None
    nist_level: int | None
    min_level: int | None
    is_below: bool
    wrappers: int
    active_wrappers: int
    earlier_wrappers: int

    @property
    def legs(self) -> list[str]:
        """Each leg: its key, and the algorithm of that."""
        return _named(self.kms_key_ids, self.kms_algorithms)

    @property
    def kem_keys(self) -> list[str]:
        """Each layer: its key, and its KEM."""
        return _named(self.layer_key_ids, self.layers)


class Level(NamedTuple):
    """A NIST level, or none; ``below`` are data keys that are below the floor of their field."""

    nist_level: int | None
    combinations: int
    wrappers: int
    below: int


class Algorithm(NamedTuple):
    """An algorithm in use; it has no status where ``kw.crypto_algorithms`` does not have it."""

    name: str
    nist_level: int | None
    status: str | None
    combinations: int
    wrappers: int


class SigningKey(NamedTuple):
    """A signing key."""

    id: int
    name: str
    scope: str
    algorithm: str
    origin: str
    status: str
    nist_level: int | None
    activated_at: datetime | None
    retired_at: datetime | None
    compromised_at: datetime | None


class Inventory(NamedTuple):
    """What was read: a view of it is one page."""

    combinations: tuple[Combination, ...]
    """What is below its floor first, then the lowest level."""
    is_cut: bool
    levels: tuple[Level, ...]
    algorithms: tuple[Algorithm, ...]
    signing_keys: tuple[SigningKey, ...]


class View(NamedTuple):
    """A page of the inventory."""

    inventory: Inventory
    combinations: tuple[Combination, ...]
    total: int
    first: int
    """The number of the first one that is shown, from 0."""
    signing_keys: tuple[SigningKey, ...]
    are_signing_keys_cut: bool
    filters: dict[str, str]
    """The filters in force, as parameters."""
    earlier: dict[str, str] | None
    """The parameters of the page before."""
    later: dict[str, str] | None
    """The parameters of the page after."""

    @property
    def below(self) -> int:
        """How many data keys are below the floor of their field."""
        return sum(level.below for level in self.inventory.levels)


def read(connection: Connection, query: Mapping[str, str]) -> Inventory:
    """Return the whole inventory: its view reads every wrapper, whatever is chosen of it."""
    known: dict[object, object] = {}  # most combinations have the same texts and lists

    def once(value: object) -> Any:
        if isinstance(value, list):
            value = tuple(value)
        return known.setdefault(value, value) if isinstance(value, (tuple, str)) else value

    rows = connection.execute(_INVENTORY, (MOST_COMBINATIONS + 1,))
    found = [Combination(*map(once, row)) for row in rows]
    known_algorithms = connection.execute(_ALGORITHMS).fetchall()
    with connection.cursor(row_factory=class_row(SigningKey)) as cursor:
        signing_keys = cursor.execute(_SIGNING_KEYS, (MOST_ROWS + 1,)).fetchall()
    shown = tuple(found[:MOST_COMBINATIONS])
    return Inventory(
        shown,
        len(found) > MOST_COMBINATIONS,
        _levels(shown),
        _algorithms(shown, known_algorithms),
        tuple(signing_keys),
    )


def _levels(combinations: Sequence[Combination]) -> tuple[Level, ...]:
    levels: dict[int | None, Level] = {}
    for one in combinations:
        known = levels.get(one.nist_level, Level(one.nist_level, 0, 0, 0))
        levels[one.nist_level] = Level(
            one.nist_level,
            known.combinations + 1,
            known.wrappers + one.wrappers,
            known.below + (one.wrappers if one.is_below else 0),
        )
    return tuple(levels[level] for level in sorted(levels, key=lambda level: level or 0))


def _algorithms(
    combinations: Sequence[Combination], known: Sequence[tuple[Any, ...]]
) -> tuple[Algorithm, ...]:
    """Return those in use: first those that are not active, last those that only a KMS names."""
    times: Counter[str] = Counter()
    wrappers: Counter[str] = Counter()
    for one in combinations:
        for name in one.algorithms or ():
            times[name] += 1
            wrappers[name] += one.wrappers
    statuses = {name: (level, status) for name, level, status in known}
    found = []
    for name in times:
        level, status = statuses.get(name, (None, None))
        found.append(Algorithm(name, level, status, times[name], wrappers[name]))
    places = {"active": 1, None: 2}
    return tuple(sorted(found, key=lambda one: (places.get(one.status, 0), one.name)))


def choose(found: Inventory, query: Mapping[str, str]) -> View:
    """Return a page: from number ``first`` on, of what the other parameters choose."""
    filters = {
        name: query[name]
        for name in ("below", "level", "algorithm", "table")
        if query.get(name) and (name != "level" or query[name] in _LEVELS)
    }
    first, rows = number(query, "first", 0, MOST_SKIPPED), limit(query, PAGE)
    signing_keys = limit(query, _SIGNING_KEYS_SHOWN)
    level = _LEVELS.get(filters.get("level", ""))
    chosen = [
        one
        for one in found.combinations
        if ("below" not in filters or one.is_below)
        and (level is None or (one.nist_level or 0) == level)
        and ("algorithm" not in filters or filters["algorithm"] in (one.algorithms or ()))
        and ("table" not in filters or filters["table"] == one.entity_table)
    ]
    return View(
        inventory=found,
        combinations=tuple(chosen[first : first + rows]),
        total=len(chosen),
        first=first,
        signing_keys=found.signing_keys[:signing_keys],
        are_signing_keys_cut=len(found.signing_keys) > signing_keys,
        filters=filters,
        earlier={**filters, "first": str(max(0, first - rows))} if first else None,
        later={**filters, "first": str(first + rows)} if first + rows < len(chosen) else None,
    )


_LEVELS = {"classical": 0, **{str(level): level for level in range(1, 6)}}


def _named(ids: Sequence[int], algorithms: Sequence[str | None]) -> list[str]:
    pairs = zip(ids, algorithms, strict=True)
    return [f"key {key_id}, {algorithm or '?'}" for key_id, algorithm in pairs]


SECTION = Section("inventory", "Inventory", read, "inventory.html", kept_seconds=0.0, choose=choose)
