"""Field ciphertexts: each opens at its own coordinates, whole, and nowhere else."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import aead
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import aes_gcm
from kwruntime.crypto.field_cipher import (
    HEADER_BYTES,
    FieldCipher,
    NotACiphertext,
    read_header,
)
from kwruntime.crypto.kdf import Prf

PRK = bytes(range(32))
REFUSED = (InvalidTag, ValueError)
SCOPES = st.tuples(st.booleans(), st.booleans())


def _cipher(scope: tuple[bool, bool], binding_id: int = 77, generation: int = 1) -> FieldCipher:
    names_key, names_field = scope
    return FieldCipher(
        Prf(PRK), binding_id, generation, names_key=names_key, names_field=names_field
    )


def test_the_cipher_is_the_one_that_cryptography_documents() -> None:
    assert aes_gcm.AESGCM is aead.AESGCM


def _seal(cipher: FieldCipher, pk: str, field: str | None, value: bytes) -> bytes:
    sealed = cipher.seal([pk], field, [value])[0]
    assert sealed is not None
    return sealed


@given(SCOPES, st.text(max_size=8), st.none() | st.text(min_size=1, max_size=8), st.binary())
def test_a_value_comes_back_as_it_was(
    scope: tuple[bool, bool], pk: str, field: str | None, value: bytes
) -> None:
    sealed = _seal(_cipher(scope), pk, field, value)
    assert _cipher(scope).opener(field)(pk, sealed) == value
    assert len(sealed) == HEADER_BYTES + (12 if scope[0] else 24) + len(value) + 16


@given(SCOPES, st.binary(max_size=20), st.integers(min_value=0), st.integers(0, 7))
def test_every_flipped_bit_is_noticed(
    scope: tuple[bool, bool], value: bytes, at: int, bit: int
) -> None:
    cipher = _cipher(scope)
    sealed = bytearray(_seal(cipher, "7", "f", value))
    sealed[at % len(sealed)] ^= 1 << bit
    header_changed = bytes(sealed[:HEADER_BYTES]) != cipher.header
    if header_changed:  # what finds the binding by the header then finds another, or none
        return
    with pytest.raises(REFUSED):
        cipher.opener("f")("7", bytes(sealed))


@given(SCOPES)
def test_a_ciphertext_cut_anywhere_is_refused(scope: tuple[bool, bool]) -> None:
    cipher = _cipher(scope)
    sealed = _seal(cipher, "7", "f", b"value")
    for length in range(len(sealed)):
        with pytest.raises(REFUSED):
            cipher.opener("f")("7", sealed[:length])


def test_open_coordinates_are_authenticated() -> None:
    sealed = _seal(_cipher((False, False)), "7", "f", b"value")
    for pk, field in (("8", "f"), ("7", "g"), ("7", None), ("7f", "")):
        with pytest.raises(InvalidTag):
            _cipher((False, False)).opener(field)(pk, sealed)


@pytest.mark.parametrize("scope", [(True, True), (True, False), (False, True), (False, False)])
def test_bindings_generations_and_scopes_have_keys_of_their_own(scope: tuple[bool, bool]) -> None:
    sealed = _seal(_cipher(scope), "7", "f", b"value")
    others = [_cipher(scope, binding_id=78), _cipher(scope, generation=2)]
    others += [_cipher(other) for other in ((True, True), (False, False)) if other != scope]
    for other in others:
        with pytest.raises(REFUSED):
            other.opener("f")("7", sealed)


def test_the_values_of_a_call_have_different_nonces_and_share_a_message_key() -> None:
    cipher = _cipher((False, True))
    sealed = cipher.seal([str(n) for n in range(500)], "f", [b"same"] * 500)
    nonces = {data[14:38] for data in sealed if data is not None}
    assert len(nonces) == 500
    assert len({nonce[:12] for nonce in nonces}) == 1
    again = cipher.seal(["0"], "f", [b"same"])[0]
    assert again is not None
    assert again[14:26] not in {nonce[:12] for nonce in nonces}


def test_null_stays_null_in_its_place() -> None:
    for scope in ((True, True), (False, True)):
        sealed = _cipher(scope).seal(["1", None, "3"], "f", [b"a", None, b"c"])
        assert [value is None for value in sealed] == [False, True, False]


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**31 - 1), st.booleans())
def test_a_header_is_read_as_it_was_written(binding_id: int, generation: int, named: bool) -> None:
    cipher = FieldCipher(Prf(PRK), binding_id, generation, names_key=named, names_field=True)
    header = read_header(cipher.header)
    assert (header.binding_id, header.generation) == (binding_id, generation)


@pytest.mark.parametrize(
    "header",
    [b"", b"\xc1", b"plain text, too", b"\xc0\x01" + bytes(12), b"\xc1\x03" + bytes(12)],
)
def test_what_is_no_header_is_refused(header: bytes) -> None:
    with pytest.raises(NotACiphertext):
        read_header(header[:HEADER_BYTES])
