"""kw.encryption_bindings: made, rotated and moved."""

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as, name_of
from kwruntime.store.key_wrappers import (
    NEW_WRAPPER_COLUMNS,
    NEW_WRAPPER_TYPES,
    NEW_WRAPPER_VALUES,
    new_wrappers,
)

# One statement, keys in order: of two sessions that bind a cell, one inserts and the other
# waits and finds it; neither fails, and no wrapper is left without its binding.
BIND_NEW = Query(
    f"""
    with n as materialized (
        select *
        from {new_wrappers("$10::bigint[]", "$11::text[]", names="binding_id, entity_pk")}
    ),
    bound as (
        insert into kw.encryption_bindings (id, entity_table, entity_pk, field_name, key_wrapper_id)
        select n.binding_id, {bound_as("$12")}, n.entity_pk, $13::text, n.id
        from n
        order by n.entity_pk
        on conflict (entity_table, entity_pk, field_name_norm) do nothing
        returning key_wrapper_id
    ),
    stored as (
        insert into kw.key_wrappers ({NEW_WRAPPER_COLUMNS})
        select {NEW_WRAPPER_VALUES}
        from n
        join bound on bound.key_wrapper_id = n.id
        returning wrapper_uuid
    )
    select array_agg(s.wrapper_uuid) as uuids from stored s
    """,
    (*NEW_WRAPPER_TYPES, "int8[]", "text[]", "text", "text"),
)
BINDING_FOR_UPDATE = Query(
    f"""
    select b.id, b.entity_pk, b.status, b.generation, b.key_wrapper_id as wrapper_id
    from unnest($2) k (entity_pk)
    cross join lateral (
        select b.id, b.entity_pk, b.status, b.generation, b.key_wrapper_id
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = k.entity_pk
            and b.field_name_norm = coalesce($3::text, '')
        limit 1
        for update
    ) b
    """,
    ("text", "text[]", "text"),
)
_OF_WRAPPER = f"""
    select
        b.id, {name_of("b.entity_table")} as entity_table, b.entity_pk, b.field_name, b.status, b.generation,
        b.key_wrapper_id as wrapper_id
    from kw.encryption_bindings b
    where b.key_wrapper_id = $1 and b.status = 'live'
    order by b.id
"""
BINDINGS_OF_WRAPPER = Query(_OF_WRAPPER, ("int8",))
BINDINGS_OF_WRAPPER_IF_FREE = Query(f"{_OF_WRAPPER} for update skip locked", ("int8",))
BIND_GIVEN = Query(
    f"""
    insert into kw.encryption_bindings (id, entity_table, entity_pk, field_name, key_wrapper_id)
    values ($1, {bound_as("$2")}, $3, $4, $5)
    on conflict (entity_table, entity_pk, field_name_norm) do nothing
    returning id
    """,
    ("int8", "text", "text", "text", "int8"),
)
# Whether other bindings than $2 have wrapper $1, of any status.
IS_SHARED = Query(
    """
    select exists (
        select from kw.encryption_bindings b where b.key_wrapper_id = $1 and b.id <> $2
    ) as found
    """,
    ("int8", "int8"),
)
# Of wrapper $2, replaced by $3 in binding $1, the status changes where $4 says that no other binding has it.
# This does not look itself: a row that was waited for is read again, but not what is looked up beside it.
# One statement: plpy.execute costs a subtransaction, and a writing one an xid.
ROTATE = Query(
    """
    with earlier as (
        insert into kw.binding_generations (binding_id, generation, key_wrapper_id)
        select b.id, b.generation, b.key_wrapper_id from kw.encryption_bindings b where b.id = $1
    ),
    replaced as (
        update kw.key_wrappers w
        set status = 'rotated', rotated_at = clock_timestamp()
        where $4 and w.id = $2 and w.status = 'active'
    )
    update kw.encryption_bindings set key_wrapper_id = $3, generation = generation + 1 where id = $1
    """,
    ("int8", "int8", "int8", "bool"),
)
# What covers (entity $1, field $2 or null) of keys $3 already, wider than their own bindings.
BINDINGS_ABOVE = Query(
    f"""
    select
        b.id, b.entity_pk, b.field_name, b.status, b.is_closed, w.policy_id, w.mode
    from (
        select b.*
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = '*' and b.field_name_norm in ('', coalesce($2, ''))
            and not ('*' = any($3) and b.field_name is not distinct from $2::text)
        union all
        select b.*
        from unnest($3) k (entity_pk)
        cross join lateral (
            select b.*
            from kw.encryption_bindings b
            where b.entity_table = {bound_as("$1")} and b.entity_pk = k.entity_pk and b.field_name_norm = ''
            limit 1
        ) b
        where k.entity_pk <> '*' and $2::text is not null
            and exists (
                select from kw.entity_fields f where f.entity_table = $1 and f.field_name_norm = '' and f.has_keys
            )
    ) b
    cross join lateral (
        select w.policy_id, w.crypto_suite ->> 'mode' as mode
        from kw.key_wrappers w
        where w.id = b.key_wrapper_id
        limit 1
    ) w
    """,
    ("text", "text", "text[]"),
)


# $1 to $6: entity, key, new entity, new key, new field, field; the rest is null where it stays. Of one
# key by its own text, since one text for both would be planned to read all of the table.
def _rebinding(key: str) -> tuple[Query, Query, Query]:
    bindings = (
        f"b.entity_table = {bound_as('$1')} and {key} and ($6::text is null or b.field_name = $6)"
    )
    rebind = f"""
        update kw.encryption_bindings b
        set entity_table = {bound_as("$3")}, entity_pk = coalesce($4, b.entity_pk), field_name = coalesce($5, b.field_name)
        where {bindings}
        returning b.status
    """
    lock = f"""
        select b.id
        from kw.encryption_bindings b
        where {bindings}
        order by b.id
        for update
    """
    # What moves to where the minimum level is higher than where it was, and is below it.
    below_min_level = f"""
        select w.wrapper_uuid, l.nist_level as level, f.there as min_level
        from kw.encryption_bindings b
        cross join lateral (
            select
                max(f.min_nist_level) filter (
                    where f.entity_table = $1 and (b.field_name is null or f.field_name_norm in ('', b.field_name))
                ) as here,
                max(f.min_nist_level) filter (
                    where f.entity_table = $3
                        and (b.field_name is null or f.field_name_norm in ('', coalesce($5, b.field_name)))
                ) as there
            from kw.entity_fields f
            where f.entity_table in ($1, $3) and f.min_nist_level is not null
        ) f
        join kw.key_wrappers w on w.id = b.key_wrapper_id and w.status <> 'invalid'
        join kw.wrapper_levels l on l.key_wrapper_id = w.id
        where {bindings} and f.there > coalesce(f.here, 0) and coalesce(l.nist_level, 0) < f.there
        limit 1
    """
    types = ("text", "text", "text", "text", "text", "text")
    return Query(rebind, types), Query(lock, types), Query(below_min_level, types)


REBIND, LOCK_TO_REBIND, BELOW_MIN_LEVEL_THERE = _rebinding("$2::text is null")
REBIND_KEY, LOCK_KEY_TO_REBIND, KEY_BELOW_MIN_LEVEL_THERE = _rebinding("b.entity_pk = $2")


# Parameters as of _rebinding. A shredded binding that stays, above where something moves from or to.
def _shredded_around(key: str) -> Query:
    return Query(
        f"""
        select {name_of("s.entity_table")} as entity_table, s.entity_pk, s.field_name
        from kw.encryption_bindings b
        cross join lateral (
            values
                ({bound_as("$1")}, b.entity_pk, b.field_name_norm),
                (
                    {bound_as("$3")}, coalesce($4, b.entity_pk),
                    case when b.field_name is null then '' else coalesce($5, b.field_name) end
                )
        ) p (entity_table, entity_pk, field_name)
        cross join lateral (
            select s.entity_table, s.entity_pk, s.field_name
            from kw.encryption_bindings s
            where s.entity_table = p.entity_table and s.status = 'shredded'
                and s.entity_pk in (p.entity_pk, '*') and s.field_name_norm in (p.field_name, '')
                and (s.entity_pk <> p.entity_pk or s.field_name_norm <> p.field_name)
                and (s.entity_table = {bound_as("$1")} and {key.replace("b.", "s.")} and ($6::text is null or s.field_name = $6))
                    is not true
            limit 1
        ) s
        where b.entity_table = {bound_as("$1")} and {key} and ($6::text is null or b.field_name = $6)
        limit 1
        """,
        ("text", "text", "text", "text", "text", "text"),
    )


SHREDDED_AROUND = _shredded_around("$2::text is null")
SHREDDED_AROUND_KEY = _shredded_around("b.entity_pk = $2")
# Against a shred beside a move. Only owners change wide bindings, so no other role is waited for.
LOCK_AROUND = Query(
    f"""
    select b.id
    from unnest(array[{bound_as("$1")}, {bound_as("$3")}]) e (entity_table)
    cross join unnest(array['*', $2, $4]) k (entity_pk)
    cross join lateral (
        select b.id
        from kw.encryption_bindings b
        where b.entity_table = e.entity_table and b.entity_pk = k.entity_pk
            and (b.field_name is null or (b.entity_pk = '*' and ($6::text is null or b.field_name in ($5, $6))))
        for share
    ) b
    """,
    ("text", "text", "text", "text", "text", "text"),
)
# What REBIND did not see of a whole table or field, by a snapshot from before it was bound.
LEFT_BEHIND = Query(
    f"""
    select exists (
        select
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and ($2::text is null or b.field_name = $2)
    ) as found
    """,
    ("text", "text"),
)
BOUND_KEYS = Query(
    f"""
    select distinct k.entity_pk
    from unnest($2) k (entity_pk)
    cross join lateral (
        select
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = k.entity_pk
        limit 1
    ) b
    """,
    ("text", "text[]"),
)
# The bindings of single keys in order. $1 entity, $2 key and $3 field of the last one that is known.
BINDINGS_AFTER = Query(
    f"""
    select b.id, b.entity_pk, b.field_name_norm
    from kw.encryption_bindings b
    where b.entity_table = {bound_as("$1")} and (b.entity_pk, b.field_name_norm) > ($2, $3) and b.entity_pk <> '*'
    order by b.entity_pk, b.field_name_norm
    limit $4
    """,
    ("text", "text", "text", "int4"),
)
COUNT_BOUND = Query(
    f"""
    select count(*) as bound
    from unnest($2, $3) n (pk, field)
    cross join lateral (
        select
        from kw.encryption_bindings b
        where b.entity_table = {bound_as("$1")} and b.entity_pk = n.pk and b.field_name_norm = n.field
        limit 1
    ) b
    """,
    ("text", "text[]", "text[]"),
)
RESPELL = Query(
    f"""
    update kw.encryption_bindings b
    set entity_pk = n.pk
    from unnest($2, $3) n (id, pk)
    cross join lateral (select i.ctid from kw.encryption_bindings i where i.id = n.id limit 1) i
    where b.ctid = i.ctid and (
        select true
        from kw.encryption_bindings o
        where o.entity_table = {bound_as("$1")} and o.entity_pk = n.pk and o.field_name_norm = b.field_name_norm
        limit 1
    ) is null
    returning b.id
    """,
    ("text", "int8[]", "text[]"),
)
# $2 a key changes, $3 a field changes, $4 the field moved or null, $5 its key
_IS_WIDE = f"""
    b.entity_table = {bound_as("$1")} and b.status = 'live'
    and (($2 and b.entity_pk = '*') or ($3 and b.field_name is null))
    and ($4::text is null or b.field_name is null or b.field_name = $4)
"""
_WIDE_TYPES = ("text", "bool", "bool", "text", "text")
WIDE_BINDINGS = Query(
    f"""
    select $5::text is null and exists (
        select from kw.encryption_bindings b where {_IS_WIDE}
    ) as found
    """,
    _WIDE_TYPES,
)
WIDE_BINDINGS_OF_KEY = Query(
    f"""
    select exists (
        select
        from unnest(array['*', $5]) k (entity_pk)
        cross join lateral (
            select
            from kw.encryption_bindings b
            where b.entity_pk = k.entity_pk and {_IS_WIDE}
            limit 1
        ) b
    ) as found
    """,
    _WIDE_TYPES,
)
