"""The published vectors: made again, opened by the runtime, opened by the independent decoder."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from kwruntime.crypto import envelope, kem, layers
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.envelope import DekClass, Keks, Leg, LegKeyWrap, Mode, Payload
from kwruntime.crypto.field_cipher import (
    AES,
    HEADER_BYTES,
    XAES,
    FieldCipher,
    make_header,
    read_header,
)
from kwruntime.crypto.formats import BY_NAME, FORMAT_1, FORMATS, NEWEST, Format
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.layers import Layer
from kwruntime.errors import KwError, NotAuthentic, WrongAnswer
from kwruntime.kms.keystore import Keystore
from kwshared.algorithms import KEMS
from kwshared.keyfile import Key

from tests import one_direct_wrap
from tests.decoder.run import decode, selftest
from tests.vectors.make_layer_vectors import FILES as LAYERS_FILES
from tests.vectors.make_vectors import FILES as PLAIN_FILES
from tests.vectors.make_vectors import vectors

ALL_FILES = [*PLAIN_FILES.values(), *LAYERS_FILES.values()]
FILES = {file.name: json.loads(file.read_text()) for file in ALL_FILES}
CONTENTS = [FILES[file.name] for file in PLAIN_FILES.values()]
LAYERS = [FILES[file.name] for file in LAYERS_FILES.values()]
# what reading may answer where a member is not what it was
REFUSALS = (KwError, AssertionError, LookupError, TypeError, ValueError, AttributeError)
_LEG_TWO = ("kms2_key_uuid", "wrap2_version", "dek_wrap2")


class Opener:
    """Opens what a file holds as the runtime does, without its database."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._keys = {key["key_uuid"]: key for key in content["kms_keys"]}
        self._whole = {
            wrapper["wrapper_uuid"]: wrapper
            for wrapper in content["wrappers"]
            if wrapper["expect"] is not None
        }

    def _keks(self, key_uuid: str) -> Keks:
        key = self._keys[key_uuid]
        if key["kind"] == "local":
            return envelope.local_keks(base64.urlsafe_b64decode(key["jwk"]["k"] + "="))
        branch = key["wrapper_uuid"]
        return envelope.branch_keks(Prf(self.by_uuid(branch).prk()), UUID(branch))

    def _suite(self, key_uuid: str) -> str:
        is_remote = self._keys[key_uuid]["kind"] == "remote"
        return envelope.LEG_KEY_WRAP if is_remote else envelope.DIRECT_WRAP

    def _unwrap(
        self, form: Format, key_uuid: str, owner: UUID, wrap: bytes, context: bytes
    ) -> bytes:
        if self._suite(key_uuid) == envelope.DIRECT_WRAP:
            keks = self._keks(key_uuid)
            return one_direct_wrap.unwrap(keks, owner.bytes, wrap, context, form)
        parts = LegKeyWrap.unpack(wrap)
        leg_key = self._keys[key_uuid]["leg_keys"].get(parts.wrapped_key.hex(), "")
        return envelope.leg_key_open(form, bytes.fromhex(leg_key), parts.sealed, context)

    def private_key(self, key_uuid: str) -> tuple[bytes, str | None]:
        """Return the private key of a KEM key, and the context that it is sealed with, if it is."""
        key = self._keys[key_uuid]
        assert key["key_uuid"] == key_uuid
        assert key["kind"] == "kem"
        public = bytes.fromhex(key["public_key"])
        if "jwk" in key:
            read = _key_file(key["jwk"])
            stored = (key["kem"], key["external_key_id"], public)
            assert (read.algorithm, read.kid, read.public) == stored
            return read.secret, None
        sealing = key["sealed_by_key_uuid"]
        context = lp(
            b"kwtools/1 private key",
            UUID(key_uuid).bytes,
            key["kem"].encode(),
            public,
            UUID(sealing).bytes,
            self._suite(sealing).encode(),
        )
        sealed = bytes.fromhex(key["sealed_key"])
        return self._unwrap(FORMAT_1, sealing, UUID(key_uuid), sealed, context), context.hex()

    def _layer(self, form: Format, row: dict[str, Any]) -> Layer:
        aad, meta = row["aad"], row["meta"]
        return Layer.of(
            form,
            row["layer_no"],
            UUID(row["kms_key_uuid"]),
            row["kem"],
            bytes.fromhex(row["kem_ciphertext"]),
            bytes.fromhex(row["encap_pubkey"]),
            None if aad is None else layers.jsonb_text(aad),
            "" if meta is None else layers.jsonb_text(meta),
        )

    def by_uuid(self, wrapper_uuid: str) -> Payload:
        """Open the whole wrapper of that name."""
        return self.open(self._whole[wrapper_uuid])

    def open(self, wrapper: dict[str, Any]) -> Payload:
        """Open a wrapper and compare all that it is expected to be; raises one of ``REFUSALS``."""
        suite, expect = wrapper["crypto_suite"], wrapper["expect"] or {}
        form = BY_NAME.get(suite["format"])
        if form is None:
            raise NotAuthentic("an unknown format")
        mode, dek_class = Mode(suite["mode"]), DekClass.of(suite["class"])
        commitment, uuid = bytes.fromhex(suite["commitment"]), UUID(wrapper["wrapper_uuid"])
        rows = sorted(wrapper.get("layers", ()), key=lambda row: int(row["layer_no"]))
        stored = [self._layer(form, row) for row in rows]
        layers.check_stored(stored, suite["layers"])
        digest = layers.Layers.of(stored).digest(form)
        made: dict[str, Any] = {"context2": None}
        legs, bodies = [], []
        for number in (1,) if mode is Mode.SINGLE else (1, 2):
            key = wrapper[f"kms{number}_key_uuid"]
            leg = Leg(number, wrapper[f"wrap{number}_version"], UUID(key), self._suite(key))
            wrap = bytes.fromhex(wrapper[f"dek_wrap{number}"])
            length = len(wrap) - envelope.DIRECT_OVERHEAD
            if leg.wrap == envelope.LEG_KEY_WRAP:
                LegKeyWrap.unpack(wrap)  # has a length to ask for only where it has the form
                length = LegKeyWrap.body_bytes(wrap)
            context = envelope.context(form, uuid, leg, mode, length, dek_class, commitment, digest)
            made[f"context{number}"] = context.hex()
            legs.append(leg)
            bodies.append(self._unwrap(form, key, uuid, wrap, context))
        if mode is Mode.SINGLE:
            assert all(wrapper[name] is None for name in _LEG_TWO)
        body = envelope.join(bodies) if mode is Mode.BOTH else bodies[0]
        assert mode is Mode.BOTH or body == bodies[-1]
        given = expect.get("layers", [None] * len(stored))
        for layer, expected in zip(reversed(stored), reversed(given), strict=True):
            one = KEMS[layer.kem]
            private = kem.private_key(one, self.private_key(str(layer.key))[0])
            behind = layers.open_layer(form, layer, private, body, uuid, dek_class, commitment)
            if expected:
                # the runtime keeps its info to itself: the one given must open it as well
                info, enc = bytes.fromhex(expected["info"]), layer.encapsulation
                assert kem.open_sealed(one, private, info, enc, body) == behind
                assert expected == {"info": info.hex(), "digest": layer.digest.hex()}
            body = behind
        payload = Payload.unpack(body)
        if payload.form is not form:
            raise NotAuthentic("a payload of another format")
        text = envelope.suite_text(
            form, mode, dek_class, legs, len(payload.dek), commitment, layers.Layers.of(stored).text
        )
        if json.loads(text) != suite or not envelope.commitment_matches(
            form, Prf(payload.prk()), uuid.bytes, commitment
        ):
            raise NotAuthentic("not as authenticated")
        made |= {
            "dek": payload.dek.hex(),
            "class": payload.dek_class.label,
            "origin": payload.origin.name.lower(),
            "prk": payload.prk().hex(),
            "commitment": commitment.hex(),
        }
        if stored:
            made |= {
                "payload": body.hex(),
                "suite_text": text,
                "layers_digest": digest.hex(),
                "layers": given,
            }
        assert not expect or expect == made
        return payload


def _key_file(members: dict[str, str]) -> Key:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "key.jwk"
        path.write_text(json.dumps(members))
        path.chmod(0o600)
        key = Keystore(Path(folder), sql_may_create=True).read("key")
    assert key.algorithm is not None
    return key


OPENERS = {name: Opener(content) for name, content in FILES.items()}
WRAPPERS = [
    pytest.param(OPENERS[name], wrapper, id=f"{name}: {wrapper['name']}")
    for name, content in FILES.items()
    for wrapper in content["wrappers"]
]


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_the_vectors_are_what_their_script_makes(form: Format) -> None:
    assert PLAIN_FILES[form].read_text() == vectors(form)


@pytest.mark.parametrize(("opener", "wrapper"), WRAPPERS)
def test_a_wrapper_of_the_vectors_opens_or_is_refused(
    opener: Opener, wrapper: dict[str, Any]
) -> None:
    if wrapper["expect"] is None:
        with pytest.raises((NotAuthentic, WrongAnswer)):
            opener.open(wrapper)
    else:
        opener.open(wrapper)


FIELDS = [
    pytest.param(OPENERS[name], field, id=f"{name}: {field['name']}")
    for name, content in FILES.items()
    for field in content["fields"]
]


@pytest.mark.parametrize(("opener", "field"), FIELDS)
def test_a_field_of_the_vectors_decrypts_or_is_refused(
    opener: Opener, field: dict[str, Any]
) -> None:
    binding, data = field["binding"], bytes.fromhex(field["ciphertext"])
    named_key, named_field = binding["entity_pk"], binding["field_name"]
    payload = opener.by_uuid(field["wrapper_uuid"])
    suite = binding.get("suite", XAES if named_key == "*" else AES)
    cipher = FieldCipher(
        Prf(payload.prk()),
        make_header(payload.form, suite, int(binding["id"]), binding["generation"]),
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


@pytest.mark.parametrize("content", LAYERS, ids=lambda one: str(one["format"]))
def test_the_private_keys_of_the_vectors_are_read(content: dict[str, Any]) -> None:
    for given in content["private_keys"]:
        private, context = Opener(content).private_key(given["key_uuid"])
        assert (private.hex(), context) == (given["private_key"], given["context"])
    assert content["private_keys"]


@pytest.mark.parametrize("content", LAYERS, ids=lambda one: str(one["format"]))
def test_the_vectors_have_a_layer_of_every_kem(content: dict[str, Any]) -> None:
    found = {row["kem"] for wrapper in content["wrappers"] for row in wrapper.get("layers", ())}
    assert found == set(KEMS)


def test_the_vectors_have_a_wrapper_of_every_class_and_mode() -> None:
    suites = [
        wrapper["crypto_suite"]
        for content in CONTENTS
        for wrapper in content["wrappers"]
        if wrapper["expect"] and wrapper["crypto_suite"]["format"] == NEWEST.name
    ]
    assert {suite["mode"] for suite in suites} == set(Mode)
    assert {suite["class"] for suite in suites} == {one.label for one in DekClass}


def _changes(value: Any) -> Iterator[Any]:
    """The value with one thing in it changed or left out, for each thing, at every depth."""
    if isinstance(value, dict | list):
        for place in value if isinstance(value, dict) else range(len(value)):
            for changed in _changes(value[place]):
                made = value.copy()
                made[place] = changed
                yield made
            made = value.copy()
            del made[place]
            yield made
    elif isinstance(value, str):
        yield ("1" if value[:1] == "0" else "0") + value[1:]
    else:
        yield "00" if value is None else value + 1


def _layered(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in content["wrappers"] if "layers" in one and one["expect"]]


LAYERED = [
    pytest.param(Opener(content), wrapper, id=f"{content['format']}: {wrapper['name']}")
    for content in LAYERS
    for wrapper in _layered(content)
]


@pytest.mark.parametrize(("opener", "wrapper"), LAYERED)
def test_a_layered_wrapper_with_anything_changed_is_refused(
    opener: Opener, wrapper: dict[str, Any]
) -> None:
    bare = wrapper.copy()
    del bare["name"]  # of no meaning
    opener.open(bare)
    for changed in _changes(bare):
        with pytest.raises(REFUSALS):
            opener.open(changed)


@pytest.mark.parametrize("content", LAYERS, ids=lambda one: str(one["format"]))
def test_a_kem_key_with_anything_changed_is_refused(content: dict[str, Any]) -> None:
    for index, key in enumerate(content["kms_keys"]):
        for changed in _changes(key) if key["kind"] == "kem" else ():
            keys = content["kms_keys"].copy()
            keys[index] = changed
            with pytest.raises(REFUSALS):
                Opener({**content, "kms_keys": keys}).private_key(key["key_uuid"])


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: str(file.name))
def test_the_independent_decoder_opens_the_vectors(file: Path) -> None:
    done = decode(file)
    assert done.returncode == 0, done.stdout + done.stderr
    members = ("wrappers", "private_keys", "fields", "entity_keys")
    items = sum(len(FILES[file.name].get(member, ())) for member in members)
    assert done.stdout.splitlines()[-1] == f"{items} passed, 0 failed"


@pytest.mark.parametrize("content", LAYERS, ids=lambda one: str(one["format"]))
def test_the_independent_decoder_refuses_a_layered_wrapper_with_anything_changed(
    content: dict[str, Any], tmp_path: Path
) -> None:
    changed = []
    for wrapper in _layered(content):
        bare = {name: wrapper[name] for name in wrapper if name not in ("name", "expect")}
        changed += [{"name": "changed", **one, "expect": None} for one in _changes(bare)]
    # the whole ones after them: a branch is looked up by its name
    content = {**content, "wrappers": [*changed, *_layered(content)]}
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(content))
    done = decode(file)
    assert done.returncode == 0, "\n".join(
        line for line in done.stdout.splitlines() if not line.startswith("ok")
    )
    assert len(changed) > 300


def test_the_independent_decoder_passes_the_vectors_of_its_primitives() -> None:
    done = selftest()
    assert done.returncode == 0, done.stdout
    assert "fail 0" in done.stdout
