"""Bindings and wrappers that a shred takes."""

from kwruntime.postgres.query import Query

# Live bindings beneath that of every row of (entity, field or null). Locked are those that nobody
# else changes just now.
_BENEATH = """
    select b.id
    from kw.encryption_bindings b
    where b.entity_table = $1 and b.status = 'live' and ($2::text is null or b.field_name = $2)
        and (b.entity_pk <> '*' or b.field_name is distinct from $2::text)
    order by b.id
"""
BENEATH = Query(_BENEATH, ("text", "text"))
LOCK_BENEATH = Query(f"{_BENEATH} for update of b skip locked", ("text", "text"))
# The cells beneath the row of a key, $2 in its spellings. By itself, to be found by its key.
BENEATH_ROW, LOCK_BENEATH_ROW = (
    Query(
        f"""
        select b.id
        from unnest($2) k (entity_pk)
        cross join lateral (
            select b.id
            from kw.encryption_bindings b
            where b.entity_table = $1 and b.entity_pk = k.entity_pk and b.field_name_norm <> ''
                and b.status = 'live'
            order by b.id
            {how}
        ) b
        order by b.id
        """,
        ("text", "text[]"),
    )
    for how in ("", "for update skip locked")
)
_USES = """
    select b.key_wrapper_id as wrapper_id, b.id as binding_id
    from kw.encryption_bindings b
    where b.key_wrapper_id = any($1)
    union all
    select g.key_wrapper_id, g.binding_id
    from kw.binding_generations g
    where g.key_wrapper_id = any($1)
"""
_LIVE_BINDING_OF_USE = """
    cross join lateral (
        select b.id, b.entity_table, b.entity_pk, b.field_name, b.created_at
        from kw.encryption_bindings b
        where b.id = u.binding_id and b.status = 'live'
        limit 1
    ) b
"""
WRAPPERS_OF_BINDINGS = Query(
    """
    select b.key_wrapper_id as id from kw.encryption_bindings b where b.id = any($1)
    union
    select g.key_wrapper_id from kw.binding_generations g where g.binding_id = any($1)
    """,
    ("int8[]",),
)
# Not FOR UPDATE: the rotation of another binding that shares one would be waited for.
LOCK_WRAPPERS = Query(
    "select w.id from kw.key_wrappers w where w.id = any($1) order by w.id for no key update of w",
    ("int8[]",),
)
# Of wrappers $1 those that protect, or protected, other live bindings than $2.
SHARED_WRAPPERS = Query(
    f"""
    select distinct u.wrapper_id as id
    from ({_USES}) u
    {_LIVE_BINDING_OF_USE}
    left join unnest($2) own (id) on own.id = u.binding_id
    where own.id is null
    """,
    ("int8[]", "int8[]"),
)
# What wrappers protect: live bindings, or the one that is shredded now, and whose their tables are.
# Of a name that stands for another table than was recorded, or for none: the owner that was recorded,
# unless the table of that name, or else the renamed one, has another owner now.
WRAPPER_USES = Query(
    f"""
    select
        u.wrapper_id, w.wrapper_uuid, b.id as binding_id, b.entity_table, b.entity_pk, b.field_name,
        (extract(epoch from b.created_at) * 1000000)::int8 as since,
        e.entity_table is not null as is_known, e.relation as recorded,
        case when c.oid::regclass::text = e.quoted_name then c.relowner end as owner,
        case
            when c.oid::regclass::text = e.quoted_name then c.relowner
            when pg_get_userbyid(coalesce(t.relowner, c.relowner)) <> e.owner_name then null
            else (select r.oid from pg_roles r where r.rolname = e.owner_name limit 1)
        end as last_owner,
        e.owner_name as last_owner_name
    from ({_USES}) u
    cross join lateral (
        select w.wrapper_uuid from kw.key_wrappers w where w.id = u.wrapper_id limit 1
    ) w
    {_LIVE_BINDING_OF_USE}
    left join kw.entities e on e.entity_table = b.entity_table
    left join pg_class c on c.oid = e.relation
    left join (pg_class t join pg_namespace n on n.oid = t.relnamespace)
        on t.relname = substr(e.entity_table, strpos(e.entity_table, '.') + 1)
        and n.nspname = split_part(e.entity_table, '.', 1) and t.relkind in ('r', 'p', 'f', 'v', 'm')
    """,
    ("int8[]",),
)
# $1 bindings, $2 wrappers, $3 of the bindings the widest (in older versions' spellings, too)
SHRED = Query(
    """
    with destroyed as (
        update kw.key_wrappers
        set status = 'invalid', dek_wrap1 = '', dek_wrap2 = case when dek_wrap2 is not null then ''::bytea end
        where id = any($2) and status <> 'invalid'
        returning id
    ),
    layers as (
        delete from kw.key_wrapper_layers where key_wrapper_id = any($2)
    ),
    tombstones as (
        update kw.encryption_bindings
        set status = 'shredded', is_closed = is_closed or id = any($3)
        where id = any($1) and (status <> 'shredded' or id = any($3))
    )
    select count(*) as destroyed from destroyed
    """,
    ("int8[]", "int8[]", "int8[]"),
)
