"""The envelope: payload, commitment, context, shares, and the direct wrap (docs/format.md).

Bytes in, bytes out: nothing here knows the database or a KMS.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum, StrEnum
from functools import cache, lru_cache
from hashlib import sha256
from hmac import compare_digest
from struct import Struct
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from kwshared.usability import LEGS, NEEDED

from kwruntime.crypto.aes_gcm import AESGCM
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.formats import BY_VERSION, FORMAT_1, FORMAT_2, FORMATS, NEWEST, Format, labels
from kwruntime.crypto.kdf import Prf
from kwruntime.errors import NotAuthentic, WrongAnswer

KDF = "HKDF-SHA-256"
DIRECT_WRAP = "HKDF-SHA-256+AES-256-GCM"
LEG_KEY_WRAP = "leg-key+HKDF-SHA-256+AES-256-GCM"
LEG_KEY_BYTES = 32
MIN_DEK_BYTES = 16
MAX_DEK_BYTES = 64
DEK_BYTES = 32

_HEAD = Struct(">BBBB")
_RANDOM_BYTES = 32
_OVERHEAD = _HEAD.size + _RANDOM_BYTES
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DIRECT = b"\x01"
_DIRECT_DATA = len(_DIRECT) + _NONCE_BYTES
DIRECT_OVERHEAD = _DIRECT_DATA + _TAG_BYTES
_LEG_KEY = Struct(">BH")
_LEG_KEY_FORM = 2
_MAX_WRAPPED_KEY_BYTES = 0xFFFF
_U32 = Struct(">I")

SUITE_TAIL = '"}'
"""What a suite has after its commitment."""
SUITE_END_CHARACTERS = 64 + len(SUITE_TAIL)
"""How long a suite's end is, from its commitment on."""

# digest of no layers: what a wrapper without KEM layers authenticates in their place
NO_LAYERS = {one: sha256(one.label("layers") + _U32.pack(0)).digest() for one in FORMATS}


@cache
def _lp_text(*texts: str) -> bytes:
    return lp(*(text.encode() for text in texts))


_LP_16 = lp(bytes(16))[:4]
_LP_32 = lp(bytes(32))[:4]
_LEG_AND_VERSION = Struct(">IBII")
_LENGTH = Struct(">II")
# Since kwtools/2 the whole payload goes into prk: no bit of its head can change.
_EXTRACT = {
    one.version: (Prf(f"{one.name} prk".encode()).extract, _HEAD.size if one is FORMAT_1 else 0)
    for one in FORMATS
}
_COMMITMENT = labels("commitment", _LP_16)
_CONTEXT = labels("context", _LP_16)
_WRAP_KEY = labels("wrap key", _LP_16)
_LEG_KEY_LABEL = labels("leg key")


class Mode(StrEnum):
    """How the legs of a wrapper share its payload."""

    SINGLE = "single"
    EITHER = "either"
    BOTH = "both"

    @property
    def legs(self) -> int:
        """How many legs a wrapper has."""
        return LEGS[self]

    @property
    def needed(self) -> int:
        """How many of its legs open a wrapper."""
        return NEEDED[self]


class DekClass(IntEnum):
    """What a DEK is for. Fixed when the wrapper is made."""

    FIELD = 1
    BRANCH = 2
    """It wraps other DEKs."""
    DEPLOYMENT = 3
    """It seals the rows of the database."""
    INDEX = 4
    """It makes the tokens of blind indexes."""

    @property
    def label(self) -> str:
        """The name that columns, contexts and crypto_suite use."""
        return _CLASS_LABELS[self]

    @classmethod
    def of(cls, label: str) -> "DekClass":
        """The class of that name; that of fields where there is none."""
        return _LABELLED.get(label, cls.FIELD)


class Origin(IntEnum):
    """Where a DEK came from."""

    GENERATED = 1
    IMPORTED = 2


_CLASS_LABELS = {one: one.name.lower() for one in DekClass}
_LABELLED = {label: one for one, label in _CLASS_LABELS.items()}
_CLASSES = {
    FORMAT_1: {int(one): one for one in (DekClass.FIELD, DekClass.BRANCH)},
    FORMAT_2: {int(one): one for one in DekClass},
}
_ORIGINS = {int(one): one for one in Origin}


class Payload(NamedTuple):
    """What the legs of a wrapper wrap: a DEK, 32 random bytes, and what the DEK is."""

    form: Format
    dek_class: DekClass
    origin: Origin
    random: bytes
    dek: bytes

    def __repr__(self) -> str:
        return "Payload(…)"

    @classmethod
    def new(cls, dek_class: DekClass, dek: bytes | None = None, form: Format = NEWEST) -> "Payload":
        """Make the payload of a new wrapper: of ``dek`` (imported), or of 32 fresh bytes."""
        origin = Origin.GENERATED if dek is None else Origin.IMPORTED
        return cls(
            form,
            dek_class,
            origin,
            os.urandom(_RANDOM_BYTES),
            os.urandom(DEK_BYTES) if dek is None else dek,
        )

    @classmethod
    def unpack(cls, data: bytes) -> "Payload":
        """Read a payload; raises ``NotAuthentic`` where it is not one, byte for byte."""
        if len(data) < _OVERHEAD:
            raise NotAuthentic("the payload has no known form")
        version, dek_class, origin, length = _HEAD.unpack_from(data)
        form = BY_VERSION.get(version)
        if (
            form is None
            or dek_class not in _CLASSES[form]
            or origin not in _ORIGINS
            or not MIN_DEK_BYTES <= length <= MAX_DEK_BYTES
            or len(data) != _OVERHEAD + length
        ):
            raise NotAuthentic("the payload has no known form")
        if form is FORMAT_2 and dek_class != DekClass.FIELD and origin != Origin.GENERATED:
            raise NotAuthentic("the payload has an imported key that must be generated")
        random, dek = data[_HEAD.size : _OVERHEAD], data[_OVERHEAD:]
        return cls(form, _CLASSES[form][dek_class], _ORIGINS[origin], random, dek)

    def pack(self) -> bytes:
        """Return the payload's bytes, ``payload_bytes(len(dek))`` of them."""
        head = _HEAD.pack(self.form.version, self.dek_class, self.origin, len(self.dek))
        return head + self.random + self.dek

    def prk(self) -> bytes:
        """Return the 32 bytes that every key of this DEK is expanded from."""
        return _extracted(self.pack())


def new_payloads(dek_class: DekClass, deks: Sequence[bytes | None]) -> list[bytes]:
    """Return the bytes of the payloads of new wrappers, as ``Payload.new`` makes them."""
    head = _HEAD.pack(NEWEST.version, dek_class, Origin.GENERATED, DEK_BYTES)
    length = _RANDOM_BYTES + DEK_BYTES
    fresh = os.urandom(length * len(deks))
    return [
        head + fresh[start : start + length] if dek is None else Payload.new(dek_class, dek).pack()
        for start, dek in zip(range(0, len(fresh), length), deks, strict=True)
    ]


def payload_bytes(dek_bytes: int) -> int:
    """Return the length of a payload with a DEK of that length."""
    return _OVERHEAD + dek_bytes


def dek_bytes_of(packed: bytes) -> int:
    """Return the length of the DEK of a payload that was checked."""
    return len(packed) - _OVERHEAD


_USUAL_HEADS = {
    form: frozenset(_HEAD.pack(form.version, DekClass.FIELD, one, DEK_BYTES) for one in Origin)
    for form in FORMATS
}
USUAL_BYTES = payload_bytes(DEK_BYTES)
"""The length of a payload with a DEK of 32 bytes."""


def is_usual(form: Format, packed: bytes) -> bool:
    """Whether bytes are a payload of a format whose DEK is a field's and has 32 bytes."""
    return len(packed) == USUAL_BYTES and packed[: _HEAD.size] in _USUAL_HEADS[form]


def form_of(packed: bytes) -> Format:
    """Return the format of a payload that was checked or made here."""
    return BY_VERSION[packed[0]]


def dek_of(packed: bytes) -> bytes:
    """Return the DEK of a payload that was checked."""
    return packed[_OVERHEAD:]


def prk_of(packed: bytes) -> Prf:
    """Return what every key of a DEK is expanded from, of a payload that was checked."""
    return Prf(_extracted(packed))


def _extracted(packed: bytes) -> bytes:
    extract, start = _EXTRACT[packed[0]]
    return extract(packed[start:])


def commitment(form: Format, prk: Prf, wrapper: bytes) -> bytes:
    """Return the 32 bytes that commit a wrapper (16 bytes of wrapper_uuid) to its DEK for life."""
    return prk.expand(_COMMITMENT[form] + wrapper)


def commitment_matches(form: Format, prk: Prf, wrapper: bytes, expected: bytes) -> bool:
    """Compare in constant time."""
    return compare_digest(commitment(form, prk, wrapper), expected)


Keks = Mapping[Format, Prf]
"""The key-encrypting keys of one KMS key, by the format of what they wrap."""


def branch_keks(prk: Prf, branch: UUID) -> Keks:
    """Return the key-encrypting keys of a branch."""
    return {one: Prf(prk.expand(one.label("kek") + lp(branch.bytes))) for one in FORMATS}


def local_keks(secret: bytes) -> Keks:
    """Return the key-encrypting keys of a key of the local keystore."""
    return {one: Prf(Prf(f"{one.name} local kek".encode()).extract(secret)) for one in FORMATS}


class Leg(NamedTuple):
    """One leg of a wrapper as crypto_suite and the context name it."""

    number: int
    version: int
    key: UUID
    wrap: str = DIRECT_WRAP


class ContextFrame(NamedTuple):
    """The associated data of one leg's wraps around what differs: wrapper and commitment.

    The whole is ``lp`` of the members that docs/format.md lists; most have a fixed length, so
    their prefixes are made once.
    """

    start: bytes
    middle: bytes
    end: bytes

    @classmethod
    def of(
        cls,
        form: Format,
        leg: Leg,
        mode: Mode,
        length: int,
        dek_class: DekClass,
        layers: bytes | None = None,
    ) -> "ContextFrame":
        """Make it; ``length`` is the payload's, in bytes; ``layers`` the digest of layers."""
        middle = b"".join(
            (
                _LEG_AND_VERSION.pack(1, leg.number, 4, leg.version),
                _lp_text(mode),
                _LP_16,
                leg.key.bytes,
                _LENGTH.pack(4, length),
                _lp_text(dek_class.label, leg.wrap),
                _LP_32,
            )
        )
        return cls(_CONTEXT[form], middle, _LP_32 + (layers or NO_LAYERS[form]))

    def context(self, wrapper: bytes, commit: bytes) -> bytes:
        """Return the associated data of the wrap of one wrapper (16 bytes of wrapper_uuid)."""
        return self.contexts([(wrapper, commit)])[0]

    def contexts(self, named: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
        """Return those of many, each of its wrapper and commitment."""
        start, middle, end = self
        return [start + wrapper + middle + commit + end for wrapper, commit in named]


def context(
    form: Format,
    wrapper: UUID,
    leg: Leg,
    mode: Mode,
    length: int,
    dek_class: DekClass,
    commit: bytes,
    layers: bytes | None = None,
) -> bytes:
    """Return the associated data of one leg's wrap; ``length`` is the payload's, in bytes."""
    frame = ContextFrame.of(form, leg, mode, length, dek_class, layers)
    return frame.context(wrapper.bytes, commit)


def suite_text(
    form: Format,
    mode: Mode,
    dek_class: DekClass,
    legs: Sequence[Leg],
    dek_bytes: int,
    commit: bytes,
    layers: str = "[]",
) -> str:
    """Return crypto_suite as PostgreSQL prints that jsonb (keys by length, then by bytes).

    So that a stored suite is compared as text, without parsing JSON. ``layers`` is that member.
    """
    return suite_start(form, mode, dek_class, legs, dek_bytes, layers) + suite_end(commit)


def suite_start(
    form: Format,
    mode: Mode,
    dek_class: DekClass,
    legs: Sequence[Leg],
    dek_bytes: int,
    layers: str = "[]",
) -> str:
    """Return what the suites of wrappers with the same legs and layers begin with."""
    before, after = _suite_frame(form, mode, dek_class, tuple(legs), dek_bytes)
    return before + layers + after


def suite_end(commit: bytes) -> str:
    """Return what the suite of a wrapper ends with: its commitment."""
    return commit.hex() + SUITE_TAIL


@lru_cache(maxsize=1024)
def _suite_frame(
    form: Format, mode: Mode, dek_class: DekClass, legs: tuple[Leg, ...], dek_bytes: int
) -> tuple[str, str]:
    """What the suites of wrappers with the same legs have before and after their layers."""
    inner = ", ".join(
        f'{{"leg": {leg.number}, "wrap": "{leg.wrap}", '
        f'"kms_key": "{leg.key}", "version": {leg.version}}}'
        for leg in legs
    )
    return (
        f'{{"kdf": "{KDF}", "legs": [{inner}], "mode": "{mode}", "class": "{dek_class.label}", '
        f'"format": "{form.name}", "layers": ',
        f', "dek_bytes": {dek_bytes}, "commitment": "',
    )


def bodies(mode: Mode, payload: bytes) -> list[bytes]:
    """Return what each leg wraps: the payload, or fresh XOR shares of it."""
    if mode is Mode.EITHER:
        return [payload, payload]
    if mode is Mode.BOTH:
        share = os.urandom(len(payload))
        return [share, _xor(share, payload)]
    return [payload]


def join(shares: list[bytes]) -> bytes:
    """Return the payload of the two shares of mode ``both``."""
    first, second = shares
    if len(first) != len(second):
        raise NotAuthentic("the shares differ in length")
    return _xor(first, second)


def _xor(one: bytes, other: bytes) -> bytes:
    number = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return number.to_bytes(len(one), "big")


def direct_wraps(keks: Keks, items: Sequence[tuple[bytes, bytes, bytes, Format]]) -> list[bytes]:
    """Wrap legs' bodies under a key held in the server, each with its wrapper, AAD and format.

    A wrap is 29 bytes longer than its body.
    """
    nonces = os.urandom(_NONCE_BYTES * len(items))
    wraps, start = [], 0
    for wrapper, body, aad, form in items:
        nonce = nonces[start : start + _NONCE_BYTES]
        start += _NONCE_BYTES
        key = keks[form].expand(_WRAP_KEY[form] + wrapper)
        wraps.append(_DIRECT + nonce + AESGCM(key).encrypt(nonce, body, aad))
    return wraps


def direct_unwraps(
    keks: Keks, items: Sequence[tuple[bytes, bytes, bytes, Format]]
) -> Iterator[bytes | NotAuthentic]:
    """Open direct wraps, each with its wrapper, AAD and format; yield an error for each failure."""
    last = None
    for wrapper, wrap, aad, form in items:
        if wrap[:1] != _DIRECT or len(wrap) < DIRECT_OVERHEAD:
            yield NotAuthentic("the wrap has no known form")
            continue
        if form is not last:
            last, expand, label = form, keks[form].expand, _WRAP_KEY[form]
        cipher = AESGCM(expand(label + wrapper))
        try:
            yield cipher.decrypt(wrap[1:_DIRECT_DATA], wrap[_DIRECT_DATA:], aad)
        except InvalidTag:
            yield NotAuthentic("the wrap or its context was modified")


class LegKeyWrap(NamedTuple):
    """The parts of a wrap under a remote key: the leg key as its KMS wrapped it, and the rest."""

    wrapped_key: bytes
    sealed: bytes

    def __repr__(self) -> str:
        return "LegKeyWrap(…)"

    @classmethod
    def unpack(cls, wrap: bytes) -> "LegKeyWrap":
        """Take a wrap apart; raises ``NotAuthentic`` where it has another form."""
        if len(wrap) > _LEG_KEY.size:
            form, length = _LEG_KEY.unpack_from(wrap)
            start = _LEG_KEY.size + length
            if form == _LEG_KEY_FORM and len(wrap) >= start + _NONCE_BYTES + _TAG_BYTES:
                return cls(wrap[_LEG_KEY.size : start], wrap[start:])
        raise NotAuthentic("the wrap has no known form")

    def pack(self) -> bytes:
        """Return the wrap's bytes."""
        if not 0 < len(self.wrapped_key) <= _MAX_WRAPPED_KEY_BYTES:
            raise WrongAnswer("a wrapped leg key must have 1 to 65535 bytes")
        return _LEG_KEY.pack(_LEG_KEY_FORM, len(self.wrapped_key)) + self.wrapped_key + self.sealed

    @staticmethod
    def body_bytes(wrap: bytes) -> int:
        """Return the length of the body that a wrap would hold, in bytes; negative if none."""
        length = _LEG_KEY.unpack_from(wrap)[1] if len(wrap) >= _LEG_KEY.size else 0
        return len(wrap) - _LEG_KEY.size - length - _NONCE_BYTES - _TAG_BYTES


def leg_key_seal(form: Format, leg_key: bytes, body: bytes, aad: bytes) -> bytes:
    """Seal a leg's body under a fresh leg key (32 bytes); 28 bytes longer than the body.

    The context is both expanded into the key and authenticated, so that it binds whatever
    the KMS that wraps the leg key can bind.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_sealing_key(form, leg_key, aad)).encrypt(nonce, body, aad)


def leg_key_open(form: Format, leg_key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Open what ``leg_key_seal`` made; raises ``WrongAnswer`` where the key is another one."""
    try:
        if len(leg_key) == LEG_KEY_BYTES:
            key = AESGCM(_sealing_key(form, leg_key, aad))
            return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
    except InvalidTag:
        pass
    raise WrongAnswer("the KMS returned a wrong leg key, or the wrap was modified")


def _sealing_key(form: Format, leg_key: bytes, aad: bytes) -> bytes:
    return Prf(leg_key).expand(_LEG_KEY_LABEL[form] + lp(aad))
