"""Ed25519 and ML-DSA-44 for signed notes, out of the package of ciphers.

Loaded where the log is signed or a witness's cosignature is checked, and nowhere else.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa
from kwshared.tlog.keys import SignatureType, VerifierKey
from kwshared.tlog.signatures import Sign


def signer(kind: SignatureType, private: bytes) -> tuple[bytes, Sign]:
    """Return the public key of a private one, a seed of 32 bytes, and what signs with it."""
    key: ed25519.Ed25519PrivateKey | mldsa.MLDSA44PrivateKey
    if kind is SignatureType.COSIGNATURE_ML_DSA_44:
        key = mldsa.MLDSA44PrivateKey.from_seed_bytes(private)
    else:
        key = ed25519.Ed25519PrivateKey.from_private_bytes(private)
    return key.public_key().public_bytes_raw(), key.sign


def is_signed(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of a message is this key's; false if the key is malformed."""
    try:
        if key.type is SignatureType.COSIGNATURE_ML_DSA_44:
            mldsa.MLDSA44PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            ed25519.Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
