"""Merkle trees and their proofs, made by the writer's code and checked by it and the auditor's."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwshared.tlog import merkle, merkle_proofs
from kwshared.tlog.compact_range import CompactRange
from kwshared.tlog.merkle_proofs import ProofError
from kwshared.tlog.text import FormatError
from pymerkle import InmemoryTree

from kwtools.evidence import merkle as auditor
from kwtools.evidence.merkle import NotProved
from tests.signed_log import Log, entries

# google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc: entries, and the root hashes
# of the trees of the first 0, 1, 2, … of them.
CT_ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSIONS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CT_CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def hashes(logged: Sequence[bytes]) -> list[bytes]:
    """Return the leaf hashes of entries."""
    return [merkle.leaf_hash(entry) for entry in logged]


def head_of(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """Return the function of heads that a proof is made from."""
    return lambda start, end: merkle.tree_head(leaves[start:end])


def includes(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether an inclusion proof verifies; writer and auditor agree."""
    try:
        merkle_proofs.verify_inclusion(leaf, index, size, root, proof)
        by_writer = True
    except ProofError:
        by_writer = False
    try:
        by_auditor = auditor.root_of_path(leaf, index, size, proof) == root
    except NotProved:
        by_auditor = False
    assert by_writer == by_auditor
    return by_writer


def continues(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether a consistency proof verifies; writer and auditor agree."""
    try:
        merkle_proofs.verify_consistency(old, old_root, size, root, proof)
        by_writer = True
    except ProofError:
        by_writer = False
    try:
        auditor.check_growth(old, old_root, size, root, proof)
        by_auditor = True
    except NotProved:
        by_auditor = False
    assert by_writer == by_auditor
    return by_writer


def test_trees_have_the_root_hashes_of_certificate_transparency() -> None:
    for size, root in enumerate(CT_ROOTS):
        leaves = hashes(CT_ENTRIES[:size])
        assert merkle.tree_head(leaves).hex() == root
        assert auditor.fold([auditor.of_entry(entry) for entry in CT_ENTRIES[:size]]).hex() == root


def test_leaves_and_nodes_have_the_published_hashes() -> None:
    """transparency-dev/merkle, rfc6962/rfc6962_test.go."""
    leaf = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    node = "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    assert merkle.leaf_hash(b"L123456").hex() == auditor.of_entry(b"L123456").hex() == leaf
    assert merkle.node_hash(b"N123", b"N456").hex() == node
    assert auditor.of_pair(b"N123", b"N456").hex() == node


@pytest.mark.parametrize(("index", "size"), CT_INCLUSIONS)
def test_inclusion_proofs_are_those_of_certificate_transparency(index: int, size: int) -> None:
    leaves = hashes(CT_ENTRIES)
    proof = merkle_proofs.inclusion_proof(index, size, head_of(leaves))
    assert [one.hex() for one in proof] == CT_INCLUSIONS[index, size]
    assert includes(leaves[index], index, size, bytes.fromhex(CT_ROOTS[size]), proof)


@pytest.mark.parametrize(("old", "size"), CT_CONSISTENCIES)
def test_consistency_proofs_are_those_of_certificate_transparency(old: int, size: int) -> None:
    proof = merkle_proofs.consistency_proof(old, size, head_of(hashes(CT_ENTRIES)))
    assert [one.hex() for one in proof] == CT_CONSISTENCIES[old, size]
    assert continues(old, bytes.fromhex(CT_ROOTS[old]), size, bytes.fromhex(CT_ROOTS[size]), proof)


def test_proofs_name_the_nodes_that_rfc_9162_names() -> None:
    """RFC 9162, section 2.1.5: a tree of seven entries, its nodes by the letters of the drawing."""
    letters = {
        (0, 1): "a", (1, 2): "b", (2, 3): "c", (3, 4): "d", (4, 5): "e", (5, 6): "f", (6, 7): "j",
        (0, 2): "g", (2, 4): "h", (4, 6): "i", (0, 4): "k", (4, 7): "l",
    }  # fmt: skip

    def head(start: int, end: int) -> bytes:
        return letters[start, end].encode()

    inclusions = {0: b"bhl", 3: b"cgl", 4: b"fjk", 6: b"ik"}
    for index, named in inclusions.items():
        assert b"".join(merkle_proofs.inclusion_proof(index, 7, head)) == named
    consistencies = {3: b"cdgl", 4: b"l", 6: b"ijk"}
    for old, named in consistencies.items():
        assert b"".join(merkle_proofs.consistency_proof(old, 7, head)) == named


def test_every_proof_of_small_trees_verifies() -> None:
    leaves = hashes(entries(40))
    roots = [merkle.tree_head(leaves[:size]) for size in range(41)]
    for size in range(1, 41):
        for index in range(size):
            proof = merkle_proofs.inclusion_proof(index, size, head_of(leaves))
            assert includes(leaves[index], index, size, roots[size], proof)
        for old in range(1, size + 1):
            proof = merkle_proofs.consistency_proof(old, size, head_of(leaves))
            assert continues(old, roots[old], size, roots[size], proof)


def flipped(data: bytes, bit: int) -> bytes:
    """Return data with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


@given(st.data())
def test_a_changed_inclusion_proof_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 130), "size")
    index = data.draw(st.integers(0, size - 1), "index")
    bit = data.draw(st.integers(0, 255), "bit")
    leaves = hashes(entries(size))
    root = merkle.tree_head(leaves)
    proof = merkle_proofs.inclusion_proof(index, size, head_of(leaves))
    assert includes(leaves[index], index, size, root, proof)
    assert not includes(flipped(leaves[index], bit), index, size, root, proof)
    assert not includes(leaves[index], index, size, flipped(root, bit), proof)
    for place in range(len(proof)):
        one_changed = [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]
        assert not includes(leaves[index], index, size, root, one_changed)
        assert not includes(leaves[index], index, size, root, proof[:place] + proof[place + 1 :])
        cut = [*proof[:place], proof[place][:-1], *proof[place + 1 :]]
        assert not includes(leaves[index], index, size, root, cut)
    assert not includes(leaves[index], index, size, root, [*proof, root])
    for other in {data.draw(st.integers(-1, size + 1), "other index"), size, -1} - {index}:
        assert not includes(leaves[index], other, size, root, proof)


@given(st.integers(2, 130), st.data())
def test_an_inclusion_proof_for_another_size_fails_or_has_the_same_path(
    size: int, data: st.DataObject
) -> None:
    """A proof does not prove the size: the signed checkpoint does. Writer and auditor agree."""
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, 150))
    leaves = hashes(entries(size))
    proof = merkle_proofs.inclusion_proof(index, size, head_of(leaves))
    includes(leaves[index], index, other, merkle.tree_head(leaves), proof)
    if other <= index:
        assert not includes(leaves[index], index, other, merkle.tree_head(leaves), proof)


@given(st.data())
def test_a_changed_consistency_proof_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 130), "size")
    old = data.draw(st.integers(1, size - 1), "old")
    bit = data.draw(st.integers(0, 255), "bit")
    leaves = hashes(entries(size))
    old_root, root = merkle.tree_head(leaves[:old]), merkle.tree_head(leaves)
    proof = merkle_proofs.consistency_proof(old, size, head_of(leaves))
    assert continues(old, old_root, size, root, proof)
    assert not continues(old, flipped(old_root, bit), size, root, proof)
    assert not continues(old, old_root, size, flipped(root, bit), proof)
    for place in range(len(proof)):
        one_changed = [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]
        assert not continues(old, old_root, size, root, one_changed)
        assert not continues(old, old_root, size, root, proof[:place] + proof[place + 1 :])
    assert not continues(old, old_root, size, root, [*proof, root])
    assert not continues(0, merkle.EMPTY_ROOT, size, root, [])
    assert not continues(size, root, size, root, proof)
    other = data.draw(st.integers(1, size + 1), "other size")
    if other not in (old, size):
        other_root = merkle.tree_head(leaves[:other])
        if other != size + 1:
            assert not continues(other, old_root, size, root, proof)
            assert not continues(other, other_root, size, root, proof)


def test_what_is_not_a_hash_proves_nothing() -> None:
    """transparency-dev/merkle has such probes: an empty leaf in a tree with an empty root."""
    assert not includes(b"", 0, 1, b"", [])
    assert not includes(bytes(31), 0, 1, bytes(31), [])
    assert not continues(1, b"", 2, merkle.node_hash(b"", b""), [b""])


def test_a_proof_of_what_is_not_in_the_tree_is_refused() -> None:
    head = head_of(hashes(entries(3)))
    for index in (-1, 3):
        with pytest.raises(ValueError, match="index is not in the tree"):
            merkle_proofs.inclusion_proof(index, 3, head)
    for old in (0, 4):
        with pytest.raises(ValueError, match="the older tree is empty or larger"):
            merkle_proofs.consistency_proof(old, 3, head)


# -- compact ranges -------------------------------------------------------------------------------


@given(st.integers(0, 300), st.integers(0, 300))
def test_entries_are_appended_with_one_hash_for_each_bit_of_the_size(old: int, more: int) -> None:
    leaves = hashes(entries(old + more))
    growing = CompactRange()
    for leaf in leaves[:old]:
        growing.append(leaf)
    assert len(growing.heads) == 32 * old.bit_count()
    resumed = CompactRange(growing.size, growing.heads)
    for leaf in leaves[old:]:
        resumed.append(leaf)
    assert resumed.size == old + more
    assert resumed.root() == merkle.tree_head(leaves) == auditor.fold(leaves)


def test_appending_returns_the_subtrees_that_end_at_the_entry() -> None:
    leaves = hashes(entries(600))
    growing = CompactRange()
    for index, leaf in enumerate(leaves):
        completed = growing.append(leaf)
        for height, head in enumerate(completed):
            assert head == merkle.tree_head(leaves[index + 1 - (1 << height) : index + 1])
        assert (index + 1) % (1 << len(completed)) != 0  # the next height is not complete


def test_a_compact_range_of_another_size_is_refused() -> None:
    for size, heads in ((1, b""), (0, bytes(32)), (3, bytes(63)), (-1, bytes(32))):
        with pytest.raises(FormatError):
            CompactRange(size, heads)


# -- tiles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 300, 512, 1000])
def test_proofs_out_of_tiles_are_those_of_the_whole_list(size: int) -> None:
    log = Log(entries(size))
    assert log.head(0, size) == log.root()
    for index in {0, 1, size // 3, size - 2, size - 1} & set(range(size)):
        whole = merkle_proofs.inclusion_proof(index, size, head_of(log.leaves))
        assert log.inclusion(index) == whole
    for old in {1, size // 2, size - 1, size} - {0}:
        whole = merkle_proofs.consistency_proof(old, size, head_of(log.leaves))
        assert log.consistency(old) == whole


# -- somebody else's implementation ---------------------------------------------------------------


@given(st.integers(1, 100), st.data())
def test_pymerkle_has_the_same_roots_and_inclusion_proofs(size: int, data: st.DataObject) -> None:
    """pymerkle (PyPI) is another implementation of RFC 9162; its paths begin with the leaf hash."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries(size):
        tree.append_entry(entry)
    leaves = hashes(entries(size))
    index = data.draw(st.integers(0, size - 1))
    smaller = data.draw(st.integers(index + 1, size))
    assert tree.get_root(smaller) == merkle.tree_head(leaves[:smaller])
    proof = merkle_proofs.inclusion_proof(index, smaller, head_of(leaves))
    assert tree.prove_inclusion(index + 1, smaller).path == [leaves[index], *proof]
