"""Merkle tree hashes over SHA-256 (RFC 6962, section 2.1; RFC 9162, section 2.1.1).

A hash has 32 bytes. Leaves and nodes are hashed behind different bytes: none passes for the other.
"""

from collections.abc import Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The head of a tree without entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return how many leaves stand in the left subtree: the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def tree_head(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the head (root hash) of the tree of these leaf hashes."""
    return _head(leaf_hashes, 0, len(leaf_hashes)) if leaf_hashes else EMPTY_ROOT


def _head(leaf_hashes: Sequence[bytes], start: int, end: int) -> bytes:
    if end - start == 1:
        return leaf_hashes[start]
    middle = start + split(end - start)
    return node_hash(_head(leaf_hashes, start, middle), _head(leaf_hashes, middle, end))
