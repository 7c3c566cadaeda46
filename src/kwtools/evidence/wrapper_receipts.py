"""Receipts of events, and of one wrapper out of an event (format.md): what they prove.

A receipt of a wrapper has records before the proof of its event. Each leads to a root hash that
the event's entry has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from kwtools.evidence import events, merkle, receipts
from kwtools.evidence.changes import OF_WRAPPERS
from kwtools.evidence.checkpoints import NotTrusted, Trust
from kwtools.evidence.lines import BadForm, check_text, decoded
from kwtools.evidence.receipts import Receipt

MAX_BYTES = receipts.MAX_BYTES + 20_000
"""A proof, and before it two records with 63 hashes each."""

_FIRST_LINE = b"kwtools/receipt@v1"
_CHANGE = Struct(">BQIQQ16s")
_LENGTH = Struct(">I")
_MOST_HASHES = 63


class Changed(NamedTuple):
    """How an event changed the row of a wrapper: its change numbers, 0 for none."""

    wrapper: UUID
    id: int
    old: int
    new: int


class Destroyed(NamedTuple):
    """What a shred destroyed: the digest of the wraps, and what they were the key of."""

    wrapper: UUID
    digest: bytes
    binding: int | None
    generation: int | None
    entity_table: str | None
    entity_pk: str | None
    field_name: str | None


@dataclass(frozen=True)
class EventReceipt:
    """An event that is in a log, and what it says of one wrapper, all of it proved."""

    receipt: Receipt
    event: dict[str, Any]
    changed: Changed | None = None
    destroyed: Destroyed | None = None

    @property
    def wrapper(self) -> UUID | None:
        """The wrapper that the receipt is of, if it is of one."""
        found = self.destroyed or self.changed
        return found and found.wrapper


class _Part(NamedTuple):
    record: bytes
    root: bytes


def open_event(data: bytes, trust: Trust) -> EventReceipt:
    """Verify a receipt; raises ``BadForm``, ``NotTrusted`` and ``merkle.NotProved``."""
    if len(data) > MAX_BYTES:
        raise BadForm(f"it is longer than {MAX_BYTES} bytes")
    parts: dict[bytes, _Part] = {}
    if data.startswith(_FIRST_LINE):
        before, _, data = data.partition(b"\n\n")
        check_text(before)
        parts = _parts(before.split(b"\n"))
    receipt = receipts.open_receipt(data, trust)
    event = _event(receipt)
    changed = destroyed = None
    if part := parts.get(b"changes"):
        _check_root(part, event.get("changes_root"))
        changed = _changed(part.record)
    if part := parts.get(b"destroyed"):
        _check_root(part, _destroyed_root(event))
        destroyed = _destroyed(part.record)
    if changed and destroyed and changed.wrapper != destroyed.wrapper:
        raise BadForm("its records are of two wrappers")
    return EventReceipt(receipt, event, changed, destroyed)


def _event(receipt: Receipt) -> dict[str, Any]:
    """Return the event of an entry; raises ``NotTrusted`` if it is not one of this log."""
    event = events.read_entry(receipt.entry)
    if not events.is_of(event, receipt.checkpoint.origin):
        raise NotTrusted("its entry is of another log")
    return event


def _destroyed_root(event: dict[str, Any]) -> object:
    details = event.get("details")
    if event.get("action") != "shred" or not isinstance(details, dict):
        return None
    return details.get("destroyed_root")


def _parts(lines: Sequence[bytes]) -> dict[bytes, _Part]:
    """Return the record of each part, with the root hash that its path leads to."""
    if lines[0] != _FIRST_LINE:
        raise BadForm(f'its first line is not "{_FIRST_LINE.decode()}"')
    parts: dict[bytes, _Part] = {}
    starts = [n for n, line in enumerate(lines) if line.startswith((b"changes ", b"destroyed "))]
    if starts[:1] != [1]:
        raise BadForm("its second line does not have a record")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        name, _, record = lines[start].partition(b" ")
        if name in parts or b"destroyed" in parts:
            raise BadForm("its records are repeated, or not in order")
        one = decoded(record)
        parts[name] = _Part(one, _root(one, lines[start + 1 : end]))
    return parts


def _root(record: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root hash that a path leads to, from the record upwards."""
    if len(path) > _MOST_HASHES:
        raise BadForm("a record has too many hashes")
    found = merkle.of_entry(record)
    for line in path:
        side, _, text = line.partition(b" ")
        sibling = decoded(text)
        if side not in (b"left", b"right") or len(sibling) != merkle.HASH_BYTES:
            raise BadForm("a line is not a hash on the left or on the right")
        found = (
            merkle.of_pair(sibling, found) if side == b"left" else merkle.of_pair(found, sibling)
        )
    return found


def _check_root(part: _Part, root: object) -> None:
    if part.root.hex() != root:
        raise merkle.NotProved("a record is not one of the event")


def _changed(record: bytes) -> Changed:
    if len(record) != OF_WRAPPERS or record[0] != 1:
        raise BadForm("its change is not one of a wrapper")
    _, row, _, old, new, wrapper = _CHANGE.unpack(record)
    return Changed(UUID(bytes=wrapper), row, old, new)


def _destroyed(record: bytes) -> Destroyed:
    values = list(_fields(record))
    if len(values) != 7:
        raise BadForm("its record of a shred does not have seven values")
    wrapper, digest, *optional = values
    binding, generation, *names = map(_optional, optional)
    if (len(wrapper), len(digest)) != (16, 32):
        raise BadForm("its record of a shred has a value of a wrong length")
    try:
        texts = [None if one is None else one.decode() for one in names]
    except UnicodeDecodeError:
        raise BadForm("its record of a shred has a name that is not UTF-8") from None
    return Destroyed(UUID(bytes=wrapper), digest, _number(binding), _number(generation), *texts)


def _fields(record: bytes) -> Iterator[bytes]:
    """Yield each value behind its length."""
    start = 0
    while start < len(record):
        if len(record) < start + 4:
            raise BadForm("its record of a shred is cut off")
        end = start + 4 + _LENGTH.unpack_from(record, start)[0]
        if end > len(record):
            raise BadForm("its record of a shred is cut off")
        yield record[start + 4 : end]
        start = end


def _optional(value: bytes) -> bytes | None:
    if value == b"\x00":
        return None
    if value[:1] != b"\x01":
        raise BadForm("its record of a shred has a value that is neither there nor null")
    return value[1:]


def _number(value: bytes | None) -> int | None:
    return None if value is None else int.from_bytes(value, "big")
