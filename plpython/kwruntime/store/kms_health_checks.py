"""kw.kms_health_checks."""

from kwruntime.postgres.query import Query

IS_READ_ONLY = Query("select current_setting('transaction_read_only')::bool as is_read_only")
ADD_HEALTH = Query(
    """
    insert into kw.kms_health_checks (provider_id, kms_key_id, status, latency_ms, error, checked_at)
    select k.provider_id, k.id, c.status, c.latency_ms, c.error, clock_timestamp()
    from unnest($1, $2, $3, $4) c (id, status, latency_ms, error)
    join kw.kms_keys k on k.id = c.id
    """,
    ("int8[]", "text[]", "int4[]", "text[]"),
)
# Of the future is what was found while the clock was ahead; a minute is for clocks that are set.
FORGET_HEALTH = Query(
    """
    with old as materialized (
        select c.id
        from kw.kms_health_checks c
        where c.checked_at < clock_timestamp() - make_interval(days => least($1, 1000000))
            or c.checked_at > clock_timestamp() + interval '1 minute'
        for update skip locked
    )
    delete from kw.kms_health_checks c using old where c.id = old.id
    """,
    ("int4",),
)
