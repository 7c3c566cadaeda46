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
FORGET_VIEW = Query("delete from kw.protected_views v where v.view_name = $1", ("text",))
