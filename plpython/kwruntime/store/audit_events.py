"""kw.audit_events."""

from kwruntime.postgres.query import Query

_IS_LOGGED = "coalesce((select s.value <> 0 from kw.settings s where s.name = 'audit_log'), true)"
AUDIT = Query(
    f"""
    insert into kw.audit_events (acting_role, action, object, details)
    values (pg_get_userbyid($1), $2, $3, $4)
    returning acting_role, session_role, {_IS_LOGGED} as is_logged
    """,
    ("oid", "text", "text", "jsonb"),
)
AUDIT_NAMES = Query(
    f"""
    select pg_get_userbyid($1) as acting_role, session_user as session_role, {_IS_LOGGED} as is_logged
    """,
    ("oid",),
)
# Without a log. With one: store/logs.py.
FORGET_AUDIT = Query(
    """
    with old as materialized (
        select a.id
        from kw.audit_events a
        where a.happened_at < now() - make_interval(days => least($1, 1000000))
        for update skip locked
    )
    delete from kw.audit_events a using old where a.id = old.id
    """,
    ("int4",),
)
