"""KEM layers: what lies between a payload and the legs that wrap it (docs/format.md).

Bytes in, bytes out: nothing here knows the database or a KMS.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import pairwise
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from kwshared.algorithms import AEAD_ID, KDF_ID, KEMS

from kwruntime.crypto import kem
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.envelope import DekClass, form_of
from kwruntime.crypto.formats import Format, labels
from kwruntime.errors import BadArgument, NotAuthentic

MAX_LAYERS = 8
PLACEHOLDERS = ("wrapper", "policy", "class", "layer", "key")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NONE = ""
_U8, _U32 = Struct(">B"), Struct(">I")
_SUITE = Struct(">HHH")
_LAYER_LABEL = labels("layer")
_LAYERS_LABEL = labels("layers")
_INFO_LABEL = labels("layer context")


class Layer(NamedTuple):
    """A stored layer. ``aad`` and ``meta`` are texts of jsonb, as PostgreSQL prints it."""

    number: int
    key: UUID
    kem: str
    encapsulation: bytes
    public_key: bytes
    aad: str | None
    meta: str
    digest: bytes
    """32 bytes that stand for the whole row."""

    def __repr__(self) -> str:
        return f"Layer({self.number})"

    @classmethod
    def of(
        cls,
        form: Format,
        number: int,
        key: UUID,
        kem_name: str,
        encapsulation: bytes,
        public_key: bytes,
        aad: str | None,
        meta: str,
    ) -> "Layer":
        """Make it, with its digest."""
        start = _layer_start(form, number, key, kem_name)
        rest = lp(encapsulation, public_key, (aad or _NONE).encode(), meta.encode())
        digest = sha256(start + rest).digest()
        return cls(number, key, kem_name, encapsulation, public_key, aad, meta, digest)


@lru_cache(maxsize=1024)
def _layer_start(form: Format, number: int, key: UUID, kem_name: str) -> bytes:
    return _LAYER_LABEL[form] + lp(
        # a number that no layer has is then no layer of its wrapper
        _U8.pack(number) if 0 < number <= MAX_LAYERS else b"",
        key.bytes,
        kem_name.encode(),
    )


@lru_cache(maxsize=1024)
def _suite_frame(number: int, key: UUID, kem_name: str) -> tuple[str, str]:
    """What crypto_suite has of a layer before and after its digest."""
    return f'{{"kem": "{kem_name}", "layer": {number}, "digest": "', f'", "kms_key": "{key}"}}'


class Layers(NamedTuple):
    """The layers of one wrapper, in order, and what stands for all of them."""

    rows: tuple[Layer, ...]
    text: str
    """The member ``layers`` of crypto_suite, as PostgreSQL prints it."""

    @classmethod
    def of(cls, rows: Sequence[Layer]) -> "Layers":
        """Make it of its rows."""
        text = ", ".join([row.digest.hex().join(_suite_frame(*row[:3])) for row in rows])
        return cls(tuple(rows), f"[{text}]")

    def digest(self, form: Format) -> bytes:
        """Return 32 bytes: what the context of every leg has of them."""
        members = b"".join(row.digest for row in self.rows)
        return sha256(_LAYERS_LABEL[form] + _U32.pack(len(self.rows)) + members).digest()


NO_LAYERS = Layers.of(())


class Sealed(NamedTuple):
    """A payload behind its layers: the rows, and the body that the legs wrap."""

    layers: Layers
    body: bytes

    def __repr__(self) -> str:
        return f"Sealed({self.layers.rows})"


class Recipient(NamedTuple):
    """A KEM key that is to seal a layer."""

    key: UUID
    kem: str
    public_key: bytes


@cache
def meta_text(name: str) -> str:
    """Return the ``meta`` of a layer of a KEM: everything about HPKE that could be otherwise."""
    one = KEMS[name]
    return (
        f'{{"kdf": {KDF_ID}, "kem": {one.kem_id}, "aead": {AEAD_ID}, '
        f'"hpke": "{one.specification}"}}'
    )


def seal(
    payload: bytes,
    wrapper: UUID,
    dek_class: DekClass,
    commitment: bytes,
    recipients: Sequence[Recipient],
    template: Mapping[str, str] | None,
    policy: str,
) -> Sealed:
    """Seal a payload to each recipient in turn, the first next to the payload."""
    form, body, rows = form_of(payload), payload, []
    for number, to in enumerate(recipients, 1):
        aad = _filled(template, wrapper, policy, dek_class, number, to.key)
        info = _info(form, wrapper, number, to.key, to.kem, len(body), dek_class, commitment, aad)
        encapsulation, body = kem.seal(KEMS[to.kem], to.public_key, info, body)
        meta = meta_text(to.kem)
        rows.append(Layer.of(form, number, to.key, to.kem, encapsulation, to.public_key, aad, meta))
    return Sealed(Layers.of(rows), body)


def open_layer(
    form: Format,
    layer: Layer,
    private: Any,
    body: bytes,
    wrapper: UUID,
    dek_class: DekClass,
    commitment: bytes,
) -> bytes:
    """Return the body that a layer sealed; raises ``NotAuthentic``."""
    if layer.meta != meta_text(layer.kem):
        raise NotAuthentic("its meta names another HPKE than this version")
    length = len(body) - kem.TAG_BYTES
    if length < 0:
        raise NotAuthentic("its body has no known form")
    info = _info(
        form, wrapper, layer.number, layer.key, layer.kem, length, dek_class, commitment, layer.aad
    )
    return kem.open_sealed(KEMS[layer.kem], private, info, layer.encapsulation, body)


def _info(
    form: Format,
    wrapper: UUID,
    number: int,
    key: UUID,
    name: str,
    length: int,
    dek_class: DekClass,
    commitment: bytes,
    aad: str | None,
) -> bytes:
    """Return HPKE's ``info``: the context of one layer; ``length`` is the sealed body's.

    It is ``lp`` of the members that docs/format.md lists; what wrappers share is made once.
    """
    shared = _info_shared(number, key, name, length, dek_class)
    return _INFO_LABEL[form] + lp(wrapper.bytes) + shared + lp(commitment, (aad or _NONE).encode())


@lru_cache(maxsize=1024)
def _info_shared(number: int, key: UUID, name: str, length: int, dek_class: DekClass) -> bytes:
    return lp(
        _U8.pack(number),
        key.bytes,
        name.encode(),
        _SUITE.pack(KEMS[name].kem_id, KDF_ID, AEAD_ID),
        _U32.pack(length),
        dek_class.label.encode(),
    )


# -- the additional associated data of a policy --------------------------------------------------


def check_template(template: object) -> None:
    """Raise ``BadArgument`` unless it is an object of texts with known placeholders."""
    if not isinstance(template, dict) or not all(
        isinstance(value, str) for value in template.values()
    ):
        raise BadArgument("aad_template must be a JSON object whose values are texts")
    for value in template.values():
        rest = _PLACEHOLDER.sub("", value)
        if set(_PLACEHOLDER.findall(value)) - set(PLACEHOLDERS) or "{" in rest or "}" in rest:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise BadArgument(
                f'aad_template has an unknown placeholder in "{value}"', hint=f"Use only {known}."
            )


def _filled(
    template: Mapping[str, str] | None,
    wrapper: UUID,
    policy: str,
    dek_class: DekClass,
    number: int,
    key: UUID,
) -> str | None:
    if not template:
        return None
    values = {
        "wrapper": str(wrapper),
        "policy": policy,
        "class": dek_class.label,
        "layer": str(number),
        "key": str(key),
    }
    return jsonb_text(
        {
            name: _PLACEHOLDER.sub(lambda found: values[found[1]], text)
            for name, text in template.items()
        }
    )


def jsonb_text(texts: Mapping[str, str]) -> str:
    """Return a flat object of texts as PostgreSQL prints that jsonb in UTF8 (by length, bytes)."""
    names = sorted(texts, key=lambda name: (len(name.encode()), name.encode()))
    members = (
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(texts[name], ensure_ascii=False)}"
        for name in names
    )
    return f"{{{', '.join(members)}}}"


def bound_text(aad: str) -> str:
    """Return a stored aad as it was bound: jsonb is in another order in other encodings."""
    found = json.loads(aad)
    if isinstance(found, dict) and all(isinstance(text, str) for text in found.values()):
        return jsonb_text(found)
    return aad  # none that was ever bound


# -- where stored layers are not what they were ---------------------------------------------------


def check_stored(layers: Sequence[Layer], listed: object) -> None:
    """Compare stored layers with those that crypto_suite lists; raises ``NotAuthentic``.

    The legs authenticate all of it. This says which layer it is that is not as it was.
    """
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise NotAuthentic("its crypto_suite lists no layers")
    by_number = {layer.number: layer for layer in layers}
    if len(by_number) < len(layers):
        twice = next(one.number for one, two in pairwise(layers) if one.number == two.number)
        raise NotAuthentic(f"layer {twice} occurs twice")
    for number, one in enumerate(listed, 1):
        found = by_number.pop(number, None)
        if found is None:
            raise NotAuthentic(f"layer {number} is missing")
        if one.get("digest") != found.digest.hex():
            raise NotAuthentic(f"layer {number} was replaced or modified")
    if by_number:
        raise NotAuthentic(f"layer {min(by_number)} does not belong to it")
