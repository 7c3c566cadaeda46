"""Public keys that verify notes, by the types of signature that C2SP signed-note assigns.

| type | signs | public key | signature |
| --- | --- | --- | --- |
| 0x01 Ed25519 (RFC 8032) | the text | 32 | 64 |
| 0x04 Ed25519 cosignature | time and text of a checkpoint | 32 | 8 + 64 |
| 0x06 ML-DSA-44 cosignature (FIPS 204) | name, time, origin, size and root | 1312 | 8 + 2420 |

Lengths in bytes; the 8 are the time (C2SP tlog-cosignature).
"""

from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from kwshared.tlog.notes import KEY_ID_BYTES
from kwshared.tlog.text import FormatError, base64, check_name, from_base64

MAX_NAME_BYTES = 255
"""Of name and origin where ML-DSA-44 signs them (C2SP tlog-cosignature)."""


class SignatureType(IntEnum):
    """The types of signature that this package knows."""

    ED25519 = 0x01
    COSIGNATURE_ED25519 = 0x04
    COSIGNATURE_ML_DSA_44 = 0x06

    @property
    def public_bytes(self) -> int:
        """How long a public key is."""
        return 1312 if self is SignatureType.COSIGNATURE_ML_DSA_44 else 32

    @property
    def signature_bytes(self) -> int:
        """How long a signature is, without the time before it."""
        return 2420 if self is SignatureType.COSIGNATURE_ML_DSA_44 else 64


class VerifierKey(NamedTuple):
    """A name and a public key. As a text it is a verifier key (vkey) of the specification."""

    name: str
    type: SignatureType
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key)."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        check(self)
        return f"{self.name}+{self.key_id.hex()}+{base64(bytes([self.type]) + self.public)}"


def check(key: VerifierKey) -> VerifierKey:
    """Return a key that has a valid name and a public key of the right length."""
    check_name(key.name)
    if len(key.public) != key.type.public_bytes:
        raise FormatError("public key has a wrong length")
    if key.type is SignatureType.COSIGNATURE_ML_DSA_44 and len(key.name.encode()) > MAX_NAME_BYTES:
        raise FormatError("key name is too long for ML-DSA-44")
    return key


def parse(text: str) -> VerifierKey:
    """Read a verifier key: name, key id in lower hexadecimal, base64 of type and public key."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise FormatError("verifier key requires a name, a key id and a public key")
    data = from_base64(parts[2])
    if data[:1] not in [bytes([one]) for one in SignatureType]:
        raise FormatError("verifier key has an unknown type of signature")
    key = check(VerifierKey(parts[0], SignatureType(data[0]), data[1:]))
    if str(key) != text:
        raise FormatError("verifier key has another key id than its name and public key give")
    return key
