"""pgcrypto's raw ``encrypt()`` and ``encrypt_iv()`` with AES.

The key is used as it is, filled up with zeros to 16, 24 or 32 bytes; the IV is zeros where none was
given. Nothing is authenticated: a wrong key shows only as wrong padding, and about one value of
256 has right padding by chance.
"""

import re

from kwruntime.errors import BadArgument
from kwruntime.foreign.findings import DOES_NOT_OPEN, NOT_THIS_FORMAT, NotOpened
from kwruntime.foreign.options import Options

OPTIONS = ("type", "iv", "encoding")
_BLOCK = 16
_TYPE = re.compile(r"aes(?:-(cbc|ecb))?(?:/pad:(pkcs|none))?", re.IGNORECASE)


class RawAes:
    """Opens the values of a column that have one key and one type."""

    def __init__(self, key: bytes, options: Options) -> None:
        from cryptography.hazmat.primitives.ciphers import algorithms  # few sessions need it

        text = options.text("type", "aes") or ""
        matched = _TYPE.fullmatch(text.replace(" ", ""))
        if matched is None:
            raise BadArgument(
                "type of raw encryption is not supported",
                hint="Use aes, aes-cbc or aes-ecb, with /pad:pkcs or /pad:none.",
            )
        self._is_ecb = (matched[1] or "").lower() == "ecb"
        self._is_padded = (matched[2] or "").lower() != "none"
        if not 0 < len(key) <= 32:
            raise BadArgument("key of raw AES must have 1 to 32 bytes")
        size = next(size for size in (16, 24, 32) if len(key) <= size)
        self._algorithm = algorithms.AES(key.ljust(size, b"\0"))
        self._decoded = options.decoder("raw")
        self._is_iv_in_front = options.text("iv") == "in front"
        if options.text("iv") not in (None, "in front"):
            raise BadArgument(
                'option "iv" must be "in front"',
                hint="Give the IVs of the rows as nonces where they are in a column.",
            )

    def open(self, value: bytes, nonce: bytes | None, associated: bytes | None) -> bytes:
        """Return the plaintext of a value; raises ``NotOpened``. The nonce is the IV."""
        from cryptography.hazmat.primitives.ciphers import Cipher, modes

        data = self._decoded(value)
        iv = (nonce or b"")[:_BLOCK].ljust(_BLOCK, b"\0")
        if self._is_iv_in_front:
            iv, data = data[:_BLOCK], data[_BLOCK:]
        if len(data) % _BLOCK or len(iv) != _BLOCK or (self._is_padded and not data):
            raise NotOpened(NOT_THIS_FORMAT)
        mode = modes.ECB() if self._is_ecb else modes.CBC(iv)  # noqa: S305
        opening = Cipher(self._algorithm, mode).decryptor()
        plain = opening.update(data) + opening.finalize()
        return _unpadded(plain) if self._is_padded else plain


def _unpadded(plain: bytes) -> bytes:
    """Take off the padding of PKCS #7."""
    count = plain[-1]
    if not 0 < count <= _BLOCK or plain[-count:] != bytes([count]) * count:
        raise NotOpened(DOES_NOT_OPEN)
    return plain[:-count]
