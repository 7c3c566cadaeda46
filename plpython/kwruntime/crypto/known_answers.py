"""A known-answer test of each algorithm of the catalogue, in the process that uses it.

A library that was replaced or miscompiled is found before it wraps a key. Each test has its
source; the vectors of whole files are in the project's own tests.
"""

from collections.abc import Callable
from functools import partial
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from kwshared.algorithms import KEMS, SIGNATURES

from kwruntime.crypto import kem, signatures
from kwruntime.crypto.xaes import XAES256GCM
from kwruntime.errors import NotAuthentic


def passes(name: str) -> bool:
    """Run the test of an algorithm; raises ``KeyError`` where there is none."""
    return _TESTS[name]()


# A private key, and the SHA-256 of its public key: of the vectors of RFC 9180 (A.1 and A.3) and of
# draft-ietf-hpke-pq. Seals are random, so each key also seals and opens.
_KEYS = {
    "X25519": (
        "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        "8b228cd75ab70badbec1beb5233f068a684fe81c7c6261c0c8a7af320e9d841b",
    ),
    "P-256": (
        "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
        "8710cee59cfe355aed7b658ce51b8269ee732b1f70a97c25c7e9cece1e6b14aa",
    ),
    "ML-KEM-768": (
        "e3408aae322a3628a4d641c2690d4eb212fd66f369782f2dd22fa293476c6995"
        "7716be20e83920cd26a7710110a34ac3d5da7d90efdc9759812f5cf1a47e85bf",
        "cf9788b0adde41745ceb639c4a4ca6e58803207fd9861c3c662737b13184d413",
    ),
    "ML-KEM-1024": (
        "c58f733ea1245a7a54723c30dbf0837acdd7e93c188692523b53b132b993a25a"
        "f933368a76bbcbf1212e1d34d7128e32c387dc9b04a7ceb0e2b40e1e5769c57d",
        "121abb2e70d21f6bead6d5cdf57f9cbc3dc460081b36007054cb01963b6f6140",
    ),
    "ML-KEM-768+X25519": (
        "3ec47fa82dd5689d27c6190e724c74ec8f608df3331ce331929e37b829676630",
        "ad8aaf3f00d8a39bfeec2947a7d5dde68be08bba19bd301a348a45dc5fcc8341",
    ),
}
_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
# Of the first deterministic signature of each KAT file of ML-DSA: xi, and the SHA-256 of pk.
_MLDSA_SEED = "f696484048ec21f96cf50a56d0759c448f3779752f0383d37449690694cf7a68"
_MLDSA_PUBLIC = {
    "ML-DSA-44": "18288249b90bcbd48d473d2a507cc3c1e95e040f639ac3333a8ed1891de14552",
    "ML-DSA-65": "ab0f27cfe4f84d2a9fa74d48467439df9e5dd8401f8715f82ed70e43a371400a",
    "ML-DSA-87": "b509c4ebd6b5fa67009c73cc7cebe55a3f38486a24acfbf9d91dd04f63e660b5",
}


def _kem(name: str) -> bool:
    one, (private, public) = KEMS[name], _KEYS[name]
    data = bytes.fromhex(private)
    key = kem.public_of(one, data)
    encapsulation, sealed = kem.seal(one, key, b"info", b"body")
    opened = kem.open_sealed(one, kem.private_key(one, data), b"info", encapsulation, sealed)
    try:
        kem.open_sealed(one, kem.private_key(one, data), b"other", encapsulation, sealed)
    except NotAuthentic:
        return opened == b"body" and sha256(key).hexdigest() == public
    return False


def _aes_256_gcm() -> bool:
    """McGrew and Viega, The Galois/Counter Mode of Operation (GCM), test case 14."""
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), None)
    return sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def _xaes_256_gcm() -> bool:
    """The first vector of C2SP XAES-256-GCM."""
    sealed = XAES256GCM(b"\x01" * 32).encrypt(b"ABCDEFGHIJKLMNOPQRSTUVWX", b"XAES-256-GCM", b"")
    return sealed.hex() == "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"


def _ed25519() -> bool:
    """RFC 8032, section 7.1, test 1."""
    return _signs(
        "Ed25519",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        b"",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    )


def _ecdsa_p_256() -> bool:
    """RFC 6979, appendix A.2.5, with SHA-256."""
    return _signs(
        "ECDSA-P-256",
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        b"sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    )


def _signs(name: str, private: str, message: bytes, expected: str) -> bool:
    """Whether an algorithm that is deterministic gives a signature, and takes it of no other."""
    one = SIGNATURES[name]
    key = signatures.private_key(one, bytes.fromhex(private))
    signature = key.sign(message)
    public = signatures.public_key(one, signatures.public_bytes(key))
    return (
        signature.hex() == expected
        and public.verify(signature, message)
        and not public.verify(signature, message + b".")
    )


def _ml_dsa(name: str) -> bool:
    """Whether it has the public key of a seed; its signatures are random."""
    one = SIGNATURES[name]
    key = signatures.private_key(one, bytes.fromhex(_MLDSA_SEED))
    signature, data = key.sign(b"message", b"context"), signatures.public_bytes(key)
    public = signatures.public_key(one, data)
    return (
        sha256(data).hexdigest() == _MLDSA_PUBLIC[name]
        and public.verify(signature, b"message", b"context")
        and not public.verify(signature, b"another", b"context")
        and not public.verify(signature, b"message", b"another")
    )


_TESTS: dict[str, Callable[[], bool]] = {
    **{name: partial(_kem, name) for name in KEMS},
    "AES-256-GCM": _aes_256_gcm,
    "XAES-256-GCM": _xaes_256_gcm,
    "SHA-256": lambda: sha256(b"abc").hexdigest() == _ABC,
    "Ed25519": _ed25519,
    "ECDSA-P-256": _ecdsa_p_256,
    **{name: partial(_ml_dsa, name) for name in _MLDSA_PUBLIC},
}
