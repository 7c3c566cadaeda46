"""The public keys that an auditor trusts, as verifier keys (vkeys) of C2SP signed-note.

Three types of signature are read: 0x01 Ed25519 (64 bytes), 0x04 the cosignature by Ed25519 and
0x06 the one by ML-DSA-44 (8 bytes of time, then 64 or 2420; C2SP tlog-cosignature).
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from kwtools.evidence.lines import BadForm, decoded, key_name

ED25519, TIMED_ED25519, TIMED_ML_DSA_44 = 1, 4, 6
_PUBLIC_BYTES = {ED25519: 32, TIMED_ED25519: 32, TIMED_ML_DSA_44: 1312}


@dataclass(frozen=True)
class PublicKey:
    """A name, a type of signature and the key's bytes. Name and ``key_id`` tell its lines."""

    name: str
    kind: int
    data: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that begin each of its signatures."""
        return hashlib.sha256(b"%s\n%c%s" % (self.name.encode(), self.kind, self.data)).digest()[:4]

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Say whether a signature, without the time before it, is this key's."""
        try:
            if self.kind == TIMED_ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.data).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.data).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read(vkey: str) -> PublicKey:
    """Read a verifier key: ``<name>+<key id>+<base64 of type and public key>``."""
    try:
        name, key_id, material = vkey.encode().split(b"+", 2)
    except ValueError:  # too few parts, or surrogates
        raise BadForm("it is not a verifier key") from None
    data = decoded(material)
    if _PUBLIC_BYTES.get(data[0]) != len(data) - 1:
        raise BadForm("its type of signature is unknown, or its public key has a wrong length")
    key = PublicKey(key_name(name), data[0], data[1:])
    if key.key_id.hex().encode() != key_id:
        raise BadForm("its key id is not that of its name and public key")
    return key
