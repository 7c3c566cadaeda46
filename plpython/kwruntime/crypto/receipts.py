"""Receipts of one wrapper (docs/format.md): what an event says of it, before the event's proof."""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import NamedTuple
from uuid import UUID

from kwshared.tlog.merkle import leaf_hash, split, tree_head
from kwshared.tlog.merkle_proofs import inclusion_proof
from kwshared.tlog.text import base64

from kwruntime.crypto.encoding import lp

HEADER = "kwtools/receipt@v1"
_U32, _U64 = Struct(">I"), Struct(">Q")
_NULL, _THERE = b"\x00", b"\x01"


class Destroyed(NamedTuple):
    """A wrapper that a shred destroyed: a row of kw.shred_receipts."""

    wrapper: str
    digest: bytes
    binding: int | None
    generation: int | None
    entity_table: str | None
    entity_pk: str | None
    field_name: str | None

    def packed(self) -> bytes:
        """Return the record as its bytes."""
        names = self.entity_table, self.entity_pk, self.field_name
        texts = [None if one is None else one.encode("utf-8", "replace") for one in names]
        binding = None if self.binding is None else _U64.pack(self.binding)
        generation = None if self.generation is None else _U32.pack(self.generation)
        return lp(UUID(self.wrapper).bytes, self.digest, *map(_opt, (binding, generation, *texts)))


class Part(NamedTuple):
    """A record out of a tree whose root hash an entry of the log has."""

    name: str
    """Of the tree: ``changes`` or ``destroyed``."""
    records: Sequence[bytes]
    """All records of the tree, in order."""
    place: int


def records_of(destroyed: Iterable[Destroyed]) -> list[bytes]:
    """Return the records of a shred in the order of their tree."""
    return sorted(one.packed() for one in destroyed)


def root_of(records: Sequence[bytes]) -> bytes:
    """Return the root hash of the tree of records (RFC 6962)."""
    return tree_head([leaf_hash(one) for one in records])


def written(parts: Sequence[Part], proof: str) -> str:
    """Return the receipt: for each part the record with its path, then the proof of the event."""
    lines = [HEADER]
    for part in parts:
        lines.append(f"{part.name} {base64(part.records[part.place])}")
        lines += [f"{side} {base64(one)}" for side, one in _path(part)]
    return "\n".join([*lines, "", proof])


def _path(part: Part) -> Iterable[tuple[str, bytes]]:
    """Return the siblings of a record up to the root, each with the side on which it stands.

    A root hash does not tell how many records there are, so index and size could be edited.
    """
    leaves = [leaf_hash(one) for one in part.records]

    def head(start: int, end: int) -> bytes:
        return tree_head(leaves[start:end])

    siblings = inclusion_proof(part.place, len(leaves), head)
    return zip(_sides(part.place, len(leaves)), siblings, strict=True)


def _sides(index: int, size: int) -> list[str]:
    if size == 1:
        return []
    left = split(size)
    if index < left:
        return [*_sides(index, left), "right"]
    return [*_sides(index - left, size - left), "left"]


def _opt(value: bytes | None) -> bytes:
    return _NULL if value is None else _THERE + value
