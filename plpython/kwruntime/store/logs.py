"""kw.logs, kw.log_keys, kw.log_leaves, kw.log_tiles and kw.log_checkpoints."""

from typing import NamedTuple

from kwruntime.postgres.query import Query, Row
from kwruntime.store.audit_events import EVENTS, time_of
from kwruntime.store.sealed_rows import TABLES

# So that every call that changes rows sees the log, and has its events say what it changed. Exclusive, since
# what seals rows as they are first locks them (ROW SHARE).
LOCK_SEALED_TABLES = Query(
    f"lock table {', '.join(f'kw.{table.name}' for table in TABLES)} in exclusive mode"
)
LOCK = Query("lock table kw.log_lock in share row exclusive mode")
# A checkpoint must not be of entries that a crash of the server takes back.
COMMIT_DURABLY = Query(
    """
    select set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') = 'off'
    """
)
DEPLOYMENT = Query(
    """
    select d.deployment_uuid::text as deployment, d.incarnation
    from kw.deployments d
    order by d.key_no desc
    limit 1
    """
)
_LOG = """
    select
        l.id, l.deployment_uuid::text as deployment, l.incarnation, l.origin, l.size, l.heads, l.first_entry,
        l.state_leaf, l.appended_in = pg_current_xact_id_if_assigned() is true as is_pending
    from kw.logs l
"""
# That of the deployment's present incarnation.
CURRENT = Query(
    f"""
    {_LOG}
    join (
        select d.deployment_uuid, d.incarnation from kw.deployments d order by d.key_no desc limit 1
    ) d on d.deployment_uuid = l.deployment_uuid and d.incarnation = l.incarnation
    order by l.id desc
    limit 1
    """
)
BY_ID = Query(f"{_LOG} where l.id = $1", ("int8",))
CREATE = Query(
    """
    insert into kw.logs (id, deployment_uuid, incarnation, host, origin)
    select coalesce(max(l.id), 0) + 1, $1, $2, $3, $4 from kw.logs l
    on conflict (origin) do nothing
    returning id
    """,
    ("uuid", "int4", "text", "text"),
)
GROW = Query(
    """
    update kw.logs set size = $2, heads = $3, appended_in = pg_current_xact_id()
    where id = $1 and size = $4
    returning id
    """,
    ("int8", "int8", "bytea", "int8"),
)

# -- keys ---------------------------------------------------------------------------------------

KEYS = Query(
    """
    select s.name, k.verifier_key
    from kw.log_keys k
    join kw.signing_keys s on s.id = k.signing_key_id
    where k.log_id = $1 and k.removed_at is null
    order by k.added_at, k.signing_key_id
    """,
    ("int8",),
)
# Also those that do not sign any more.
EVERY_KEY = Query(
    """
    select s.id, s.name, k.verifier_key
    from kw.log_keys k
    left join kw.signing_keys s on s.id = k.signing_key_id
    where k.log_id = $1 and s.status is distinct from 'compromised'
    order by k.added_at, k.signing_key_id
    """,
    ("int8",),
)
ADD_KEY = Query(
    """
    insert into kw.log_keys (log_id, signing_key_id, verifier_key) values ($1, $2, $3)
    on conflict (log_id, signing_key_id) do update set removed_at = null
    """,
    ("int8", "int8", "text"),
)
REMOVE_KEYS = Query(
    """
    update kw.log_keys set removed_at = clock_timestamp()
    where log_id = $1 and removed_at is null and signing_key_id <> all ($2)
    """,
    ("int8", "int8[]"),
)

# -- entries ------------------------------------------------------------------------------------

_EVENT = f"""
    {EVENTS}
    where a.leaf_index is null
"""
# The first $2 after event $1, with their sizes, for which nothing is read of what is long.
UNSEALED = Query(
    """
    select a.id, coalesce(octet_length(a.changes), 0) + pg_column_size(a.details) as size
    from kw.audit_events a
    where a.leaf_index is null and a.id > $1
    order by a.id
    limit $2
    """,
    ("int8", "int8"),
)
# The first $3 from event $1 to $2: not by a list, for which a plan that was made while few events had no place in
# a log would go through all of them.
UNSEALED_EVENTS = Query(
    f"{_EVENT} and a.id between $1 and $2 order by a.id limit $3", ("int8", "int8", "int8")
)
ADD_LEAVES = Query(
    """
    with added as (
        insert into kw.log_leaves (log_id, leaf_index, event_id, entry)
        select $1, $2 + n.place - 1, n.event_id, n.entry
        from unnest($3, $4) with ordinality n (event_id, entry, place)
        on conflict (log_id, leaf_index) do nothing
        returning leaf_index
    )
    select count(*) as count from added
    """,
    ("int8", "int8", "int8[]", "bytea[]"),
)
# One by one, as audit_events.SEAL.
MARK_SEALED = Query(
    """
    with marked as (
        update kw.audit_events a
        set log_id = $1, leaf_index = $2 + n.place - 1
        from unnest($3) with ordinality n (event_id, place)
        cross join lateral (
            select e.ctid from kw.audit_events e where e.id = n.event_id and e.leaf_index is null limit 1
        ) e
        where a.ctid = e.ctid
        returning a.id
    )
    select count(*) as count from marked
    """,
    ("int8", "int8", "int8[]"),
)
ENTRIES = Query(
    """
    select f.leaf_index, f.event_id, f.entry
    from kw.log_leaves f
    where f.log_id = $1 and f.leaf_index between $2 and $3
    order by f.leaf_index
    """,
    ("int8", "int8", "int8"),
)
ENTRIES_BEFORE = Query(
    """
    select f.leaf_index, f.entry
    from kw.log_leaves f
    where f.log_id = $1 and f.leaf_index >= $2 and f.leaf_index < $3
    order by f.leaf_index desc
    limit $4
    """,
    ("int8", "int8", "int8", "int8"),
)
# Found by the event, not by going through the log backwards.
LEAF_OF_EVENT = Query(
    """
    with found as materialized (
        select f.log_id, f.leaf_index, f.entry from kw.log_leaves f where f.event_id = $1
    )
    select f.log_id, f.leaf_index, f.entry
    from found f
    order by f.log_id desc, f.leaf_index desc
    limit 1
    """,
    ("int8",),
)
CHANGES_OF_LEAF = Query(
    "select a.changes from kw.audit_events a where a.id = $1 and a.log_id = $2 and a.leaf_index = $3",
    ("int8", "int8", "int8"),
)
TILE = Query(
    "select t.hashes from kw.log_tiles t where t.log_id = $1 and t.level = $2 and t.tile_no = $3",
    ("int8", "int2", "int8"),
)
WRITE_TILES = Query(
    """
    insert into kw.log_tiles (log_id, level, tile_no, hashes)
    select $1, n.level, n.tile_no, n.hashes
    from unnest($2, $3, $4) n (level, tile_no, hashes)
    on conflict (log_id, level, tile_no) do update set hashes = excluded.hashes
    """,
    ("int8", "int2[]", "int8[]", "bytea[]"),
)

# -- retention ----------------------------------------------------------------------------------

EXISTS = Query("select exists (select from kw.logs) as has_log")
# Up to where all events are old: whole bundles, so that an export has the rest. The last state stays, and
# all where there is none. A log that is being appended to is left for the next time.
FIRST_TO_KEEP = Query(
    """
    select
        l.id, l.origin, l.first_entry, k.first,
        to_char(
            (now() - make_interval(days => least($1, 1000000))) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
        ) as cutoff
    from kw.logs l
    cross join lateral (
        select least(coalesce(min(a.leaf_index), l.size), coalesce(l.state_leaf, l.first_entry)) / 256 * 256 as first
        from kw.audit_events a
        where a.log_id = l.id and a.happened_at >= now() - make_interval(days => least($1, 1000000))
    ) k
    where k.first > l.first_entry
    order by l.id
    for update of l skip locked
    """,
    ("int4",),
)
FORGET_SEALED = Query(
    """
    with old as materialized (
        select a.id from kw.audit_events a where a.log_id = $1 and a.leaf_index < $2 for update
    )
    delete from kw.audit_events a using old where a.id = old.id
    """,
    ("int8", "int8"),
)
FORGET_TEXTS = Query(
    """
    update kw.log_leaves set entry = null
    where log_id = $1 and leaf_index >= $2 and leaf_index < $3
    """,
    ("int8", "int8", "int8"),
)
SET_FIRST_ENTRY = Query("update kw.logs set first_entry = $2 where id = $1", ("int8", "int8"))

# -- checkpoints --------------------------------------------------------------------------------

# With its cosignatures, those of an earlier one of the same text, too.
NEWEST_CHECKPOINT = Query(
    """
    select
        c.id, c.size, c.root, c.note || coalesce((
            select string_agg(s.line, '' order by s.verifier_key)
            from (
                select distinct on (s.verifier_key) s.verifier_key, s.line
                from kw.log_checkpoints o
                join kw.log_cosignatures s on s.checkpoint_id = o.id
                where o.log_id = c.log_id and o.size = c.size and o.root = c.root
                order by s.verifier_key, o.id desc
            ) s
        ), '') as note
    from kw.log_checkpoints c
    where c.log_id = $1
    order by c.size desc, c.id desc
    limit 1
    """,
    ("int8",),
)
ADD_CHECKPOINT = Query(
    f"""
    insert into kw.log_checkpoints (log_id, size, root, note)
    values ($1, $2, $3, $4)
    returning {time_of("signed_at")}, current_database() as database, session_user as session_role
    """,
    ("int8", "int8", "bytea", "text"),
)

CHECKPOINT_OF_TEXT = Query(
    """
    select c.id
    from kw.log_checkpoints c
    join kw.logs l on l.id = c.log_id
    where l.origin = $1 and c.size = $2 and c.root = $3
    order by c.id desc
    limit 1
    """,
    ("text", "int8", "bytea"),
)

# -- witnesses ----------------------------------------------------------------------------------

ADD_WITNESS = Query(
    """
    insert into kw.witnesses as w (verifier_key, name) values ($1, $2)
    on conflict (verifier_key) do update set removed_at = null where w.removed_at is not null
    returning name
    """,
    ("text", "text"),
)
REMOVE_WITNESS = Query(
    """
    update kw.witnesses set removed_at = clock_timestamp()
    where verifier_key = $1 and removed_at is null
    returning name
    """,
    ("text",),
)
WITNESSES = Query("select w.verifier_key from kw.witnesses w where w.removed_at is null order by 1")
ADD_COSIGNATURE = Query(
    """
    insert into kw.log_cosignatures (checkpoint_id, verifier_key, line, cosigned_at)
    values ($1, $2, $3, to_timestamp($4))
    on conflict (checkpoint_id, verifier_key) do nothing
    returning verifier_key
    """,
    ("int8", "text", "text", "float8"),
)


class Log(NamedTuple):
    """A row of kw.logs. ``is_pending``: this transaction has appended to it."""

    id: int
    deployment: str
    incarnation: int
    origin: str
    size: int
    heads: bytes
    first_entry: int
    state_leaf: int | None
    is_pending: bool

    @classmethod
    def of(cls, row: Row) -> "Log":
        """Take it from a result row."""
        return cls(**row)
