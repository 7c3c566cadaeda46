"""The changes since a state, in groups of buckets that fit in memory."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import bucket_changes
from kwruntime.crypto.bucket_changes import BucketChanges, ChangesDiffer
from kwruntime.crypto.state import Bucket, row_of
from kwshared.changes import BadChanges, Change, packed, unpacked

CHANGE_BYTES = 29
ROWS = st.sampled_from([(2, 2**62, 0), (2, 2**61, 0), (3, 2**62, 2), (10, 2**63 + 1, 0)])
CHANGES = st.builds(
    lambda row, old: Change(row[0], row[1], row[2], old, old + 1), ROWS, st.integers(0, 2**40)
)


@given(st.lists(st.lists(CHANGES, max_size=5), max_size=9), st.integers(1, 9 * CHANGE_BYTES))
def test_every_change_is_in_one_group_with_all_of_its_bucket(
    events: list[list[Change]], bytes_at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bucket_changes, "BYTES_AT_ONCE", bytes_at_once)
        groups = list(BucketChanges.of(lambda: map(packed, events)).groups())
    expected: dict[Bucket, list[Change]] = {}
    for change in (change for event in events for change in event):
        expected.setdefault(row_of(change).bucket, []).append(change)
    found = [bucket for group in groups for bucket in group]
    assert sorted(found) == sorted(expected)
    for group in groups:
        sizes = [len(data) for data in group.values()]
        assert sum(sizes) <= bytes_at_once or len(sizes) == 1
        for bucket, data in group.items():
            assert list(unpacked(bytes(data))) == expected[bucket]


@pytest.mark.parametrize(
    "later", [[], [(0, 1)], [(0, 1), (2, 3)], [(1, 2), (0, 1)], [(0, 1), (1, 2), (2, 3)]]
)
def test_changes_that_are_others_when_they_are_read_again_are_refused(
    monkeypatch: pytest.MonkeyPatch, later: list[tuple[int, int]]
) -> None:
    monkeypatch.setattr(bucket_changes, "BYTES_AT_ONCE", 1)
    readings = iter([[(0, 1), (1, 2)], later])

    def read() -> Iterator[bytes]:
        return (packed([Change(2, 2**62, 0, old, new)]) for old, new in next(readings))

    with pytest.raises(ChangesDiffer):
        list(BucketChanges.of(read).groups())


def test_bytes_that_are_not_changes_are_refused() -> None:
    with pytest.raises(BadChanges):
        BucketChanges.of(lambda: [b"\x02"])
