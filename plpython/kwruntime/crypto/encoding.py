"""The length-prefixed encoding that everything authenticated is written in (docs/format.md)."""

from struct import Struct

_pack = Struct(">I").pack


def lp(*parts: bytes) -> bytes:
    """Return each part behind its length in bytes as a u32, one after the other."""
    return b"".join([_pack(len(part)) + part for part in parts])
