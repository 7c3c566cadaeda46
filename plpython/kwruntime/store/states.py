"""The state of sealed rows, out of their tables, and kw.state_buckets."""

from kwruntime.postgres.query import Query
from kwruntime.store.sealed_rows import TABLES
from kwruntime.store.sealed_tables import SealedTable


def _digests(table: SealedTable) -> str:
    return f"""
        select {table.number} as table_no, r.bucket, sha256(string_agg(r.entry, '' order by r.entry)) as digest
        from ({table.entries}) r
        group by r.bucket
    """


def _entries(table: SealedTable) -> str:
    return f"""
        select {table.number} as table_no, r.bucket, string_agg(r.entry, '') as entries
        from ({table.entries_of_buckets}) r
        group by r.bucket
    """


# Of all rows.
DIGESTS = Query(" union all ".join(_digests(table) for table in TABLES))
_STORED = "select b.table_no, b.bucket_no as bucket, b.digest from kw.state_buckets b"


def _by_table(digests: str) -> Query:
    """Query digests with a row a table: a million rows would take far more memory than arrays."""
    return Query(
        f"""
        select d.table_no, array_agg(d.bucket) as buckets, array_agg(d.digest) as digests
        from ({digests}) d
        group by d.table_no
        """
    )


DIGESTS_BY_TABLE = _by_table(DIGESTS.text)
STORED_BY_TABLE = _by_table(_STORED)
# Of the rows of buckets $2 of tables $1; with $3 as table 0 the changes of events that no log has yet: seen at one
# moment.
ENTRIES = Query(
    f"""
    with asked as materialized (select * from unnest($1, $2) a (table_no, bucket))
    select 0 as table_no, a.id as bucket, a.changes as entries
    from kw.audit_events a
    where a.leaf_index is null and a.changes is not null and $3
    union all
    {" union all ".join(_entries(table) for table in TABLES)}
    """,
    ("int4[]", "int8[]", "bool"),
)
UNLOGGED = Query(
    """
    select a.changes from kw.audit_events a where a.leaf_index is null and a.changes is not null
    """
)
UNLOGGED_BYTES = Query(
    """
    select coalesce(sum(octet_length(a.changes)), 0)::bigint as size
    from kw.audit_events a
    where a.leaf_index is null
    """
)
FORGET_ALL = Query("delete from kw.state_buckets")
FORGET = Query(
    """
    delete from kw.state_buckets b
    using unnest($1, $2) n (table_no, bucket_no)
    where b.table_no = n.table_no and b.bucket_no = n.bucket_no
    """,
    ("int4[]", "int8[]"),
)
STORE = Query(
    """
    insert into kw.state_buckets (table_no, bucket_no, digest)
    select n.table_no, n.bucket_no, n.digest
    from unnest($1, $2, $3) n (table_no, bucket_no, digest)
    on conflict (table_no, bucket_no) do update set digest = excluded.digest
    """,
    ("int4[]", "int8[]", "bytea[]"),
)
# Of the events of entries $2 to $3 of log $1
CHANGE_SIZES = Query(
    """
    select
        f.leaf_index,
        (select octet_length(a.changes) from kw.audit_events a where a.id = f.event_id limit 1) as size
    from kw.log_leaves f
    where f.log_id = $1 and f.leaf_index > $2 and f.leaf_index < $3
    order by f.leaf_index
    limit $4
    """,
    ("int8", "int8", "int8", "int8"),
)
CHANGES = Query(
    """
    select f.leaf_index, a.changes
    from unnest($2) n (leaf_index)
    cross join lateral (
        select f.leaf_index, f.event_id
        from kw.log_leaves f
        where f.log_id = $1 and f.leaf_index = n.leaf_index
        limit 1
    ) f
    cross join lateral (select a.changes from kw.audit_events a where a.id = f.event_id limit 1) a
    order by f.leaf_index
    """,
    ("int8", "int8[]"),
)
# The next $2 events after event $1 that say what they changed, those that are in no log too.
HISTORY = Query(
    """
    select a.id, a.changes
    from kw.audit_events a
    where a.id > $1 and a.changes is not null
    order by a.id
    limit $2
    """,
    ("int8", "int4"),
)
SET_STATE = Query("update kw.logs set state_leaf = $2 where id = $1", ("int8", "int8"))
FORGET_STATE = Query("update kw.logs set state_leaf = null where id = $1", ("int8",))
