"""kw.protections: how far the protection of each column is."""

from kwruntime.postgres.query import Query

_STATE = """
    p.id, p.entity_table, p.field_name, p.status, p.key_scope, p.value_type, p.shown_by, p.search,
    p.ciphertext_column, p.plaintext_column, p.token_column, p.index_uuid::text as index_uuid, p.base_table,
    p.complete_from, p.column_default, p.is_not_null, p.position, p.skipped_after,
    p.differing, p.differing_keys, p.created_at >= now() as is_new,
    p.taken_over_from, p.takeover_options::text as takeover_options
"""
# A protection that goes on, or the last one of the column.
OF_COLUMN = Query(
    f"""
    select {_STATE}
    from kw.protections p
    where p.entity_table = $1 and p.field_name = $2
    order by p.status in ('contracted', 'undone'), p.id desc
    limit 1
    for update
    """,
    ("text", "text"),
)
BEGIN = Query(
    f"""
    insert into kw.protections as p (
        entity_table, field_name, key_scope, value_type, shown_by, search, ciphertext_column, plaintext_column,
        token_column, index_uuid, base_table, is_not_null
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid, $11, $12)
    on conflict (entity_table, field_name) where status not in ('contracted', 'undone') do nothing
    returning {_STATE}
    """,
    (*("text",) * 11, "bool"),
)
# Of entity $1 and field $2 (null: every field).
OF_ENTITY = Query(
    """
    select p.id
    from kw.protections p
    where p.entity_table = $1 and ($2::text is null or p.field_name = $2)
    """,
    ("text", "text"),
)
# Which tool encrypted the values, and how; never its key.
SET_TAKEOVER = Query(
    """
    update kw.protections
    set taken_over_from = $2, takeover_options = $3, changed_at = clock_timestamp()
    where id = $1
    """,
    ("int8", "text", "jsonb"),
)
SET_STATUS = Query(
    """
    update kw.protections p
    set status = $2, position = null, skipped_after = null, changed_at = clock_timestamp(),
        complete_from = case
            when $2 = 'verified' then pg_snapshot_xmax(pg_current_snapshot())::text::int8 else p.complete_from
        end
    where id = $1
    """,
    ("int8", "text"),
)
CUT_OVER = Query(
    """
    update kw.protections
    set status = 'cut_over', column_default = $2, changed_at = clock_timestamp()
    where id = $1
    """,
    ("int8", "text"),
)
RENAME = Query(
    """
    update kw.protections
    set ciphertext_column = $2, plaintext_column = $3, token_column = $4, changed_at = clock_timestamp()
    where id = $1
    """,
    ("int8", "text", "text", "text"),
)
PASS = Query(
    """
    update kw.protections
    set position = $2, skipped_after = $3, encrypted = encrypted + $4, changed_at = clock_timestamp()
    where id = $1
    """,
    ("int8", "text[]", "text[]", "int8"),
)
# Without a position a verification begins.
VERIFIED = Query(
    """
    update kw.protections p
    set position = $2,
        verified = case when p.position is null then 0 else p.verified end + $3,
        differing = case when p.position is null then 0 else p.differing end + cardinality($4),
        differing_keys = (case when p.position is null then '{}' else p.differing_keys end || $4)[:100],
        changed_at = clock_timestamp()
    where id = $1
    """,
    ("int8", "text[]", "int8", "text[]"),
)
VERIFY_AGAIN = Query("update kw.protections set position = null where id = $1", ("int8",))
# Of entity $1 and field $3 (null: every field), to entity $2 and field $4.
MOVE = Query(
    """
    update kw.protections p
    set entity_table = $2, field_name = coalesce($4, p.field_name)
    where p.entity_table = $1 and ($3::text is null or p.field_name = $3)
    """,
    ("text", "text", "text", "text"),
)
# The columns of entity $1 whose triggers name it: those on their way, and those whose tokens a trigger keeps.
WITH_TRIGGERS = Query(
    """
    select p.field_name
    from kw.protections p
    join kw.entities e on e.entity_table = p.entity_table
    join pg_trigger t on t.tgrelid = e.relation and t.tgname = 'zz_kw_protect_' || p.id
    where p.entity_table = $1
    order by p.field_name
    """,
    ("text",),
)
# The same of relation $1, by the entities that it is recorded as.
OF_RELATION = Query(
    """
    select p.entity_table, p.field_name
    from kw.entities e
    join kw.protections p on p.entity_table = e.entity_table
    join pg_trigger t on t.tgrelid = e.relation and t.tgname = 'zz_kw_protect_' || p.id
    where e.relation = $1
    order by p.entity_table, p.field_name
    """,
    ("oid",),
)
# Columns of entity $1 that are there only while it is protected: views show none of them. And, as is_field,
# the fields that are not shown yet.
PASSING = Query(
    """
    select c.name, c.is_field
    from kw.protections p
    cross join lateral (
        select case when p.status = 'cut_over' then p.plaintext_column else p.ciphertext_column end, false
        union all
        select p.token_column, false where p.status <> 'cut_over'
        union all
        select p.field_name, true where p.status <> 'cut_over'
    ) c (name, is_field)
    where p.entity_table = $1 and p.status not in ('contracted', 'undone') and c.name is not null
    """,
    ("text",),
)
# The defaults that columns of entity $1 had, which a view shows under the name of the table.
DEFAULTS = Query(
    """
    select distinct on (p.field_name) p.field_name as name, p.column_default as value
    from kw.protections p
    where p.entity_table = $1 and p.shown_by = 'view' and p.status in ('cut_over', 'contracted')
    order by p.field_name, p.id desc
    """,
    ("text",),
)
# The protected fields of entity $1 but $2, whether views show them yet, and how they were protected.
OTHERS = Query(
    """
    select
        f.field_name as name, coalesce(p.shown_by, 'hand') as shown_by,
        p.status is null or p.status in ('cut_over', 'contracted') as is_shown
    from kw.protected_fields f
    left join lateral (
        select p.shown_by, p.status
        from kw.protections p
        where p.entity_table = f.entity_table and p.field_name = f.field_name and p.status <> 'undone'
        order by p.id desc
        limit 1
    ) p on true
    where f.entity_table = $1 and f.field_name <> $2
    order by f.field_name
    """,
    ("text", "text"),
)
PROGRESS = Query(
    """
    select
        p.id, p.entity_table, p.field_name, p.status, p.key_scope, p.value_type, p.shown_by, p.search,
        p.token_column, null::text[] as index_statements,
        (
            select coalesce(sum(greatest(c.reltuples, 0)), 0)::int8
            from kw.entities e
            cross join lateral (
                select e.relation as oid
                union
                select t.relid from pg_partition_tree(e.relation) t where t.isleaf
            ) r
            join pg_class c on c.oid = r.oid
            where e.entity_table = p.entity_table
        ) as rows_estimated,
        p.encrypted, p.verified, p.differing, p.differing_keys, p.created_at, p.changed_at,
        p.taken_over_from
    from kw.protections p
    where ($1::text is null or p.entity_table = $1) and (
        $3 or exists (
            select
            from kw.entities e
            join pg_class c on c.oid = e.relation
            where e.entity_table = p.entity_table and pg_has_role($2::oid, c.relowner, 'usage')
        )
    )
    order by p.id
    """,
    ("text", "oid", "bool"),
)
