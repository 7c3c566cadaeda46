"""Heads of subtrees out of tiles, so that a proof of a large log reads a few tiles only."""

from collections.abc import Callable

from kwshared.tlog.merkle import node_hash, split, tree_head
from kwshared.tlog.tiles import WIDTH, Tile, tile_of

Hashes = Callable[[Tile], list[bytes]]
"""The hashes of a tile, as many as its width says."""


class TileTree:
    """The tree of a size over stored tiles. ``head`` is what ``merkle_proofs`` takes.

    An inclusion proof reads at most two tiles a level, of which a log of 10,000,000 has three.
    """

    __slots__ = ("_read", "_size")

    def __init__(self, size: int, read: Hashes) -> None:
        self._size = size
        self._read = read

    def head(self, start: int, end: int) -> bytes:
        """Return the head of the leaves from ``start`` to before ``end``, a subtree of the tree."""
        count = end - start
        if count & (count - 1):
            middle = start + split(count)
            return node_hash(self.head(start, middle), self.head(middle, end))
        level, height = divmod(count.bit_length() - 1, 8)
        number, first = divmod(start >> 8 * level, WIDTH)
        hashes = self._read(tile_of(level, number, self._size))
        return tree_head(hashes[first : first + (1 << height)])
