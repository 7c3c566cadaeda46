"""kw.former_wraps: when wraps under a KMS key were last replaced, or destroyed."""

from collections.abc import Collection

from kwruntime.call import Call
from kwruntime.postgres.query import Query

# Rows that others lock stay, so that nobody waits. Where a snapshot is kept, a row that was deleted
# since would end the call (40001), so all stay. clock_timestamp(), since now() may be older than a row of
# a transaction that ended meanwhile.
LEAVE_KEYS = Query(
    """
    with older as (
        select f.id, f.kms_key_id, f.left_at
        from kw.former_wraps f
        where f.kms_key_id = any($1) and current_setting('transaction_isolation') = 'read committed'
        for update of f skip locked
    ),
    gone as (
        delete from kw.former_wraps f using older o where f.id = o.id
    )
    insert into kw.former_wraps (kms_key_id, left_at)
    select n.id, greatest(clock_timestamp(), max(o.left_at))
    from unnest($1) n (id)
    left join older o on o.kms_key_id = n.id
    group by n.id
    order by n.id
    """,
    ("int8[]",),
)


def leave(call: Call, key_ids: Collection[int]) -> None:
    """Record that wraps under keys are being replaced by wraps under others, or destroyed."""
    if key_ids:
        call.execute(LEAVE_KEYS, sorted(key_ids))
