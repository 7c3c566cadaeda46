"""The generations of a field: what values of a column are of, and which wrappers they need."""

from kwruntime.postgres.query import Query
from kwruntime.store.entities import bound_as

# The columns of relation $1 that can hold ciphertexts: bytea, kw.ciphertext and arrays, by the type below
# domains.
CIPHERTEXT_COLUMNS = Query(
    """
    with recursive below (name, type, depth) as (
        select a.attname, a.atttypid, 0
        from pg_attribute a
        where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
        union all
        select b.name, t.typbasetype, b.depth + 1
        from below b
        join pg_type t on t.oid = b.type and t.typtype = 'd'
    )
    select b.name, quote_ident(b.name) as quoted_name, t.typcategory = 'A' as is_array
    from below b
    join pg_type t on t.oid = b.type
    where b.type in ('bytea'::regtype, 'kw.ciphertext_bytes'::regtype)
        or b.type in ('bytea[]'::regtype, 'kw.ciphertext_bytes[]'::regtype, 'kw.ciphertext[]'::regtype)
    order by b.name
    """,
    ("oid",),
)
# Columns of relation $1 and of what inherits from it that can hold a bytea or kw.ciphertext in any way: in a domain, an
# array, a composite type. $2 those that are looked at.
OTHER_COLUMNS = Query(
    """
    with recursive parts (id) as (
        select $1::oid
        union
        select i.inhrelid from parts p join pg_inherits i on i.inhparent = p.id
    ),
    below (name, type) as (
        select a.attname, a.atttypid
        from parts p
        join pg_attribute a on a.attrelid = p.id and a.attnum > 0 and not a.attisdropped
        union
        select b.name, inside.type
        from below b
        join pg_type t on t.oid = b.type
        cross join lateral (
            select t.typbasetype where t.typtype = 'd'
            union all
            select t.typelem where t.typcategory = 'A'
            union all
            select a.atttypid
            from pg_attribute a
            where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
        ) inside (type)
    )
    select distinct b.name
    from below b
    where b.type in ('bytea'::regtype, 'kw.ciphertext_bytes'::regtype) and b.name <> all ($2)
    order by b.name
    """,
    ("oid", "name[]"),
)
# Of relation $1: its kind, whether policies hide rows of it from the role in force, and whether rows of
# it are elsewhere.
RELATION = Query(
    """
    with recursive parts (id) as (
        select $1::oid
        union
        select i.inhrelid from parts p join pg_inherits i on i.inhparent = p.id
    )
    select
        c.relkind::text as kind, row_security_active(c.oid) as hides_rows,
        exists (
            select from parts p join pg_class f on f.oid = p.id where f.relkind = 'f'
        ) as has_foreign_parts
    from pg_class c
    where c.oid = $1
    """,
    ("oid",),
)


def headers(relation: str, columns: list[str], arrays: list[str]) -> str:
    """Return a query that counts the headers of a relation's ciphertexts; null: of what is none.

    Only the first 14 bytes of a value are read (``length`` reads none). OFFSET 0 keeps the parts
    of the query apart, so that each value is read once.
    """
    values = [f"select t.{name}::bytea" for name in columns]
    values += [f"select unnest(t.{name}::bytea[])" for name in arrays]
    return f"""
    select c.header, count(*) as values
    from (
        select
            case
                when p.length < 42 or get_byte(p.start, 0) not in (193, 194) then null
                when get_byte(p.start, 1) not in (1, 2) or (get_byte(p.start, 1) = 2 and p.length < 54) then null
                when get_byte(p.start, 2) > 127 or get_byte(p.start, 10) > 127 then null
                when substr(p.start, 3, 8) = E'\\\\x0000000000000000'::bytea then null
                when substr(p.start, 11) = E'\\\\x00000000'::bytea then null
                else substr(p.start, 3)
            end as header
        from (
            select substr(v.value, 1, 14) as start, length(v.value) as length
            from {relation} t
            cross join lateral ({" union all ".join(values)}) v (value)
            where v.value is not null
            offset 0
        ) p
    ) c
    group by c.header
    """


_OF_FIELD = f"""
    b.entity_table = {bound_as("$1")} and b.field_name_norm = coalesce($2::text, '') and b.status = 'live'
"""
_HEADERS = "unnest($3::int8[], $4::int4[])"
_BINDING = """
    cross join lateral (
        select b.entity_table, b.entity_pk, b.field_name, b.generation, b.status, b.key_wrapper_id
        from kw.encryption_bindings b
        where b.id = h.id
        limit 1
    ) b
"""
_SCOPE = """
    case
        when b.entity_pk = '*' then case when b.field_name is null then 'table' else 'column' end
        else case when b.field_name is null then 'row' else 'cell' end
    end
"""
# What headers ($3 bindings, $4 generations, $5 how many values) are to field $2 of entity $1.
STATES = Query(
    f"""
    select s.state, s.scope, s.generation, s.wrapper_status, count(*) as bindings, sum(s.values)::int8 as values
    from (
        select
            h.values, k.state,
            case when k.covers then k.scope end as scope,
            case when k.covers then h.generation end as generation,
            case when k.covers then k.wrapper_status end as wrapper_status
        from unnest($3::int8[], $4::int4[], $5::int8[]) h (id, generation, values)
        left join lateral (
            select
                case
                    when b.entity_table is distinct from {bound_as("$1")} or b.field_name <> $2 then 'misplaced'
                    when w.status is null then 'unknown'
                    when b.status = 'shredded' or w.status = 'invalid' then 'shredded'
                    when b.generation = h.generation then 'current'
                    else 'earlier'
                end as state,
                (b.entity_table is distinct from {bound_as("$1")} or b.field_name <> $2 or w.status is null) is not true as covers,
                {_SCOPE} as scope, w.status as wrapper_status
            from (select) one
            {_BINDING}
            left join lateral (
                select w.status
                from kw.key_wrappers w
                where w.id = case
                    when b.generation = h.generation then b.key_wrapper_id
                    else (
                        select g.key_wrapper_id
                        from kw.binding_generations g
                        where g.binding_id = h.id and g.generation = h.generation
                    )
                end
                limit 1
            ) w on true
        ) k on true
    ) s
    group by s.state, s.scope, s.generation, s.wrapper_status
    """,
    ("text", "text", "int8[]", "int4[]", "int8[]"),
)
# Every generation of the bindings of every row that cover field $2 of entity $1.
WIDE_GENERATIONS = Query(
    f"""
    select
        {_SCOPE} as scope, g.generation, w.status as wrapper_status,
        case
            when b.status = 'shredded' or w.status = 'invalid' then 'shredded'
            when g.generation = b.generation then 'current'
            else 'earlier'
        end as state
    from kw.encryption_bindings b
    cross join lateral (
        select b.generation, b.key_wrapper_id
        union all
        select g.generation, g.key_wrapper_id from kw.binding_generations g where g.binding_id = b.id
    ) g
    join kw.key_wrappers w on w.id = g.key_wrapper_id
    where b.entity_table = {bound_as("$1")} and b.entity_pk = '*' and b.field_name_norm in ('', $2)
    """,
    ("text", "text"),
)
# The earlier generations of field $2 of entity $1, as a number that changes when one is added, and how
# many have a wrapper that could be retired.
EARLIER = Query(
    f"""
    select
        coalesce(bit_xor(hashint8extended(g.binding_id, g.generation)), 0) as mark, count(*) as generations,
        count(*) filter (
            where (select w.status from kw.key_wrappers w where w.id = g.key_wrapper_id limit 1) = 'rotated'
        ) as rotated
    from kw.encryption_bindings b
    join kw.binding_generations g on g.binding_id = b.id
    where {_OF_FIELD}
    """,
    ("text", "text"),
)
# Which of headers ($3 bindings, $4 generations) are earlier generations of field $2 of entity $1.
EARLIER_AMONG = Query(
    f"""
    select h.id, h.generation
    from {_HEADERS} h (id, generation)
    {_BINDING}
    where b.entity_table = {bound_as("$1")} and coalesce(b.field_name, '') = coalesce($2::text, '') and b.status = 'live'
        and h.generation < b.generation
    """,
    ("text", "text", "int8[]", "int4[]"),
)
# Of the earlier generations of field $2 of entity $1 those whose wrapper values do not use ($3 bindings,
# $4 generations) nor other bindings are retired; and whether the generations are still those of mark $5.
# Only what is 'rotated': no binding can be given such a wrapper meanwhile. A subquery that is hashed,
# since a plan that was made for few values must serve many.
RETIRE = Query(
    f"""
    with earlier as materialized (
        select
            g.key_wrapper_id as id,
            (g.binding_id, g.generation) in (
                select u.id, u.generation from {_HEADERS} u (id, generation)
            ) as is_used,
            hashint8extended(g.binding_id, g.generation) as mark
        from kw.encryption_bindings b
        join kw.binding_generations g on g.binding_id = b.id
        where {_OF_FIELD}
    ),
    wrappers as materialized (
        select
            e.id, bool_or(e.is_used) as is_used,
            exists (select from kw.encryption_bindings o where o.key_wrapper_id = e.id)
            or exists (
                select
                from kw.binding_generations og
                join kw.encryption_bindings b on b.id = og.binding_id
                where og.key_wrapper_id = e.id and b.status = 'live' and not ({_OF_FIELD})
            ) as is_shared
        from earlier e
        cross join lateral (select w.status from kw.key_wrappers w where w.id = e.id limit 1) w
        where w.status in ('active', 'rotated')
        group by e.id
    ),
    retired as (
        update kw.key_wrappers w
        set status = 'retired'
        from wrappers c
        where c.id = w.id and w.status = 'rotated' and not c.is_used and not c.is_shared
        returning w.id
    )
    select
        (select coalesce(bit_xor(e.mark), 0) = $5 from earlier e) as is_same,
        (select count(*) from retired) as retired, array(select r.id from retired r) as retired_ids,
        count(*) filter (where c.is_used) as used, count(*) filter (where c.is_shared and not c.is_used) as shared
    from wrappers c
    """,
    ("text", "text", "int8[]", "int4[]", "int8"),
)
