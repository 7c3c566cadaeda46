"""Who may still hold an older state of a table: sessions, prepared transactions and standbys.

These are asked as the caller: a member of pg_read_all_stats is told more of standbys.
"""

from kwruntime.postgres.query import Query

# Two calls would wait for each other's transactions. The mode is in nobody's way but a second call's,
# and gives no transaction id, which other snapshots would stop at.
BE_ALONE = Query("lock table kw.installation in share update exclusive mode nowait")
# A transaction keeps one copy of what the views show. Give it up before each look.
LOOK_AGAIN = Query("select pg_stat_clear_snapshot()")
HORIZON = Query("select pg_snapshot_xmax(pg_current_snapshot())::text::int8 as xid")
WAIT = Query("select pg_sleep(0.1)")
WHO_WAITS_FOR_US = Query(
    """
    select format('process %s of role "%s"', a.pid, a.usename) as name
    from pg_stat_activity a
    where a.wait_event_type = 'Lock' and pg_backend_pid() = any(pg_blocking_pids(a.pid))
    order by a.pid
    limit 1
    """
)
# The transactions of this database in progress. Autovacuum has no role: it brings no value.
SESSIONS = Query(
    """
    select
        l.virtualtransaction as transaction, a.backend_xmin::text::int8 as xmin,
        format('process %s of role "%s" (application "%s")', a.pid, a.usename, a.application_name) as name
    from pg_stat_activity a
    join pg_locks l
        on l.pid = a.pid and l.locktype = 'virtualxid' and l.virtualxid = l.virtualtransaction and l.granted
    where a.datid = (select d.oid from pg_database d where d.datname = current_database())
        and a.pid <> pg_backend_pid() and a.usesysid is not null
    order by a.pid
    """
)
# The transactions of this database that have written rows of kw, or are in a call of kw: one that is
# idle asks for the epoch again, whose table every call has read.
WRITERS = Query(
    """
    select
        l.virtualtransaction as transaction, l.pid is null as is_prepared,
        coalesce(
            format('process %s of role "%s" (application "%s")', a.pid, a.usename, a.application_name),
            'a prepared transaction'
        ) as name
    from (
        select k.pid, k.virtualtransaction, bool_or(k.mode = 'RowExclusiveLock') as has_written
        from pg_locks k
        join pg_class c on c.oid = k.relation and c.relnamespace = 'kw'::regnamespace and c.relkind = 'r'
        where k.locktype = 'relation' and k.pid is distinct from pg_backend_pid()
            and k.database = (select d.oid from pg_database d where d.datname = current_database())
            and (k.mode = 'RowExclusiveLock' or c.relname = 'key_epoch_marks')
        group by 1, 2
    ) l
    left join pg_stat_activity a on a.pid = l.pid
    where l.has_written or a.state is null or a.state not like 'idle%'
    order by a.pid
    """
)
PREPARED = Query(
    """
    select
        p.transaction::text as transaction,
        format('prepared transaction %s of role "%s"', quote_literal(p.gid), p.owner) as name
    from pg_prepared_xacts p
    where p.database = current_database()
    order by p.gid
    """
)
# Who receives WAL and may replay it: neither logical replication nor what only stores WAL or a base
# backup, where the caller is told. And standbys that went away, by the slot that they left.
STANDBYS = Query(
    """
    select
        coalesce(r.xmin, s.backend_xmin)::text::int8 as xmin,
        format('standby "%s" (process %s)', s.application_name, s.pid) as name
    from pg_stat_replication s
    left join pg_replication_slots r on r.active_pid = s.pid
    where r.slot_type is distinct from 'logical' and s.state is distinct from 'backup'
        and not (s.flush_lsn is not null and s.replay_lsn is null)
    union all
    select r.xmin::text::int8, format('standby of replication slot "%s"', r.slot_name)
    from pg_replication_slots r
    where r.slot_type = 'physical' and r.active_pid is null and r.xmin is not null
    order by 2
    """
)
