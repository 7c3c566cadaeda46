"""kw.protected_fields and kw.protected_views."""

from typing import NamedTuple

from kwruntime.postgres.query import Query


class Field(NamedTuple):
    """A protected field: a row of kw.protected_fields as its seal covers it, behind its entity."""

    name: str
    value_type: str
    key_scope: str
    ciphertext_column: str
    token_column: str | None = None
    index_uuid: str | None = None
    tenant_column: str | None = None
    next_token_column: str | None = None


SET_FIELD = Query(
    """
    insert into kw.protected_fields (
        entity_table, field_name, value_type, key_scope, ciphertext_column, token_column, index_uuid,
        tenant_column, next_token_column
    )
    values ($1, $2, $3, $4, $5, $6, $7::uuid, $8, $9)
    on conflict (entity_table, field_name)
    do update set
        value_type = excluded.value_type, key_scope = excluded.key_scope,
        ciphertext_column = excluded.ciphertext_column, token_column = excluded.token_column,
        index_uuid = excluded.index_uuid, tenant_column = excluded.tenant_column,
        next_token_column = excluded.next_token_column
    returning id::text as id
    """,
    (*("text", "text", "text", "text", "name", "name"), *("text", "name", "name")),
)
# Of entity $1 and field $2 (null: every field).
FIELDS = Query(
    """
    select f.id::text as id, f.field_name
    from kw.protected_fields f
    where f.entity_table = $1 and ($2::text is null or f.field_name = $2)
    order by f.field_name
    """,
    ("text", "text"),
)
_THERE = """
    select from kw.protected_fields n
    where n.entity_table = $2 and n.field_name = case when $4::text is null then f.field_name else $4 end
"""
_MOVED = "f.entity_table = $1 and ($3::text is null or f.field_name = $3)"
# Of entity $1 and field $3 (null: every field), what is set of the place that it moves to: entity $2, field $4.
FORGET_OUTDATED = Query(
    f"""
    delete from kw.protected_fields f
    where {_MOVED} and exists ({_THERE})
    returning f.id::text as key, f.change_no
    """,
    ("text", "text", "text", "text"),
)
# A column of ciphertexts that had the name of its field, and is not there any more, was renamed with it.
MOVE = Query(
    f"""
    update kw.protected_fields f
    set entity_table = $2, field_name = coalesce($4, f.field_name),
        ciphertext_column = case
            when f.ciphertext_column = $3 and not exists (
                select
                from kw.entities e
                join pg_attribute a on a.attrelid = e.relation and a.attname = f.ciphertext_column
                    and not a.attisdropped
                where e.entity_table = $2
            )
                then coalesce($4, $3)::name
            else f.ciphertext_column
        end
    where {_MOVED}
    """,
    ("text", "text", "text", "text"),
)
MOVE_VIEWS = Query(
    "update kw.protected_views v set entity_table = $2 where v.entity_table = $1", ("text", "text")
)
RENAME_VIEW = Query(
    "update kw.protected_views v set view_name = $2 where v.view_name = $1", ("text", "text")
)
VIEWS_OF = Query(
    "select v.view_name from kw.protected_views v where v.entity_table = $1 order by v.view_name",
    ("text",),
)
FORGET_FIELD = Query(
    """
    delete from kw.protected_fields f
    where f.entity_table = $1 and f.field_name = $2
    returning f.id::text as key, f.change_no
    """,
    ("text", "text"),
)
ADD_VIEW = Query(
    """
    insert into kw.protected_views (view_name, entity_table, shredded_as_null, columns)
    values ($1, $2, $3, $4)
    on conflict (view_name)
    do update set
        entity_table = excluded.entity_table, shredded_as_null = excluded.shredded_as_null,
        columns = excluded.columns
    """,
    ("text", "text", "bool", "text[]"),
)
VIEW = Query(
    """
    select v.entity_table, v.shredded_as_null, v.columns
    from kw.protected_views v
    where v.view_name = $1
    """,
    ("text",),
)
VIEWS = Query("select v.view_name, v.entity_table, v.columns from kw.protected_views v")
FORGET_VIEW = Query("delete from kw.protected_views v where v.view_name = $1", ("text",))
