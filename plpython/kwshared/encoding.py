"""The length-prefixed encoding that everything authenticated is written in (docs/format.md)."""

from struct import Struct

_length = Struct(">I")


def lp(*parts: bytes) -> bytes:
    """Return each part behind its length in bytes as a u32, one after the other."""
    return b"".join([_length.pack(len(part)) + part for part in parts])


def parts_of(data: bytes) -> list[bytes]:
    """Return the parts that ``lp`` joined; raises ``ValueError`` where bytes are left over."""
    found: list[bytes] = []
    at = 0
    while at < len(data):
        if len(data) - at < _length.size:
            raise ValueError("a length is cut off")
        (length,) = _length.unpack_from(data, at)
        at += _length.size
        if len(data) - at < length:
            raise ValueError("a part is cut off")
        found.append(data[at : at + length])
        at += length
    return found
