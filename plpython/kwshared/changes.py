"""Packed changes of sealed rows: what an event of the audit says of them (docs/format.md).

A change has 29 bytes; that of a wrapper 16 more, its uuid.
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import NamedTuple

from kwshared.tlog.merkle import leaf_hash, tree_head

WRAPPERS = 1
"""The number of kw.key_wrappers among the sealed tables."""

_FIXED = Struct(">BQIQQ")
_UUID_BYTES = 16


class Change(NamedTuple):
    """How the change number of a row was changed."""

    table: int
    """The number of the sealed table."""
    id: int
    sub: int
    """The generation of an earlier generation of a binding; else 0."""
    old: int
    """The change number before; 0: there was no row in the state."""
    new: int
    """The change number now; 0: the row is deleted."""
    wrapper: bytes = b""
    """The uuid of a wrapper, 16 bytes; of other rows empty."""

    def packed(self) -> bytes:
        """Return the change as its bytes."""
        return _FIXED.pack(self.table, self.id, self.sub, self.old, self.new) + self.wrapper


class BadChanges(ValueError):
    """Bytes are not packed changes."""


def packed(changes: Iterable[Change]) -> bytes:
    """Return the bytes of changes, one after the other."""
    return b"".join(change.packed() for change in changes)


def unpacked(data: bytes) -> Iterator[Change]:
    """Yield the changes; raises ``BadChanges``."""
    for record in records(data):
        table, row, sub, old, new = _FIXED.unpack_from(record)
        yield Change(table, row, sub, old, new, record[_FIXED.size :])


def records(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of each change; raises ``BadChanges``."""
    place = 0
    while place < len(data):
        end = place + _FIXED.size + (_UUID_BYTES if data[place] == WRAPPERS else 0)
        if end > len(data):
            raise BadChanges("the last change is cut off")
        yield data[place:end]
        place = end


def changes_root(data: bytes) -> bytes:
    """Return the root hash (32 bytes) of the tree of changes, each an entry (RFC 6962)."""
    return tree_head([leaf_hash(record) for record in records(data)])
