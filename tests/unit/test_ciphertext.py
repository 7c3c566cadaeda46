"""Field ciphertexts: each opens at its own coordinates, whole, and nowhere else."""

import os

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import aead
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import aes_gcm
from kwruntime.crypto.field_cipher import (
    AES,
    HEADER_BYTES,
    XAES,
    FieldCipher,
    NotACiphertext,
    make_header,
    read_header,
)
from kwruntime.crypto.formats import FORMAT_1, FORMAT_2, FORMATS, NEWEST, Format
from kwruntime.crypto.kdf import Prf

PRK = bytes(range(32))
REFUSED = (InvalidTag, ValueError)
Scope = tuple[bool, bool, bool]
"""Whether the binding names a key and a field, and has the longer nonces."""
SCOPES = st.tuples(st.booleans(), st.booleans(), st.booleans())


def _cipher(
    scope: Scope, binding_id: int = 77, generation: int = 1, form: Format = NEWEST
) -> FieldCipher:
    names_key, names_field, _ = scope
    header = make_header(form, XAES if _is_long(scope) else AES, binding_id, generation)
    return FieldCipher(Prf(PRK), header, names_key=names_key, names_field=names_field)


def _is_long(scope: Scope) -> bool:
    return scope[2] or not scope[0]


def test_the_cipher_is_the_one_that_cryptography_documents() -> None:
    assert aes_gcm.AESGCM is aead.AESGCM


def _seal(cipher: FieldCipher, pk: str, field: str | None, value: bytes) -> bytes:
    sealed = cipher.seal([pk], field, [value])[0]
    assert sealed is not None
    return sealed


@given(
    SCOPES,
    st.sampled_from(FORMATS),
    st.text(max_size=8),
    st.none() | st.text(min_size=1, max_size=8),
    st.binary(),
)
def test_a_value_comes_back_as_it_was(
    scope: Scope, form: Format, pk: str, field: str | None, value: bytes
) -> None:
    sealed = _seal(_cipher(scope, form=form), pk, field, value)
    assert _cipher(scope, form=form).opener(field)(pk, sealed) == value
    assert len(sealed) == HEADER_BYTES + (24 if _is_long(scope) else 12) + len(value) + 16
    assert sealed[0] == 0xC0 + form.version


@given(SCOPES, st.binary(max_size=20), st.integers(min_value=0), st.integers(0, 7))
def test_every_flipped_bit_is_noticed(scope: Scope, value: bytes, at: int, bit: int) -> None:
    cipher = _cipher(scope)
    sealed = bytearray(_seal(cipher, "7", "f", value))
    sealed[at % len(sealed)] ^= 1 << bit
    header_changed = bytes(sealed[:HEADER_BYTES]) != cipher.header
    if header_changed:  # what finds the binding by the header then finds another, or none
        return
    with pytest.raises(REFUSED):
        cipher.opener("f")("7", bytes(sealed))


@given(SCOPES)
def test_a_ciphertext_cut_anywhere_is_refused(scope: Scope) -> None:
    cipher = _cipher(scope)
    sealed = _seal(cipher, "7", "f", b"value")
    for length in range(len(sealed)):
        with pytest.raises(REFUSED):
            cipher.opener("f")("7", sealed[:length])


def test_open_coordinates_are_authenticated() -> None:
    cipher = _cipher((False, False, True))
    sealed = _seal(cipher, "7", "f", b"value")
    for pk, field in (("8", "f"), ("7", "g"), ("7", None), ("7f", "")):
        with pytest.raises(InvalidTag):
            cipher.opener(field)(pk, sealed)


def test_the_long_nonces_of_a_named_key_leave_the_key_to_its_binding() -> None:
    row = _cipher((True, False, True))
    sealed = _seal(row, "7", "f", b"value")
    assert row.opener("f")("8", sealed) == b"value"  # whose header says which key it is
    with pytest.raises(InvalidTag):
        row.opener("g")("7", sealed)


@pytest.mark.parametrize(
    "scope",
    [
        (True, True, False),
        (True, False, False),
        (True, True, True),
        (True, False, True),
        (False, True, True),
        (False, False, True),
    ],
)
def test_bindings_generations_scopes_and_formats_have_keys_of_their_own(scope: Scope) -> None:
    sealed = _seal(_cipher(scope), "7", "f", b"value")
    others = [_cipher(scope, binding_id=78), _cipher(scope, generation=2)]
    others.append(_cipher(scope, form=FORMAT_1))
    scopes = (True, True, False), (True, True, True), (False, False, True)
    others += [_cipher(other) for other in scopes if other != scope]
    for other in others:
        with pytest.raises(REFUSED):
            other.opener("f")("7", sealed)


def test_the_values_of_a_call_have_different_nonces_and_share_a_message_key() -> None:
    cipher = _cipher((False, True, True))
    sealed = cipher.seal([str(n) for n in range(500)], "f", [b"same"] * 500)
    nonces = {data[14:38] for data in sealed if data is not None}
    assert len(nonces) == 500
    assert len({nonce[:12] for nonce in nonces}) == 1
    again = cipher.seal(["0"], "f", [b"same"])[0]
    assert again is not None
    assert again[14:26] not in {nonce[:12] for nonce in nonces}


def test_null_stays_null_in_its_place() -> None:
    for scope in ((True, True, False), (True, True, True), (False, True, True)):
        sealed = _cipher(scope).seal(["1", None, "3"], "f", [b"a", None, b"c"])
        assert [value is None for value in sealed] == [False, True, False]


@given(
    st.sampled_from(FORMATS),
    st.sampled_from((AES, XAES)),
    st.integers(1, 2**63 - 1),
    st.integers(1, 2**31 - 1),
)
def test_a_header_is_read_as_it_was_written(
    form: Format, suite: int, binding_id: int, generation: int
) -> None:
    header = make_header(form, suite, binding_id, generation)
    assert read_header(header) == (form, suite, binding_id, generation)


def test_the_first_byte_is_that_of_the_format() -> None:
    assert make_header(FORMAT_1, AES, 1, 1)[:1] == b"\xc1"
    assert make_header(FORMAT_2, AES, 1, 1)[:1] == b"\xc2"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xc1",
        b"plain text, too",
        b"\xc0\x01" + bytes(12),
        b"\xc1\x03" + bytes(12),
        b"\xc3\x01" + b"\x01" * 12,
    ],
)
def test_what_is_no_header_is_refused(header: bytes) -> None:
    with pytest.raises(NotACiphertext):
        read_header(header[:HEADER_BYTES])


@pytest.mark.parametrize(
    ("first", "counts"), [("000000", 1), ("00000f", 1), ("000010", 0), ("010000", 0), ("ffffff", 0)]
)
def test_a_nonce_of_suite_1_counts_if_its_first_20_bits_are_zero(
    monkeypatch: pytest.MonkeyPatch, first: str, counts: int
) -> None:
    short, long = _cipher((True, True, False)), _cipher((True, True, True))
    nonce = bytes.fromhex(first) + b"\xff" * 9
    monkeypatch.setattr(os, "urandom", lambda size: nonce[:size])
    for cipher in (short, long):
        _seal(cipher, "7", "f", b"value")
        _seal(cipher, "7", "f", b"value")
    assert (short.rare_nonces, long.rare_nonces) == (2 * counts, 0)
