"""TTLV: the examples of the KMIP specification, and what is not TTLV."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kmip.core import enums, utils
from kmip.core.messages import messages
from kwruntime.kms.providers import _ttlv as ttlv
from kwruntime.kms.providers._kmip_client import Operation, _request
from kwruntime.kms.providers._ttlv import Item, Type

# KMIP 1.4, section 9.1.2.
EXAMPLES = {
    "42002002000000040000000800000000": Item(0x420020, Type.INTEGER, 8),
    "420020030000000801B69B4BA5749200": Item(0x420020, Type.LONG_INTEGER, 123456789000000000),
    "42002004000000100000000003FD35EB6BC2DF4618080000": Item(
        0x420020, Type.BIG_INTEGER, (1234567890000000000000000000).to_bytes(16, "big")
    ),
    "4200200500000004000000FF00000000": Item(0x420020, Type.ENUMERATION, 255),
    "42002006000000080000000000000001": Item(0x420020, Type.BOOLEAN, 1),
    "420020070000000B48656C6C6F20576F726C640000000000": Item(0x420020, Type.TEXT, "Hello World"),
    "42002008000000030102030000000000": Item(0x420020, Type.BYTES, b"\1\2\3"),
    "42002009000000080000000047DA67F8": Item(0x420020, Type.DATE_TIME, 1205495800),
    "4200200A00000004000D2F0000000000": Item(0x420020, Type.INTERVAL, 864000),
    "42002001000000204200040500000004000000FE000000004200050200000004000000FF00000000": Item(
        0x420020,
        Type.STRUCTURE,
        [Item(0x420004, Type.ENUMERATION, 254), Item(0x420005, Type.INTEGER, 255)],
    ),
}

leaves = st.one_of(
    st.builds(ttlv.integer, st.integers(0, 0xFFFFFF), st.integers(-(2**31), 2**31 - 1)),
    st.builds(ttlv.enumeration, st.integers(0, 0xFFFFFF), st.integers(0, 2**32 - 1)),
    st.builds(ttlv.text, st.integers(0, 0xFFFFFF), st.text()),
    st.builds(ttlv.octets, st.integers(0, 0xFFFFFF), st.binary()),
)
items = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda tag, members: ttlv.structure(tag, *members),
        st.integers(0, 0xFFFFFF),
        st.lists(inner),
    ),
)


@pytest.mark.parametrize("written", EXAMPLES)
def test_the_examples_of_the_specification_read_and_write(written: str) -> None:
    data, item = bytes.fromhex(written), EXAMPLES[written]
    assert ttlv.decode(data) == item
    assert ttlv.encode(item) == data


@given(items)
def test_what_is_written_reads_the_same(item: Item) -> None:
    assert ttlv.decode(ttlv.encode(item)) == item


@given(items, st.data())
def test_what_is_cut_short_or_goes_on_is_malformed(item: Item, data: st.DataObject) -> None:
    written = ttlv.encode(item)
    end = data.draw(st.integers(0, len(written) - 1))
    for wrong in (written[:end], written + bytes(8)):
        with pytest.raises(ttlv.Malformed):
            ttlv.decode(wrong)


@given(st.binary(max_size=200))
def test_any_bytes_read_or_are_malformed(data: bytes) -> None:
    with contextlib.suppress(ttlv.Malformed):
        ttlv.decode(data)


def test_depth_is_bounded() -> None:
    item = ttlv.integer(0x420001, 1)
    for _ in range(100):
        item = ttlv.structure(0x420001, item)
    with pytest.raises(ttlv.Malformed):
        ttlv.decode(ttlv.encode(item))


def test_another_library_reads_a_request() -> None:
    payload = [ttlv.text(0x420094, "7"), ttlv.octets(0x4200C2, b"data")]
    written = ttlv.encode(_request(Operation.ENCRYPT, [payload, payload], [b"1", b"2"]))
    request = messages.RequestMessage()
    request.read(utils.BytearrayStream(written), kmip_version=enums.KMIPVersion.KMIP_1_4)
    assert [one.operation.value for one in request.batch_items] == [enums.Operation.ENCRYPT] * 2
    assert [one.request_payload.data for one in request.batch_items] == [b"data"] * 2
