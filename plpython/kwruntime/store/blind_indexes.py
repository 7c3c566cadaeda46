"""Rows of kw.blind_indexes. Entities are named as their bindings name them: kw.entities.bound_as."""

from typing import NamedTuple

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as
from kwruntime.store.field_lookups import to_begin_with
from kwruntime.store.privileges import READ, WRITE

# $8 the tenant or null: its index, a live one before one that was shredded. With the versions of the rows.
_INDEX = """
    left join lateral (
        select
            x.index_uuid::text as index, x.status, x.ctid as index_place, x.xmin as index_version,
            x.key_wrapper_id as wrapper_id, w.ctid as wrapper_place, w.xmin as wrapper_version
        from kw.blind_indexes x
        cross join lateral (
            select w.ctid, w.xmin from kw.key_wrappers w where w.id = x.key_wrapper_id limit 1
        ) w
        where x.entity_table = e.bound_as and x.field_name = $2 and x.tenant is not distinct from $8
        order by x.status
        limit 1
    ) x on true
"""
TO_READ = to_begin_with(READ, "x.*", _INDEX, "text")
TO_WRITE = to_begin_with(WRITE, "x.*", _INDEX, "text")
# Of entity $1, field $2 and tenant $3: the live one, locked.
LIVE = Query(
    f"""
    select x.index_uuid::text as index, x.normaliser, x.bits, x.generation, x.key_wrapper_id, x.next_wrapper_id
    from kw.blind_indexes x
    where x.entity_table = {bound_as("$1")} and x.field_name = $2 and x.tenant is not distinct from $3
        and x.status = 'live'
    for no key update
    """,
    ("text", "text", "text"),
)
# Nothing where another session was first.
ADD = Query(
    f"""
    insert into kw.blind_indexes (entity_table, field_name, tenant, normaliser, bits, key_wrapper_id)
    select {bound_as("$1")}, $2, $3, $4, $5, $6
    on conflict (entity_table, field_name, coalesce(tenant, '')) where status = 'live' do nothing
    returning index_uuid::text as index
    """,
    ("text", "text", "text", "text", "int2", "int8"),
)
SHRED = Query(
    "update kw.blind_indexes set status = 'shredded' where index_uuid = $1::uuid", ("text",)
)
# Those of entity $1 and field $2 (null: every field), those that were shredded, too.
OF_FIELD = Query(
    f"""
    select x.index_uuid::text as index
    from kw.blind_indexes x
    where x.entity_table = {bound_as("$1")} and ($2::text is null or x.field_name = $2)
    order by x.index_uuid
    """,
    ("text", "text"),
)
MOVE = Query(
    f"""
    update kw.blind_indexes x
    set entity_table = {bound_as("$2")}, field_name = coalesce($3, x.field_name)
    where x.index_uuid = any($1::uuid[])
    """,
    ("text[]", "text", "text"),
)


class BlindIndex(NamedTuple):
    """A row of kw.blind_indexes as its seal covers it."""

    uuid: str
    entity: str
    field: str
    tenant: str | None
    normaliser: str
    bits: str
    generation: str
    wrapper: str
    next_wrapper: str | None
    status: str
