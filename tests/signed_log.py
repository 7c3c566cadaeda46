"""A log that the writer's code makes: entries, tiles, and checkpoints signed by three keys."""

from collections.abc import Sequence

from kwruntime.crypto import note_signatures
from kwshared.tlog import merkle, signatures, tiles
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.compact_range import CompactRange
from kwshared.tlog.keys import SignatureType, VerifierKey
from kwshared.tlog.merkle_proofs import consistency_proof, inclusion_proof
from kwshared.tlog.notes import Note, Signature
from kwshared.tlog.proof_files import ProofFile
from kwshared.tlog.tile_tree import TileTree

ORIGIN = "db.example.com/kwtools/0b5a/0"
WITNESS = "witness.example/w1"
TIME = 1_700_000_000


class Key:
    """A key with a private one that every run of the tests has."""

    def __init__(self, name: str, kind: SignatureType, seed: int) -> None:
        public, self.sign = note_signatures.signer(kind, bytes([seed]) * 32)
        self.verifier = VerifierKey(name, kind, public)

    def line(self, text: str, time: int = TIME) -> Signature:
        """Return its signature line; an Ed25519 key has no time."""
        is_timed = self.verifier.type is not SignatureType.ED25519
        return signatures.sign(text, self.verifier, self.sign, time if is_timed else None)


LOG_ED25519 = Key(ORIGIN, SignatureType.ED25519, 1)
LOG_ML_DSA = Key(ORIGIN, SignatureType.COSIGNATURE_ML_DSA_44, 2)
WITNESS_ED25519 = Key(WITNESS, SignatureType.COSIGNATURE_ED25519, 3)
WITNESS_ML_DSA = Key(WITNESS, SignatureType.COSIGNATURE_ML_DSA_44, 4)


def entries(count: int) -> list[bytes]:
    """Return different entries."""
    return [b'{"event": %d}' % number for number in range(count)]


class Log:
    """The files of a log, in memory. ``files`` may be edited as an attacker would."""

    def __init__(self, logged: Sequence[bytes], origin: str = ORIGIN) -> None:
        self.origin = origin
        self.entries = list(logged)
        self.leaves = [merkle.leaf_hash(entry) for entry in logged]
        self._hashes: dict[int, list[bytes]] = {}
        growing = CompactRange()
        for leaf in self.leaves:
            for level, head in enumerate(growing.append(leaf)[::8]):
                self._hashes.setdefault(level, []).append(head)
        self.files: dict[str, bytes] = {}
        for tile in tiles.grown(0, len(logged)):
            held = slice(tile.number * tiles.WIDTH, tile.number * tiles.WIDTH + tile.width)
            hashes = self._hashes[tile.level or 0][held]
            self.files[str(tile)] = tiles.write_hashes(hashes)
            if tile.level == 0:
                bundle = tile._replace(level=None)
                self.files[str(bundle)] = tiles.write_entries(self.entries[held])

    def read(self, path: str) -> bytes | None:
        """Return a file, as ``kwtools.evidence`` reads them."""
        return self.files.get(path)

    def root(self, size: int | None = None) -> bytes:
        """Return the head of the tree, or of its first entries."""
        return merkle.tree_head(self.leaves[:size])

    def head(self, start: int, end: int) -> bytes:
        """Return the head of a subtree, out of the tiles."""

        def read(tile: tiles.Tile) -> list[bytes]:
            return tiles.read_hashes(self.files[str(tile)], tile.width)

        return TileTree(len(self.entries), read).head(start, end)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """Return the text of a checkpoint, of the whole log or of its first entries."""
        return Checkpoint(self.origin, len(self.entries) if size is None else size, self.root(size))

    def signed(
        self,
        size: int | None = None,
        keys: Sequence[Key] = (LOG_ED25519, LOG_ML_DSA, WITNESS_ED25519),
    ) -> bytes:
        """Return a checkpoint with its signatures."""
        text = str(self.checkpoint(size))
        return bytes(Note(text, tuple(key.line(text) for key in keys)))

    def inclusion(self, index: int) -> list[bytes]:
        """Return an inclusion proof in the whole log."""
        return inclusion_proof(index, len(self.entries), self.head)

    def consistency(self, old: int) -> list[bytes]:
        """Return a consistency proof from the first entries to the whole log."""
        return consistency_proof(old, len(self.entries), self.head)

    def receipt(self, index: int) -> bytes:
        """Return the proof file of an entry, which it holds."""
        proof = tuple(self.inclusion(index))
        return bytes(ProofFile(index, proof, self.signed(), self.entries[index]))
