"""Signatures: keys, and what they sign of a message and its context (docs/format.md).

Bytes in, bytes out: nothing here knows the database or a KMS. ``sign`` and ``verify`` are the bare
algorithms, for formats that say themselves what is signed. What an application has signed is
bound to a context: ML-DSA takes it itself (FIPS 204), for the others it is part of what they sign.
"""

from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)
from kwshared.algorithms import SIGNATURES, Signature

from kwruntime.errors import BadArgument, NotAuthentic

MAX_CONTEXT_BYTES = 255
"""The limit of FIPS 204, for every algorithm."""

_SCALAR_BYTES = 32
_ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_MLDSA: dict[str, tuple[Any, Any]] = {
    "ML-DSA-44": (mldsa.MLDSA44PrivateKey, mldsa.MLDSA44PublicKey),
    "ML-DSA-65": (mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey),
    "ML-DSA-87": (mldsa.MLDSA87PrivateKey, mldsa.MLDSA87PublicKey),
}


class PrivateKey(NamedTuple):
    """A private key that can sign."""

    algorithm: Signature
    key: Any

    def __repr__(self) -> str:
        return f"PrivateKey({self.algorithm.name})"

    def sign(self, data: bytes, context: bytes = b"") -> bytes:
        """Return the signature of the bare algorithm; only ML-DSA takes a context."""
        if self.algorithm.has_context:
            signature: bytes = self.key.sign(data, context)
            return signature
        _check_bare(context)
        if self.algorithm.name == "Ed25519":
            return bytes(self.key.sign(data))
        return _raw(self.key.sign(data, _ECDSA))


class PublicKey(NamedTuple):
    """A public key that can verify."""

    algorithm: Signature
    key: Any

    def verify(self, signature: bytes, data: bytes, context: bytes = b"") -> bool:
        """Return whether the signature is one of the bare algorithm for the data."""
        if len(signature) != self.algorithm.signature_bytes:
            return False
        try:
            if self.algorithm.has_context:
                self.key.verify(signature, data, context)
                return True
            _check_bare(context)
            if self.algorithm.name == "Ed25519":
                self.key.verify(signature, data)
                return True
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            self.key.verify(encode_dss_signature(r, s), data, _ECDSA)
        except InvalidSignature:
            return False
        return True


def from_der(signature: bytes) -> bytes | None:
    """Return an ECDSA signature, which is DER, as r and s; null where it is not one."""
    try:
        return _raw(signature)
    except (ValueError, OverflowError):
        return None


def _raw(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(_SCALAR_BYTES, "big") + s.to_bytes(_SCALAR_BYTES, "big")


def _check_bare(context: bytes) -> None:
    if context:
        raise ValueError("the algorithm does not take a context")


# -- a message and its context ----------------------------------------------------------------


def check_context(context: bytes) -> None:
    """Raise ``BadArgument`` where a context is too long."""
    if len(context) > MAX_CONTEXT_BYTES:
        raise BadArgument(
            f"context has {len(context)} bytes, more than {MAX_CONTEXT_BYTES}",
            hint="Use a short name of what is signed, such as a media type or a URI.",
        )


def pae(context: bytes, message: bytes) -> bytes:
    """Return the pre-authentication encoding of DSSE v1: injective, and only ever of such pairs."""
    return b"DSSEv1 %d %b %d %b" % (len(context), context, len(message), message)


def sign_message(private: PrivateKey, message: bytes, context: bytes) -> bytes:
    """Sign a message in its context."""
    if private.algorithm.has_context:
        return private.sign(message, context)
    return private.sign(pae(context, message))


def verify_message(public: PublicKey, signature: bytes, message: bytes, context: bytes) -> bool:
    """Return whether a signature is one of the message in this context."""
    if public.algorithm.has_context:
        return public.verify(signature, message, context)
    return public.verify(signature, pae(context, message))


# -- keys -------------------------------------------------------------------------------------


def generate(algorithm: Signature) -> bytes:
    """Return a new private key: the seed, or of ECDSA the scalar."""
    match algorithm.name:
        case "Ed25519":
            return ed25519.Ed25519PrivateKey.generate().private_bytes_raw()
        case "ECDSA-P-256":
            made = ec.generate_private_key(ec.SECP256R1())
            return made.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big")
    seed: bytes = _MLDSA[algorithm.name][0].generate().private_bytes_raw()
    return seed


def private_key(algorithm: Signature, data: bytes) -> PrivateKey:
    """Return the private key of its bytes; raises ``NotAuthentic``."""
    try:
        if len(data) == algorithm.private_bytes:
            return PrivateKey(algorithm, _private(algorithm, data))
    except ValueError:
        pass
    raise NotAuthentic(f"not a private key of {algorithm.name}")


def _private(algorithm: Signature, data: bytes) -> Any:
    match algorithm.name:
        case "Ed25519":
            return ed25519.Ed25519PrivateKey.from_private_bytes(data)
        case "ECDSA-P-256":
            return ec.derive_private_key(int.from_bytes(data, "big"), ec.SECP256R1())
    return _MLDSA[algorithm.name][0].from_seed_bytes(data)


def public_bytes(private: PrivateKey) -> bytes:
    """Return the public key of a private one, in bytes."""
    public = private.key.public_key()
    if private.algorithm.name == "ECDSA-P-256":
        return bytes(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    return bytes(public.public_bytes_raw())


def public_key(algorithm: Signature, data: bytes) -> PublicKey:
    """Return the public key of its bytes; raises ``BadArgument``."""
    try:
        if len(data) == algorithm.public_bytes:
            return PublicKey(algorithm, _public(algorithm, data))
    except ValueError:
        pass
    raise _not_public(algorithm)


def read_public(data: bytes) -> tuple[str, bytes] | None:
    """Return the algorithm and the bytes of a public key in PEM or DER; null for others."""
    load = load_pem_public_key if data.startswith(b"-----") else load_der_public_key
    try:
        found = load(data)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(found, ed25519.Ed25519PublicKey):
        return "Ed25519", found.public_bytes_raw()
    if isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1):
        return "ECDSA-P-256", found.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return None


def _not_public(algorithm: Signature) -> BadArgument:
    return BadArgument(
        f"not a public key of {algorithm.name}, which has {algorithm.public_bytes} bytes",
        hint="Give the bytes alone, not PEM or DER: for ECDSA an uncompressed point.",
    )


def _public(algorithm: Signature, data: bytes) -> Any:
    match algorithm.name:
        case "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(data)
        case "ECDSA-P-256":
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    return _MLDSA[algorithm.name][1].from_public_bytes(data)


# -- Ed25519's points: the library takes any 32 bytes -------------------------------------------

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = {0, 1, _P - 1, _Y8, _P - _Y8}
"""The y of every point of small order: under such a key one signature is good for any message."""


def check_public(algorithm: Signature, data: bytes) -> None:
    """Raise ``BadArgument`` unless the bytes are a public key that only its holder signs for."""
    public_key(algorithm, data)
    if algorithm is SIGNATURES["Ed25519"] and not _is_sound(data):
        raise _not_public(algorithm)


def _is_sound(data: bytes) -> bool:
    """Whether bytes are a point of Ed25519 in its one encoding, and not of small order."""
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if y >= _P or y in _SMALL_ORDER:
        return False
    # x² = (y² - 1) / (d·y² + 1) has a root: Euler's criterion
    return pow((y * y - 1) * (_D * y * y + 1) % _P, (_P - 1) // 2, _P) == 1
