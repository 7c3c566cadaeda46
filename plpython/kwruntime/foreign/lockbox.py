"""lockbox (Ruby): AES-256-GCM under a key for each table and attribute.

A value is nonce (12 bytes), ciphertext and tag (16), usually in base64. The attribute's key is
HKDF-SHA-384 of the master key: the table's name is the salt, 32 bytes B4 and the attribute's name
the info.
"""

import binascii

from cryptography.exceptions import InvalidTag

from kwruntime.crypto.aes_gcm import AESGCM
from kwruntime.errors import BadArgument
from kwruntime.foreign.findings import DOES_NOT_OPEN, NOT_THIS_FORMAT, NotOpened
from kwruntime.foreign.options import Options, without_line_end

OPTIONS = ("table", "attribute", "attribute_key", "encoding", "padding", "algorithm")
_KEY, _NONCE, _TAG = 32, 12, 16


class Lockbox:
    """Opens the values of one attribute; of several keys, one a line, it tries each."""

    def __init__(self, key: bytes, options: Options) -> None:
        if options.text("algorithm", "aes-gcm") != "aes-gcm":
            raise BadArgument(
                "algorithm of lockbox is not supported",
                hint="Have lockbox rotate the column to aes-gcm first.",
            )
        self._decoded = options.decoder("base64")
        self._padding = options.number("padding", 0)
        if not 0 <= self._padding <= 65_536:
            raise BadArgument('option "padding" must be from 0 to 65536')
        keys = _keys(key)
        if not options.flag("attribute_key"):
            names = options.required("table"), options.required("attribute")
            keys = [_attribute_key(one, *names) for one in keys]
        self._ciphers = list(map(AESGCM, keys))

    def open(self, value: bytes, nonce: bytes | None, associated: bytes | None) -> bytes:
        """Return the plaintext of a value; raises ``NotOpened``. The nonce is in the value."""
        whole = self._decoded(value)
        if len(whole) < _NONCE + _TAG:
            raise NotOpened(NOT_THIS_FORMAT)
        for cipher in self._ciphers:
            try:
                return self._unpadded(cipher.decrypt(whole[:_NONCE], whole[_NONCE:], associated))
            except InvalidTag:
                continue
        raise NotOpened(DOES_NOT_OPEN)

    def _unpadded(self, padded: bytes) -> bytes:
        """Take off the padding of ISO/IEC 7816-4: 80, then zeros, a block at most."""
        if not self._padding:
            return padded
        found = padded.rstrip(b"\0")
        if not found.endswith(b"\x80") or len(padded) - len(found) >= self._padding:
            raise NotOpened(DOES_NOT_OPEN)
        return found[:-1]


def _keys(given: bytes) -> list[bytes]:
    """Return the keys: 32 bytes, or lines of 64 hexadecimal digits."""
    if len(given) == _KEY:
        return [given]
    try:
        keys = [binascii.unhexlify(line.strip()) for line in without_line_end(given).split(b"\n")]
    except (binascii.Error, ValueError):
        keys = []
    if not keys or any(len(key) != _KEY for key in keys):
        raise BadArgument("key of lockbox must be 32 bytes or 64 hexadecimal digits")
    return keys


def _attribute_key(master: bytes, table: str, attribute: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA384  # few sessions need them
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = b"\xb4" * 32 + attribute.encode()
    return HKDF(SHA384(), _KEY, table.encode(), info).derive(master)
