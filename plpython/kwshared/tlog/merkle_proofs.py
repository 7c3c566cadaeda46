"""Inclusion and consistency proofs, made and verified by the recursion of RFC 6962, section 2.1.

A proof is a list of hashes, the deepest first: at most 63 for an inclusion, 64 for a consistency.
The tree is a function that returns the head of the leaves from ``start`` to before ``end``.
"""

from collections.abc import Callable, Sequence

from kwshared.tlog.merkle import HASH_BYTES, node_hash, split
from kwshared.tlog.text import MAX_NUMBER

Head = Callable[[int, int], bytes]
"""The head of the subtree of the leaves from one number to before another."""


class ProofError(ValueError):
    """A proof has the wrong length for its sizes, or does not lead to the head that it proves."""


def inclusion_proof(index: int, size: int, head: Head) -> list[bytes]:
    """Return PATH(index, D[size]): what leads from an entry to the head of a tree."""
    if not 0 <= index < size:
        raise ValueError("index is not in the tree")
    return _path(index, 0, size, head)


def _path(index: int, start: int, end: int, head: Head) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*_path(index, start, middle, head), head(middle, end)]
    return [*_path(index, middle, end, head), head(start, middle)]


def consistency_proof(old: int, size: int, head: Head) -> list[bytes]:
    """Return PROOF(old, D[size]): that a tree begins with the one of its first ``old`` entries."""
    if not 0 < old <= size:
        raise ValueError("the older tree is empty or larger")
    return _subproof(old, 0, size, True, head)


def _subproof(old: int, start: int, end: int, is_known: bool, head: Head) -> list[bytes]:
    """Return SUBPROOF, of the older tree that ends at ``old``; its own head is known."""
    if old == end:
        return [] if is_known else [head(start, end)]
    middle = start + split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, is_known, head), head(middle, end)]
    return [*_subproof(old, middle, end, False, head), head(start, middle)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ``ProofError`` unless a leaf hash stands at an index of the tree of this head."""
    if not 0 <= index < size <= MAX_NUMBER:
        raise ProofError("index is not in the tree")
    if _climb(leaf, index, size, _hashes([leaf, *proof])[1:]) != root:
        raise ProofError("inclusion proof leads to another root hash")


def _climb(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the head that a proof gives, its last hash being the sibling just below that head."""
    if (size == 1) != (not proof):
        raise ProofError("inclusion proof has a wrong length")
    if size == 1:
        return leaf
    left = split(size)
    if index < left:
        return node_hash(_climb(leaf, index, left, proof[:-1]), proof[-1])
    return node_hash(proof[-1], _climb(leaf, index - left, size - left, proof[:-1]))


def verify_consistency(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ``ProofError`` unless a tree begins with an older one, which is not empty."""
    if not 0 < old <= size <= MAX_NUMBER:
        raise ProofError("the older tree is empty or larger")
    if _both_heads(old, old_root, size, _hashes(proof), True) != (old_root, root):
        raise ProofError("consistency proof leads to another root hash")


def _both_heads(
    old: int, old_root: bytes, size: int, proof: Sequence[bytes], is_known: bool
) -> tuple[bytes, bytes]:
    """Return the older and the newer head of a subtree, as a proof gives them."""
    if old == size:
        if len(proof) != (0 if is_known else 1):
            raise ProofError("consistency proof has a wrong length")
        head = old_root if is_known else proof[0]
        return head, head
    if not proof:
        raise ProofError("consistency proof has a wrong length")
    left, sibling = split(size), proof[-1]
    if old <= left:
        older, newer = _both_heads(old, old_root, left, proof[:-1], is_known)
        return older, node_hash(newer, sibling)
    older, newer = _both_heads(old - left, old_root, size - left, proof[:-1], False)
    return node_hash(sibling, older), node_hash(sibling, newer)


def _hashes(proof: Sequence[bytes]) -> Sequence[bytes]:
    if any(len(one) != HASH_BYTES for one in proof):
        raise ProofError("a hash of the proof has a wrong length")
    return proof
