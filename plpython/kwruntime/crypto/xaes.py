"""XAES-256-GCM: AES-256-GCM with 24-byte nonces, as C2SP specifies it (c2sp.org/XAES-256-GCM).

The key of a message is derived from the key and the first 12 bytes of its nonce
(NIST SP 800-108 counter mode with CMAC, unrolled to three AES calls), and the last 12
are the nonce of AES-256-GCM.
"""

from collections.abc import Sequence

from kwruntime.crypto.aes_gcm import AESGCM

NONCE_BYTES = 24
PREFIX_BYTES = 12
_POLYNOMIAL = 0x87  # x^128 + x^7 + x^2 + x + 1, for the CMAC subkey
_PAD = bytes(4)  # where the mask has the counter and "X"
_KEPT = 64  # derived keys kept for one key; the values of one call share theirs


class XAES256GCM:
    """One 32-byte key. Keeps the last few message keys: the values of one call share one."""

    __slots__ = ("_block", "_derived", "_mask")

    def __init__(self, key: bytes) -> None:
        # Only bindings of many cells need them, and they take 4 ms to load.
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        # One ECB encryptor serves for all blocks: ECB has no state between them.
        self._block = Cipher(algorithms.AES256(key), modes.ECB()).encryptor()  # noqa: S305
        subkey = int.from_bytes(self._block.update(bytes(16)), "big") << 1
        if subkey >> 128:
            subkey = (subkey ^ _POLYNOMIAL) & ((1 << 128) - 1)
        # M1 and M2 are 0x00 ‖ counter ‖ "X" ‖ 0x00 ‖ nonce[:12], each XOR the subkey.
        first = (0x0001_5800 << 96) ^ subkey
        second = (0x0002_5800 << 96) ^ subkey
        self._mask = ((first << 128) | second).to_bytes(32, "big")
        self._derived: dict[bytes, AESGCM] = {}

    def message_key(self, prefix: bytes) -> AESGCM:
        """Return the AES-256-GCM key for nonces that begin with ``prefix`` (12 bytes)."""
        derived = self._derived.get(prefix)
        if derived is None:
            if len(self._derived) >= _KEPT:
                self._derived.clear()
            (derived,) = self._derive([prefix])
            self._derived[prefix] = derived
        return derived

    def message_keys(self, prefixes: Sequence[bytes]) -> list[AESGCM]:
        """Return the keys of prefixes, in order: of one for all, or of many derived at once."""
        if len(set(prefixes)) == 1:
            return [self.message_key(prefixes[0])] * len(prefixes)
        return self._derive(prefixes)

    def _derive(self, prefixes: Sequence[bytes]) -> list[AESGCM]:
        blocks = b"".join([_PAD + prefix + _PAD + prefix for prefix in prefixes])
        if len(blocks) != len(prefixes) * len(self._mask):
            raise ValueError("a prefix is too short")
        number = int.from_bytes(blocks, "big") ^ int.from_bytes(self._mask * len(prefixes), "big")
        keys = self._block.update(number.to_bytes(len(blocks), "big"))
        return [AESGCM(keys[start : start + 32]) for start in range(0, len(keys), 32)]

    def encrypt(self, nonce: bytes, data: bytes, aad: bytes | None) -> bytes:
        """Return the ciphertext of ``data`` and its 16-byte tag."""
        return self.message_key(nonce[:PREFIX_BYTES]).encrypt(nonce[PREFIX_BYTES:], data, aad)

    def decrypt(self, nonce: bytes, data: bytes, aad: bytes | None) -> bytes:
        """Return the plaintext; raises ``cryptography.exceptions.InvalidTag``."""
        return self.message_key(nonce[:PREFIX_BYTES]).decrypt(nonce[PREFIX_BYTES:], data, aad)
