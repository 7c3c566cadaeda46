"""Values on their way to another database, sealed under a data key that is made for one move.

AES-SIV (RFC 5297) seals the value of a cell to the same bytes each time. So the destination can
show that it stored what it was sent: it seals its own values, and compares. Equal values of two
cells differ, since the cell is part of what is authenticated.
"""

from kwruntime.crypto.encoding import lp
from kwruntime.crypto.kdf import Prf

_SALT = b"kwtools/2 move"
_KEY = b"kwtools/2 move key"
_VALUE = b"kwtools/2 move value"


class Carrier:
    """The data key of a move, which never protects anything else."""

    __slots__ = ("_siv",)

    def __init__(self, dek: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # a move only needs it

        prk = Prf(Prf(_SALT).extract(dek))
        self._siv = AESSIV(b"".join(prk.expand(lp(_KEY, half)) for half in (b"\x01", b"\x02")))

    def seal(self, entity: str, pk: str, field: str | None, value: bytes) -> bytes:
        """Return the value of a cell, sealed."""
        return self._siv.encrypt(value, [_cell(entity, pk, field)])

    def open(self, entity: str, pk: str, field: str | None, sealed: bytes) -> bytes:
        """Return the value of a cell; raises ``cryptography.exceptions.InvalidTag``."""
        return self._siv.decrypt(sealed, [_cell(entity, pk, field)])


def _cell(entity: str, pk: str, field: str | None) -> bytes:
    shown = b"\x00" if field is None else b"\x01" + field.encode()
    return lp(_VALUE, entity.encode(), pk.encode(), shown)
