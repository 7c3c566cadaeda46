"""kw.kms_health_checks, and kw.kms_probe_totals."""

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
# The rows that count the same and that nobody has locked become one. A snapshot of the transaction's may
# have older rows than those of now, which cannot be deleted: there the row is one more.
ADD_TOTALS = Query(
    """
    with added as (
        select
            c.kms_key_id, c.sqlstate,
            (select min(b.upper_ms) from kw.probe_buckets b where b.upper_ms >= c.latency_ms) as upper_ms,
            count(*) as probes, count(c.latency_ms) as timed, coalesce(sum(c.latency_ms), 0) as total_ms
        from unnest($1, $2, $3) c (kms_key_id, sqlstate, latency_ms)
        group by 1, 2, 3
    ),
    before as materialized (
        select t.id
        from kw.kms_probe_totals t
        join added a on a.kms_key_id = t.kms_key_id and a.sqlstate = t.sqlstate
            and a.upper_ms is not distinct from t.upper_ms
        where current_setting('transaction_isolation') = 'read committed'
        for update of t skip locked
    ),
    gone as (
        delete from kw.kms_probe_totals t
        using before b
        where t.id = b.id
        returning t.kms_key_id, t.sqlstate, t.upper_ms, t.probes, t.timed, t.total_ms
    )
    insert into kw.kms_probe_totals (kms_key_id, sqlstate, upper_ms, probes, timed, total_ms)
    select u.kms_key_id, u.sqlstate, u.upper_ms, sum(u.probes), sum(u.timed), sum(u.total_ms)
    from (select * from added union all select * from gone) u
    group by 1, 2, 3
    """,
    ("int8[]", "text[]", "int4[]"),
)
