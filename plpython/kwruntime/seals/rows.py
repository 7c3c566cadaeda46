"""Rows as their seals cover them: read, checked, and given new seals. Runs as the owner."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from kwshared.changes import Change

from kwruntime.call import Call
from kwruntime.crypto.seals import (
    Sealed,
    SealedBinding,
    SealedGeneration,
    SealedRow,
    SealedWrapper,
    SealKeys,
)
from kwruntime.errors import Conflict, NotAuthentic
from kwruntime.keys import leg_digests
from kwruntime.postgres.query import Row
from kwruntime.postgres.sequences import CHANGES_OF_INCARNATION
from kwruntime.seals import events
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


def store(
    call: Call,
    keys: SealKeys,
    table: SealedTable,
    rows: Sequence[StoredRow],
    former: Mapping[str, int | None] = MappingProxyType({}),
) -> None:
    """Give rows, which the caller has locked, new change numbers and the seals of what they are.

    ``former``: the change numbers that rows had before the call, where they do not have them still.
    """
    there = [row for row in rows if row.sealed is not None]
    if not there:
        return
    numbers, is_logged = _change_numbers(call, there)
    seals = [
        keys.seal(row.sealed, number)
        for row, number in zip(there, numbers, strict=True)
        if row.sealed is not None
    ]
    call.execute(table.set_seals, [row.key for row in there], numbers, seals)
    if is_logged:
        events.note_changes(
            call,
            keys,
            [
                _change(row, former.get(row.key, row.change_no), number)
                for row, number in zip(there, numbers, strict=True)
            ],
        )


def _change(row: StoredRow, old: int | None, new: int) -> Change:
    wrapper = row.sealed.wrapper.bytes if isinstance(row.sealed, SealedWrapper) else b""
    return Change(row.table.number, *row.table.place(row.key), old or 0, new, wrapper)


def _change_numbers(call: Call, rows: Sequence[StoredRow]) -> tuple[list[int], bool]:
    """Draw a number for each row, above the one that it has, and say if changes are logged."""
    drawn = call.execute(sealed_rows.CHANGE_NUMBERS, len(rows))[0]
    numbers: list[int] = drawn["numbers"]
    if drawn["incarnation"] is None:
        raise NotAuthentic(
            "the deployment is missing", hint="Restore the rows of kw.deployments from a backup."
        )
    least = drawn["incarnation"] * CHANGES_OF_INCARNATION
    if not least < numbers[0] <= numbers[-1] < least + CHANGES_OF_INCARNATION:
        raise _astray("returns numbers of another incarnation", f"It returned {numbers[-1]}.")
    for row, number in zip(rows, numbers, strict=True):
        if number <= (row.change_no or 0):
            detail = f"{row.label} has number {row.change_no}."
            raise _astray("returns numbers that are already in use", detail)
    return numbers, drawn["is_logged"]


def _astray(state: str, detail: str) -> Conflict:
    return Conflict(
        f"sequence kw.change_numbers {state}",
        detail=f"{detail} The sequence was set by hand, or a restore is not complete.",
        hint="Ask an admin to move it with kw.check_restore().",
    )
