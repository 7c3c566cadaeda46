"""The catalogue of algorithms: what this runtime really does, by standard names.

``kw.crypto_algorithms`` has the same rows, with the statuses that an admin gave them. Levels
are NIST's post-quantum security categories (1 to 5); none where there is no such security.
"""

from typing import Any, NamedTuple

from kwruntime.crypto.kem import AEAD_ID, KDF_ID, KEMS
from kwruntime.errors import BadArgument

ACTIVE, DEPRECATED, EXPERIMENTAL = "active", "deprecated", "experimental"
STATUSES = (ACTIVE, DEPRECATED, EXPERIMENTAL)
MAX_LEVEL = 5


class Algorithm(NamedTuple):
    """A row of the catalogue; ``params`` has sizes in bytes."""

    kind: str
    name: str
    nist_level: int | None
    params: dict[str, Any]


_LEVELS = {"ML-KEM-768": 3, "ML-KEM-1024": 5, "ML-KEM-768+X25519": 3}
_KEM_SOURCES = {
    "X25519": "RFC 7748; RFC 9180, DHKEM(X25519, HKDF-SHA256)",
    "P-256": "NIST SP 800-186; RFC 9180, DHKEM(P-256, HKDF-SHA256)",
    "ML-KEM-768": "FIPS 203; draft-ietf-hpke-pq-04",
    "ML-KEM-1024": "FIPS 203; draft-ietf-hpke-pq-04",
    "ML-KEM-768+X25519": "FIPS 203 and RFC 7748; draft-ietf-hpke-pq-04, MLKEM768-X25519",
}
_ALIASES = {
    "X25519": ("DHKEM(X25519, HKDF-SHA256)",),
    "P-256": ("secp256r1", "prime256v1", "DHKEM(P-256, HKDF-SHA256)"),
    "ML-KEM-768": ("MLKEM768",),
    "ML-KEM-1024": ("MLKEM1024",),
    "ML-KEM-768+X25519": ("MLKEM768-X25519", "X-Wing"),
    "AES-256-GCM": ("A256GCM",),
    "SHA-256": ("SHA2-256",),
}

CATALOGUE = (
    *(
        Algorithm(
            "kem",
            kem.name,
            _LEVELS.get(kem.name),
            {
                "aead": AEAD_ID,
                "aliases": list(_ALIASES[kem.name]),
                "encapsulation_bytes": kem.encapsulation_bytes,
                "kdf": KDF_ID,
                "kem": kem.kem_id,
                "private_key_bytes": kem.private_bytes,
                "public_key_bytes": kem.public_bytes,
                "source": _KEM_SOURCES[kem.name],
            },
        )
        for kem in KEMS.values()
    ),
    Algorithm(
        "symmetric",
        "AES-256-GCM",
        5,
        {
            "aliases": list(_ALIASES["AES-256-GCM"]),
            "key_bytes": 32,
            "nonce_bytes": 12,
            "source": "FIPS 197; NIST SP 800-38D",
            "tag_bytes": 16,
        },
    ),
    Algorithm(
        "symmetric",
        "XAES-256-GCM",
        5,
        {
            "aliases": [],
            "key_bytes": 32,
            "nonce_bytes": 24,
            "source": "C2SP XAES-256-GCM",
            "tag_bytes": 16,
        },
    ),
    Algorithm(
        "hash",
        "SHA-256",
        2,
        {"aliases": list(_ALIASES["SHA-256"]), "digest_bytes": 32, "source": "FIPS 180-4"},
    ),
    Algorithm(
        "sig",
        "Ed25519",
        None,
        {"aliases": [], "public_key_bytes": 32, "signature_bytes": 64, "source": "RFC 8032"},
    ),
    Algorithm(
        "sig",
        "ML-DSA-65",
        3,
        {
            "aliases": ["MLDSA65"],
            "public_key_bytes": 1952,
            "signature_bytes": 3309,
            "source": "FIPS 204",
        },
    ),
)

_NAMES = {
    alias.lower(): one.name for one in CATALOGUE for alias in (one.name, *one.params["aliases"])
}


def standard_name(name: str) -> str:
    """Return the catalogue's name of an algorithm, of any case or by another name that it has.

    Raises ``BadArgument``.
    """
    found = _NAMES.get(name.lower())
    if found is None:
        raise BadArgument(
            f"{name!r} names no algorithm of this version", hint="See kw.crypto_algorithms."
        )
    return found


def kem_name(name: str | None) -> str | None:
    """Return the catalogue's name where that is a KEM, else null."""
    found = _NAMES.get((name or "").lower())
    return found if found in KEMS else None
