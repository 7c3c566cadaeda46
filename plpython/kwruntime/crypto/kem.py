"""HPKE in base mode over the KEMs of layers, and their keys (``kwshared.algorithms``).

RFC 9180, and draft-ietf-hpke-pq for what it has not. Bytes in, bytes out: nothing here knows the
database or a KMS. Keys have the byte form that those give them. ``hpke`` does the work; it is
imported when it is first needed, as most sessions have no layers.
"""

from importlib import import_module
from typing import Any

from cryptography.exceptions import InvalidTag
from kwshared.algorithms import Kem

from kwruntime.errors import BadArgument, NotAuthentic

TAG_BYTES = 16


def _hpke() -> Any:
    return import_module("kwruntime.crypto.hpke")


def generate(kem: Kem) -> bytes:
    """Return a new private key."""
    private: bytes = _hpke().KEYS[kem.name].generate()
    return private


def public_of(kem: Kem, private: bytes) -> bytes:
    """Return the public key of a private one, both in bytes; raises ``ValueError``."""
    public: bytes = _hpke().KEYS[kem.name].public_bytes_of(private)
    return public


def check_public(kem: Kem, data: bytes) -> None:
    """Raise ``BadArgument`` unless the bytes are a public key."""
    try:
        if len(data) == kem.public_bytes:
            seal(kem, data, b"", b"")  # a point of low order is found only by its use
            return
    except ValueError:
        pass
    raise BadArgument(f"not a public key of {kem.name}, which has {kem.public_bytes} bytes")


def private_key(kem: Kem, data: bytes) -> Any:
    """Return the private key of its bytes, for ``open_sealed``; raises ``NotAuthentic``."""
    try:
        if len(data) == kem.private_bytes:
            return _hpke().KEYS[kem.name].private_of(data)
    except ValueError:
        pass
    raise NotAuthentic(f"not a private key of {kem.name}")


def seal(kem: Kem, public: bytes, info: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Seal a body to a public key; return the encapsulation, and the body 16 bytes longer."""
    sealed = _hpke().encrypt(kem.name, public, info, body)
    return sealed[: kem.encapsulation_bytes], sealed[kem.encapsulation_bytes :]


def open_sealed(kem: Kem, private: Any, info: bytes, encapsulation: bytes, sealed: bytes) -> bytes:
    """Open what ``seal`` made; raises ``NotAuthentic``."""
    try:
        if len(encapsulation) == kem.encapsulation_bytes:
            body: bytes = _hpke().decrypt(kem.name, private, info, encapsulation + sealed)
            return body
    except (InvalidTag, ValueError):
        pass
    raise NotAuthentic("the layer or its associated data was modified")
