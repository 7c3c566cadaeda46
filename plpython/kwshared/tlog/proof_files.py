"""Proofs that verify offline (C2SP tlog-proof): an index, an inclusion proof, a signed checkpoint.

Files end in ``.tlog-proof``. ``extra`` is not authenticated: a receipt has the entry there, whose
leaf hash the proof then leads to the root.
"""

from typing import NamedTuple

from kwshared.tlog import checkpoints, notes
from kwshared.tlog.merkle import HASH_BYTES
from kwshared.tlog.text import FormatError, base64, check_number, from_base64, lines_of, number

HEADER = "c2sp.org/tlog-proof@v1"
MAX_BYTES = notes.MAX_BYTES + 100_000
"""A checkpoint, 63 hashes of 45 bytes, and an entry of 65,535 bytes in base64."""


class ProofFile(NamedTuple):
    """A proof as a file has it. ``checkpoint`` is a signed note, of which nothing is verified."""

    entry_index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __bytes__(self) -> bytes:
        check_number(self.entry_index)
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64(self.extra)}")
        lines += [f"index {self.entry_index}", *map(base64, self.hashes), "", ""]
        data = "\n".join(lines).encode() + self.checkpoint
        if parse(data) != self:
            raise FormatError("extra data of a proof is empty")
        return data


def parse(data: bytes) -> ProofFile:
    """Read a proof file."""
    if len(data) > MAX_BYTES:
        raise FormatError("proof is too long")
    before, blank, after = data.partition(b"\n\n")
    header, *lines = lines_of(before).split("\n")
    if header != HEADER or not blank:
        raise FormatError(f'file is not a proof: it requires the first line "{HEADER}"')
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
        if not extra:
            raise FormatError("extra data of the proof is empty")
    if not lines or not lines[0].startswith("index "):
        raise FormatError("proof has no index")
    index = number(lines[0].removeprefix("index "))
    hashes = tuple(map(from_base64, lines[1:]))
    if len(hashes) > 63 or any(len(one) != HASH_BYTES for one in hashes):
        raise FormatError("proof has too many hashes, or one of a wrong length")
    checkpoints.parse(notes.parse(after).text)
    return ProofFile(index, hashes, after, extra)
