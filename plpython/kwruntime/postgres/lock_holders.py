"""Who may hold a lock that a query waited for."""

from kwruntime.postgres.query import Query, Row

# What may hold that for which a query waited: transactions in progress that changed or locked rows of
# its tables. One that is prepared has no process any more; its locks lead to it by its own xid.
HOLDERS = Query(
    """
    with l as materialized (
        select distinct l.pid, l.virtualtransaction
        from pg_locks l
        where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
            and l.database = (select d.oid from pg_database d where d.datname = current_database())
            and (l.relation::regclass::text = any($1) or $1 is null and l.relation::regclass::text like 'kw.%')
            and l.mode not in ('AccessShareLock', 'ShareUpdateExclusiveLock')
    )
    select
        a.pid, a.usename as role, a.application_name as application, null as prepared, a.backend_start as since
    from l
    join pg_stat_activity a on a.pid = l.pid
    union all
    select null, p.owner, null, quote_literal(p.gid), p.prepared
    from l
    join pg_locks x on x.virtualtransaction = l.virtualtransaction and x.pid is null and x.locktype = 'transactionid'
    join pg_prepared_xacts p on p.transaction = x.transactionid
    where l.pid is null
    order by since
    limit 3
    """,
    ("text[]",),
)

# Who runs the transactions of the ids $1.
OF_TRANSACTIONS = Query(
    """
    select
        l.pid, coalesce(a.usename, p.owner)::text as role, a.application_name as application,
        quote_literal(p.gid) as prepared
    from unnest($1) n (id)
    left join pg_locks l
        on l.locktype = 'transactionid' and l.transactionid::text = n.id and l.mode = 'ExclusiveLock'
        and l.pid is not null
    left join pg_stat_activity a on a.pid = l.pid
    left join pg_prepared_xacts p on p.transaction::text = n.id
    where coalesce(a.usename, p.owner) is not null
    order by l.pid
    """,
    ("text[]",),
)


def named(found: list[Row], joined: str = " or ") -> str:
    """Name sessions and prepared transactions for a message."""
    return joined.join(
        f'process {row["pid"]} of role "{row["role"]}" (application "{row["application"]}")'
        if row["prepared"] is None
        else f'prepared transaction {row["prepared"]} of role "{row["role"]}"'
        for row in found
    )


def how_to_end(found: list[Row]) -> list[str]:
    """Return sentences that say how to end them."""
    ends = []
    if any(row["pid"] for row in found):
        ends.append("Use pg_terminate_backend() to end a session.")
    ends += [
        f"Use ROLLBACK PREPARED {row['prepared']} to end it." for row in found if row["prepared"]
    ]
    return ends
