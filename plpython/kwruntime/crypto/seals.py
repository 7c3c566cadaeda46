"""Seals: MACs by the key of a deployment over the rows of kw (docs/format.md).

Bytes in, bytes out: the rows are read elsewhere.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from struct import Struct
from typing import NamedTuple
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


def leg_digest(context: bytes, wrap: bytes) -> bytes:
    """Return the digest (32 bytes) of a leg: of its wrap, and of the context it was made in."""
    return sha256(lp(b"kwtools/2 leg", context, wrap)).digest()


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
        kind, parts = _parts(sealed)
        legs = b"".join(sealed.legs) if isinstance(sealed, SealedWrapper) else b""
        message = lp(b"kwtools/2 seal", kind.encode(), _U64(change_no), *parts)
        return _KEY_NO.pack(self.key_no) + legs + self._macs[kind].extract(message)[:TAG_BYTES]

    def is_seal(self, sealed: Sealed, change_no: int | None, seal: bytes | None) -> bool:
        """Whether a seal is that of a row. Compares in constant time."""
        if seal is None or change_no is None or change_no < 0:
            return False
        return compare_digest(self.seal(sealed, change_no), seal)

    def has_made(self, seal: bytes | None) -> bool:
        """Whether a seal says that it is by this key."""
        return seal is not None and seal[: _KEY_NO.size] == _KEY_NO.pack(self.key_no)

    def seal_event(self, entry: bytes) -> bytes:
        """Return the seal of an event of the audit: 20 bytes."""
        message = lp(b"kwtools/2 seal", SealKind.EVENT.encode(), _U64(0), entry)
        tag = self._macs[SealKind.EVENT].extract(message)[:TAG_BYTES]
        return _KEY_NO.pack(self.key_no) + tag

    def is_event_seal(self, entry: bytes, seal: bytes) -> bool:
        """Whether a seal is that of an event. Compares in constant time."""
        return compare_digest(self.seal_event(entry), seal)


def legs_in(seal: bytes) -> tuple[bytes, ...]:
    """Return the digests of legs that the seal of a wrapper names; none if it is not one."""
    legs = seal[_KEY_NO.size : -TAG_BYTES]
    if not legs or len(legs) % DIGEST_BYTES:
        return ()
    return tuple(legs[at : at + DIGEST_BYTES] for at in range(0, len(legs), DIGEST_BYTES))


def _opt(value: str | None) -> bytes:
    return _NULL if value is None else _THERE + value.encode()


def _parts(sealed: Sealed) -> tuple[SealKind, Sequence[bytes]]:
    """Return the kind of a row, and what its seal covers after the change number."""
    match sealed:
        case SealedWrapper():
            second = sealed.legs[1] if len(sealed.legs) > 1 else b""
            return SealKind.WRAPPER, (
                sealed.wrapper.bytes,
                sealed.status.encode(),
                _opt(sealed.policy),
                *map(_opt, sealed.owner),
                sealed.commitment,
                sealed.legs[0],
                second,
            )
        case SealedBinding():
            return SealKind.BINDING, (
                _U64(sealed.binding_id),
                sealed.status.encode(),
                _U8(sealed.is_closed),
                sealed.entity.encode(),
                sealed.pk.encode(),
                _opt(sealed.field),
                _U8(sealed.suite),
                _U32(sealed.generation),
                sealed.wrapper.bytes,
            )
        case SealedGeneration():
            return SealKind.GENERATION, (
                _U64(sealed.binding_id),
                _U32(sealed.generation),
                sealed.wrapper.bytes,
            )
        case SealedRow():
            return SealKind.ROW, (sealed.table.encode(), *map(_opt, sealed.values))
