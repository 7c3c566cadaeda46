"""The state of sealed rows: their change numbers, in buckets, under one root hash (docs/format.md).

Bytes in, bytes out: the rows are read elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from struct import Struct
from typing import NamedTuple

from kwshared.changes import Change
from kwshared.tlog.merkle import leaf_hash, tree_head

SHIFTS = {1: 8, 2: 47, 3: 47}
"""By what power of two ids of a table are divided: ids of wrappers are counted, others random."""

_OF_HASHES = 56
_ENTRY = Struct(">QIQ")
_LEAF = Struct(">BQ")
_CHANGED_ROW = Struct(">BQ")


class Bucket(NamedTuple):
    """Rows of a table with one digest: those whose ids begin in the same way."""

    table: int
    number: int


class RowId(NamedTuple):
    """A row of a table, as changes name it."""

    table: int
    id: int
    sub: int

    @property
    def bucket(self) -> Bucket:
        """The bucket that the row is in."""
        return Bucket(self.table, self.id >> SHIFTS.get(self.table, _OF_HASHES))


Numbers = dict[RowId, int]
"""The change numbers of rows."""


def row_of(change: Change) -> RowId:
    """Return the row that a change is of."""
    return RowId(change.table, change.id, change.sub)


def bucket_of(record: bytes) -> Bucket:
    """Return the bucket of the row of a packed change."""
    table, row_id = _CHANGED_ROW.unpack_from(record)
    return Bucket(table, row_id >> SHIFTS.get(table, _OF_HASHES))


def entries(table: int, data: bytes) -> Iterator[tuple[RowId, int]]:
    """Yield rows of a bucket, with their change numbers, out of its entries."""
    for row_id, sub, number in _ENTRY.iter_unpack(data):
        yield RowId(table, row_id, sub), number


def digest(numbers: Mapping[RowId, int]) -> bytes:
    """Return the digest (32 bytes) of a bucket."""
    return sha256(
        b"".join(_ENTRY.pack(row.id, row.sub, numbers[row]) for row in sorted(numbers))
    ).digest()


def digest_of(numbers: Mapping[RowId, int]) -> bytes | None:
    """Return the digest that a state has of a bucket: none of an empty one."""
    return digest(numbers) if numbers else None


def root(digests: Mapping[Bucket, bytes]) -> bytes:
    """Return the root hash of a state: of the tree of its buckets that are not empty, in order."""
    return tree_head(
        [leaf_hash(_LEAF.pack(*bucket) + digests[bucket]) for bucket in sorted(digests)]
    )


def by_row(changes: Iterable[Change]) -> dict[RowId, list[Change]]:
    """Return the changes of each row, in the order that they were made in."""
    found: defaultdict[RowId, list[Change]] = defaultdict(list)
    for change in changes:
        found[row_of(change)].append(change)
    return {row: in_order(of_row) for row, of_row in found.items()}


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return changes of a row in their order: its numbers only rise, and a deletion is the end."""
    return sorted(changes, key=lambda change: (max(change.old, change.new), not change.new))


def is_one_chain(changes: Sequence[Change]) -> bool:
    """Whether each change of a row begins where the one before it ended."""
    return all(one.new == later.old for one, later in pairwise(in_order(changes)))


def undo(numbers: Numbers, changes: Mapping[RowId, list[Change]]) -> list[RowId]:
    """Take changes back; return the rows whose numbers are not those that the changes led to."""
    broken = []
    for row, of_row in changes.items():
        if not is_one_chain(of_row) or of_row[-1].new != numbers.get(row, 0):
            broken.append(row)
        if of_row[0].old:
            numbers[row] = of_row[0].old
        else:
            numbers.pop(row, None)
    return broken
