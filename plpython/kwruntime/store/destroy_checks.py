"""What kw.safe_to_destroy asks of the server beside the tables of kw."""

from kwruntime.postgres.query import Query

# By the rights of the caller: without pg_monitor the columns of other roles' processes are null.
REPLICAS = Query(
    """
    select
        r.application_name as name, r.state,
        pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn)::int8 as behind,
        extract(epoch from r.replay_lag)::float8 as lag
    from pg_stat_replication r
    order by r.application_name, r.pid
    """
)
# An active slot belongs to a row of REPLICAS, or to a backup.
IDLE_SLOTS = Query(
    "select s.slot_name as name from pg_replication_slots s where not s.active order by 1"
)
OTHER_DATABASES = Query(
    """
    select d.datname as name
    from pg_database d
    where d.datallowconn and d.datname <> current_database()
    order by 1
    """
)
NOW = Query("select (extract(epoch from clock_timestamp()) * 1000000)::int8 as now")
