"""kw.deployments."""

from kwruntime.postgres.query import Query

ALL = Query(
    """
    select
        current_database()::text as database,
        d.key_no, d.deployment_uuid::text as deployment, d.key_wrapper_id as wrapper_id, d.incarnation, d.phase,
        exists (select from kw.logs) as has_log
    from (select) one
    left join kw.deployments d on true
    order by d.key_no
    """
)
ADD = Query(
    """
    insert into kw.deployments (deployment_uuid, key_wrapper_id, key_no, incarnation, phase)
    select $1::uuid, w.id, $3, $4, $5
    from kw.key_wrappers w
    where w.wrapper_uuid = $2::bpchar
    """,
    ("text", "text", "int4", "int4", "text"),
)
LOCK = Query("lock table kw.deployments in share row exclusive mode")
SET_PHASE = Query("update kw.deployments set phase = $2 where key_no = $1", ("int4", "text"))
# Of the key in force, and of one that waits to replace it.
SET_INCARNATION = Query(
    "update kw.deployments set incarnation = $2 where key_no >= $1", ("int4", "int4")
)
# The wrappers of earlier deployment keys, which nothing needs any more.
EARLIER_WRAPPERS = Query(
    """
    select w.id
    from kw.deployments d
    join kw.key_wrappers w on w.id = d.key_wrapper_id
    where d.key_no < $1 and w.status <> 'invalid'
    """,
    ("int4",),
)
