"""Tiles and entry bundles (C2SP tlog-tiles): where they stand, and their bytes.

A tile of level l has up to 256 hashes of 32 bytes, each the head of 256ˡ entries. A bundle has the
entries of a tile of level 0, each after its length in two bytes: an entry has at most 65,535 bytes.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kwshared.tlog.merkle import HASH_BYTES
from kwshared.tlog.text import FormatError, check_number

WIDTH = 256
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 0xFFFF
MAX_BUNDLE_BYTES = WIDTH * (2 + MAX_ENTRY_BYTES)

_LEVEL_BITS = 8
_ENTRIES = "entries"
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)"
    r"/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class Tile(NamedTuple):
    """A tile, or an entry bundle where the level is null; of fewer than 256 it is partial."""

    level: int | None
    number: int
    width: int = WIDTH

    def __str__(self) -> str:
        check_number(self.number)
        if not 1 <= self.width <= WIDTH or not 0 <= (self.level or 0) <= MAX_LEVEL:
            raise FormatError("tile has a wrong level or width")
        level = _ENTRIES if self.level is None else self.level
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"tile/{level}/{path}" + (f".p/{self.width}" if self.width < WIDTH else "")


def parse_path(path: str) -> Tile:
    """Read the path of a tile or a bundle, relative to the log's prefix."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise FormatError("path is not that of a tile")
    level = None if found["level"] == _ENTRIES else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    tile = Tile(level, number, int(found["width"] or WIDTH))
    if str(tile) != path:  # "x000/001", ".p/256"
        raise FormatError("path of the tile is not canonical")
    return tile


def tile_of(level: int, number: int, size: int) -> Tile:
    """Return a tile as it is in a tree of this size."""
    width = min((size >> _LEVEL_BITS * level) - number * WIDTH, WIDTH)
    if width < 1:
        raise ValueError("tile is not in the tree")
    return Tile(level, number, width)


def grown(old: int, size: int) -> Iterator[Tile]:
    """Yield the tiles that are new, or wider, in a tree of this size than in an older one.

    The bundles to write are those of level 0: ``tile._replace(level=None)``.
    """
    level = 0
    while hashes := size >> _LEVEL_BITS * level:
        before = old >> _LEVEL_BITS * level
        if hashes > before:
            for number in range(before // WIDTH, -(-hashes // WIDTH)):
                yield tile_of(level, number, size)
        level += 1


def write_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile."""
    if not 1 <= len(hashes) <= WIDTH or any(len(one) != HASH_BYTES for one in hashes):
        raise FormatError("tile requires 1 to 256 hashes of 32 bytes")
    return b"".join(hashes)


def read_hashes(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile of this width."""
    if len(data) != width * HASH_BYTES:
        raise FormatError("tile has another length than its width gives")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def write_entries(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle."""
    if not 1 <= len(entries) <= WIDTH:
        raise FormatError("bundle requires 1 to 256 entries")
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise FormatError(f"entry is longer than {MAX_ENTRY_BYTES} bytes")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def read_entries(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle of this width."""
    entries, start = [], 0
    for _ in range(width):
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if end > len(data) or start + 2 > len(data):
            raise FormatError("bundle ends within an entry, or has too few")
        entries.append(data[start + 2 : end])
        start = end
    if start != len(data):
        raise FormatError("bundle has more bytes than its entries")
    return entries
