"""The catalogue of algorithms: what this version really does, by standard names.

The build writes it into ``kw.crypto_algorithms``. Levels are NIST's post-quantum security
categories (1 to 5); none if it has no such security.
"""

from typing import Any, NamedTuple

KDF_ID = 1
"""HKDF-SHA256, for every layer (RFC 9180, section 7.2)."""

AEAD_ID = 2
"""AES-256-GCM, for every layer (RFC 9180, section 7.3)."""

MAX_LEVEL = 5


class Algorithm(NamedTuple):
    """A row of the catalogue; ``params`` has sizes in bytes, in the order of their names."""

    kind: str
    name: str
    nist_level: int | None
    params: dict[str, Any]


class Kem(NamedTuple):
    """One KEM: its id of HPKE and where that stands, and its sizes in bytes."""

    name: str
    kem_id: int
    specification: str
    public_bytes: int
    private_bytes: int
    encapsulation_bytes: int

    def __repr__(self) -> str:
        return f"Kem({self.name!r})"


class Signature(NamedTuple):
    """One signature algorithm: its sizes in bytes, and whether it takes a context itself."""

    name: str
    public_bytes: int
    private_bytes: int
    signature_bytes: int
    has_context: bool

    def __repr__(self) -> str:
        return f"Signature({self.name!r})"


_RFC, _DRAFT = "RFC 9180", "draft-ietf-hpke-pq-04"

KEMS = {
    kem.name: kem
    for kem in (
        Kem("X25519", 0x0020, _RFC, 32, 32, 32),
        Kem("P-256", 0x0010, _RFC, 65, 32, 65),
        Kem("ML-KEM-768", 0x0041, _DRAFT, 1184, 64, 1088),
        Kem("ML-KEM-1024", 0x0042, _DRAFT, 1568, 64, 1568),
        Kem("ML-KEM-768+X25519", 0x647A, _DRAFT, 1216, 32, 1120),
    )
}
"""The KEMs of this version, by name."""

SIGNATURES = {
    one.name: one
    for one in (
        Signature("Ed25519", 32, 32, 64, has_context=False),
        Signature("ECDSA-P-256", 65, 32, 64, has_context=False),
        Signature("ML-DSA-44", 1312, 32, 2420, has_context=True),
        Signature("ML-DSA-65", 1952, 32, 3309, has_context=True),
        Signature("ML-DSA-87", 2592, 32, 4627, has_context=True),
    )
}
"""The signature algorithms of this version, by name."""


def _kem(name: str, level: int | None, source: str, *aliases: str) -> Algorithm:
    kem = KEMS[name]
    params = {
        "aead": AEAD_ID,
        "aliases": list(aliases),
        "encapsulation_bytes": kem.encapsulation_bytes,
        "kdf": KDF_ID,
        "kem": kem.kem_id,
        "private_key_bytes": kem.private_bytes,
        "public_key_bytes": kem.public_bytes,
        "source": source,
    }
    return Algorithm("kem", name, level, params)


def _cipher(name: str, nonce_bytes: int, source: str, *aliases: str) -> Algorithm:
    params = {
        "aliases": list(aliases), "key_bytes": 32, "nonce_bytes": nonce_bytes, "source": source,
        "tag_bytes": 16,
    }  # fmt: skip
    return Algorithm("symmetric", name, 5, params)


def _signature(name: str, level: int | None, source: str, *aliases: str) -> Algorithm:
    one = SIGNATURES[name]
    params = {
        "aliases": list(aliases), "public_key_bytes": one.public_bytes,
        "signature_bytes": one.signature_bytes, "source": source,
    }  # fmt: skip
    return Algorithm("sig", name, level, params)


CATALOGUE = (
    _kem(
        "X25519", None, "RFC 7748; RFC 9180, DHKEM(X25519, HKDF-SHA256)",
        "DHKEM(X25519, HKDF-SHA256)",
    ),
    _kem(
        "P-256", None, "NIST SP 800-186; RFC 9180, DHKEM(P-256, HKDF-SHA256)",
        "secp256r1", "prime256v1", "DHKEM(P-256, HKDF-SHA256)",
    ),
    _kem("ML-KEM-768", 3, f"FIPS 203; {_DRAFT}", "MLKEM768"),
    _kem("ML-KEM-1024", 5, f"FIPS 203; {_DRAFT}", "MLKEM1024"),
    _kem(
        "ML-KEM-768+X25519", 3, f"FIPS 203 and RFC 7748; {_DRAFT}, MLKEM768-X25519",
        "MLKEM768-X25519", "X-Wing",
    ),
    _cipher("AES-256-GCM", 12, "FIPS 197; NIST SP 800-38D", "A256GCM"),
    _cipher("XAES-256-GCM", 24, "C2SP XAES-256-GCM"),
    Algorithm(
        "hash", "SHA-256", 2,
        {"aliases": ["SHA2-256"], "digest_bytes": 32, "source": "FIPS 180-4"},
    ),
    _signature("Ed25519", None, "RFC 8032"),
    _signature("ML-DSA-65", 3, "FIPS 204", "MLDSA65"),
    _signature(
        "ECDSA-P-256", None, "FIPS 186-5, with SHA-256; RFC 6979", "ECDSA P-256",
        "ECDSA-P256-SHA256", "ES256",
    ),
    _signature("ML-DSA-44", 2, "FIPS 204", "MLDSA44"),
    _signature("ML-DSA-87", 5, "FIPS 204", "MLDSA87"),
)  # fmt: skip
"""In the order of the ids that they have in every database: new ones come last."""

_NAMES = {
    alias.lower(): one.name for one in CATALOGUE for alias in (one.name, *one.params["aliases"])
}


def name_of(name: str) -> str | None:
    """Return the catalogue's name of an algorithm, of any case or by another name that it has."""
    return _NAMES.get(name.lower())


def kem_name(name: str | None) -> str | None:
    """Return the catalogue's name where that is a KEM, else null."""
    found = name_of(name or "")
    return found if found in KEMS else None


def signature_name(name: str | None) -> str | None:
    """Return the catalogue's name where that is a signature algorithm, else null."""
    found = name_of(name or "")
    return found if found in SIGNATURES else None
