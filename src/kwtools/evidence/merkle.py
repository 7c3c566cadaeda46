"""The verifier's side of Merkle trees over SHA-256: RFC 9162, sections 2.1.3.2 and 2.1.4.2.

The two verifications are the RFC's loops over bits of index and size. Hashes have 32 bytes.
"""

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32


class NotProved(Exception):
    """A proof does not show what it is for; the message says why, and names no object."""


def of_entry(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(bytes([0]) + entry).digest()


def of_pair(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(bytes([1]) + left + right).digest()


def of_nothing() -> bytes:
    """Return the root hash of an empty tree."""
    return hashlib.sha256().digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root hash over neighbouring subtrees of one height; the last may be smaller.

    Level by level: pairs are hashed, and a last one without a neighbour moves up as it is.
    """
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [of_pair(left, right) for left, right in pairs] + level[len(level) & ~1 :]
    return level[0] if level else of_nothing()


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root hash to which an inclusion proof leads (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise NotProved("the entry's number is not below the size of the tree")
    _check_hashes([leaf, *path])
    fn, sn, found = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise NotProved("the inclusion proof is too long")
        if fn & 1 or fn == sn:
            found = of_pair(sibling, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = of_pair(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise NotProved("the inclusion proof is too short")
    return found


def check_growth(
    first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]
) -> None:
    """Raise ``NotProved`` unless a tree is the beginning of another (RFC 9162, section 2.1.4.2).

    The RFC has no proof from an empty tree, which every tree continues.
    """
    _check_hashes(path)
    if not 0 < first <= second:
        raise NotProved("the earlier tree is empty or larger")
    if first == second:
        if path:
            raise NotProved("the consistency proof is too long")
        if first_root != second_root:
            raise NotProved("two trees of one size have different root hashes")
        return
    hashes = [*([first_root] if first & (first - 1) == 0 else []), *path]
    if not hashes:
        raise NotProved("the consistency proof is too short")
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]
    for one in hashes[1:]:
        if sn == 0:
            raise NotProved("the consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = of_pair(one, fr), of_pair(one, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = of_pair(sr, one)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise NotProved("the consistency proof is too short")
    if (fr, sr) != (first_root, second_root):
        raise NotProved("the consistency proof does not lead from one root hash to the other")


def _check_hashes(path: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in path):
        raise NotProved("a hash of the proof does not have 32 bytes")
