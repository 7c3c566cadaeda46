"""HKDF (RFC 5869) with SHA-256, one block of output.

``cryptography``'s HKDF objects serve one key each and cost 2.5 µs. Here a key is set up once
for all that is expanded from it. The tests compare with RFC 5869's vectors.
"""

from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

_BLOCK_1 = b"\x01"
_SHA256 = SHA256()


class Prf:
    """HMAC-SHA-256 under one key, set up once: HKDF-Expand, and HKDF-Extract for one salt."""

    __slots__ = ("_mac",)

    def __init__(self, key: bytes) -> None:
        self._mac = HMAC(key, _SHA256)

    def extract(self, ikm: bytes) -> bytes:
        """Return HKDF-Extract(key, ikm), where the key is the salt: 32 bytes."""
        mac = self._mac.copy()
        mac.update(ikm)
        return mac.finalize()

    def extract_many(self, many: Iterable[bytes]) -> list[bytes]:
        """Return that of many."""
        copy, found = self._mac.copy, []
        for ikm in many:
            mac = copy()
            mac.update(ikm)
            found.append(mac.finalize())
        return found

    def expand(self, info: bytes) -> bytes:
        """Return the first 32 bytes of HKDF-Expand(key, info)."""
        mac = self._mac.copy()
        mac.update(info + _BLOCK_1)
        return mac.finalize()
