"""kw.import_sources and kw.imported_wrappers: what was accepted of whom."""

from kwruntime.postgres.query import Query

# Whether signer $1 may sign now, its last number, and which of its uuids $2 is known already.
ACCEPTED = Query(
    """
    select
        (select k.status from kw.signing_keys k where k.id = $1) as status,
        coalesce((select s.number from kw.import_sources s where s.signing_key_id = $1), 0) as number,
        (
            select i.foreign_uuid
            from kw.imported_wrappers i
            where i.signing_key_id = $1 and i.foreign_uuid = any($2)
            order by i.foreign_uuid
            limit 1
        ) as known
    """,
    ("int8", "uuid[]"),
)
# Locks the row of the signer. Gives no row where another bundle was faster.
CLAIM = Query(
    """
    insert into kw.import_sources as s (signing_key_id, number, accepted_at)
    values ($1, $2, clock_timestamp())
    on conflict (signing_key_id) do update
    set number = excluded.number, accepted_at = excluded.accepted_at
    where s.number < excluded.number
    returning s.signing_key_id
    """,
    ("int8", "int8"),
)
KEEP = Query(
    """
    insert into kw.imported_wrappers (signing_key_id, foreign_uuid, key_wrapper_id, number)
    select $1, n.foreign_uuid, n.id, $2
    from unnest($3, $4) n (foreign_uuid, id)
    """,
    ("int8", "int8", "uuid[]", "int8[]"),
)
# Who sent wrapper $1, and by which name.
ORIGIN = Query(
    """
    select i.signing_key_id, i.foreign_uuid
    from kw.imported_wrappers i
    where i.key_wrapper_id = $1
    """,
    ("int8",),
)
DEPLOYMENT = Query(
    """
    select d.deployment_uuid, floor(extract(epoch from clock_timestamp()))::int8 as now
    from kw.deployments d
    order by d.key_no desc
    limit 1
    """
)
KEYS_BY_UUID = Query(
    "select k.id, k.key_uuid from kw.kms_keys k where k.key_uuid = any($1)", ("uuid[]",)
)
