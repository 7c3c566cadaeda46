"""The log as a database has it: its newest checkpoint, its files as tlog-tiles, its events."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from kwshared.tlog import notes
from psycopg.rows import class_row

from kwtools.connections import Connection
from kwtools.errors import CheckFailed
from kwtools.evidence.events import Event
from kwtools.evidence.merkle import HASH_BYTES
from kwtools.evidence.tile_files import WIDTH

WHO = "Run it as a superuser, kw_admin or kw_auditor."
_PATH = re.compile(r"tile/(entries|[0-9]+)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]+))?")
_LOG = """
select l.id, l.origin, l.size, c.size, c.note
from kw.logs l
left join lateral (
    select c.size, c.note || coalesce((
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
    where c.log_id = l.id
    order by c.size desc, c.id desc
    limit 1
) c on true
where %(origin)s::text is null or l.origin = %(origin)s
order by l.id desc
limit 1
"""
_TILE = """
select substr(t.hashes, 1, %s)
from kw.log_tiles t
where t.log_id = %s and t.level = %s and t.tile_no = %s
"""
_ENTRIES = """
select f.entry
from kw.log_leaves f
where f.log_id = %s and f.leaf_index between %s and %s
order by f.leaf_index
"""
_EVENTS = """
select
    a.id, to_char(a.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
    a.session_role::text, a.acting_role::text, a.action, a.object, a.details::text,
    a.changes, a.log_id, a.leaf_index
from kw.audit_events a
where a.id = any(%s)
"""
_CLAIMS = """
select
    count(*) filter (where a.log_id = %(log)s and a.leaf_index < %(size)s) as within,
    count(*) filter (where a.log_id = %(log)s and a.leaf_index >= %(size)s) as behind,
    count(*) filter (where a.leaf_index is null) as unsealed
from kw.audit_events a
"""
_OTHERS = """
select l.origin, coalesce(a.log_id::text, 'null'), count(*)
from kw.audit_events a
left join kw.logs l on l.id = a.log_id
where
    (a.log_id is not null or a.leaf_index is not null)
    and (l.origin = any(%s)) is not true
group by l.origin, a.log_id
order by l.origin, a.log_id
"""


class Log(NamedTuple):
    """A log of a database. It may have entries that no checkpoint has yet, or no checkpoint."""

    id: int
    origin: str
    size: int
    signed: int
    checkpoint: bytes


def find(connection: Connection, origin: str | None = None) -> Log:
    """Return the newest log, or that of an origin; raises ``CheckFailed``."""
    found = named(connection, origin)
    if found is None:
        name = f' "{origin}"' if origin else ""
        raise CheckFailed(
            f"the database does not have a log{name}",
            "If it had one, its tables were changed or an old backup was restored. Else use"
            " kw.create_log.",
        )
    if not found.checkpoint:
        raise CheckFailed(f'log "{found.origin}" has no checkpoint yet', "Run kwtools audit seal.")
    return found


def named(connection: Connection, origin: str | None) -> Log | None:
    """Return the newest log, or that of an origin, with or without a checkpoint; null: none."""
    row = connection.execute(_LOG, {"origin": origin}).fetchone()
    return None if row is None else _log(row)


def newest(connection: Connection) -> Log | None:
    """Return the newest log; null if there is none, or none with a checkpoint."""
    found = named(connection, None)
    return found if found is not None and found.checkpoint else None


def _log(row: Sequence[Any]) -> Log:
    return Log(row[0], row[1], row[2], row[3] or 0, notes.with_dashes(row[4] or "").encode())


class Claims(NamedTuple):
    """How many events say that they are among the first entries of a log, behind them, in none."""

    within: int
    behind: int
    unsealed: int


class DatabaseFiles:
    """The files of a log, as its export has them."""

    def __init__(self, connection: Connection, log: Log) -> None:
        self._connection = connection
        self._log = log

    def read(self, path: str) -> bytes | None:
        """Return a tile or a bundle; null if a part of it is missing."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        number, width = int(re.sub(r"\D", "", found[2])), int(found[3] or WIDTH)
        if found[1] == "entries":
            return self._bundle(number * WIDTH, width)
        given = width * HASH_BYTES, self._log.id, int(found[1]), number
        row = self._connection.execute(_TILE, given).fetchone()
        return None if row is None else bytes(row[0])

    def _bundle(self, first: int, width: int) -> bytes | None:
        given = self._log.id, first, first + width - 1
        entries = [row[0] for row in self._connection.execute(_ENTRIES, given)]
        if len(entries) != width or None in entries:
            return None
        return b"".join(len(one).to_bytes(2, "big") + bytes(one) for one in entries)


def events(connection: Connection, ids: Sequence[int]) -> dict[int, Event]:
    """Return the events of these ids, by id."""
    with connection.cursor(row_factory=class_row(Event)) as cursor:
        return {one.id: one for one in cursor.execute(_EVENTS, (list(ids),))}


def claims(connection: Connection, log_id: int, size: int) -> Claims:
    """Return what the events say of their places."""
    with connection.cursor(row_factory=class_row(Claims)) as cursor:
        row = cursor.execute(_CLAIMS, {"log": log_id, "size": size}).fetchone()
    assert row is not None
    return row


def in_other_logs(
    connection: Connection, origins: Sequence[str]
) -> list[tuple[str | None, str, int]]:
    """Return the other logs that events say to be in, with how many; null: one that is not there.

    Each with its origin and its id.
    """
    return connection.execute(_OTHERS, (list(origins),)).fetchall()
