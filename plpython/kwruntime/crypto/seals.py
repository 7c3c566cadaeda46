"""Seals: MACs by the key of a deployment over the rows of kw (docs/format.md).

Bytes in, bytes out: the rows are read elsewhere.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from operator import itemgetter
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from kwruntime.crypto.encoding import lp
from kwruntime.crypto.kdf import Prf

DIGEST_BYTES = 32
TAG_BYTES = 16
_KEY_NO = Struct(">I")
_U8 = Struct(">B").pack
_U32 = Struct(">I").pack
_U64 = Struct(">Q").pack
_NULL = b"\x00"
_THERE = b"\x01"
_LP_0, _LP_4, _LP_8, _LP_16, _LP_32 = map(_U32, (0, 4, 8, 16, DIGEST_BYTES))
_LEG_START = lp(b"kwtools/2 leg")

DESTROYED_LEG = bytes(DIGEST_BYTES)
"""The digest of a leg of a destroyed wrapper."""


class SealKind(StrEnum):
    """What a seal is of. Each kind has a key of its own."""

    WRAPPER = "wrapper"
    BINDING = "binding"
    GENERATION = "generation"
    ROW = "row"
    EVENT = "event"


class SealedWrapper(NamedTuple):
    """What the seal of a wrapper covers."""

    wrapper: UUID
    status: str
    policy: str | None
    owner: tuple[str | None, ...]
    """Whose it is until it is bound: oid, name and installation, as texts."""
    commitment: bytes
    legs: tuple[bytes, ...]
    """The digest of each leg, 32 bytes."""


class SealedBinding(NamedTuple):
    """What the seal of a binding covers."""

    binding_id: int
    status: str
    is_closed: bool
    entity: str
    """The entity_id, or the name of an entity without a row."""
    pk: str
    field: str | None
    suite: int
    generation: int
    wrapper: UUID


class SealedGeneration(NamedTuple):
    """What the seal of an earlier generation of a binding covers."""

    binding_id: int
    generation: int
    wrapper: UUID


class SealedRow(NamedTuple):
    """What the seal of a row of a small table covers: its columns in order, as texts."""

    table: str
    values: tuple[str | None, ...]


Sealed = SealedWrapper | SealedBinding | SealedGeneration | SealedRow


class WrapperFrame(NamedTuple):
    """What is sealed of wrappers around what differs: number, uuid, commitment and legs."""

    start: bytes
    middle: bytes

    @classmethod
    def of(
        cls,
        status: str,
        policy: str | None,
        owner: Sequence[str | None],
        commitment_bytes: int = DIGEST_BYTES,
    ) -> "WrapperFrame":
        """Make it of what wrappers have in common."""
        parts = status.encode(), _opt(policy), *map(_opt, owner)
        return cls(_start(SealKind.WRAPPER), lp(*parts) + _U32(commitment_bytes))

    def messages(
        self,
        changes: Iterable[bytes],
        named: Iterable[tuple[bytes, bytes]],
        firsts: Iterable[bytes],
        seconds: Iterable[bytes],
    ) -> list[bytes]:
        """Return what the tags of wrappers are of.

        Of each: its change number as a u64, its uuid and commitment, and the digests of its legs,
        where the second one may be empty.
        """
        start, middle, lasts = *self, {DIGEST_BYTES: _LP_32, 0: _LP_0}
        columns = zip(changes, named, firsts, seconds, strict=True)
        return [
            b"".join(
                (
                    start,
                    change,
                    _LP_16,
                    wrapper,
                    middle,
                    commitment,
                    _LP_32,
                    first,
                    lasts[len(second)],
                    second,
                )
            )
            for change, (wrapper, commitment), first, second in columns
        ]


class BindingFrame(NamedTuple):
    """What is sealed of bindings around what differs: number, id, key, generation and wrapper."""

    start: bytes
    before_key: bytes
    after_key: bytes

    @classmethod
    def of(
        cls, status: str, is_closed: bool, entity: str, field: str | None, suite: int
    ) -> "BindingFrame":
        """Make it of what bindings have in common."""
        return cls(
            _start(SealKind.BINDING),
            lp(status.encode(), _U8(is_closed), entity.encode()),
            lp(_opt(field), _U8(suite)) + _LP_4,
        )

    def messages(
        self,
        changes: Iterable[bytes],
        ids: Iterable[int],
        pks: Iterable[str],
        generations: Iterable[int],
        wrappers: Iterable[bytes],
    ) -> list[bytes]:
        """Return what the tags of bindings are of, with the change number of each as a u64."""
        start, before_key, after_key = self
        columns = zip(changes, ids, map(str.encode, pks), generations, wrappers, strict=True)
        return [
            b"".join(
                (
                    start,
                    change,
                    _LP_8,
                    _U64(binding_id),
                    before_key,
                    _U32(len(key)),
                    key,
                    after_key,
                    _U32(generation),
                    _LP_16,
                    wrapper,
                )
            )
            for change, binding_id, key, generation, wrapper in columns
        ]


def leg_digest(context: bytes, wrap: bytes) -> bytes:
    """Return the digest (32 bytes) of a leg: of its wrap, and of the context it was made in."""
    return leg_digests([context], [wrap])[0]


def leg_digests(contexts: Sequence[bytes], wraps: Sequence[bytes]) -> list[bytes]:
    """Return the digests of many legs."""
    starts = {size: _LEG_START + _U32(size) for size in {*map(len, contexts)}}
    middles = {size: _U32(size) for size in {*map(len, wraps)}}
    return [
        sha256(starts[len(context)] + context + middles[len(wrap)] + wrap).digest()
        for context, wrap in zip(contexts, wraps, strict=True)
    ]


_CHANGE = itemgetter(slice(8))
_KEY_NO_OF = itemgetter(slice(8, 12))
_FIRST = itemgetter(slice(12, 12 + DIGEST_BYTES))
_SECOND = itemgetter(slice(12 + DIGEST_BYTES, -TAG_BYTES))
_TAG = itemgetter(slice(-TAG_BYTES, None))
_TAG_OF_MAC = itemgetter(slice(TAG_BYTES))
_PLAIN_BYTES = {12 + TAG_BYTES}
_WRAPPER_BYTES = {12 + legs * DIGEST_BYTES + TAG_BYTES for legs in (1, 2)}


class SealKeys:
    """The keys that a deployment seals with, expanded from the prk of its wrapper."""

    def __init__(self, prk: Prf, deployment: UUID, key_no: int) -> None:
        self.key_no = key_no
        self.deployment = deployment
        self._macs = {
            kind: Prf(prk.expand(lp(b"kwtools/2 seal key", deployment.bytes, kind.encode())))
            for kind in SealKind
        }

    def __repr__(self) -> str:
        return f"SealKeys({self.key_no})"

    def seal(self, sealed: Sealed, change_no: int) -> bytes:
        """Return the seal of a row: 20 bytes; of a wrapper, 32 more for each leg."""
        kind, message = _message(sealed, _U64(change_no))
        legs = b"".join(sealed.legs) if isinstance(sealed, SealedWrapper) else b""
        return _KEY_NO.pack(self.key_no) + legs + self._macs[kind].extract(message)[:TAG_BYTES]

    def is_seal(self, sealed: Sealed, change_no: int | None, seal: bytes | None) -> bool:
        """Whether a seal is that of a row. Compares in constant time."""
        if seal is None or change_no is None or change_no < 0:
            return False
        return compare_digest(self.seal(sealed, change_no), seal)

    def has_made(self, seal: bytes | None) -> bool:
        """Whether a seal says that it is by this key."""
        return seal is not None and seal[: _KEY_NO.size] == _KEY_NO.pack(self.key_no)

    def are_wrappers(
        self, stored: Sequence[bytes], frame: WrapperFrame, named: Iterable[tuple[bytes, bytes]]
    ) -> bool:
        """Whether all seals are those of wrappers, each of which is named by uuid and commitment.

        ``stored`` has the change number of each as a u64, and its seal. The digests of legs are
        those of the seals: a leg counts only where its own digest is the same.
        """
        if not {*map(len, stored)} <= _WRAPPER_BYTES:
            return False
        columns = map(_CHANGE, stored), named, map(_FIRST, stored), map(_SECOND, stored)
        return self._are_tags(SealKind.WRAPPER, frame.messages(*columns), stored)

    def are_bindings(
        self,
        stored: Sequence[bytes],
        frame: BindingFrame,
        *columns: Any,
    ) -> bool:
        """Whether all seals are those of bindings: ids, keys, generations and wrappers."""
        if not {*map(len, stored)} <= _PLAIN_BYTES:
            return False
        messages = frame.messages(map(_CHANGE, stored), *columns)
        return self._are_tags(SealKind.BINDING, messages, stored)

    def _are_tags(self, kind: SealKind, messages: Iterable[bytes], stored: Sequence[bytes]) -> bool:
        if {*map(_KEY_NO_OF, stored)} - {_KEY_NO.pack(self.key_no)}:
            return False
        tags = map(_TAG_OF_MAC, self._macs[kind].extract_many(messages))
        return compare_digest(b"".join(tags), b"".join(map(_TAG, stored)))

    def seal_event(self, entry: bytes) -> bytes:
        """Return the seal of an event of the audit: 20 bytes."""
        message = _start(SealKind.EVENT) + _U64(0) + lp(entry)
        tag = self._macs[SealKind.EVENT].extract(message)[:TAG_BYTES]
        return _KEY_NO.pack(self.key_no) + tag

    def is_event_seal(self, entry: bytes, seal: bytes) -> bool:
        """Whether a seal is that of an event. Compares in constant time."""
        return compare_digest(self.seal_event(entry), seal)


def legs_of(stored: Iterable[bytes], number: int) -> list[bytes]:
    """Return the digests of a leg, from 0, in change numbers with seals; empty if none is."""
    start = 12 + number * DIGEST_BYTES
    return list(map(itemgetter(slice(start, start + DIGEST_BYTES)), stored))


def legs_in(seal: bytes) -> tuple[bytes, ...]:
    """Return the digests of legs that the seal of a wrapper names; none if it is not one."""
    legs = seal[_KEY_NO.size : -TAG_BYTES]
    if not legs or len(legs) % DIGEST_BYTES:
        return ()
    return tuple(legs[at : at + DIGEST_BYTES] for at in range(0, len(legs), DIGEST_BYTES))


def _opt(value: str | None) -> bytes:
    return _NULL if value is None else _THERE + value.encode()


def _start(kind: SealKind) -> bytes:
    """Return what the message of a kind begins with, up to the change number."""
    return lp(b"kwtools/2 seal", kind.encode()) + _LP_8


def _message(sealed: Sealed, change: bytes) -> tuple[SealKind, bytes]:
    """Return the kind of a row, and what its tag is of."""
    match sealed:
        case SealedWrapper(wrapper, status, policy, owner, commitment, legs):
            of_wrappers = WrapperFrame.of(status, policy, owner, len(commitment))
            first, second = legs if len(legs) == 2 else (*legs, b"")
            columns = [change], [(wrapper.bytes, commitment)], [first], [second]
            return SealKind.WRAPPER, of_wrappers.messages(*columns)[0]
        case SealedBinding():
            of_bindings = BindingFrame.of(
                sealed.status, sealed.is_closed, sealed.entity, sealed.field, sealed.suite
            )
            numbers = [sealed.binding_id], [sealed.pk], [sealed.generation]
            message = of_bindings.messages([change], *numbers, [sealed.wrapper.bytes])[0]
            return SealKind.BINDING, message
        case SealedGeneration(binding_id, generation, wrapper):
            parts = lp(_U64(binding_id), _U32(generation), wrapper.bytes)
            return SealKind.GENERATION, _start(SealKind.GENERATION) + change + parts
        case SealedRow(table, values):
            parts = lp(table.encode(), *map(_opt, values))
            return SealKind.ROW, _start(SealKind.ROW) + change + parts
