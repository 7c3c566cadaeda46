"""The key hierarchy of a database as it is read: keys, policies, and data keys that are alike."""

from typing import Any, NamedTuple

from kwtools.connections import Connection

BRANCHES = "wrapper"
"""The kind of provider whose keys are branches: wrappers of this database."""

_PROVIDERS = """
select p.id, p.name, p.provider, p.is_enabled from kw.kms_providers p order by p.id
"""
_KEYS = """
select
    k.id, k.provider_id, k.external_key_ref, k.algorithm, k.status,
    case when k.status = 'active' and p.is_enabled then latest.status end, k.purpose,
    k.public_key is not null,
    case when k.public_key is null then branch.crypto_suite ->> 'mode' end
from kw.kms_keys k
join kw.kms_providers p on p.id = k.provider_id
left join kw.key_wrappers branch
    on p.provider = 'wrapper' and branch.wrapper_uuid = k.external_key_ref::bpchar
left join lateral (
    select c.status from kw.kms_health_checks c where c.kms_key_id = k.id order by c.id desc limit 1
) latest on true
order by k.id
"""
_DEPENDENCIES = """
select d.kms_key_id, d.depends_on_id, d.how
from kw.key_dependencies d
order by d.kms_key_id, d.how, d.depends_on_id
"""
_POLICIES = """
select e.id, e.policy_name, e.mode from kw.encryption_policies e order by e.id
"""
_CHOICES = """
select c.policy_id, c.kms_key_id from kw.policy_kms_keys c order by c.policy_id, c.kms_key_id
"""
# How many fields of a table have keys, a policy or a floor, and which policies they are assigned.
_FIELDS = """
select u.entity_table, array_agg(distinct u.policy_id), count(distinct u.field_name)
from (
    select
        coalesce(e.entity_table, b.entity_table) as entity_table, b.field_name,
        null::bigint as policy_id
    from (
        select distinct b.entity_table, b.field_name_norm as field_name
        from kw.encryption_bindings b
        union
        select x.entity_table, x.field_name from kw.blind_indexes x
    ) b
    left join kw.entities e on e.bound_as = b.entity_table
    union all
    select f.entity_table, f.field_name_norm, f.policy_id
    from kw.entity_fields f
    where f.policy_id is not null or f.min_nist_level is not null
) u
group by u.entity_table
order by u.entity_table
"""
# Each wrapper that still opens something, with what it is for, as in kw.crypto_inventory. Those
# that are alike are one row.
_DATA_KEYS = """
with layers as materialized (
    select l.key_wrapper_id, array_agg(l.kms_key_id order by l.layer_no) as key_ids
    from kw.key_wrapper_layers l
    group by l.key_wrapper_id
),
uses as (
    select b.key_wrapper_id, b.entity_table, b.field_name
    from kw.encryption_bindings b
    union all
    select g.key_wrapper_id, b.entity_table, b.field_name
    from kw.binding_generations g
    join kw.encryption_bindings b on b.id = g.binding_id
    union all
    select u.key_wrapper_id, x.entity_table, x.field_name
    from kw.blind_indexes x
    cross join lateral (values (x.key_wrapper_id), (x.next_wrapper_id)) u (key_wrapper_id)
    union all
    select w.id, null, null
    from kw.key_wrappers w
    where w.dek_class <> 'branch'
        and not exists (select from kw.encryption_bindings b where b.key_wrapper_id = w.id)
        and not exists (select from kw.binding_generations g where g.key_wrapper_id = w.id)
        and not exists (
            select from kw.blind_indexes x where w.id in (x.key_wrapper_id, x.next_wrapper_id)
        )
)
select
    coalesce(e.entity_table, u.entity_table), {field}, w.dek_class, w.policy_id,
    w.crypto_suite ->> 'mode', array_remove(array[w.kms1_key_id, w.kms2_key_id], null),
    coalesce(array_remove(l.key_ids, null), '{{}}'), count(distinct w.id)
from uses u
join kw.key_wrappers w
    on w.id = u.key_wrapper_id and w.status <> 'invalid' and w.dek_class <> 'branch'
left join kw.entities e on e.bound_as = u.entity_table
left join layers l on l.key_wrapper_id = w.id
where {table}
group by 1, 2, 3, 4, 5, 6, 7
order by 1 nulls last, 2 nulls first, 3, 4, 5, 6, 7
limit %(limit)s
"""
_OF_ALL = _DATA_KEYS.format(field="null::text", table="true")
_OF_TABLE = _DATA_KEYS.format(
    field="u.field_name", table="coalesce(e.entity_table, u.entity_table) = %(table)s"
)
_MOST_GROUPS = 20_000


class Provider(NamedTuple):
    """A KMS, or the branches of this database."""

    id: int
    name: str
    kind: str
    is_enabled: bool


class Key(NamedTuple):
    """A KMS key, a branch (which has a mode) or a KEM key."""

    id: int
    provider_id: int
    reference: str
    algorithm: str | None
    status: str
    health: str | None
    purpose: str
    is_kem: bool
    mode: str | None


class Dependency(NamedTuple):
    """A key needs another: as a leg or layer of a branch, or as the seal of a private key."""

    key_id: int
    depends_on_id: int
    how: str


class Policy(NamedTuple):
    """How new data keys are wrapped; ``key_ids`` are the keys that it may choose."""

    id: int
    name: str
    mode: str
    key_ids: tuple[int, ...]


class DataKeys(NamedTuple):
    """Data keys that are alike: of one table or field, under the same keys in the same way."""

    table: str | None
    field: str | None
    dek_class: str
    policy_id: int | None
    mode: str
    leg_ids: tuple[int, ...]
    layer_ids: tuple[int, ...]
    wrappers: int


class Table(NamedTuple):
    """A table with fields that have keys or a policy of their own."""

    name: str
    policy_ids: tuple[int, ...]
    fields: int


class Hierarchy(NamedTuple):
    """What the picture is made of."""

    providers: tuple[Provider, ...]
    keys: tuple[Key, ...]
    dependencies: tuple[Dependency, ...]
    policies: tuple[Policy, ...]
    tables: tuple[Table, ...]
    data_keys: tuple[DataKeys, ...]
    is_cut: bool
    """Whether there were more groups of data keys than are read."""


def read(connection: Connection) -> Hierarchy:
    """Return the hierarchy: one statement for each kind of object.

    Each statement sees a later state. So what others refer to is read after them: rows of keys,
    policies and providers are never deleted.
    """
    data_keys = connection.execute(_OF_ALL, {"limit": _MOST_GROUPS + 1}).fetchall()
    fields = connection.execute(_FIELDS).fetchall()
    dependencies = connection.execute(_DEPENDENCIES).fetchall()
    choices: dict[int, list[int]] = {}
    for policy_id, key_id in connection.execute(_CHOICES):
        choices.setdefault(policy_id, []).append(key_id)
    policies = connection.execute(_POLICIES).fetchall()
    keys = connection.execute(_KEYS).fetchall()
    return Hierarchy(
        providers=tuple(map(Provider._make, connection.execute(_PROVIDERS))),
        keys=tuple(map(Key._make, keys)),
        dependencies=tuple(map(Dependency._make, dependencies)),
        policies=tuple(
            Policy(policy_id, name, mode, tuple(choices.get(policy_id, ())))
            for policy_id, name, mode in policies
        ),
        tables=tuple(
            Table(name, tuple(sorted(filter(None, of_fields))), count)
            for name, of_fields, count in fields
        ),
        data_keys=tuple(map(_data_keys, data_keys[:_MOST_GROUPS])),
        is_cut=len(data_keys) > _MOST_GROUPS,
    )


def read_fields(connection: Connection, table: str) -> tuple[DataKeys, ...]:
    """Return the data keys of one table, by field."""
    rows = connection.execute(_OF_TABLE, {"table": table, "limit": _MOST_GROUPS})
    return tuple(map(_data_keys, rows))


def _data_keys(row: tuple[Any, ...]) -> DataKeys:
    found = DataKeys._make(row)
    return found._replace(leg_ids=tuple(found.leg_ids), layer_ids=tuple(found.layer_ids))
