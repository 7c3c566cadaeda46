"""The logs of the audit: their checkpoints, and what of them is verified while a page is made.

Proofs are made from the stored tiles, and verified by the reader that auditors have. The keys are
those that the database names: only an auditor who has them from elsewhere verifies more.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from kwshared.tlog import notes, tiles
from kwshared.tlog.merkle_proofs import consistency_proof
from kwshared.tlog.text import FormatError
from kwshared.tlog.tile_tree import TileTree
from kwshared.tlog.tiles import Tile
from psycopg.rows import class_row

from kwtools import audit_database
from kwtools.audit_database import DatabaseFiles
from kwtools.connections import Connection
from kwtools.console.parameters import limit
from kwtools.evidence import merkle, public_keys
from kwtools.evidence.checkpoints import Checkpoint, NotTrusted, Trust, open_checkpoint
from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import NotProved

MOST_VERIFIED = 200
"""Checkpoints of a log, the newest: the others are shown, and not verified."""

_ROWS = 20
MOST_LOGS = 50
"""The newest logs, which a page shows."""
_LOGS = """
select l.id, l.origin, l.size, l.first_entry, l.created_at
from kw.logs l
order by l.id desc
limit %s
"""
_KEYS = """
select k.verifier_key, k.added_at, k.removed_at
from kw.log_keys k
where k.log_id = %s
order by k.added_at, k.verifier_key
"""
_WITNESSES = """
select w.name, w.verifier_key, w.added_at, w.removed_at
from kw.witnesses w
order by w.added_at, w.verifier_key
"""
_CHECKPOINTS = """
select
    c.id, c.size, c.root, c.note, c.signed_at,
    coalesce((
        select string_agg(s.line, '' order by s.verifier_key)
        from kw.log_cosignatures s
        where s.checkpoint_id = c.id
    ), '') as cosignatures
from kw.log_checkpoints c
where c.log_id = %s
order by c.size desc, c.id desc
limit %s
"""
_UNSEALED = """
select count(*), min(u.happened_at)
from (
    select a.happened_at
    from kw.audit_events a
    where a.leaf_index is null
    order by a.id
    limit %s
) u
"""
_MOST_COUNTED = 100_000


class LogKey(NamedTuple):
    """A key of a log, as auditors get it."""

    verifier_key: str
    added_at: datetime
    removed_at: datetime | None


class Witness(NamedTuple):
    """Somebody else who cosigns checkpoints."""

    name: str
    verifier_key: str
    added_at: datetime
    removed_at: datetime | None


class ShownCheckpoint(NamedTuple):
    """A checkpoint. ``verified`` says what of it was verified now; empty: nothing was."""

    id: int
    size: int
    root: str
    signed_at: datetime
    verified: str
    problem: str
    witnesses: tuple[str, ...]


class ShownLog(NamedTuple):
    """A log, its newest checkpoints first."""

    id: int
    origin: str
    size: int
    first_entry: int
    created_at: datetime
    keys: list[LogKey]
    checkpoints: list[ShownCheckpoint]
    is_cut: bool


class Unsealed(NamedTuple):
    """Events that no log has yet; ``is_cut``: there are more."""

    number: int
    oldest: datetime | None
    is_cut: bool


class _Row(NamedTuple):
    id: int
    size: int
    root: bytes
    note: str
    signed_at: datetime
    cosignatures: str


class _Head(NamedTuple):
    id: int
    origin: str
    size: int
    first_entry: int
    created_at: datetime


def unsealed(connection: Connection) -> Unsealed:
    """Return how many events wait for the next ``kw.seal_audit``, and since when."""
    row = connection.execute(_UNSEALED, (_MOST_COUNTED + 1,)).fetchone()
    assert row is not None
    return Unsealed(min(row[0], _MOST_COUNTED), row[1], row[0] > _MOST_COUNTED)


def witnesses(connection: Connection) -> list[Witness]:
    """Return the witnesses, former ones too."""
    with connection.cursor(row_factory=class_row(Witness)) as cursor:
        return cursor.execute(_WITNESSES).fetchall()


def logs(connection: Connection, query: Mapping[str, str]) -> list[ShownLog]:
    """Return the logs, the newest first, with what was verified of their checkpoints."""
    with connection.cursor(row_factory=class_row(_Head)) as cursor:
        heads = cursor.execute(_LOGS, (MOST_LOGS,)).fetchall()
    known = witnesses(connection)
    return [_log(connection, one, known, limit(query, _ROWS)) for one in heads]


def trust_at(connection: Connection, log_id: int, origin: str, moment: datetime) -> Trust:
    """Return trust in the keys that the database says a log had at a time.

    Raises ``BadForm`` where they are not keys of the log.
    """
    return _trust(origin, keys(connection, log_id), (), moment)


def keys(connection: Connection, log_id: int) -> list[LogKey]:
    """Return the keys of a log, former ones too."""
    with connection.cursor(row_factory=class_row(LogKey)) as cursor:
        return cursor.execute(_KEYS, (log_id,)).fetchall()


def _trust(
    origin: str, of_log: list[LogKey], known: list[Witness] | tuple[()], moment: datetime
) -> Trust:
    at_the_time = [
        public_keys.read(one.verifier_key)
        for one in of_log
        if one.added_at <= moment and (one.removed_at is None or one.removed_at > moment)
    ]
    return Trust(
        origin, tuple(at_the_time), tuple(public_keys.read(one.verifier_key) for one in known)
    )


def _log(connection: Connection, head: _Head, known: list[Witness], most: int) -> ShownLog:
    with connection.cursor(row_factory=class_row(_Row)) as cursor:
        rows = cursor.execute(_CHECKPOINTS, (head.id, most + 1)).fetchall()
    of_log = keys(connection, head.id)
    verifier = _Verifier(connection, head, of_log, known)
    shown = [
        verifier.shown(row) if place < MOST_VERIFIED else _only_shown(row)
        for place, row in enumerate(rows[:most])
    ]
    return ShownLog(*head, of_log, shown, len(rows) > most)


def _only_shown(row: _Row, problem: str = "") -> ShownCheckpoint:
    return ShownCheckpoint(row.id, row.size, row.root.hex(), row.signed_at, "", problem, ())


class _Verifier:
    """Verifies checkpoints of one log, the newest first: its tree must continue the others."""

    def __init__(
        self, connection: Connection, head: _Head, of_log: list[LogKey], known: list[Witness]
    ) -> None:
        log = audit_database.Log(head.id, head.origin, head.size, 0, b"")
        self._files = DatabaseFiles(connection, log)
        self._origin, self._keys, self._known = head.origin, of_log, known
        self._read: dict[Tile, list[bytes]] = {}
        self._newest: Checkpoint | None = None

    def shown(self, row: _Row) -> ShownCheckpoint:
        """Return a checkpoint with what was verified of it."""
        try:
            note = notes.with_dashes(row.note + row.cosignatures).encode()
            trust = _trust(self._origin, self._keys, self._known, row.signed_at)
            found = open_checkpoint(note, trust)
            if (found.size, found.root) != (row.size, bytes(row.root)):
                raise NotTrusted("its row has another size or root hash than its note")
            verified = self._place(found)
        except (BadForm, NotTrusted, NotProved, FormatError, ValueError) as error:
            return _only_shown(row, str(error))
        return _only_shown(row)._replace(verified=verified, witnesses=tuple(found.witnessed))

    def _place(self, found: Checkpoint) -> str:
        """Compare a tree with the tiles, and with the newest tree; raises ``NotProved``."""
        newest = self._newest
        if newest is None:
            self._newest = found
            tree = TileTree(found.size, self._hashes)
            root = tree.head(0, found.size) if found.size else merkle.of_nothing()
            if root != found.root:
                raise NotProved("the stored tiles lead to another root hash")
            return "signed; the stored tree has this root hash"
        if found.size:
            head = TileTree(newest.size, self._hashes).head
            path = consistency_proof(found.size, newest.size, head)
            merkle.check_growth(found.size, found.root, newest.size, newest.root, path)
        return f"signed; the tree of {newest.size} entries continues it"

    def _hashes(self, tile: Tile) -> list[bytes]:
        if tile not in self._read:
            data = self._files.read(str(tile))
            if data is None:
                raise NotProved(f"{tile} of the log is missing")
            self._read[tile] = tiles.read_hashes(data, tile.width)
        return self._read[tile]
