"""Which keys and algorithms protect every field: what is below its floor comes first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.console.parameters import MOST_SKIPPED, limit, number
from kwtools.console.section import Section

PAGE = 100
_SIGNING_KEYS_SHOWN = 200
# One statement, since the view reads every wrapper: it serves the page, levels and algorithms.
# A floor of the whole row covers each field, and a key of whole rows needs the highest.
_INVENTORY = """
with floors as materialized (
    select f.entity_table, f.field_name_norm, max(f.min_nist_level) as min_level
    from kw.entity_fields f
    where f.min_nist_level is not null
    group by f.entity_table, f.field_name_norm
),
inventory as materialized (
    select i.*, f.min_level, coalesce(i.nist_level, 0) < coalesce(f.min_level, 0) as is_below
    from kw.crypto_inventory i
    left join lateral (
        select max(f.min_level) as min_level
        from floors f
        where f.entity_table = i.entity_table
            and (i.field_name is null or f.field_name_norm in ('', i.field_name))
    ) f on true
),
chosen as (
    select i.*
    from inventory i
    where (%(below)s::boolean is null or i.is_below)
        and (%(level)s::int is null or coalesce(i.nist_level, 0) = %(level)s)
        and (%(algorithm)s::text is null or %(algorithm)s = any (i.algorithms))
        and (%(table)s::text is null or i.entity_table = %(table)s)
),
page as (
    select
        c.entity_table, c.field_name, c.dek_class, c.format, c.field_cipher, c.mode, c.leg_suites,
        c.kms_key_ids, c.kms_algorithms, c.layers, c.layer_key_ids, c.nist_level, c.min_level,
        c.is_below, c.wrappers, c.active_wrappers, c.earlier_wrappers
    from chosen c
    order by
        c.is_below desc, coalesce(c.nist_level, 0), c.entity_table, c.field_name nulls first,
        c.dek_class, c.format, c.mode, c.kms_key_ids, c.layer_key_ids
    limit %(limit)s offset %(offset)s
)
select
    (select count(*) from chosen),
    coalesce((select jsonb_agg(to_jsonb(p)) from page p), '[]'),
    coalesce((
        select jsonb_agg(to_jsonb(l) order by l.nist_level nulls first)
        from (
            select
                i.nist_level, count(*) as combinations, sum(i.wrappers) as wrappers,
                coalesce(sum(i.wrappers) filter (where i.is_below), 0) as below
            from inventory i
            group by i.nist_level
        ) l
    ), '[]'),
    coalesce((
        select jsonb_agg(to_jsonb(a) order by a.status <> 'active' desc nulls last, a.name)
        from (
            select
                u.name, c.nist_level, c.status, count(*) as combinations,
                sum(u.wrappers) as wrappers
            from (select unnest(i.algorithms) as name, i.wrappers from inventory i) u
            left join (
                select c.name, max(c.nist_level) as nist_level, max(c.status) as status
                from kw.crypto_algorithms c
                group by c.name
            ) c on c.name = u.name
            group by u.name, c.nist_level, c.status
        ) a
    ), '[]')
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


class View(NamedTuple):
    """A page of the inventory."""

    combinations: tuple[Combination, ...]
    total: int
    first: int
    """The number of the first one that is shown, from 0."""
    levels: tuple[Level, ...]
    algorithms: tuple[Algorithm, ...]
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
        return sum(level.below for level in self.levels)


def read(connection: Connection, query: Mapping[str, str]) -> View:
    """Return a page: from number ``first`` on, of what the other parameters choose."""
    filters = {
        name: query[name]
        for name in ("below", "level", "algorithm", "table")
        if query.get(name) and (name != "level" or query[name] in _LEVELS)
    }
    first, rows = number(query, "first", 0, MOST_SKIPPED), limit(query, PAGE)
    level = filters.get("level")
    given: dict[str, Any] = {
        "below": True if "below" in filters else None,
        "level": None if level is None else _LEVELS[level],
        "algorithm": filters.get("algorithm"),
        "table": filters.get("table"),
        "limit": rows,
        "offset": first,
    }
    row = connection.execute(_INVENTORY, given).fetchone()
    assert row is not None
    total, combinations, levels, algorithms = row
    with connection.cursor(row_factory=class_row(SigningKey)) as cursor:
        most = limit(query, _SIGNING_KEYS_SHOWN)
        signing_keys = cursor.execute(_SIGNING_KEYS, (most + 1,)).fetchall()
    return View(
        combinations=tuple(Combination(**one) for one in combinations),
        total=total,
        first=first,
        levels=tuple(Level(**one) for one in levels),
        algorithms=tuple(Algorithm(**one) for one in algorithms),
        signing_keys=tuple(signing_keys[:most]),
        are_signing_keys_cut=len(signing_keys) > most,
        filters=filters,
        earlier={**filters, "first": str(max(0, first - rows))} if first else None,
        later={**filters, "first": str(first + rows)} if first + rows < total else None,
    )


_LEVELS = {"classical": 0, **{str(level): level for level in range(1, 6)}}


def _named(ids: Sequence[int], algorithms: Sequence[str | None]) -> list[str]:
    pairs = zip(ids, algorithms, strict=True)
    return [f"key {key_id}, {algorithm or '?'}" for key_id, algorithm in pairs]


SECTION = Section("inventory", "Inventory", read, "inventory.html")
