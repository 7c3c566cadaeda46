"""Rows as their seals cover them, read and checked. Runs as the owner."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from kwruntime.call import Call
from kwruntime.crypto.seals import (
    Sealed,
    SealedBinding,
    SealedGeneration,
    SealedRow,
    SealedWrapper,
    SealKeys,
)
from kwruntime.keys import leg_digests
from kwruntime.postgres.query import Row
from kwruntime.store import key_wrappers, sealed_rows
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.sealed_rows import SealedTable


class StoredRow(NamedTuple):
    """A row, the seal that it has, and what its seal must cover."""

    table: SealedTable
    key: str
    """What names the row, for people too."""
    change_no: int | None
    seal: bytes | None
    sealed: Sealed | None
    """Null: the row cannot be what a function wrote."""

    @property
    def label(self) -> str:
        """The row as messages name it."""
        return f"row {self.key} of kw.{self.table.name}"

    def has_seal_by(self, keys: SealKeys) -> bool:
        """Whether its seal is its own, and by the key that seals now."""
        return keys.has_made(self.seal) and self.is_intact(keys)

    def is_intact(self, keys: SealKeys) -> bool:
        """Whether its seal is that of the row."""
        return self.sealed is not None and keys.is_seal(self.sealed, self.change_no, self.seal)


def read(call: Call, table: SealedTable, keys: Sequence[str]) -> list[StoredRow]:
    """Return the rows of keys, as they are now."""
    found = call.execute(table.rows, list(keys))
    if table is sealed_rows.WRAPPERS:
        return list(_wrappers(call, found))
    return [
        StoredRow(table, row["row_key"], row["change_no"], row["seal"], _sealed(table, row))
        for row in found
    ]


def _wrappers(call: Call, found: Sequence[Row]) -> Iterator[StoredRow]:
    rows = call.execute(key_wrappers.WRAPPERS, [row["wrapper_id"] for row in found])
    wrappers = {row["id"]: WrapperRow.of(row) for row in rows}
    digests = leg_digests.of_wrappers(call, list(wrappers.values()))
    for row in found:
        wrapper = wrappers[row["wrapper_id"]]
        legs = digests[wrapper.id]
        sealed = _wrapper(wrapper, row, legs) if legs else None
        yield StoredRow(
            sealed_rows.WRAPPERS, str(wrapper.id), row["change_no"], row["seal"], sealed
        )


def _wrapper(wrapper: WrapperRow, row: Row, legs: tuple[bytes, ...]) -> SealedWrapper:
    owner = row["owner"], row["owner_name"], row["installation"]
    commitment = bytes.fromhex(wrapper.commitment or "")
    return SealedWrapper(wrapper.uuid, wrapper.status, row["policy"], owner, commitment, legs)


def _sealed(table: SealedTable, row: Row) -> Sealed | None:
    if row.get("wrapper", "") is None:
        return None  # the wrapper does not exist
    if table is sealed_rows.BINDINGS:
        return SealedBinding(
            row["id"],
            row["status"],
            row["is_closed"],
            row["entity"],
            row["pk"],
            row["field"],
            row["suite"],
            row["generation"],
            UUID(row["wrapper"]),
        )
    if table is sealed_rows.GENERATIONS:
        return SealedGeneration(row["binding_id"], row["generation"], UUID(row["wrapper"]))
    return SealedRow(table.name, tuple(row["values"]))
