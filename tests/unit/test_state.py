"""The state of rows: its root, and changes that are taken back."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import state
from kwruntime.crypto.state import Bucket, RowId
from kwshared.changes import Change

from kwtools.evidence.merkle import fold, of_entry

IDS = st.sampled_from([(1, 7, 0), (1, 300, 0), (2, 2**62, 0), (3, 2**62, 2), (10, 2**63 + 1, 0)])


def root(numbers: dict[RowId, int]) -> bytes:
    """Return the root of the buckets of rows."""
    buckets: dict[Bucket, dict[RowId, int]] = {}
    for row, number in numbers.items():
        buckets.setdefault(row.bucket, {})[row] = number
    return state.root({bucket: state.digest(rows) for bucket, rows in buckets.items()})


def as_the_format_says(numbers: dict[RowId, int]) -> bytes:
    """Return the root, from docs/format.md."""
    buckets: dict[bytes, list[bytes]] = {}
    for (table, row, sub), number in numbers.items():
        divisor = 2**8 if table == 1 else 2**47 if table < 4 else 2**56
        bucket = bytes([table]) + (row // divisor).to_bytes(8, "big")
        entry = row.to_bytes(8, "big") + sub.to_bytes(4, "big") + number.to_bytes(8, "big")
        buckets.setdefault(bucket, []).append(entry)
    return fold(
        [
            of_entry(bucket + sha256(b"".join(sorted(buckets[bucket]))).digest())
            for bucket in sorted(buckets)
        ]
    )


@given(st.dictionaries(IDS.map(lambda one: RowId(*one)), st.integers(1, 2**50)))
def test_the_root_is_as_the_format_says(numbers: dict[RowId, int]) -> None:
    assert root(numbers) == as_the_format_says(numbers)


@given(
    st.lists(st.tuples(IDS, st.booleans()), max_size=30),
    st.integers(0, 30),
    st.randoms(use_true_random=False),
)
def test_changes_that_are_taken_back_lead_to_the_rows_of_before(
    steps: list[tuple[tuple[int, int, int], bool]], known: int, random: st.DataObject
) -> None:
    """Rows are made, changed and deleted; whatever order the changes are read in."""
    numbers: dict[RowId, int] = {}
    before: dict[RowId, int] = {}
    changes: list[Change] = []
    for number, (row, is_deletion) in enumerate(steps, 1):
        if number == known + 1:
            before = dict(numbers)
        old = numbers.pop(RowId(*row), 0)
        new = 0 if is_deletion and old else number
        if new:
            numbers[RowId(*row)] = new
        if number > known:
            changes.append(Change(*row, old, new))
    if known >= len(steps):
        before = dict(numbers)
    random.shuffle(changes)  # type: ignore[attr-defined]
    assert state.undo(numbers, state.by_row(changes)) == []
    assert numbers == before


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (5, [(5, 9)]),  # put back
        (0, [(5, 9)]),  # deleted
        (9, [(9, 0)]),  # deleted by a function, and put back
        (9, [(1, 3), (5, 9)]),  # the change between is missing
        (9, [(5, 9), (5, 7)]),  # two changes of the same row of before
    ],
)
def test_rows_that_their_changes_did_not_lead_to_are_named(
    number: int, changes: list[tuple[int, int]]
) -> None:
    row = RowId(1, 7, 0)
    numbers = {row: number} if number else {}
    found = state.undo(numbers, state.by_row(Change(*row, old, new) for old, new in changes))
    assert found == [row]
    assert numbers == {row: min(old for old, _ in changes)}
