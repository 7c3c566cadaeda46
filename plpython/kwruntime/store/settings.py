"""kw.settings."""

from kwruntime.postgres.query import Query

SET_SETTING = Query(
    """
    insert into kw.settings (name, value) values ($1, $2)
    on conflict (name) do update set value = excluded.value, updated_at = clock_timestamp()
    """,
    ("text", "int4"),
)
