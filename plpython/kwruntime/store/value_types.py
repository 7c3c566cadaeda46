"""Which types have values that the typed encoding takes."""

from kwruntime.postgres.query import Query

# The type that a text names, and those that it is made of.
TYPE = Query(
    r"""
    with recursive made_of (id) as (
        select to_regtype($1)::oid
        union
        select n.id
        from made_of m
        join pg_type t on t.oid = m.id
        cross join lateral (
            select t.typelem where t.typsubscript <> 0
            union all
            select t.typbasetype where t.typtype = 'd'
            union all
            select r.rngsubtype from pg_range r where t.oid in (r.rngtypid, r.rngmultitypid)
            union all
            select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and t.typrelid <> 0 and a.attnum > 0
        ) n (id)
        where n.id <> 0
    )
    select
        case
            when $1 ~ E'\\(' then $1
            else format_type(to_regtype($1), null)
        end as name,
        to_regtype($1) is not null as exists,
        (
            select format_type(t.oid, null)
            from made_of m
            join pg_type t on t.oid = m.id
            where t.typtype = 'p' or t.typname = 'money' or t.typname ~ '^reg' and t.typnamespace = 'pg_catalog'::regnamespace
            limit 1
        ) as refused
    """,
    ("text",),
)
