"""Ed25519 and ML-DSA-44 for signed notes.

Loaded where the log is signed or a witness's cosignature is checked, and nowhere else.
"""

from kwshared.algorithms import SIGNATURES, Signature
from kwshared.tlog.keys import SignatureType, VerifierKey
from kwshared.tlog.signatures import Sign

from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument


def signer(kind: SignatureType, private: bytes) -> tuple[bytes, Sign]:
    """Return the public key of a private one, a seed of 32 bytes, and what signs with it."""
    key = signatures.private_key(_algorithm(kind), private)
    return signatures.public_bytes(key), key.sign


def is_signed(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of a message is this key's; false if the key is malformed."""
    try:
        return signatures.public_key(_algorithm(key.type), key.public).verify(signature, message)
    except BadArgument:
        return False


def _algorithm(kind: SignatureType) -> Signature:
    is_post_quantum = kind is SignatureType.COSIGNATURE_ML_DSA_44
    return SIGNATURES["ML-DSA-44" if is_post_quantum else "Ed25519"]
