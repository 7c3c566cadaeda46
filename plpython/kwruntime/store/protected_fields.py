"""kw.protected_fields and kw.protected_views."""

from kwruntime.postgres.query import Query

SET_FIELD = Query(
    """
    insert into kw.protected_fields (
        entity_table, field_name, value_type, key_scope, ciphertext_column, token_column
    )
    values ($1, $2, $3, $4, $5, $6)
    on conflict (entity_table, field_name)
    do update set
        value_type = excluded.value_type, key_scope = excluded.key_scope,
        ciphertext_column = excluded.ciphertext_column, token_column = excluded.token_column
    """,
    ("text", "text", "text", "text", "name", "name"),
)
FIELDS = Query(
    """
    select f.field_name, f.value_type, f.key_scope, f.ciphertext_column, f.token_column
    from kw.protected_fields f
    where f.entity_table = $1
    order by f.field_name
    """,
    ("text",),
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
