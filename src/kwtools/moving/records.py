"""One key of a move, as a line of a file has it: the row and the bindings."""

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from kwtools.errors import CheckFailed

TEXT, PLAIN, SEALED, UNREADABLE = "t", "p", "s", "u"
"""How a value of a line begins: a text; bytes in base64, which are plain, sealed by the carrier, or
a ciphertext under a shredded key, which stays as it is."""

LIVE, SHREDDED = "live", "shredded"
_MAX_BATCH_BYTES = 1 << 26

Bindings = list[tuple[str | None, str]]
"""Each field, null for the whole row, with its status."""


class Record(NamedTuple):
    """A key, the values of its row in the order of the manifest's columns, and its bindings."""

    key: str
    row: list[str | None] | None
    bindings: Bindings

    def __bytes__(self) -> bytes:
        members = [self.key, self.row, self.bindings]
        return f"{json.dumps(members, ensure_ascii=False, separators=(',', ':'))}\n".encode()

    def having(self, kind: str) -> int:
        """Count the values of a kind."""
        return sum(one is not None and one.startswith(kind) for one in self.row or ())

    def text(self, place: int) -> str:
        """Return the text of a column, of the primary key for example."""
        value = self.row[place] if self.row is not None else None
        if value is None or not value.startswith(TEXT):
            raise CheckFailed(f'the line of key "{self.key}" has no text where one is required')
        return value[1:]


def value_of(kind: str, data: bytes) -> str:
    """Return a value of a line: bytes of a kind."""
    return kind + b2a_base64(data, newline=False).decode()


def bytes_of(value: str | None, *kinds: str) -> bytes | None:
    """Return the bytes of a value, null where it is not of these kinds."""
    if value is None or not value.startswith(kinds):
        return None
    return a2b_base64(value[1:], strict_mode=True)


def record_of(line: bytes) -> Record:
    """Read a line; raises ``CheckFailed``. Only what we write is a line."""
    try:
        key, row, bindings = json.loads(line)
        found = Record(key, row, [(field, status) for field, status in bindings])
        if bytes(found) == line and {type(one) for one in row or ()} <= {str, type(None)}:
            return found
    except (ValueError, TypeError, RecursionError):
        pass
    raise CheckFailed("a line of the files is not a key with its row and bindings")


def batches(file: IO[bytes], size: int) -> Iterator[Sequence[Record]]:
    """Yield the lines of a file, at most ``size`` and some MB at a time."""
    batch: list[Record] = []
    read = 0
    for line in file:
        batch.append(record_of(line))
        read += len(line)
        if len(batch) == size or read >= _MAX_BATCH_BYTES:
            yield batch
            batch, read = [], 0
    if batch:
        yield batch
