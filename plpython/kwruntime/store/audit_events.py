"""kw.audit_events."""

from kwruntime.postgres.query import Query


def time_of(column: str) -> str:
    """Return the expression of a time as an entry of the log has it."""
    return f"""to_char({column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time"""


_IS_LOGGED = """
    current_database() as database,
    coalesce((select s.value <> 0 from kw.settings s where s.name = 'audit_log'), true) as is_logged
"""
AUDIT = Query(
    f"""
    insert into kw.audit_events (acting_role, action, object, details)
    values (pg_get_userbyid($1), $2, $3, $4)
    returning id, {time_of("happened_at")}, acting_role, session_role, {_IS_LOGGED}
    """,
    ("oid", "text", "text", "jsonb"),
)
# Of events that a part of the work inserted that failed, there are no rows. An event that the log has got meanwhile
# stays as it is. One by one: a plan of a time when few events were unsealed would go through all of these.
SEAL = Query(
    """
    update kw.audit_events a
    set changes = n.changes, seal = n.seal
    from unnest($1, $2, $3) n (id, changes, seal)
    cross join lateral (
        select e.ctid from kw.audit_events e where e.id = n.id and e.leaf_index is null limit 1
    ) e
    where a.ctid = e.ctid
    returning a.id
    """,
    ("int8[]", "bytea[]", "bytea[]"),
)
THERE = Query("select a.id from kw.audit_events a where a.id = any($1)", ("int8[]",))
AUDIT_NAMES = Query(
    f"""
    select
        null::int8 as id, {time_of("clock_timestamp()")}, pg_get_userbyid($1) as acting_role,
        session_user as session_role, {_IS_LOGGED}
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
EVENTS = f"""
    select
        a.id, {time_of("a.happened_at")}, a.session_role, a.acting_role, a.action, a.object,
        a.details::text as details, a.changes, a.seal
    from kw.audit_events a
"""
BY_IDS = Query(f"{EVENTS} where a.id = any($1::bigint[]) and a.leaf_index is null", ("text[]",))
UNLOGGED = Query(
    f"{EVENTS} where a.leaf_index is null and a.id >= $1 order by a.id limit $2", ("int8", "int4")
)
# The next $4 after event $1 whose seals begin with less than $2, which an earlier key made, and with $3 those
# without a seal.
TO_SEAL = Query(
    f"""
    {EVENTS}
    where a.leaf_index is null and a.id > $1 and (a.seal < $2 or a.seal is null and $3)
    order by a.id
    limit $4
    """,
    ("int8", "bytea", "bool", "int4"),
)
DETAILS = Query(
    "select a.details::text as details from kw.audit_events a where a.id = $1 and a.action = $2",
    ("int8", "text"),
)
# Of the last days: nobody destroys a key long after asking, and the audit can be long.
NEWEST_OF = Query(
    """
    select a.id
    from kw.audit_events a
    where a.action = $1 and a.object = $2 and a.happened_at > now() - interval '90 days'
    order by a.happened_at desc, a.id desc
    limit 1
    """,
    ("text", "text"),
)
