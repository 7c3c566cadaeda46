"""Make kwtools-1.json and kwtools-2.json: vectors of each format, the same at every run.

``PYTHONPATH=plpython .venv/bin/python -m tests.vectors.make_vectors`` writes the files; a
test compares.
"""

import base64
import hashlib
import itertools
import json
import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from kwruntime.crypto import envelope, kem, layers
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.envelope import DekClass, Keks, Leg, LegKeyWrap, Mode, Payload
from kwruntime.crypto.field_cipher import AES, XAES, FieldCipher, make_header
from kwruntime.crypto.formats import BY_NAME, FORMAT_1, FORMAT_2, Format
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.kem import TAG_BYTES
from kwruntime.crypto.layers import Layer, Recipient
from kwshared.algorithms import AEAD_ID, KDF_ID, KEMS
from kwshared.keyfile import thumbprint

from tests import one_direct_wrap

FILES = {one: Path(__file__).parent / f"kwtools-{one.version}.json" for one in (FORMAT_1, FORMAT_2)}


@contextmanager
def fixed_randomness() -> Iterator[None]:
    """Let os.urandom give SHA-256 of a counter: for vectors only."""
    real = os.urandom
    counter = itertools.count()

    def fixed(size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += hashlib.sha256(f"kwtools vectors {next(counter)}".encode()).digest()
        return data[:size]

    os.urandom = fixed
    try:
        yield
    finally:
        os.urandom = real


class Maker:
    """Makes keys, wrappers and fields of a format, and remembers them as the file lists them."""

    def __init__(self, form: Format) -> None:
        self._form = form
        self._uuids = (UUID(bytes=os.urandom(16), version=4) for _ in itertools.count())
        self.keys: list[dict[str, Any]] = []
        self.private_keys: list[dict[str, Any]] = []
        self.wrappers: list[dict[str, Any]] = []
        self.fields: list[dict[str, Any]] = []
        self._keks: dict[UUID, Keks] = {}
        self._leg_keys: dict[UUID, dict[str, str]] = {}
        self._prks: dict[str, bytes] = {}

    def local_key(self) -> UUID:
        key_uuid, secret = next(self._uuids), os.urandom(32)
        jwk = {"kty": "oct", "kid": b64(os.urandom(16)), "k": b64(secret)}
        self.keys.append({"key_uuid": str(key_uuid), "kind": "local", "jwk": jwk})
        self._keks[key_uuid] = envelope.local_keks(secret)
        return key_uuid

    def remote_key(self) -> UUID:
        """A key of a KMS that is a table of what it wrapped."""
        key_uuid = next(self._uuids)
        self._leg_keys[key_uuid] = {}
        self.keys.append(
            {
                "key_uuid": str(key_uuid),
                "kind": "remote",
                "leg_keys": self._leg_keys[key_uuid],
            }
        )
        return key_uuid

    def _leg(self, key: UUID, number: int, version: int) -> Leg:
        wrap = envelope.LEG_KEY_WRAP if key in self._leg_keys else envelope.DIRECT_WRAP
        return Leg(number, version, key, wrap)

    def _wrap(self, form: Format, leg: Leg, wrapper: UUID, body: bytes, context: bytes) -> str:
        if leg.wrap == envelope.DIRECT_WRAP:
            keks = self._keks[leg.key]
            return one_direct_wrap.wrap(keks, wrapper.bytes, body, context, form).hex()
        leg_key, wrapped_key = os.urandom(32), os.urandom(60)
        self._leg_keys[leg.key][wrapped_key.hex()] = leg_key.hex()
        sealed = envelope.leg_key_seal(form, leg_key, body, context)
        return LegKeyWrap(wrapped_key, sealed).pack().hex()

    def kem_key(self, algorithm: str, *, sealed_by: UUID | None = None) -> Recipient:
        """A KEM key: of a key file, or of a row of kem_private_keys where a key seals it."""
        key_uuid, private = next(self._uuids), kem.generate(KEMS[algorithm])
        public = kem.public_of(KEMS[algorithm], private)
        made: dict[str, Any] = {
            "key_uuid": str(key_uuid),
            "kind": "kem",
            "kem": algorithm,
            "public_key": public.hex(),
        }
        context = None
        if sealed_by is None:
            kid = thumbprint(algorithm, public)
            jwk = {"kty": "AKP", "alg": algorithm, "kid": kid}
            made["external_key_id"] = kid
            made["jwk"] = {**jwk, "pub": b64(public), "priv": b64(private)}
        else:
            leg = self._leg(sealed_by, 1, 1)
            context = lp(
                b"kwtools/1 private key",
                key_uuid.bytes,
                algorithm.encode(),
                public,
                sealed_by.bytes,
                leg.wrap.encode(),
            )
            made["sealed_by_key_uuid"] = str(sealed_by)
            made["sealed_key"] = self._wrap(FORMAT_1, leg, key_uuid, private, context)
        self.keys.append(made)
        self.private_keys.append(
            {
                "key_uuid": str(key_uuid),
                "private_key": private.hex(),
                "context": context and context.hex(),
            }
        )
        return Recipient(key_uuid, algorithm, public)

    def branch(
        self,
        name: str,
        mode: Mode,
        keys: list[UUID],
        recipients: Sequence[Recipient] = (),
        form: Format | None = None,
    ) -> UUID:
        made = self.wrapper(
            name, mode, keys, dek_class=DekClass.BRANCH, recipients=recipients, form=form
        )
        key_uuid, branch = next(self._uuids), UUID(made["wrapper_uuid"])
        self.keys.append(
            {"key_uuid": str(key_uuid), "kind": "wrapper", "wrapper_uuid": str(branch)}
        )
        self._keks[key_uuid] = envelope.branch_keks(Prf(self._prks[str(branch)]), branch)
        return key_uuid

    def wrapper(
        self,
        name: str,
        mode: Mode,
        keys: list[UUID],
        *,
        dek_class: DekClass = DekClass.FIELD,
        dek: bytes | None = None,
        versions: tuple[int, ...] = (1, 1),
        recipients: Sequence[Recipient] = (),
        template: Mapping[str, str] | None = None,
        sealed_for: UUID | None = None,
        form: Format | None = None,
        alter: Callable[[bytes], bytes] = bytes,
    ) -> dict[str, Any]:
        """Make a wrapper.

        For it to be refused, ``sealed_for`` binds its layers to another one, and ``alter`` changes
        the payload after its commitment was made.
        """
        form = form or self._form
        uuid = next(self._uuids)
        payload = Payload.new(dek_class, dek, form)
        packed, prk = alter(payload.pack()), payload.prk()
        commitment = envelope.commitment(form, Prf(prk), uuid.bytes)
        legs = [
            self._leg(key, number, version)
            for number, (key, version) in enumerate(zip(keys, versions, strict=False), 1)
        ]
        sealed = layers.seal(
            packed, sealed_for or uuid, dek_class, commitment, recipients, template, "default"
        )
        digest = sealed.layers.digest(form)
        contexts = [
            envelope.context(form, uuid, leg, mode, len(sealed.body), dek_class, commitment, digest)
            for leg in legs
        ]
        bodies = envelope.bodies(mode, sealed.body)
        wraps = [
            self._wrap(form, leg, uuid, body, context)
            for leg, body, context in zip(legs, bodies, contexts, strict=True)
        ]
        two = len(legs) > 1
        suite = envelope.suite_text(
            form, mode, dek_class, legs, len(payload.dek), commitment, sealed.layers.text
        )
        made: dict[str, Any] = {
            "name": name,
            "wrapper_uuid": str(uuid),
            "crypto_suite": json.loads(suite),
            "kms1_key_uuid": str(legs[0].key),
            "kms2_key_uuid": str(legs[1].key) if two else None,
            "wrap1_version": versions[0],
            "wrap2_version": versions[1] if two else None,
            "dek_wrap1": wraps[0],
            "dek_wrap2": wraps[1] if two else None,
            "expect": {
                "dek": payload.dek.hex(),
                "class": dek_class.label,
                "origin": payload.origin.name.lower(),
                "prk": prk.hex(),
                "commitment": commitment.hex(),
                "context1": contexts[0].hex(),
                "context2": contexts[1].hex() if two else None,
            },
        }
        if sealed.layers.rows:
            made["layers"] = [_layer_row(layer) for layer in sealed.layers.rows]
            made["expect"] |= {
                "payload": packed.hex(),
                "suite_text": suite,
                "layers_digest": digest.hex(),
                "layers": [
                    {"info": _info(form, uuid, layer, len(packed) + TAG_BYTES * number,
                                   made["expect"]),
                     "digest": layer.digest.hex()}
                    for number, layer in enumerate(sealed.layers.rows)
                ],
            }  # fmt: skip
        self.wrappers.append(made)
        self._prks[str(uuid)] = prk
        return made

    def damaged(self, name: str, wrapper: dict[str, Any], damage: Callable[[Any], None]) -> None:
        copy = json.loads(json.dumps(wrapper))
        copy |= {"name": name, "expect": None}
        damage(copy)
        # a name of its own, or it would stand in the place of the whole one
        self.wrappers.insert(0, copy)

    def field(
        self,
        name: str,
        wrapper: dict[str, Any],
        binding: tuple[str, str | None],
        asked: tuple[str, str | None],
        plaintext: bytes,
        generation: int = 1,
        suite: int | None = None,
    ) -> dict[str, Any]:
        """Make a field ciphertext; of format 2 the binding has a suite."""
        form = BY_NAME[wrapper["crypto_suite"]["format"]]
        binding_id = int.from_bytes(os.urandom(8), "big") >> 1 or 1
        pk, field = binding
        cipher = FieldCipher(
            Prf(self._prks[wrapper["wrapper_uuid"]]),
            make_header(form, suite or (XAES if pk == "*" else AES), binding_id, generation),
            names_key=pk != "*",
            names_field=field is not None,
        )
        sealed = cipher.seal([asked[0]], asked[1], [plaintext])[0]
        assert sealed is not None
        made: dict[str, Any] = {
            "name": name,
            "binding": {
                "id": str(binding_id),
                "entity_pk": pk,
                "field_name": field,
                "generation": generation,
            },
            "wrapper_uuid": wrapper["wrapper_uuid"],
            "entity_pk": asked[0],
            "field_name": asked[1],
            "ciphertext": sealed.hex(),
            "plaintext": plaintext.hex(),
        }
        if form is FORMAT_2:
            made["binding"]["suite"] = cipher.header[1]
        self.fields.append(made)
        return made


def _layer_row(layer: Layer) -> dict[str, Any]:
    return {
        "layer_no": layer.number,
        "kms_key_uuid": str(layer.key),
        "kem": layer.kem,
        "kem_ciphertext": layer.encapsulation.hex(),
        "encap_pubkey": layer.public_key.hex(),
        "aad": layer.aad and json.loads(layer.aad),
        "meta": json.loads(layer.meta),
    }


def _info(form: Format, wrapper: UUID, layer: Layer, length: int, expect: dict[str, Any]) -> str:
    """HPKE's info, as docs/format.md has it: the runtime keeps its own to itself."""
    return lp(
        f"{form.name} layer context".encode(),
        wrapper.bytes,
        layer.number.to_bytes(1, "big"),
        layer.key.bytes,
        layer.kem.encode(),
        struct.pack(">HHH", KEMS[layer.kem].kem_id, KDF_ID, AEAD_ID),
        length.to_bytes(4, "big"),
        expect["class"].encode(),
        bytes.fromhex(expect["commitment"]),
        (layer.aad or "").encode(),
    ).hex()


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def flip(text: str, at: int) -> str:
    """Hexadecimal bytes, one of them changed."""
    data = bytearray.fromhex(text)
    data[at] ^= 1
    return data.hex()


def _wrappers(make: Maker) -> dict[str, Any]:
    one, two = make.local_key(), make.local_key()
    single = make.wrapper("single", Mode.SINGLE, [one])
    either = make.wrapper("either", Mode.EITHER, [one, two])
    both = make.wrapper("both", Mode.BOTH, [one, two])
    make.wrapper("imported, 16 bytes", Mode.SINGLE, [one], dek=bytes(range(16)))
    make.wrapper("imported, 64 bytes", Mode.EITHER, [one, two], dek=bytes(range(64)))
    make.wrapper("rewrapped", Mode.EITHER, [two, one], versions=(3, 7))
    branch = make.branch("branch", Mode.EITHER, [one, two])
    under = make.wrapper("under a branch", Mode.SINGLE, [branch])
    second = make.branch("branch of a branch", Mode.SINGLE, [branch])
    third = make.branch("third branch", Mode.SINGLE, [second])
    make.wrapper("three branches deep", Mode.BOTH, [third, two])

    def swap_legs(wrapper: Any) -> None:
        wraps = wrapper["dek_wrap1"], wrapper["dek_wrap2"]
        wrapper["dek_wrap2"], wrapper["dek_wrap1"] = wraps

    make.damaged("legs exchanged", both, swap_legs)
    make.damaged("another version", single, lambda w: w.update(wrap1_version=2))
    make.damaged("suite edited", single, lambda w: w["crypto_suite"].update(dek_bytes=16))
    make.damaged("suite with a member more", single, lambda w: w["crypto_suite"].update(more=1))
    make.damaged("class edited", single, lambda w: w["crypto_suite"].update({"class": "branch"}))
    make.damaged("key exchanged", single, lambda w: w.update(kms1_key_uuid=str(two)))
    make.damaged("wrap of another", single, lambda w: w.update(dek_wrap1=under["dek_wrap1"]))
    make.damaged("commitment flipped", single, lambda w: w["crypto_suite"].update(
        commitment=flip(w["crypto_suite"]["commitment"], 0)
    ))  # fmt: skip
    for at in (0, 1, 13, -1):
        flipped = flip(single["dek_wrap1"], at)
        make.damaged(f"byte {at} flipped", {**single, "dek_wrap1": flipped}, lambda _: None)
    return {"single": single, "either": either, "both": both, "under": under}


def _remote_legs(make: Maker) -> None:
    remote, local = make.remote_key(), make.local_key()
    single = make.wrapper("under a remote key", Mode.SINGLE, [remote])
    make.wrapper("remote and local", Mode.BOTH, [remote, local], versions=(2, 1))
    other = make.wrapper("another under a remote key", Mode.SINGLE, [remote])
    make.damaged("remote leg of another", single, lambda w: w.update(dek_wrap1=other["dek_wrap1"]))
    make.damaged("remote leg, another version", single, lambda w: w.update(wrap1_version=2))
    for at in (0, 1, 2, 62, 63, 75, -1):
        flipped = flip(single["dek_wrap1"], at)
        make.damaged(f"remote, byte {at} flipped", {**single, "dek_wrap1": flipped}, lambda _: None)


def _fields(make: Maker, wrappers: dict[str, Any]) -> None:
    text = "Zoë, 東京".encode()
    cell = make.field("cell", wrappers["either"], ("7", "email"), ("7", "email"), text)
    make.field("empty", wrappers["either"], ("8", "email"), ("8", "email"), b"")
    make.field("row", wrappers["both"], ("7", None), ("7", "email"), text, generation=2)
    make.field("row as a whole", wrappers["both"], ("7", None), ("7", None), text)
    column = make.field("column", wrappers["single"], ("*", "email"), ("ключ", "email"), text)
    make.field("table", wrappers["under"], ("*", None), ("7", "email"), text, generation=2**31 - 1)
    make.field("table, row as a whole", wrappers["under"], ("*", None), ('["a", "b"]', None), text)
    make.fields += [
        {**cell, "name": "cell, another key", "entity_pk": "8", "plaintext": None},
        {**cell, "name": "cell, another field", "field_name": "name", "plaintext": None},
        {**column, "name": "column, another key", "entity_pk": "8", "plaintext": None},
        {**column, "name": "column, another wrapper",
         "wrapper_uuid": wrappers["either"]["wrapper_uuid"], "plaintext": None},
        *(
            {**made, "name": f"{made['name']}, byte {at} flipped",
             "ciphertext": flip(made["ciphertext"], at), "plaintext": None}
            for made in (cell, column)
            for at in (0, 1, 9, 13, 14, 25, 40, -1)
        ),
    ]  # fmt: skip


_ENTITY_KEYS = (
    (["7"], "7"),
    ([""], ""),
    (["*"], "\\*"),
    (["#x"], "\\#x"),
    (["[x"], "\\[x"),
    (["\\x"], "\\\\x"),
    (["a", "b"], '["a", "b"]'),
    (['say "hi"', "back\\slash", "é"], '["say \\"hi\\"", "back\\\\slash", "é"]'),
    (["x" * 64], "x" * 64),
    (["x" * 65], "#" + b64(hashlib.sha256(b"x" * 65).digest())),
)


def _altered(at: int, packed: bytes) -> bytes:
    return packed[:at] + bytes([packed[at] ^ 3]) + packed[at + 1 :]


def _named(name: str | None, wrapper: dict[str, Any]) -> None:
    wrapper["crypto_suite"]["format"] = name


def _both_formats(make: Maker) -> None:
    """What only format 2 has, and wrappers of each format under keys of the other."""
    local = make.local_key()
    for dek_class in (DekClass.DEPLOYMENT, DekClass.INDEX):
        make.wrapper(dek_class.label, Mode.SINGLE, [local], dek_class=dek_class)
    for dek_class in (DekClass.BRANCH, DekClass.DEPLOYMENT, DekClass.INDEX):
        name = f"an imported key of class {dek_class.label}"
        make.wrapper(name, Mode.SINGLE, [local], dek_class=dek_class, dek=bytes(32))["expect"] = (
            None
        )
    for at, what in enumerate(("version", "class", "origin")):
        name, alter = f"another {what} than its key was committed with", partial(_altered, at)
        make.wrapper(name, Mode.SINGLE, [local], alter=alter)["expect"] = None
    old = make.wrapper("of format 1", Mode.SINGLE, [local], form=FORMAT_1)
    new = make.wrapper("of format 2", Mode.SINGLE, [local])
    old_branch = make.branch("branch of format 1", Mode.SINGLE, [local], form=FORMAT_1)
    new_branch = make.branch("branch of format 2", Mode.SINGLE, [local])
    make.wrapper("of format 2 under a branch of format 1", Mode.SINGLE, [old_branch])
    make.wrapper("of format 1 under a branch of format 2", Mode.SINGLE, [new_branch], form=FORMAT_1)
    make.wrapper(
        "deployment in format 1", Mode.SINGLE, [local], form=FORMAT_1, dek_class=DekClass.DEPLOYMENT
    )["expect"] = None
    others = ((new, "kwtools/1"), (old, "kwtools/2"), (new, "kwtools/3"), (new, None))
    for wrapper, named in others:
        make.damaged(f"{wrapper['name']}, named {named}", wrapper, partial(_named, named))
    text = b"a value"
    fields = [
        make.field("of format 1", old, ("7", "email"), ("7", "email"), text),
        make.field("of format 2", new, ("7", "email"), ("7", "email"), text),
        make.field("every row, format 1", old, ("*", "email"), ("7", "email"), text),
        make.field("cell of suite 2", new, ("7", "email"), ("7", "email"), text, suite=XAES),
        make.field("row of suite 2", new, ("7", None), ("7", "email"), text, 3, suite=XAES),
        make.field("row as a whole, suite 2", new, ("7", None), ("7", None), text, suite=XAES),
    ]
    other_suite = {AES: XAES, XAES: AES}
    for one in fields:
        data = bytes.fromhex(one["ciphertext"])
        header = bytes([data[0] ^ 3]), bytes([other_suite[data[1]]])
        for name, changed in (
            ("format", header[0] + data[1:]),
            ("suite", data[:1] + header[1] + data[2:]),
        ):
            make.fields.append({
                **one, "name": f"{one['name']}, another {name} in the header",
                "ciphertext": changed.hex(), "plaintext": None,
            })  # fmt: skip
    for one, wrapper in zip(fields, (new, old, new, old, old, old), strict=True):
        make.fields.append({
            **one, "name": f"{one['name']}, wrapper of the other format",
            "wrapper_uuid": wrapper["wrapper_uuid"], "plaintext": None,
        })  # fmt: skip
    make.fields.append({
        **fields[4], "name": "row of suite 2, another field", "binding": {
            **fields[4]["binding"], "field_name": "name"}, "plaintext": None,
    })  # fmt: skip


def vectors(form: Format) -> str:
    """Return the text of a format's file."""
    with fixed_randomness():
        make = Maker(form)
        _fields(make, _wrappers(make))
        _remote_legs(make)
        if form is FORMAT_2:
            _both_formats(make)
    content = {
        "format": form.name,
        "kms_keys": make.keys,
        "wrappers": make.wrappers,
        "fields": make.fields,
        "entity_keys": [{"parts": parts, "text": text} for parts, text in _ENTITY_KEYS],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each, file in FILES.items():
        file.write_text(vectors(each))
