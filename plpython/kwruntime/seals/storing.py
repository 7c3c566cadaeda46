"""New seals for locked rows, and the changes that the audit then names. Runs as the owner."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kwshared.changes import Change

from kwruntime.call import Call
from kwruntime.crypto.seals import SealedWrapper, SealKeys
from kwruntime.errors import Conflict, NotAuthentic
from kwruntime.postgres.sequences import CHANGES_OF_INCARNATION
from kwruntime.seals import events
from kwruntime.seals.rows import StoredRow
from kwruntime.store import sealed_rows
from kwruntime.store.sealed_tables import SealedTable


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


def store_resealed(
    call: Call, keys: SealKeys, table: SealedTable, rows: Sequence[StoredRow]
) -> None:
    """Give locked rows, which have not changed, seals by another key under the same numbers."""
    seals = [
        (row.key, row.change_no, keys.seal(row.sealed, row.change_no))
        for row in rows
        if row.sealed is not None and row.change_no is not None
    ]
    if seals:
        call.execute(table.set_seals, *map(list, zip(*seals, strict=True)))


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
        hint="Ask an admin to move it with kw.check_restore(). If that does not help, rows already "
        "have the last numbers of the incarnation: use kwtools deployment acknowledge.",
    )
