"""Rows as their seals cover them, read and checked. Runs as the owner."""

from collections.abc import Sequence
from contextlib import suppress
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
from kwruntime.store.sealed_tables import SealedTable


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

    def is_accepted(self, keys: SealKeys, *, is_required: bool) -> bool:
        """Whether its seal is that of the row; where seals are not required, it may have none."""
        return (self.seal is None and not is_required) or self.is_intact(keys)


def read(call: Call, table: SealedTable, keys: Sequence[str]) -> list[StoredRow]:
    """Return the rows of keys, as they are now."""
    if table is sealed_rows.WRAPPERS:
        found = call.execute(key_wrappers.WRAPPERS, [int(one) for one in keys])
        wrappers = [WrapperRow.of(row) for row in found]
        digests = leg_digests.of_wrappers(call, wrappers)
        return [stored_wrapper(row, digests[row.id]) for row in wrappers]
    return [stored_row(table, row) for row in call.execute(table.rows, list(keys))]


def stored_row(table: SealedTable, row: Row) -> StoredRow:
    """Return a row of a result; of a table without wrappers."""
    return StoredRow(table, row["row_key"], row["change_no"], row["seal"], _sealed(table, row))


def stored_wrapper(row: WrapperRow, legs: tuple[bytes, ...]) -> StoredRow:
    """Return the row of a wrapper, with the digests of its legs; none: it is not a wrapper's."""
    sealed = None
    if legs:
        with suppress(ValueError):
            commitment = bytes.fromhex(row.commitment or "")
            sealed = SealedWrapper(row.uuid, row.status, row.policy, row.owner, commitment, legs)
    return StoredRow(sealed_rows.WRAPPERS, str(row.id), row.change_no, row.seal, sealed)


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
