"""Packed changes of an event of the audit, by the writer and by the verifier's own reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwshared.changes import BadChanges, Change, changes_root, packed, unpacked

from kwtools.evidence.changes import root_of_changes, split
from kwtools.evidence.lines import BadForm

U64 = st.integers(0, 2**64 - 1)


@st.composite
def changes(draw: st.DrawFn) -> list[Change]:
    def one() -> Change:
        table = draw(st.integers(1, 255))
        wrapper = draw(st.binary(min_size=16, max_size=16)) if table == 1 else b""
        sub = draw(st.integers(0, 2**32 - 1))
        return Change(table, draw(U64), sub, draw(U64), draw(U64), wrapper)

    return [one() for _ in range(draw(st.integers(0, 9)))]


@given(changes())
def test_changes_are_read_as_they_were_packed(given: list[Change]) -> None:
    data = packed(given)
    assert list(unpacked(data)) == given
    assert list(split(data)) == [one.packed() for one in given]
    assert changes_root(data) == root_of_changes(data)


def test_a_change_is_packed_as_the_format_says() -> None:
    data = packed([Change(2, 3, 4, 5, 6), Change(1, 7, 0, 0, 8, bytes(range(16)))])
    assert data.hex() == (
        "02 0000000000000003 00000004 0000000000000005 0000000000000006"
        "01 0000000000000007 00000000 0000000000000000 0000000000000008"
        "000102030405060708090a0b0c0d0e0f"
    ).replace(" ", "")


@pytest.mark.parametrize("cut", [1, 16, 17, 44])
def test_changes_that_are_cut_off_are_refused(cut: int) -> None:
    data = Change(1, 7, 0, 0, 8, bytes(16)).packed()[:cut]
    with pytest.raises(BadChanges):
        changes_root(data)
    with pytest.raises(BadForm):
        root_of_changes(data)
