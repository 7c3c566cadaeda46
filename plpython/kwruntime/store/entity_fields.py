"""kw.entity_fields: policies, minimum levels and marks of fields."""

from kwruntime.postgres.query import Query
from kwruntime.store.entities import name_of


def _set(column: str, kind: str) -> Query:
    """Return the query that sets a column of entity $1 and field $2 (null: the whole row) to $3."""
    return Query(
        f"""
        insert into kw.entity_fields (entity_table, field_name_norm, {column})
        values ($1, coalesce($2::text, ''), $3)
        on conflict (entity_table, field_name_norm) where not is_mark
        do update set {column} = excluded.{column}
        """,
        ("text", "text", kind),
    )


KNOWN_OF_FIELD = Query(
    """
    select coalesce(bool_or(f.has_keys), false) as has_keys, coalesce(bool_or(f.has_shredded), false) as has_shredded
    from kw.entity_fields f
    where f.entity_table = $1 and f.field_name_norm = coalesce($2::text, '')
    """,
    ("text", "text"),
)
# Marks are rows that no two transactions share, so who makes one waits for nobody and holds nobody up.
NOTE_SPELLINGS = Query(
    "insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_other_spellings)"
    " values ($1, '', true, true) returning id",
    ("text",),
)
FIELD_POLICY = Query(
    """
    select
        p.id, p.policy_name as name, p.mode, p.layer_selection, p.min_layers, p.max_layers, p.aad_template
    from kw.entity_fields f
    join kw.encryption_policies p on p.id = f.policy_id
    where f.entity_table = $1 and f.field_name_norm in ('', coalesce($2::text, ''))
    order by f.field_name_norm desc
    limit 1
    """,
    ("text", "text"),
)
BIND_POLICY = _set("policy_id", "int8")
# $1 entity, $2 field or null. A binding of whole rows covers every field, so the highest of their minimums holds.
MIN_LEVEL = Query(
    """
    select max(f.min_nist_level) as min_level
    from kw.entity_fields f
    where f.entity_table = $1 and ($2::text is null or f.field_name_norm in ('', $2::text))
    """,
    ("text", "text"),
)


# The minimum levels of wrappers, of those that have one: of every field that they protect, or did.
def min_levels(wrappers: str) -> str:
    return f"""
        select u.key_wrapper_id as id, max(f.min_level) as min_level
        from (
            select b.key_wrapper_id, b.entity_table, b.field_name
            from kw.encryption_bindings b
            where b.key_wrapper_id = {wrappers}
            union all
            select g.key_wrapper_id, b.entity_table, b.field_name
            from kw.binding_generations g
            cross join lateral (
                select b.entity_table, b.field_name
                from kw.encryption_bindings b
                where b.id = g.binding_id
                limit 1
            ) b
            where g.key_wrapper_id = {wrappers}
            union all
            select x.key_wrapper_id, x.entity_table, x.field_name
            from kw.blind_indexes x
            where x.key_wrapper_id = {wrappers}
            union all
            select x.next_wrapper_id, x.entity_table, x.field_name
            from kw.blind_indexes x
            where x.next_wrapper_id = {wrappers}
        ) u
        cross join lateral (
            select max(f.min_nist_level) as min_level
            from kw.entity_fields f
            where f.entity_table = {name_of("u.entity_table")}
                and (u.field_name is null or f.field_name_norm in ('', u.field_name))
        ) f
        where f.min_level is not null
        group by u.key_wrapper_id
    """


MIN_LEVELS_OF_WRAPPERS = Query(min_levels("any($1)"), ("int8[]",))
SET_MIN_LEVEL = _set("min_nist_level", "int2")
NOTE_KEYS = Query(
    """
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys)
    values ($1, coalesce($2::text, ''), true, true)
    returning id
    """,
    ("text", "text"),
)
NOTE_SHREDDED = Query(
    """
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys, has_shredded)
    values ($1, coalesce($2::text, ''), true, $3, true)
    returning id
    """,
    ("text", "text", "bool"),
)
SET_READ_AUDIT = _set("read_audit", "text")
# Every row that an admin set, so that those whose setting was taken away by hand show by their seals.
READ_AUDITS = Query(
    """
    select f.id::text as id, f.entity_table, nullif(f.field_name_norm, '') as field_name, f.read_audit
    from kw.entity_fields f
    where not f.is_mark
    """
)
# The fields (null: the whole row) that wrappers $1 protect, or did.
FIELDS_OF_WRAPPERS = Query(
    f"""
    select w.wrapper_uuid, u.binding_id, {name_of("b.entity_table")} as entity_table, b.field_name
    from unnest($1) asked (wrapper_uuid)
    cross join lateral (
        select w.id, w.wrapper_uuid from kw.key_wrappers w where w.wrapper_uuid = asked.wrapper_uuid::bpchar limit 1
    ) w
    cross join lateral (
        select b.id as binding_id from kw.encryption_bindings b where b.key_wrapper_id = w.id
        union
        select g.binding_id from kw.binding_generations g where g.key_wrapper_id = w.id
    ) u
    cross join lateral (
        select b.entity_table, b.field_name from kw.encryption_bindings b where b.id = u.binding_id limit 1
    ) b
    """,
    ("text[]",),
)
_STRICTNESS = "coalesce(array_position('{none,keys,statements}', ?), 0)"
# Only what is not there already, so that a row that an admin set is locked only to be changed.
CARRY_FIELDS = Query(
    f"""
    with carried as (
        select
            case when g.field_name_norm = $3 then coalesce($4, $3) else g.field_name_norm end as field_name_norm,
            max(g.policy_id) as policy_id, max(g.min_nist_level) as min_nist_level,
            max(g.read_audit) as read_audit,
            bool_or(g.has_keys) as has_keys, bool_or(g.has_shredded) as has_shredded
        from kw.entity_fields g
        where g.entity_table = $1 and ($3::text is null or g.field_name_norm = $3)
        group by 1
    ),
    missing as (
        select
            c.field_name_norm, c.policy_id, c.min_nist_level, c.read_audit,
            c.has_keys and there.has_keys is not true as has_keys,
            c.has_shredded and there.has_shredded is not true as has_shredded,
            c.policy_id is not null and there.policy_id is null
            or c.min_nist_level > coalesce(there.min_nist_level, 0)
            or {_STRICTNESS.replace("?", "c.read_audit")} > {_STRICTNESS.replace("?", "there.read_audit")} as is_set
        from carried c
        cross join lateral (
            select
                max(f.policy_id) as policy_id, max(f.min_nist_level) as min_nist_level,
                max(f.read_audit) as read_audit,
                bool_or(f.has_keys) as has_keys, bool_or(f.has_shredded) as has_shredded
            from kw.entity_fields f
            where f.entity_table = $2 and f.field_name_norm = c.field_name_norm
        ) there
    ),
    marks as (
        insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_keys, has_shredded)
        select $2, m.field_name_norm, true, m.has_keys, m.has_shredded
        from missing m
        where m.has_keys or m.has_shredded
    )
    insert into kw.entity_fields as f (entity_table, field_name_norm, policy_id, min_nist_level, read_audit)
    select $2, m.field_name_norm, m.policy_id, m.min_nist_level, m.read_audit
    from missing m
    where m.is_set
    on conflict (entity_table, field_name_norm) where not is_mark
    do update set
        policy_id = coalesce(f.policy_id, excluded.policy_id),
        min_nist_level = greatest(f.min_nist_level, excluded.min_nist_level),
        read_audit = case
            when {_STRICTNESS.replace("?", "excluded.read_audit")} > {_STRICTNESS.replace("?", "f.read_audit")}
                then excluded.read_audit
            else f.read_audit
        end
    """,
    ("text", "text", "text", "text"),
)
HAS_MIN_LEVELS = Query(
    "select exists (select from kw.entity_fields f where f.min_nist_level is not null) as found"
)
