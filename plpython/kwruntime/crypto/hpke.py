"""Keys of KEMs, and HPKE in base mode over them, by ``cryptography``. Only ``kem`` imports it.

Imported when a layer is sealed or opened, since it loads a large part of ``cryptography``.
"""

import os
from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import shake_256
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SCALAR_BYTES = 32  # also of the seed of a hybrid key
_SEED_BYTES = 64
_MLKEM768_BYTES = 1184


class Keys(NamedTuple):
    """How ``cryptography`` makes the keys of one KEM of bytes."""

    hpke: KEM
    generate: Callable[[], bytes]
    private_of: Callable[[bytes], Any]
    public_of: Callable[[bytes], Any]
    public_bytes_of: Callable[[bytes], bytes]
    """The public key of a private one, both in bytes."""


def encrypt(name: str, public: bytes, info: bytes, body: bytes) -> bytes:
    """Return the encapsulation and the sealed body; raises ``ValueError``."""
    return _suite(name).encrypt(body, _public(name, public), info)


def decrypt(name: str, private: Any, info: bytes, sealed: bytes) -> bytes:
    """Return what ``encrypt`` sealed; raises ``InvalidTag`` or ``ValueError``."""
    return _suite(name).decrypt(sealed, private, info)


@cache
def _suite(name: str) -> Suite:
    """HPKE with a KEM, HKDF-SHA256 and AES-256-GCM."""
    return Suite(KEYS[name].hpke, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@lru_cache(maxsize=64)
def _public(name: str, data: bytes) -> Any:
    return KEYS[name].public_of(data)


# -- X25519 and P-256 (RFC 9180, section 7.1) ---------------------------------------------------


def _x25519_public_bytes(private: bytes) -> bytes:
    return x25519.X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _p256_generate() -> bytes:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return number.to_bytes(_SCALAR_BYTES, "big")


def _p256_private(data: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(data, "big"), ec.SECP256R1())


def _p256_public(data: bytes) -> ec.EllipticCurvePublicKey:
    if data[:1] != b"\x04":  # section 7.1.1: uncompressed, and nothing else
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)


def _p256_public_bytes(private: bytes) -> bytes:
    public = _p256_private(private).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


# -- ML-KEM (FIPS 203; a private key is its seed, d and z), and with X25519 ---------------------


def _mlkem768_public_bytes(seed: bytes) -> bytes:
    return mlkem.MLKEM768PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def _mlkem1024_public_bytes(seed: bytes) -> bytes:
    return mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def _expanded(seed: bytes) -> tuple[bytes, bytes]:
    """Return the seed of ML-KEM-768 and the X25519 key of a hybrid private key (32 bytes)."""
    data = shake_256(seed).digest(_SEED_BYTES + _SCALAR_BYTES)
    return data[:_SEED_BYTES], data[_SEED_BYTES:]


def _hybrid_private(seed: bytes) -> MLKEM768X25519PrivateKey:
    mlkem_seed, scalar = _expanded(seed)
    return MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(mlkem_seed),
        x25519.X25519PrivateKey.from_private_bytes(scalar),
    )


def _hybrid_public(data: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(data[:_MLKEM768_BYTES]),
        x25519.X25519PublicKey.from_public_bytes(data[_MLKEM768_BYTES:]),
    )


def _hybrid_public_bytes(seed: bytes) -> bytes:
    mlkem_seed, scalar = _expanded(seed)
    return _mlkem768_public_bytes(mlkem_seed) + _x25519_public_bytes(scalar)


KEYS = {
    "X25519": Keys(
        KEM.X25519,
        lambda: os.urandom(_SCALAR_BYTES),
        x25519.X25519PrivateKey.from_private_bytes,
        x25519.X25519PublicKey.from_public_bytes,
        _x25519_public_bytes,
    ),
    "P-256": Keys(KEM.P256, _p256_generate, _p256_private, _p256_public, _p256_public_bytes),
    "ML-KEM-768": Keys(
        KEM.MLKEM768,
        lambda: os.urandom(_SEED_BYTES),
        mlkem.MLKEM768PrivateKey.from_seed_bytes,
        mlkem.MLKEM768PublicKey.from_public_bytes,
        _mlkem768_public_bytes,
    ),
    "ML-KEM-1024": Keys(
        KEM.MLKEM1024,
        lambda: os.urandom(_SEED_BYTES),
        mlkem.MLKEM1024PrivateKey.from_seed_bytes,
        mlkem.MLKEM1024PublicKey.from_public_bytes,
        _mlkem1024_public_bytes,
    ),
    "ML-KEM-768+X25519": Keys(
        KEM.MLKEM768_X25519,
        lambda: os.urandom(_SCALAR_BYTES),
        _hybrid_private,
        _hybrid_public,
        _hybrid_public_bytes,
    ),
}
"""The keys of each KEM of ``KEMS``, by its name."""
