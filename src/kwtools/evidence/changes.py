"""The verifier's reader of packed changes of an event (format.md)."""

from collections.abc import Iterator

from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import fold, of_entry

_BYTES, OF_WRAPPERS = 29, 45
"""Of a change, and of that of a wrapper."""


def split(data: bytes) -> Iterator[bytes]:
    """Yield each change; raises ``BadForm``."""
    start = 0
    while start < len(data):
        end = start + (OF_WRAPPERS if data[start] == 1 else _BYTES)
        if end > len(data):
            raise BadForm("its last change is cut off")
        yield data[start:end]
        start = end


def root_of_changes(data: bytes) -> bytes:
    """Return the root hash of the tree that the changes are the entries of."""
    return fold([of_entry(one) for one in split(data)])
