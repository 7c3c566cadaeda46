"""Signature algorithms, against the vectors that ``cryptography`` and DSSE publish."""

from base64 import b64decode
from functools import cache

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import known_answers, signatures
from kwruntime.errors import BadArgument, NotAuthentic
from kwshared.algorithms import SIGNATURES

NAMES = tuple(SIGNATURES)
MLDSA = tuple(name for name in NAMES if name.startswith("ML-DSA"))


@cache
def key(name: str) -> signatures.PrivateKey:
    return signatures.private_key(SIGNATURES[name], signatures.generate(SIGNATURES[name]))


@cache
def public(name: str) -> signatures.PublicKey:
    return signatures.public_key(SIGNATURES[name], signatures.public_bytes(key(name)))


def text_of(path: str) -> str:
    with cryptography_vectors.open_vector_file(f"asymmetric/{path}", "r") as file:
        return str(file.read())


# -- published vectors ------------------------------------------------------------------------


def test_ed25519_gives_the_signatures_of_its_authors() -> None:
    one = SIGNATURES["Ed25519"]
    lines = text_of("Ed25519/sign.input").splitlines()
    assert len(lines) > 1000
    for line in lines[::7]:
        private, data, message, signed = map(bytes.fromhex, line.split(":")[:4])
        made = signatures.private_key(one, private[:32])
        assert signatures.public_bytes(made) == data
        signatures.check_public(one, data)
        assert made.sign(message) == signed[:64]
        assert signatures.public_key(one, data).verify(signed[:64], message)
        assert not signatures.public_key(one, data).verify(signed[:64], message + b"\0")


def test_ecdsa_gives_the_signatures_of_rfc_6979() -> None:
    records = text_of("ECDSA/RFC6979/evppkey_ecdsa_rfc6979.txt")
    pem = records.split("PrivateKey=P-256_PRIV\n")[1].split("\n\n")[0]
    loaded = load_pem_private_key(pem.encode(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    scalar = loaded.private_numbers().private_value.to_bytes(32, "big")
    made = signatures.private_key(SIGNATURES["ECDSA-P-256"], scalar)
    found = 0
    for record in records.split("\n\n"):
        lines = dict(line.split(" = ") for line in record.splitlines() if " = " in line)
        if lines.get("DigestSign") == "SHA256" and lines["Key"] == "P-256_PRIV":
            r, s = decode_dss_signature(bytes.fromhex(lines["Output"]))
            expected = r.to_bytes(32, "big") + s.to_bytes(32, "big")
            assert made.sign(lines["Input"].strip('"').encode()) == expected
            found += 1
    assert found == 2


def test_ecdsa_accepts_and_refuses_what_nist_does() -> None:
    one = SIGNATURES["ECDSA-P-256"]
    section = text_of("ECDSA/FIPS_186-3/SigVer.rsp").split("[P-256,SHA-256]")[1].split("[")[0]
    results = []
    for record in section.strip().split("\n\n"):
        lines = dict(line.split(" = ", 1) for line in record.splitlines() if " = " in line)
        x, y, r, s = (bytes.fromhex(lines[name].rjust(64, "0")) for name in ("Qx", "Qy", "R", "S"))
        held = signatures.public_key(one, b"\x04" + x + y)
        results.append(held.verify(r + s, bytes.fromhex(lines["Msg"])))
        assert results[-1] is lines["Result"].startswith("P")
    assert set(results) == {True, False}


@pytest.mark.parametrize("name", MLDSA)
def test_ml_dsa_verifies_the_vectors_in_their_contexts(name: str) -> None:
    one, found = SIGNATURES[name], 0
    records = text_of(f"MLDSA/kat_MLDSA_{name[-2:]}_det_pure.rsp").split("count = ")
    for record in records:
        lines = dict(line.partition(" = ")[::2] for line in record.splitlines())
        if "sm" not in lines:
            continue
        seed, data, context, message, signed = (
            bytes.fromhex(lines[member]) for member in ("xi", "pk", "ctx", "msg", "sm")
        )
        assert signatures.public_bytes(signatures.private_key(one, seed)) == data
        held, signature = signatures.public_key(one, data), signed[: one.signature_bytes]
        assert signatures.verify_message(held, signature, message, context)
        assert not signatures.verify_message(held, signature, message, context + b"\0")
        found += 1
    assert found == 100


def test_a_context_is_encoded_as_dsse_publishes() -> None:
    """The test vector of the protocol's page: https://github.com/secure-systems-lab/dsse."""
    context, message = b"http://example.com/HelloWorld", b"hello world"
    encoded = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert signatures.pae(context, message) == encoded
    x = 46950820868899156662930047687818585632848591499744589407958293238635476079160
    y = 5640078356564379163099075877009565129882514886557779369047442380624545832820
    data = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    signature = b64decode(
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
    )
    held = signatures.public_key(SIGNATURES["ECDSA-P-256"], data)
    assert signatures.verify_message(held, signature, message, context)
    assert not signatures.verify_message(held, signature, message, b"")


# -- our own ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_signature_is_good_for_its_message_context_and_key_only(name: str) -> None:
    made = signatures.sign_message(key(name), b"message", b"context")
    assert len(made) == SIGNATURES[name].signature_bytes
    assert signatures.verify_message(public(name), made, b"message", b"context")
    other = signatures.private_key(SIGNATURES[name], signatures.generate(SIGNATURES[name]))
    held = signatures.public_key(SIGNATURES[name], signatures.public_bytes(other))
    assert not signatures.verify_message(held, made, b"message", b"context")
    for message, context in (
        (b"messagE", b"context"), (b"message", b"contexT"), (b"message", b""),
        (b"essage", b"contextm"), (b"", b"context"),
    ):  # fmt: skip
        assert not signatures.verify_message(public(name), made, message, context)


@pytest.mark.parametrize("name", NAMES)
def test_a_signature_of_another_length_or_with_a_changed_bit_is_bad(name: str) -> None:
    made = signatures.sign_message(key(name), b"message", b"")
    for wrong in (b"", made[:-1], made + b"\0", bytes(len(made)), b"\xff" * len(made)):
        assert not signatures.verify_message(public(name), wrong, b"message", b"")
    for bit in range(0, 8 * len(made), max(1, len(made) // 16)):
        changed = bytearray(made)
        changed[bit // 8] ^= 1 << bit % 8
        assert not signatures.verify_message(public(name), bytes(changed), b"message", b"")


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40), st.binary())
def test_two_pairs_never_have_one_encoding(
    one: bytes, two: bytes, three: bytes, four: bytes
) -> None:
    is_same = signatures.pae(one, two) == signatures.pae(three, four)
    assert is_same == ((one, two) == (three, four))


@pytest.mark.parametrize("name", NAMES)
def test_a_key_of_another_length_or_off_the_curve_is_refused(name: str) -> None:
    one = SIGNATURES[name]
    data = signatures.public_bytes(key(name))
    for wrong in (b"", data[:-1], data + b"\0"):
        with pytest.raises(BadArgument):
            signatures.check_public(one, wrong)
    for wrong in (b"", bytes(31), bytes(33)):
        with pytest.raises(NotAuthentic):
            signatures.private_key(one, wrong)
    if name == "ECDSA-P-256":
        for wrong in (bytes(65), data[:-1] + bytes([data[-1] ^ 1]), b"\x02" + data[1:]):
            with pytest.raises(BadArgument):
                signatures.check_public(one, wrong)
        for wrong in (bytes(32), b"\xff" * 32):
            with pytest.raises(NotAuthentic):
                signatures.private_key(one, wrong)


def test_keys_of_ed25519_under_which_anybody_signs_are_refused() -> None:
    """Under a point of small order one signature is good for many messages."""
    prime = 2**255 - 19
    eighth = int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    )
    for y in (0, 1, prime - 1, eighth, prime - eighth, prime, prime + 1, 2**255 - 1, 2):
        for sign in (0, 1 << 255):
            with pytest.raises(BadArgument):
                signatures.check_public(SIGNATURES["Ed25519"], (y | sign).to_bytes(32, "little"))
    for _ in range(20):
        made = signatures.private_key(
            SIGNATURES["Ed25519"], signatures.generate(SIGNATURES["Ed25519"])
        )
        signatures.check_public(SIGNATURES["Ed25519"], signatures.public_bytes(made))


def test_only_ml_dsa_takes_a_context_itself() -> None:
    for name in NAMES:
        if name in MLDSA:
            continue
        with pytest.raises(ValueError, match="context"):
            key(name).sign(b"message", b"context")
        with pytest.raises(ValueError, match="context"):
            public(name).verify(bytes(64), b"message", b"context")


def test_a_context_of_more_than_255_bytes_is_refused() -> None:
    signatures.check_context(b"c" * 255)
    with pytest.raises(BadArgument, match="256 bytes"):
        signatures.check_context(b"c" * 256)
    for name in NAMES:
        made = signatures.sign_message(key(name), b"", b"c" * 255)
        assert signatures.verify_message(public(name), made, b"", b"c" * 255)


def test_a_key_shows_nothing_of_itself() -> None:
    for name in NAMES:
        assert repr(key(name)) == f"PrivateKey({name})"


@pytest.mark.parametrize("name", NAMES)
def test_an_algorithm_that_answers_otherwise_does_not_pass(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert known_answers.passes(name)
    monkeypatch.setattr(signatures.PublicKey, "verify", lambda *_: True)
    assert not known_answers.passes(name)
