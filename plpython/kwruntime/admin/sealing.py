"""The sequencer of the log: appends events to its tree, and signs checkpoints of it.

Two steps, each a transaction of its own. A checkpoint is signed only of a tree that was committed
before: if it got out and the transaction failed, the next tree of that size would be another one.
"""

import time
from collections.abc import Iterator, Sequence
from functools import cache, partial

from kwshared.tlog import signatures, tiles
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.compact_range import CompactRange
from kwshared.tlog.keys import SignatureType
from kwshared.tlog.merkle import HASH_BYTES, leaf_hash
from kwshared.tlog.merkle_proofs import ProofError, consistency_proof, verify_consistency
from kwshared.tlog.notes import Note, Signature
from kwshared.tlog.text import FormatError
from kwshared.tlog.tile_tree import TileTree
from kwshared.tlog.tiles import WIDTH, Tile

from kwruntime.admin import logs as log_keys
from kwruntime.admin import note_texts
from kwruntime.batches import by_size
from kwruntime.call import Call
from kwruntime.crypto.audit_leaf import Leaf
from kwruntime.errors import BadArgument, Conflict, NotAuthentic, NotFound
from kwruntime.keys import signing_keys as keys
from kwruntime.postgres import messages
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.query import Row
from kwruntime.seals import checking, events
from kwruntime.store import logs, sealed_rows
from kwruntime.store.logs import Log

MAX_EVENTS = 100_000
"""Of one call."""
BYTES_AT_ONCE = 2**22
"""Of events that are read together: an event may have thousands of changes of 29 to 45 bytes."""

_PAGE = 1000
_BELOW_ALL = -(2**63)
_COMPARE = "Compare the log with an export of it: kwtools audit verify."
_SUCCEED = "Name keys that are active with kw.set_log_keys. Events are appended meanwhile."


# -- appending ----------------------------------------------------------------------------------


def append_events(call: Call, max_events: int) -> int:
    """Append committed events that no log has, in order of id; return how many.

    An event that commits later than one of a higher id is appended later. Writers of events never
    wait: nothing is locked that they need.
    """
    if not 1 <= max_events <= MAX_EVENTS:
        raise BadArgument(f"max_events must be 1 to {MAX_EVENTS}, not {max_events}")
    call.execute(logs.LOCK)
    call.execute(logs.COMMIT_DURABLY)
    before = log = log_keys.current(call)
    for rows in unlogged(call, max_events):
        log = add_entries(call, log, rows)
    return log.size - before.size


def unlogged(call: Call, most: int | None) -> Iterator[list[Row]]:
    """Yield the first events that no log has, in order of id, few at a time if they are large."""
    after, left = _BELOW_ALL, most
    while left != 0:
        found = call.execute(logs.UNSEALED, after, _PAGE if left is None else min(left, _PAGE))
        for ids in by_size(((row["id"], row["size"]) for row in found), BYTES_AT_ONCE):
            yield call.execute(logs.UNSEALED_EVENTS, ids[0], ids[-1], len(ids))
        if len(found) < _PAGE:
            return
        after = found[-1]["id"]
        left = left and left - len(found)


def add_entries(call: Call, log: Log, rows: Sequence[Row]) -> Log:
    """Append events, whose log is locked; return the log as it is then."""
    found = [events.leaf_of(row) for row in rows]
    events.check(call, found, [row["seal"] for row in rows])
    return append_to(call, log, found)


def append_to(call: Call, log: Log, leaves: Sequence[Leaf]) -> Log:
    """Append events that no log has, which the caller has checked and locked the log for."""
    entries = []
    for leaf in leaves:
        check_interrupts()
        entries.append(leaf.entry(log.deployment, log.incarnation))
    ids = [leaf.event.id for leaf in leaves]
    if call.execute(logs.MARK_SEALED, log.id, log.size, ids)[0]["count"] != len(ids):
        raise messages.old_snapshot()
    if call.execute(logs.ADD_LEAVES, log.id, log.size, ids, entries)[0]["count"] != len(ids):
        raise NotAuthentic(
            f"kw.log_leaves has entries behind the {log.size} that log {log.origin} has",
            hint=_COMPARE,
        )
    return _grow(call, log, entries)


def _grow(call: Call, log: Log, entries: list[bytes]) -> Log:
    """Append to the tree: its heads, its size, and the tiles that become new or wider."""
    tree = range_of(log)
    growing = _Tiles(call, log)
    for entry in entries:
        for level, head in enumerate(tree.append(leaf_hash(entry))[::8]):
            growing.add(level, head)
    levels, numbers, hashes = zip(*growing.changed(), strict=True)
    call.execute(logs.WRITE_TILES, log.id, list(levels), list(numbers), list(hashes))
    if not call.execute(logs.GROW, log.id, tree.size, tree.heads, log.size):
        raise messages.old_snapshot()
    return log._replace(size=tree.size, heads=tree.heads)


def range_of(log: Log) -> CompactRange:
    """Return the tree of a log that its row holds; raises ``NotAuthentic``."""
    try:
        return CompactRange(log.size, log.heads)
    except FormatError:
        raise NotAuthentic(
            f"log {log.origin} has hashes in kw.logs.heads that are not of its size", hint=_COMPARE
        ) from None


class _Tiles:
    """The tiles at the right edge of a log, while it grows."""

    def __init__(self, call: Call, log: Log) -> None:
        self._call = call
        self._log = log
        self._counts: dict[int, int] = {}
        self._tiles: dict[tuple[int, int], bytearray] = {}

    def add(self, level: int, head: bytes) -> None:
        """Append a hash to its level."""
        if level not in self._counts:
            self._counts[level] = self._log.size >> 8 * level
            self._load(level)
        number = self._counts[level] // WIDTH
        self._tiles.setdefault((level, number), bytearray()).extend(head)
        self._counts[level] += 1

    def _load(self, level: int) -> None:
        number, width = divmod(self._counts[level], WIDTH)
        if width:
            self._tiles[level, number] = bytearray(
                b"".join(_stored(self._call, self._log, Tile(level, number, width)))
            )

    def changed(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, number and hashes of each tile."""
        for (level, number), hashes in self._tiles.items():
            yield level, number, bytes(hashes)


def _stored(call: Call, log: Log, tile: Tile) -> list[bytes]:
    """Return the hashes of a stored tile, which may have grown since."""
    rows = call.execute(logs.TILE, log.id, tile.level, tile.number)
    data = rows[0]["hashes"] if rows else b""
    if len(data) < tile.width * HASH_BYTES:
        raise NotAuthentic(
            f"{tile} of the log is incomplete in kw.log_tiles",
            hint=_COMPARE,
        )
    return tiles.read_hashes(data[: tile.width * HASH_BYTES], tile.width)


def tree_of(call: Call, log: Log, size: int) -> TileTree:
    """Return the tree of the first entries, out of the stored tiles, each read once."""
    return TileTree(size, cache(partial(_stored, call, log)))


# -- checkpoints --------------------------------------------------------------------------------


def sign(call: Call, again: bool) -> str:
    """Return a signed checkpoint of the log: the newest one, if it is of all entries.

    ``again``: sign even then, so that its time of signing shows that the log is looked after.
    """
    call.execute(logs.LOCK)
    log = log_keys.current(call)
    if log.is_pending:
        raise Conflict(
            "events were appended to the log in this transaction",
            hint="Commit, then sign. call kw.seal_audit() does both.",
        )
    known = call.execute(logs.NEWEST_CHECKPOINT, log.id)
    if known and known[0]["size"] == log.size and not again:
        return note_texts.stored(known[0]["note"])
    if not known and not log.size:
        raise NotFound("the log is empty", hint="Append events first: call kw.seal_audit().")
    root = range_of(log).root()
    if known:
        _check_consistent(call, log, known[0]["size"], known[0]["root"], root)
    text = str(Checkpoint(log.origin, log.size, root))
    note = bytes(Note(text, tuple(_signatures(call, log, text)))).decode()
    row = call.execute(logs.ADD_CHECKPOINT, log.id, log.size, root, note_texts.stored(note))[0]
    line = {"origin": log.origin, "size": log.size, "checkpoint": note}
    messages.log("checkpoint", dict(row) | line)
    return note_texts.stored(note)


def _check_consistent(call: Call, log: Log, size: int, old_root: bytes, root: bytes) -> None:
    """Raise unless the tree begins with that of the last checkpoint: never sign another history."""
    try:
        if not 0 < size <= log.size:
            raise ProofError("log is smaller than its last checkpoint")
        proof = consistency_proof(size, log.size, tree_of(call, log, log.size).head)
        verify_consistency(size, old_root, log.size, root, proof)
    except ProofError as error:
        raise NotAuthentic(
            f"the log of this database does not continue its checkpoint of size {size}",
            detail=f"{str(error).capitalize()}.",
            hint="Its tables were changed. Compare them with a checkpoint that was kept "
            "elsewhere: kwtools audit verify.",
        ) from None


def _signatures(call: Call, log: Log, text: str) -> Iterator[Signature]:
    """Yield a line of each key of the log; raises if one was edited or cannot sign now."""
    found = [keys.named(call, row["name"]) for row in call.execute(logs.KEYS, log.id)]
    if not found:
        raise NotAuthentic(
            f"log {log.origin} has no key in kw.log_keys", hint="Use kw.set_log_keys."
        )
    checking.check_alone(call, sealed_rows.LOG_KEYS, [log.id])
    checking.check_alone(call, sealed_rows.SIGNING_KEYS, [signing.id for signing in found])
    for signing in found:
        keys.check_signs(call, signing, _SUCCEED)
        verifier = log_keys.verifier_key(log.origin, signing)
        private = keys.private_key(call, signing)
        when = None if verifier.type is SignatureType.ED25519 else int(time.time())
        yield signatures.sign(text, verifier, private.sign, when)
