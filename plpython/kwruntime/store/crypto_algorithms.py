"""kw.crypto_algorithms and what an admin says of their status."""

from kwruntime.postgres.query import Query

ALGORITHMS = Query(
    "select a.class, a.name, a.nist_level, a.status from kw.crypto_algorithms a order by a.id"
)
# With the status that it must have: nothing seals these rows.
CATALOGUE_ROWS = Query(
    """
    select
        a.class, a.name, a.variant, a.nist_level,
        a.status = coalesce(s.status, 'active') as has_its_status
    from kw.crypto_algorithms a
    left join kw.algorithm_statuses s on s.algorithm_id = a.id
    order by a.id
    """
)
IDS_OF = Query("select a.id from kw.crypto_algorithms a where a.name = $1", ("text",))
SET_ALGORITHM_STATUS = Query(
    """
    insert into kw.algorithm_statuses (algorithm_id, status)
    select a.id, $2 from kw.crypto_algorithms a where a.name = $1 and a.status <> $2
    on conflict (algorithm_id)
    do update set status = excluded.status, updated_at = clock_timestamp()
    returning algorithm_id
    """,
    ("text", "text"),
)
