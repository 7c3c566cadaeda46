"""A log's tree, rebuilt from its entries and compared with its tiles and with checkpoints.

Entries are read once, in order; at most 256 hashes a level are kept. The tree is folded tile by
tile and level by level, where the writer keeps a compact range. Tessera's fsck does the same work.
"""

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

from kwtools.evidence import merkle
from kwtools.evidence.checkpoints import Checkpoint
from kwtools.evidence.lines import BadForm
from kwtools.evidence.tile_files import (
    ENTRIES,
    WIDTH,
    Files,
    Missing,
    path_of,
    read_entries,
    read_hashes,
)

_BITS = 8  # of a number, a level


class Reader(Protocol):
    """Who is told of the entries, in order."""

    def read(self, index: int, entry: bytes) -> None:
        """Take an entry whose hash is in the tree."""

    def lacks(self, index: int, path: str) -> bool:
        """Say whether the bundle from an entry on may be missing: then its hashes serve alone."""


class _ReadsNone:
    def read(self, index: int, entry: bytes) -> None:
        pass

    def lacks(self, index: int, path: str) -> bool:
        return False


def problems(
    files: Files,
    checkpoint: Checkpoint,
    earlier: Sequence[Checkpoint] = (),
    reader: Reader | None = None,
) -> Iterator[str]:
    """Yield each thing wrong with a log, as a fact; nothing if all is as the checkpoints say.

    Earlier checkpoints are those that somebody kept elsewhere. Reading ends at the first file
    that is missing or malformed.
    """
    compared = [checkpoint]
    for one in earlier:
        if one.origin != checkpoint.origin:
            yield f'a checkpoint of size {one.size} is of another log, "{one.origin}"'
        elif one.size > checkpoint.size:
            yield f"a checkpoint of size {one.size} is larger: entries were removed from the end"
        else:
            compared.append(one)
    try:
        sizes = {one.size for one in compared}
        roots = yield from _rebuild(files, checkpoint.size, sizes, reader or _ReadsNone())
    except BadForm as error:
        yield str(error)
        return
    for one in compared:
        if one.root != roots[one.size]:
            yield f"the first {one.size} entries do not have the root hash of their checkpoint"


def _rebuild(
    files: Files, size: int, sizes: set[int], reader: Reader
) -> Generator[str, None, dict[int, bytes]]:
    """Yield differences of entries and tiles; return the root hashes of these sizes."""
    roots = {0: merkle.of_nothing()}
    wanted = defaultdict[int, list[int]](list)  # by the tile in which a tree ends
    for one in sizes - roots.keys():
        wanted[(one - 1) // WIDTH].append(one)
    edge: list[list[bytes]] = []  # by level above 0, the hashes of the last tile that is not full
    for number in range(-(-size // WIDTH)):
        width = min(size - number * WIDTH, WIDTH)
        leaves = yield from _leaves(files, number, width, reader)
        for one in wanted[number]:
            roots[one] = _root([leaves[: one - number * WIDTH], *edge])
        yield from _grow(files, edge, number, leaves)
    for level, hashes in enumerate(edge, start=1):
        if hashes:
            yield from _compare(files, level, size >> _BITS * (level + 1), hashes)
    return roots


def _leaves(
    files: Files, number: int, width: int, reader: Reader
) -> Generator[str, None, list[bytes]]:
    """Return the hashes of a tile of level 0; yield the entries that have others."""
    hashes = read_hashes(files, 0, number, width)
    try:
        entries = read_entries(files, number, width)
    except Missing:
        if not reader.lacks(number * WIDTH, path_of(ENTRIES, number, width)):
            raise
        return hashes
    for place, entry in enumerate(entries):
        if merkle.of_entry(entry) == hashes[place]:
            reader.read(number * WIDTH + place, entry)
        else:
            path = path_of(0, number, width)
            yield f"entry {number * WIDTH + place} does not have the hash that is in {path}"
    return hashes


def _grow(files: Files, edge: list[list[bytes]], number: int, hashes: list[bytes]) -> Iterator[str]:
    """Put the head of a full tile of level 0 on the edge, and so on upwards."""
    level = 1
    while len(hashes) == WIDTH:
        if len(edge) < level:
            edge.append([])
        below, hashes = hashes, edge[level - 1]
        hashes.append(merkle.fold(below))
        if len(hashes) == WIDTH:
            yield from _compare(files, level, number >> _BITS * level, hashes)
            edge[level - 1] = []
        level += 1


def _compare(files: Files, level: int, number: int, hashes: list[bytes]) -> Iterator[str]:
    """Yield which hashes of a tile are not those of the tiles below."""
    for place, stored in enumerate(read_hashes(files, level, number, len(hashes))):
        if stored != hashes[place]:
            path = path_of(level, number, len(hashes))
            yield f"hash {place} of {path} is not that of the tile below it"


def _root(edge: list[list[bytes]]) -> bytes:
    """Return the root hash over the right edge, from level 0 upwards."""
    smaller: list[bytes] = []
    for hashes in edge:
        if hashes or smaller:
            smaller = [merkle.fold([*hashes, *smaller])]
    return smaller[0]
