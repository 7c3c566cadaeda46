"""Bundles of data keys: what the maker writes, the page says, and any other reader opens."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from kwruntime.crypto import kem, signatures
from kwshared import bundles
from kwshared.algorithms import KEMS, SIGNATURES
from kwshared.bundles import SignerKey
from kwshared.encoding import lp, parts_of
from kwshared.tlog.text import FormatError

from kwtools import sealing
from kwtools.errors import BadUsage
from tests.decoder.run import open_bundles
from tests.vectors.make_bundle_vectors import FILE

VECTORS = json.loads(FILE.read_text())["bundles"]
NAMES = [vector["signer"]["algorithm"] for vector in VECTORS]
TO = sealing.Recipient(uuid4(), uuid4(), "X25519", bytes(31) + b"\x09")
SIGNER = sealing.Signer.of("a", ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_the_published_bundles_open_as_the_page_says(vector: dict[str, dict[str, str]]) -> None:
    by, key = vector["signer"], vector["kms_key"]
    public = signatures.public_key(SIGNATURES[by["algorithm"]], bytes.fromhex(by["public_key"]))
    note, line = bundles.note_of(str(vector["note"]).encode())
    assert (
        SignerKey(by["name"], by["algorithm"], bytes.fromhex(by["public_key"])).key_id
        == line.key_id
    )
    assert public.verify(line.data, note.text.encode())
    said = bundles.statement_of(note.text)
    algorithm = KEMS[key["kem"]]
    private = kem.private_key(algorithm, bytes.fromhex(key["private_key"]))
    deks = []
    for index, item in enumerate(bundles.items_of(bytes.fromhex(str(vector["bundle"])))):
        info = bundles.info(
            said.deployment, bytes.fromhex(by["public_key"]), said.number, index,
            item.foreign_uuid, UUID(key["key_uuid"]), algorithm,
        )  # fmt: skip
        dek = kem.open_sealed(algorithm, private, info, item.encapsulation, item.body)
        deks.append({"foreign_uuid": item.foreign_uuid.hex, "dek": dek.hex()})
    assert vector["expect"] == {
        "deployment": str(said.deployment),
        "number": said.number,
        "valid_until": said.valid_until,
        "deks": deks,
    }


def test_the_published_bundles_open_in_another_language() -> None:
    done = open_bundles(FILE)
    assert (done.returncode, done.stdout) == (0, "3 passed\n"), done.stderr


def test_another_reader_refuses_a_bundle_that_was_changed(tmp_path: Path) -> None:
    content = json.loads(FILE.read_text())
    content["bundles"][0]["bundle"] = content["bundles"][0]["bundle"][:-2] + "00"
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(content))
    assert "another bundle" in open_bundles(file).stderr


def test_parts_are_read_back_and_nothing_else() -> None:
    for parts in ([], [b""], [b"a", b"", b"bc" * 300]):
        assert parts_of(lp(*parts)) == parts
    for data in (b"\0", b"\0\0\0", b"\0\0\0\1", lp(b"ab")[:-1], lp(b"ab") + b"\0"):
        with pytest.raises(ValueError, match="cut off"):
            parts_of(data)


def test_a_recipient_is_read_as_it_was_written() -> None:
    for one in KEMS.values():
        public = kem.public_of(one, kem.generate(one))
        to = sealing.Recipient(uuid4(), uuid4(), one.name, public)
        assert sealing.recipient(str(to)) == to
    members = json.loads(str(TO))
    for bad in (
        "", "[]", "{}", "1", "[" * 9999, json.dumps({**members, "more": 1}),
        json.dumps({**members, "kem": "RSA"}), json.dumps({**members, "key_uuid": "x"}),
        json.dumps({**members, "kem": ["X25519"]}), json.dumps({**members, "public_key": "AAAA"}),
        json.dumps({**members, "deployment": 1}),
    ):  # fmt: skip
        with pytest.raises(BadUsage):
            sealing.recipient(bad)


def test_what_cannot_be_imported_is_not_sealed() -> None:
    good = [(uuid4(), bytes(32))]
    for deks, number, signer in (
        ([], 1, SIGNER),
        (good * 2, 1, SIGNER),
        ([(uuid4(), bytes(15))], 1, SIGNER),
        ([(uuid4(), bytes(65))], 1, SIGNER),
        ([(uuid4(), bytes(32)) for _ in range(bundles.MAX_ITEMS + 1)], 1, SIGNER),
        (good, 0, SIGNER),
        (good, 2**63, SIGNER),
        (good, 1, replace(SIGNER, name="with space")),
        (good, 1, replace(SIGNER, name="a+b")),
    ):
        with pytest.raises(BadUsage) as caught:
            sealing.seal(deks, TO, signer, number=number, valid_until=1)
        assert bytes(15).hex() not in str(caught.value)


def test_a_signing_key_is_read_from_pem_and_no_other_kind(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    for private in (
        ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048),
    ):  # fmt: skip
        file.write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        if isinstance(private, rsa.RSAPrivateKey) or getattr(private, "key_size", 256) == 384:
            with pytest.raises(BadUsage, match="not one of Ed25519"):
                sealing.Signer.read("a", file)
        else:
            assert sealing.Signer.read("a", file).public_key
    file.write_text("no key")
    with pytest.raises(BadUsage, match="not a private key in PEM"):
        sealing.Signer.read("a", file)


def test_neither_recipient_nor_signer_nor_item_shows_a_secret() -> None:
    assert "_private" not in repr(SIGNER)
    sealed = sealing.seal([(uuid4(), bytes(32))], TO, SIGNER, number=1, valid_until=1)
    assert repr(bundles.items_of(sealed.bundle)[0]).startswith("Item(")


def test_a_note_of_two_signatures_is_not_one_of_a_bundle() -> None:
    sealed = sealing.seal([(uuid4(), bytes(32))], TO, SIGNER, number=1, valid_until=1)
    line = sealed.note[sealed.note.rindex(b"\n\n") + 2 :]
    with pytest.raises(FormatError, match="exactly one signature"):
        bundles.note_of(sealed.note + line)
