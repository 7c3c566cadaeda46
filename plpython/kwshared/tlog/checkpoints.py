"""The text of a checkpoint (C2SP tlog-checkpoint): a log's origin, size and root hash, as lines."""

from typing import NamedTuple

from kwshared.tlog.merkle import EMPTY_ROOT, HASH_BYTES
from kwshared.tlog.text import (
    FormatError,
    base64,
    check_number,
    encoded,
    from_base64,
    lines_of,
    number,
)


class Checkpoint(NamedTuple):
    """A tree head of a log. ML-DSA-44 does not sign the further lines, ``extensions``."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        check_number(self.size)
        lines = (self.origin, str(self.size), base64(self.root), *self.extensions)
        text = "".join(f"{line}\n" for line in lines)
        if parse(text) != self:
            raise FormatError("a line of the checkpoint has a newline")
        return text


def parse(text: str) -> Checkpoint:
    """Read the text of a note, which ends in a newline."""
    *lines, rest = lines_of(encoded(text)).split("\n")
    if rest or len(lines) < 3 or not all(lines):
        raise FormatError("checkpoint requires three lines or more, none of them empty")
    origin, size, root, *extensions = lines
    found = Checkpoint(origin, number(size), from_base64(root), tuple(extensions))
    if len(found.root) != HASH_BYTES:
        raise FormatError("root hash of the checkpoint has a wrong length")
    if found.size == 0 and found.root != EMPTY_ROOT:
        raise FormatError("root hash of the checkpoint is not that of an empty tree")
    return found
