"""The length-prefixed encoding that everything authenticated is written in (docs/format.md)."""

from struct import Struct

_U32 = Struct(">I")


def lp(*parts: bytes) -> bytes:
    """Return each part behind its length in bytes as a u32, one after the other."""
    return b"".join([_U32.pack(len(part)) + part for part in parts])
