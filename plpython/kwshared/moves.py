"""The manifest of rows that move between databases, and the text that is signed of it.

The source writes and signs it; the destination computes it again from what it stored
(docs/format.md). Nothing here knows a cipher.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from kwshared.tlog.text import FormatError, base64, check_number

LABEL = "kwtools/2 move"
MAX_BYTES = 1_000_000
"""Of a manifest: it grows with the tables and their columns, not with the rows."""


class Counts(NamedTuple):
    """What a table's file holds."""

    keys: int = 0
    """Lines: keys of rows, and keys that have bindings but no row."""
    rows: int = 0
    values: int = 0
    """Values that the carrier seals."""
    unreadable: int = 0
    """Ciphertexts under shredded keys, which stay as they are."""
    bindings: int = 0
    shredded: int = 0
    """Of the bindings."""
    generations: int = 0
    """Data keys of the source that protect the live bindings, earlier ones too."""

    def plus(self, other: "Counts") -> "Counts":
        """Return the sums."""
        return Counts(*(one + more for one, more in zip(self, other, strict=True)))


class MovedTable(NamedTuple):
    """What a manifest says of one table."""

    table: str
    where: str | None
    key: list[str]
    columns: list[str]
    plain: list[str]
    """Those of the columns that hold no ciphertexts, whatever they look like."""
    every_row: list[str | None]
    """The fields with a live binding of every row; null: that of the whole table."""
    left: int
    """Keys of the table that have bindings but no row, and are not taken."""
    counts: Counts
    sha256: str
    """Of the table's file, in hexadecimal."""


class Manifest(NamedTuple):
    """What moves: signed by the source."""

    deployment: UUID
    """The destination."""
    carrier: UUID
    """The wrapper of the source whose data key seals the values."""
    tables: list[MovedTable]

    def __bytes__(self) -> bytes:
        tables = [one._asdict() | {"counts": one.counts._asdict()} for one in self.tables]
        members = {
            "format": LABEL,
            "deployment": str(self.deployment),
            "carrier": str(self.carrier),
            "tables": tables,
        }
        return f"{json.dumps(members, indent=1)}\n".encode()

    @property
    def totals(self) -> Counts:
        """The counts of all tables together."""
        found = Counts()
        for one in self.tables:
            found = found.plus(one.counts)
        return found

    @property
    def digest(self) -> bytes:
        """SHA-256 of its bytes."""
        return sha256(bytes(self)).digest()

    @property
    def signed_text(self) -> str:
        """The text of the note that signs it."""
        lines = (LABEL, self.deployment, self.carrier, base64(self.digest))
        return "".join(f"{line}\n" for line in lines)


def manifest_of(data: bytes) -> Manifest:
    """Read a manifest, of which only the form that we write is accepted; raises ``FormatError``."""
    if len(data) <= MAX_BYTES:
        try:
            found = _manifest(json.loads(data))
            if bytes(found) == data:
                return found
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            pass
    raise FormatError(f'manifest is not one of "{LABEL}"')


def _manifest(members: Any) -> Manifest:
    tables = [_table(one) for one in members["tables"]]
    return Manifest(UUID(members["deployment"]), UUID(members["carrier"]), tables)


def _table(members: Any) -> MovedTable:
    counts = Counts(*(check_number(members["counts"][name]) for name in Counts._fields))
    found = MovedTable(**{**members, "counts": counts})
    if {type(one) for one in _texts(found)} - {str} or {
        type(one) for one in (*counts, check_number(found.left))
    } != {int}:
        raise FormatError("a member of the manifest has another type")
    return found


def _texts(table: MovedTable) -> Iterator[object]:
    yield from (table.table, table.sha256, *table.key, *table.columns, *table.plain)
    yield from (one for one in (table.where, *table.every_row) if one is not None)
