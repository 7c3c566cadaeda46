"""A tree that only grows, held as the heads of its complete subtrees: a compact range from entry 0.

A tree of n entries has as many as n has bits set, so 63 at most, of 32 bytes each. Any number of
entries is appended with them alone (transparency-dev/merkle, docs/compact_ranges.md).
"""

from functools import reduce

from kwshared.tlog.merkle import EMPTY_ROOT, HASH_BYTES, node_hash
from kwshared.tlog.text import FormatError


class CompactRange:
    """The first ``size`` entries of a log, by the heads of complete subtrees, the largest first."""

    __slots__ = ("_heads", "size")

    def __init__(self, size: int = 0, heads: bytes = b"") -> None:
        if size < 0 or len(heads) != HASH_BYTES * size.bit_count():
            raise FormatError("compact range has another number of hashes than its size has")
        self.size = size
        self._heads = [
            heads[start : start + HASH_BYTES] for start in range(0, len(heads), HASH_BYTES)
        ]

    @property
    def heads(self) -> bytes:
        """The heads, one after the other: all that is kept of a tree beside its size."""
        return b"".join(self._heads)

    def append(self, leaf: bytes) -> list[bytes]:
        """Append a leaf hash; return the heads of the complete subtrees that end at it, by height.

        The first is the leaf itself. Those of heights 0, 8, 16, … are the new hashes of tiles.
        """
        completed = [leaf]
        for _ in range((self.size ^ (self.size + 1)).bit_length() - 1):
            completed.append(node_hash(self._heads.pop(), completed[-1]))
        self._heads.append(completed[-1])
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the head of the whole tree."""
        if not self._heads:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._heads))
