"""Exports of the log: static tiles (C2SP tlog-tiles) in a folder, which grows with the log.

A run that ended early goes on when run again: each file is there whole or not at all, and the
checkpoint comes last. What is there of an older checkpoint must be the beginning of the log.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kwshared.tlog import checkpoints, notes, tiles
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.merkle import EMPTY_ROOT
from kwshared.tlog.text import FormatError
from kwshared.tlog.tile_tree import TileTree
from kwshared.tlog.tiles import Tile

from kwtools.audit_database import DatabaseFiles, Log
from kwtools.errors import BadUsage, CheckFailed
from kwtools.keystore import sync_folder
from kwtools.whole_files import write_whole

CHECKPOINT = "checkpoint"
_MAX_NOTE_BYTES = notes.MAX_BYTES


class Export(NamedTuple):
    """What a run did: sizes before and after, files written, bundles whose text is gone."""

    before: int
    size: int
    written: int
    without_text: int


def read_checkpoint(path: Path) -> Checkpoint:
    """Return the text of a checkpoint file, of which no signature is verified."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_NOTE_BYTES + 1)
        return text_of(data)
    except FormatError as error:
        raise CheckFailed(f"{path} is not a checkpoint: {error}") from None


def read_note(path: Path) -> bytes:
    """Return the bytes of a checkpoint file, as far as one may be long; raises ``CheckFailed``."""
    if not path.is_file():
        raise CheckFailed(f"{path} is missing", "It is a checkpoint: a signed note.")
    with path.open("rb") as file:
        return file.read(_MAX_NOTE_BYTES + 1)


def note_of(folder: Path) -> bytes:
    """Return the checkpoint of an export; raises ``CheckFailed``."""
    return read_note(folder / CHECKPOINT)


def text_of(note: bytes) -> Checkpoint:
    """Return the text of a checkpoint, of which no signature is verified."""
    return checkpoints.parse(notes.parse(note).text)


def export(folder: Path, files: DatabaseFiles, log: Log, advance: Callable[[int], None]) -> Export:
    """Write what the newest checkpoint of a log has and the folder lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    newest = text_of(log.checkpoint)
    before = _size_before(folder / CHECKPOINT, files, newest)
    written = without_text = 0
    for tile in tiles.grown(before, newest.size):
        written += bool(_write(folder, tile, files))
        if tile.level == 0:
            bundle = tile._replace(level=None)
            found = _write(folder, bundle, files)
            written, without_text = written + bool(found), without_text + (found is None)
            advance(tile.width)
    if not (folder / CHECKPOINT).exists() or (folder / CHECKPOINT).read_bytes() != log.checkpoint:
        write_whole(folder / CHECKPOINT, log.checkpoint)
        sync_folder(folder)
    _remove_partial(folder, before, newest.size)
    return Export(before, newest.size, written, without_text)


def check_continues(
    place: str, older: Checkpoint, files: DatabaseFiles, newest: Checkpoint
) -> None:
    """Raise unless a log continues an older checkpoint, which is in this place.

    So a copy is never replaced by one of another history.
    """
    if older.origin != newest.origin:
        raise BadUsage(
            f'{place} is of log "{older.origin}", not "{newest.origin}"',
            "Use another place for each log: each incarnation has one.",
        )
    if older.size > newest.size:
        raise CheckFailed(
            f"{place} has {older.size} entries, but the log has {newest.size}:"
            " entries were removed from its end",
            "Keep it: it is the evidence. If you restored a backup, use"
            " kwtools deployment acknowledge.",
        )
    if _root(files, older.size, newest.size) != older.root:
        raise CheckFailed(
            f"the log does not begin with the {older.size} entries of {place}",
            "Keep it: it is the evidence. Tables of the log were changed, or an old backup was"
            " restored: kwtools deployment acknowledge.",
        )


def _size_before(path: Path, files: DatabaseFiles, newest: Checkpoint) -> int:
    if not path.exists():
        return 0
    older = read_checkpoint(path)
    check_continues(str(path), older, files, newest)
    return older.size


def _root(files: DatabaseFiles, size: int, whole: int) -> bytes:
    def read(tile: Tile) -> list[bytes]:
        return tiles.read_hashes(_read(files, tile), tile.width)

    return TileTree(whole, read).head(0, size) if size else EMPTY_ROOT


def _read(files: DatabaseFiles, tile: Tile) -> bytes:
    data = files.read(str(tile))
    if data is None:
        raise CheckFailed(f"{tile} of the log is missing", "Run kwtools audit verify --database.")
    return data


def _write(folder: Path, tile: Tile, files: DatabaseFiles) -> bool | None:
    """Write a file that is not there yet; null of a bundle that the database lacks the text of."""
    path = folder / str(tile)
    if path.exists():
        return False
    data = files.read(str(tile)) if tile.level is None else _read(files, tile)
    if data is None:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    sync_folder(path.parent)
    return True


def _remove_partial(folder: Path, before: int, size: int) -> None:
    """Remove the partial files of the older tree that wider ones have taken the place of."""
    if not 0 < before < size:
        return
    for tile in tiles.grown(0, before):
        if tile.width < tiles.WIDTH and tiles.tile_of(tile.level or 0, tile.number, size) != tile:
            bundle = tile._replace(level=None)
            for one in (tile, bundle) if tile.level == 0 else (tile,):
                (folder / str(one)).unlink(missing_ok=True)
