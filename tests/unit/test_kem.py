"""The KEMs of layers, against the vectors that ``cryptography`` publishes."""

import json
from functools import cache
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.hpke import AEAD, KDF, Suite
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import hpke, kem
from kwruntime.errors import BadArgument, NotAuthentic
from kwshared.algorithms import KEMS, Kem

NAMES = tuple(KEMS)
_KDFS = {1: KDF.HKDF_SHA256, 2: KDF.HKDF_SHA384, 3: KDF.HKDF_SHA512, 17: KDF.SHAKE256}
_AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}


@cache
def vectors(one: Kem) -> list[dict[str, Any]]:
    """The HPKE vectors of a KEM in base mode."""
    files = ("test-vectors.json", "hpke-pq-test-vectors.json")
    found: list[dict[str, Any]] = []
    for name in files:
        with cryptography_vectors.open_vector_file(f"HPKE/{name}", "r") as file:
            found += json.load(file)
    return [
        vector
        for vector in found
        if vector["mode"] == 0
        and vector["kem_id"] == one.kem_id
        and vector["aead_id"] in _AEADS
        and vector["kdf_id"] in _KDFS
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_published_vectors_open_with_our_keys_and_sizes(name: str) -> None:
    one = KEMS[name]
    assert vectors(one)
    for vector in vectors(one):
        private, public = bytes.fromhex(vector["skRm"]), bytes.fromhex(vector["pkRm"])
        assert kem.public_of(one, private) == public
        kem.check_public(one, public)
        suite = Suite(hpke.KEYS[name].hpke, _KDFS[vector["kdf_id"]], _AEADS[vector["aead_id"]])
        first = vector["encryptions"][0]  # the vectors of base mode all have associated data
        encapsulation = bytes.fromhex(vector["enc"])
        assert len(encapsulation) == one.encapsulation_bytes
        opened = openssl.hpke._decrypt_with_aad(
            suite,
            encapsulation + bytes.fromhex(first["ct"]),
            kem.private_key(one, private),
            bytes.fromhex(vector["info"]),
            bytes.fromhex(first["aad"]),
        )
        assert opened == bytes.fromhex(first["pt"])


@pytest.mark.parametrize(
    ("name", "file"),
    [("ML-KEM-768", "kat_MLKEM_768.rsp"), ("ML-KEM-1024", "kat_MLKEM_1024.rsp")],
)
def test_the_vectors_of_ml_kem_decapsulate_by_our_seeds(name: str, file: str) -> None:
    one = KEMS[name]
    with cryptography_vectors.open_vector_file(f"asymmetric/MLKEM/{file}", "r") as opened:
        lines = (line.partition(" = ") for line in opened if " = " in line)
        records = [(key, value.strip()) for key, _, value in lines]
    starts = [index for index, (key, _) in enumerate(records) if key == "count"]
    assert starts
    for start, end in zip(starts, [*starts[1:], len(records)], strict=True):
        record = dict(records[start:end])
        seed = bytes.fromhex(record["d"] + record["z"])
        assert kem.public_of(one, seed).hex() == record["pk"].lower()
        secret = kem.private_key(one, seed).decapsulate(bytes.fromhex(record["ct"]))
        assert secret.hex() == record["ss"].lower()


@pytest.mark.parametrize("name", NAMES)
@given(info=st.binary(max_size=400), body=st.binary(min_size=1, max_size=200))
def test_what_is_sealed_opens(name: str, info: bytes, body: bytes) -> None:
    one = KEMS[name]
    private = kem.generate(one)
    assert len(private) == one.private_bytes
    encapsulation, sealed = kem.seal(one, kem.public_of(one, private), info, body)
    assert len(encapsulation) == one.encapsulation_bytes
    assert len(sealed) == len(body) + kem.TAG_BYTES
    key = kem.private_key(one, private)
    assert kem.open_sealed(one, key, info, encapsulation, sealed) == body


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_what_was_changed_does_not_open(name: str, data: st.DataObject) -> None:
    one = KEMS[name]
    private = kem.generate(one)
    encapsulation, sealed = kem.seal(one, kem.public_of(one, private), b"info", b"body")
    parts = {"info": b"info", "encapsulation": encapsulation, "sealed": sealed}
    which = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[which]) - 1))
    cut = data.draw(st.booleans())
    old = parts[which]
    flipped = bytes([old[at] ^ (1 << data.draw(st.integers(0, 7)))])
    parts[which] = old[:at] if cut else old[:at] + flipped + old[at + 1 :]
    with pytest.raises(NotAuthentic):
        kem.open_sealed(one, kem.private_key(one, private), **parts)


@pytest.mark.parametrize("name", NAMES)
def test_another_key_does_not_open(name: str) -> None:
    one = KEMS[name]
    encapsulation, sealed = kem.seal(one, kem.public_of(one, kem.generate(one)), b"", b"body")
    other = kem.private_key(one, kem.generate(one))
    with pytest.raises(NotAuthentic):
        kem.open_sealed(one, other, b"", encapsulation, sealed)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_that_are_no_key_are_refused(name: str) -> None:
    one = KEMS[name]
    for wrong in (b"", bytes(one.public_bytes - 1), bytes(one.public_bytes + 1)):
        with pytest.raises(BadArgument):
            kem.check_public(one, wrong)
    for wrong in (b"", bytes(one.private_bytes - 1), bytes(one.private_bytes + 1)):
        with pytest.raises(NotAuthentic):
            kem.private_key(one, wrong)


def test_a_compressed_or_impossible_point_is_refused() -> None:
    one = KEMS["P-256"]
    for wrong in (b"\x02" + bytes(64), b"\x04" + b"\xff" * 64, bytes(65)):
        with pytest.raises(BadArgument):
            kem.check_public(one, wrong)
