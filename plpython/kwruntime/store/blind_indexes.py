"""Rows of kw.blind_indexes. Entities are named as their bindings name them: kw.entities.bound_as."""

from typing import NamedTuple

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as
from kwruntime.store.field_lookups import to_begin_with
from kwruntime.store.privileges import READ, WRITE

# As the indexes of the table have it: a field may have many tenants.
_TENANT = "coalesce(x.tenant, '')"
# $8 the tenant or null: its index, a live one before one that was shredded. With the versions of the rows.
# $9: the key that replaces the present one, if there is one.
_INDEX = f"""
    left join lateral (
        select
            x.index_uuid::text as index, x.status, x.ctid as index_place, x.xmin as index_version,
            w.id as wrapper_id, w.ctid as wrapper_place, w.xmin as wrapper_version,
            w.id is not distinct from x.next_wrapper_id as is_next
        from kw.blind_indexes x
        cross join lateral (
            select w.ctid, w.xmin, w.id
            from kw.key_wrappers w
            where w.id = case when $9 then coalesce(x.next_wrapper_id, x.key_wrapper_id) else x.key_wrapper_id end
            limit 1
        ) w
        where x.entity_table = e.bound_as and x.field_name = $2 and {_TENANT} = coalesce($8, '')
        order by x.status
        limit 1
    ) x on true
"""
TO_READ = to_begin_with(READ, "x.*", _INDEX, "text", "bool")
TO_WRITE = to_begin_with(WRITE, "x.*", _INDEX, "text", "bool")
# Of entity $1, field $2 and tenant $3: the live one, locked.
LIVE = Query(
    f"""
    select x.index_uuid::text as index, x.normaliser, x.bits, x.key_wrapper_id, x.next_wrapper_id
    from kw.blind_indexes x
    where x.entity_table = {bound_as("$1")} and x.field_name = $2 and {_TENANT} = coalesce($3, '')
        and x.status = 'live'
    for no key update
    """,
    ("text", "text", "text"),
)
NORMALISER = Query(
    "select x.normaliser from kw.blind_indexes x where x.index_uuid = $1::uuid", ("text",)
)
# Nothing where another session was first.
ADD = Query(
    f"""
    insert into kw.blind_indexes (entity_table, field_name, tenant, normaliser, bits, key_wrapper_id, generation)
    select {bound_as("$1")}, $2, $3, $4, $5, $6, $7
    on conflict (entity_table, field_name, coalesce(tenant, '')) where status = 'live' do nothing
    returning index_uuid::text as index
    """,
    ("text", "text", "text", "text", "int2", "int8", "int4"),
)
SHRED = Query(
    "update kw.blind_indexes set status = 'shredded' where index_uuid = $1::uuid", ("text",)
)
# One of entity $1 and field $2 that is live: it says the generation of all, and whether they are rotated.
ONE_OF_FIELD = Query(
    f"""
    select x.generation, x.next_wrapper_id
    from kw.blind_indexes x
    where x.entity_table = {bound_as("$1")} and x.field_name = $2 and x.status = 'live'
    limit 1
    """,
    ("text", "text"),
)
# Those of entity $1 and field $2 that are live. They have one generation, and are rotated together.
OF_FIELD_READ = Query(
    f"""
    select x.index_uuid::text as index, x.generation, x.key_wrapper_id, x.next_wrapper_id
    from kw.blind_indexes x
    where x.entity_table = {bound_as("$1")} and x.field_name = $2 and x.status = 'live'
    order by x.index_uuid
    """,
    ("text", "text"),
)
OF_FIELD_LOCKED = Query(f"{OF_FIELD_READ.text} for no key update", ("text", "text"))
# The wrappers $2 of the next keys of indexes $1; null for each: there is none any more.
SET_NEXT = Query(
    """
    update kw.blind_indexes x
    set next_wrapper_id = n.wrapper_id
    from unnest($1::uuid[], $2) n (index, wrapper_id)
    where x.index_uuid = n.index
    """,
    ("text[]", "int8[]"),
)
PUT_NEXT_IN_FORCE = Query(
    """
    update kw.blind_indexes
    set generation = generation + 1, key_wrapper_id = next_wrapper_id, next_wrapper_id = null
    where index_uuid = any($1::uuid[])
    """,
    ("text[]",),
)
# Of relation $1, its columns $2 and $3: whether a constraint says that each row with a value in the first has
# one in the second, and what depends on either column and would go on with it under its other name.
COLUMNS = Query(
    """
    select
        exists (
            select from pg_constraint k
            where k.conrelid = a.attrelid and k.contype = 'c' and k.convalidated
                and pg_get_constraintdef(k.oid) = format('CHECK (((%I IS NULL) OR (%I IS NOT NULL)))', $2, $3)
        ) as is_filled,
        array(
            select distinct pg_describe_object(d.classid, d.objid, d.objsubid)
            from pg_depend d
            left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
            left join pg_class v on v.oid = r.ev_class
            left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
            where d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid
                and d.refobjsubid in (a.attnum, n.attnum) and d.classid <> 'pg_class'::regclass
                and v.relkind is distinct from 'v' and (k.contype is null or k.contype not in ('c', 'u', 'n'))
            order by 1
        ) as others
    from pg_attribute a
    join pg_attribute n on n.attrelid = a.attrelid and n.attname = $3 and n.attnum > 0 and not n.attisdropped
    where a.attrelid = $1 and a.attname = $2 and a.attnum > 0 and not a.attisdropped
        and a.atttypid = 'bytea'::regtype and n.atttypid = 'bytea'::regtype
    """,
    ("oid", "name", "name"),
)
# The protected views of table $1 are locked before it is, as by writers: else both would wait.
HOLD_VIEWS = Query(
    """
    select distinct format('lock table %s in access exclusive mode', v.oid::regclass) as statement
    from pg_depend d
    join pg_rewrite r on r.oid = d.objid
    join pg_class v on v.oid = r.ev_class and v.relkind = 'v' and pg_has_role(v.relowner, 'usage')
    join pg_trigger t on t.tgrelid = v.oid and t.tgfoid = to_regprocedure('kw._begin_view()')
    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
        and d.refobjid = $1
    order by 1
    """,
    ("oid",),
)
# What exchanges the names of columns $2 and $3 of relation $1, and has views show what they name. The check of a
# protection follows, too: it says that each ciphertext has a token, and no row is looked at for it.
EXCHANGE = Query(
    """
    select array_agg(s.statement order by s.place, s.statement) as statements
    from (
        select n.place, format('alter table %s rename column %I to %I', $1::regclass, n.old, n.new) as statement
        from (
            values (1, $2, left($2, 55) || '_swap'), (2, $3, $2), (3, left($2, 55) || '_swap', $3)
        ) n (place, old, new)
        union all
        select distinct
            4, format(
                'create or replace view %s%s as %s', v.oid::regclass,
                ' with (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid)
            )
        from pg_attribute a
        join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid
            and d.refobjsubid = a.attnum and d.classid = 'pg_rewrite'::regclass
        join pg_rewrite r on r.oid = d.objid
        join pg_class v on v.oid = r.ev_class and v.relkind = 'v'
        where a.attrelid = $1 and a.attname in ($2, $3)
        union all
        select t.place, format('alter table %s %s', $1::regclass, t.action)
        from pg_attribute a
        join pg_constraint c on c.conrelid = a.attrelid and a.attnum = any (c.conkey)
            and c.contype = 'c' and c.conname ~ '^kw_protect_[0-9]+_filled$'
        cross join lateral (
            values
                (0, format('drop constraint %I', c.conname)),
                (5, format(
                    'add constraint %I check (%s) not valid', c.conname, pg_get_expr(c.conbin, c.conrelid)
                ))
        ) t (place, action)
        where a.attrelid = $1 and a.attname = $2
    ) s
    """,
    ("oid", "name", "name"),
)
# How a row is found whose column $3 of relation $1 has no token of the generation $4.
STALE = Query(
    """
    select format(
        'select exists (select from %s where %I is not null and substr(%I, 1, 5) is distinct from %L::bytea) as found',
        $1::regclass, $2, $3, E'\\\\xb2'::bytea || int4send($4)
    ) as statement
    """,
    ("oid", "name", "name", "int4"),
)
# Those of entity $1 and field $2 (null: every field), those that were shredded, too.
OF_FIELD = Query(
    f"""
    select x.index_uuid::text as index, x.field_name, x.status
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
