"""Key derivation and XAES-256-GCM against their published vectors and the library's own classes."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.xaes import XAES256GCM

# RFC 5869, appendix A: (IKM, salt, info, PRK, first 32 bytes of OKM)
RFC_5869 = [
    (
        "0b" * 22,
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
    ),
    (
        "0b" * 22,
        "",
        "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
    ),
]

# c2sp.org/XAES-256-GCM, "Test Vectors": (key byte, associated data, ciphertext and tag)
C2SP = [
    (1, b"", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
    (3, b"c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"),
]
NONCE, PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWX", b"XAES-256-GCM"


@pytest.mark.parametrize(("ikm", "salt", "info", "prk", "okm"), RFC_5869)
def test_hkdf_gives_the_vectors_of_rfc_5869(
    ikm: str, salt: str, info: str, prk: str, okm: str
) -> None:
    made = Prf(bytes.fromhex(salt)).extract(bytes.fromhex(ikm))
    assert made.hex() == prk
    assert Prf(made).expand(bytes.fromhex(info)).hex() == okm


@given(st.binary(max_size=80), st.binary(min_size=1, max_size=80), st.binary(max_size=80))
def test_hkdf_is_the_librarys(salt: bytes, ikm: bytes, info: bytes) -> None:
    prk = Prf(salt).extract(ikm)
    assert Prf(prk).expand(info) == HKDFExpand(SHA256(), 32, info).derive(prk)
    assert Prf(prk).expand(info) == HKDF(SHA256(), 32, salt, info).derive(ikm)


@given(st.lists(st.binary(max_size=6), max_size=5), st.lists(st.binary(max_size=6), max_size=5))
def test_the_encoding_is_unambiguous(one: list[bytes], other: list[bytes]) -> None:
    assert (lp(*one) == lp(*other)) == (one == other)


@pytest.mark.parametrize(("byte", "aad", "sealed"), C2SP)
def test_xaes_gives_the_vectors_of_c2sp(byte: int, aad: bytes, sealed: str) -> None:
    cipher = XAES256GCM(bytes([byte]) * 32)
    assert cipher.encrypt(NONCE, PLAIN, aad).hex() == sealed
    assert cipher.decrypt(NONCE, bytes.fromhex(sealed), aad) == PLAIN


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=24, max_size=24), st.binary())
def test_xaes_opens_what_it_sealed_and_nothing_else(key: bytes, nonce: bytes, data: bytes) -> None:
    cipher = XAES256GCM(key)
    sealed = cipher.encrypt(nonce, data, b"aad")
    assert XAES256GCM(key).decrypt(nonce, sealed, b"aad") == data
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed, b"other")
    for half in (0, 23):
        other = bytearray(nonce)
        other[half] ^= 1
        with pytest.raises(InvalidTag):
            cipher.decrypt(bytes(other), sealed, b"aad")


@given(st.lists(st.binary(min_size=12, max_size=12), min_size=1, max_size=5))
def test_xaes_gives_the_same_keys_for_many_prefixes_at_once(prefixes: list[bytes]) -> None:
    cipher = XAES256GCM(bytes(32))
    keys = cipher.message_keys(prefixes)
    assert len(keys) == len(prefixes)
    for prefix, key in zip(prefixes, keys, strict=True):
        sealed = XAES256GCM(bytes(32)).encrypt(prefix + bytes(12), PLAIN, b"")
        assert key.decrypt(bytes(12), sealed, b"") == PLAIN


@pytest.mark.parametrize("length", [0, 4, 11])
def test_xaes_is_not_led_astray_by_a_prefix_that_is_too_short(length: int) -> None:
    cipher = XAES256GCM(bytes(32))
    with pytest.raises(ValueError, match="too short"):
        cipher.message_keys([bytes(12), bytes(length)])
    with pytest.raises(ValueError, match="too short"):
        cipher.message_key(bytes(length))
    sealed = XAES256GCM(bytes(32)).encrypt(NONCE, PLAIN, b"")
    assert cipher.decrypt(NONCE, sealed, b"") == PLAIN


def test_xaes_keeps_few_message_keys() -> None:
    cipher = XAES256GCM(bytes(32))
    for number in range(1000):
        cipher.message_key(number.to_bytes(12, "big"))
    assert len(cipher._derived) <= 64
