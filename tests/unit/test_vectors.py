"""The published vectors: made again, opened by the runtime, opened by the independent decoder."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from kwruntime import envelope
from kwruntime.ciphertext import HEADER_BYTES, FieldCipher, read_header
from kwruntime.envelope import DekClass, Leg, LegKeyWrap, Mode, Payload
from kwruntime.errors import NotAuthentic, WrongAnswer

from tests.vectors.make_vectors import FILE, vectors

DECODER = Path(__file__).parents[1] / "decoder"
CONTENT: dict[str, Any] = json.loads(FILE.read_text())
WHOLE = {w["wrapper_uuid"]: w for w in CONTENT["wrappers"] if w["expect"] is not None}
KEYS = {key["key_uuid"]: key for key in CONTENT["kms_keys"]}


def _kek(key_uuid: str) -> bytes:
    key = KEYS[key_uuid]
    if key["kind"] == "local":
        return envelope.local_kek(base64.urlsafe_b64decode(key["jwk"]["k"] + "="))
    return envelope.branch_kek(_open(WHOLE[key["wrapper_uuid"]]).prk(), UUID(key["wrapper_uuid"]))


def _open(wrapper: dict[str, Any]) -> Payload:
    """Open a wrapper as the runtime does, without its database."""
    suite = wrapper["crypto_suite"]
    mode, dek_class = Mode(suite["mode"]), DekClass.of(suite["class"])
    commitment, uuid = bytes.fromhex(suite["commitment"]), UUID(wrapper["wrapper_uuid"])
    legs, bodies = [], []
    for number in (1,) if mode is Mode.SINGLE else (1, 2):
        key = wrapper[f"kms{number}_key_uuid"]
        is_remote = KEYS[key]["kind"] == "remote"
        suite_name = envelope.LEG_KEY_WRAP if is_remote else envelope.DIRECT_WRAP
        leg = Leg(number, wrapper[f"wrap{number}_version"], UUID(key), suite_name)
        wrap = bytes.fromhex(wrapper[f"dek_wrap{number}"])
        parts = LegKeyWrap.unpack(wrap) if is_remote else None
        length = (
            envelope.LegKeyWrap.body_bytes(wrap) if parts else len(wrap) - envelope.DIRECT_OVERHEAD
        )
        context = envelope.context(uuid, leg, mode, length, dek_class, commitment)
        if wrapper["expect"]:
            assert context.hex() == wrapper["expect"][f"context{number}"]
        legs.append(leg)
        if parts:
            leg_key = KEYS[key]["leg_keys"].get(parts.wrapped_key.hex(), "")
            bodies.append(envelope.leg_key_open(bytes.fromhex(leg_key), parts.sealed, context))
        else:
            bodies.append(envelope.direct_unwrap(_kek(key), uuid, wrap, context))
    payload = Payload.unpack(envelope.join(bodies) if mode is Mode.BOTH else bodies[0])
    text = envelope.suite_text(mode, dek_class, legs, len(payload.dek), commitment)
    if json.loads(text) != suite or not envelope.commitment_matches(
        payload.prk(), uuid, commitment
    ):
        raise NotAuthentic("not as authenticated")
    return payload


def test_the_vectors_are_what_their_script_makes() -> None:
    assert FILE.read_text() == vectors()


@pytest.mark.parametrize("wrapper", CONTENT["wrappers"], ids=lambda w: str(w["name"]))
def test_a_wrapper_of_the_vectors_opens_or_is_refused(wrapper: dict[str, Any]) -> None:
    if wrapper["expect"] is None:
        with pytest.raises((NotAuthentic, WrongAnswer)):
            _open(wrapper)
    else:
        payload = _open(wrapper)
        assert payload.dek.hex() == wrapper["expect"]["dek"]
        assert payload.prk().hex() == wrapper["expect"]["prk"]
        assert payload.origin.name.lower() == wrapper["expect"]["origin"]


@pytest.mark.parametrize("field", CONTENT["fields"], ids=lambda f: str(f["name"]))
def test_a_field_of_the_vectors_decrypts_or_is_refused(field: dict[str, Any]) -> None:
    binding, data = field["binding"], bytes.fromhex(field["ciphertext"])
    named_key, named_field = binding["entity_pk"], binding["field_name"]
    cipher = FieldCipher(
        _open(WHOLE[field["wrapper_uuid"]]).prk(),
        int(binding["id"]),
        binding["generation"],
        names_key=named_key != "*",
        names_field=named_field is not None,
    )

    def open_field() -> bytes:
        read_header(data[:HEADER_BYTES])
        covers = named_key in ("*", field["entity_pk"])
        covers = covers and named_field in (None, field["field_name"])
        if not covers or cipher.header != data[:HEADER_BYTES]:
            raise ValueError
        return cipher.opener(field["field_name"])(field["entity_pk"], data)

    if field["plaintext"] is None:
        with pytest.raises((InvalidTag, ValueError)):
            open_field()
    else:
        assert open_field().hex() == field["plaintext"]


def test_the_independent_decoder_opens_the_vectors() -> None:
    done = subprocess.run(
        ["node", str(DECODER / "decode.mjs"), str(FILE)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    items = sum(len(CONTENT[member]) for member in ("wrappers", "fields", "entity_keys"))
    assert done.stdout.splitlines()[-1] == f"{items} passed, 0 failed"


def test_the_independent_decoder_passes_the_vectors_of_its_primitives() -> None:
    done = subprocess.run(["node", "--test", str(DECODER)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout
