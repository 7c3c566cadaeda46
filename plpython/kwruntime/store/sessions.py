"""pg_stat_activity: the sessions of the database."""

from kwruntime.postgres.query import Query

OTHER_SESSIONS = Query(
    """
    select a.pid
    from pg_stat_activity a
    where a.datname = current_database() and a.pid <> pg_backend_pid()
    """
)
