"""The KEMs of layers: key pairs, and HPKE in base mode over them.

RFC 9180, and draft-ietf-hpke-pq for what it has not, by ``cryptography``. Bytes in, bytes
out: nothing here knows the database or a KMS. Keys have the byte form that those give them.
"""

import os
from collections.abc import Callable
from functools import cache, lru_cache
from hashlib import shake_256
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
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

from kwruntime.errors import BadArgument, NotAuthentic

KDF_ID = 1
"""HKDF-SHA256, for every layer (RFC 9180, section 7.2)."""

AEAD_ID = 2
"""AES-256-GCM, for every layer (RFC 9180, section 7.3)."""

TAG_BYTES = 16
_SCALAR_BYTES = 32  # also of the seed of a hybrid key
_SEED_BYTES = 64
_MLKEM768_BYTES = 1184


class Kem(NamedTuple):
    """One KEM: its id and sizes in bytes, and how ``cryptography`` makes its keys of bytes."""

    name: str
    kem_id: int
    specification: str
    public_bytes: int
    private_bytes: int
    encapsulation_bytes: int
    hpke: KEM
    generate: Callable[[], bytes]
    private_of: Callable[[bytes], Any]
    public_of: Callable[[bytes], Any]
    public_bytes_of: Callable[[bytes], bytes]
    """The public key of a private one, both in bytes."""

    def __repr__(self) -> str:
        return f"Kem({self.name!r})"

    @property
    def suite(self) -> Suite:
        """HPKE with this KEM, HKDF-SHA256 and AES-256-GCM."""
        return _suite(self.hpke)


@cache
def _suite(hpke: KEM) -> Suite:
    return Suite(hpke, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def generate(kem: Kem) -> bytes:
    """Return a new private key."""
    return kem.generate()


def check_public(kem: Kem, data: bytes) -> None:
    """Raise ``BadArgument`` unless the bytes are a public key."""
    try:
        if len(data) == kem.public_bytes:
            seal(kem, data, b"", b"")  # a point of low order is found only by its use
            return
    except ValueError:
        pass
    raise BadArgument(f"that is not a public key of {kem.name}, which has {kem.public_bytes} bytes")


def private_key(kem: Kem, data: bytes) -> Any:
    """Return the private key of its bytes, for ``open_sealed``; raises ``NotAuthentic``."""
    try:
        if len(data) == kem.private_bytes:
            return kem.private_of(data)
    except ValueError:
        pass
    raise NotAuthentic(f"that is not a private key of {kem.name}")


def seal(kem: Kem, public: bytes, info: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Seal a body to a public key; return the encapsulation, and the body 16 bytes longer."""
    sealed = kem.suite.encrypt(body, _public(kem.name, public), info)
    return sealed[: kem.encapsulation_bytes], sealed[kem.encapsulation_bytes :]


def open_sealed(kem: Kem, private: Any, info: bytes, encapsulation: bytes, sealed: bytes) -> bytes:
    """Open what ``seal`` made; raises ``NotAuthentic``."""
    try:
        if len(encapsulation) == kem.encapsulation_bytes:
            return kem.suite.decrypt(encapsulation + sealed, private, info)
    except (InvalidTag, ValueError):
        pass
    raise NotAuthentic("the layer, or what it is bound to, was changed")


@lru_cache(maxsize=64)
def _public(name: str, data: bytes) -> Any:
    return KEMS[name].public_of(data)


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


_RFC, _DRAFT = "RFC 9180", "draft-ietf-hpke-pq-04"

KEMS = {
    kem.name: kem
    for kem in (
        Kem(
            "X25519", 0x0020, _RFC, 32, 32, 32, KEM.X25519, lambda: os.urandom(_SCALAR_BYTES),
            x25519.X25519PrivateKey.from_private_bytes,
            x25519.X25519PublicKey.from_public_bytes, _x25519_public_bytes,
        ),
        Kem(
            "P-256", 0x0010, _RFC, 65, 32, 65, KEM.P256, _p256_generate,
            _p256_private, _p256_public, _p256_public_bytes,
        ),
        Kem(
            "ML-KEM-768", 0x0041, _DRAFT, 1184, 64, 1088, KEM.MLKEM768,
            lambda: os.urandom(_SEED_BYTES), mlkem.MLKEM768PrivateKey.from_seed_bytes,
            mlkem.MLKEM768PublicKey.from_public_bytes, _mlkem768_public_bytes,
        ),
        Kem(
            "ML-KEM-1024", 0x0042, _DRAFT, 1568, 64, 1568, KEM.MLKEM1024,
            lambda: os.urandom(_SEED_BYTES), mlkem.MLKEM1024PrivateKey.from_seed_bytes,
            mlkem.MLKEM1024PublicKey.from_public_bytes, _mlkem1024_public_bytes,
        ),
        Kem(
            "ML-KEM-768+X25519", 0x647A, _DRAFT, 1216, 32, 1120, KEM.MLKEM768_X25519,
            lambda: os.urandom(_SCALAR_BYTES), _hybrid_private, _hybrid_public,
            _hybrid_public_bytes,
        ),
    )
}  # fmt: skip
"""The KEMs of this version, by name."""
