"""The envelope: what was sealed opens, and nothing that was changed does."""

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import envelope
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.envelope import DekClass, Leg, Mode, Payload
from kwruntime.crypto.kdf import Prf
from kwruntime.errors import NotAuthentic

from tests import one_direct_wrap

WRAPPER, KEY = UUID(int=1), UUID(int=2)
DEKS = st.binary(min_size=16, max_size=64)


@given(DEKS)
def test_a_payload_comes_back_as_it_was(dek: bytes) -> None:
    payload = Payload.new(DekClass.FIELD, dek)
    packed = payload.pack()
    assert len(packed) == envelope.payload_bytes(len(dek))
    assert Payload.unpack(packed) == payload


@given(st.binary(max_size=110).filter(lambda data: data[:1] != b"\x01"))
def test_what_is_no_payload_is_refused_without_showing_it(data: bytes) -> None:
    with pytest.raises(NotAuthentic, match=r"^the payload has no known form$"):
        Payload.unpack(data)


@pytest.mark.parametrize(
    ("at", "value"), [(0, 2), (1, 0), (1, 3), (2, 0), (2, 3), (3, 15), (3, 65), (3, 31)]
)
def test_every_member_of_a_payload_is_checked(at: int, value: int) -> None:
    packed = bytearray(Payload.new(DekClass.FIELD).pack())
    packed[at] = value
    with pytest.raises(NotAuthentic):
        Payload.unpack(bytes(packed))


def test_a_payload_does_not_show_itself() -> None:
    payload = Payload.new(DekClass.FIELD, b"0123456789abcdef")
    assert "0123456789abcdef" not in repr(payload)
    assert "0123456789abcdef" not in str([payload])


def test_shares_are_drawn_anew_and_join_to_the_payload() -> None:
    payload = Payload.new(DekClass.FIELD).pack()
    first, second = envelope.bodies(Mode.BOTH, payload), envelope.bodies(Mode.BOTH, payload)
    assert first != second
    assert envelope.join(first) == envelope.join(second) == payload
    assert payload not in first
    with pytest.raises(NotAuthentic):
        envelope.join([first[0], first[1][:-1]])


@given(DEKS, st.integers(min_value=0), st.integers(0, 7))
def test_every_flipped_bit_of_a_wrap_is_noticed(dek: bytes, at: int, bit: int) -> None:
    kek, aad = bytes(32), b"context"
    wrap = bytearray(one_direct_wrap.wrap(Prf(kek), WRAPPER.bytes, dek, aad))
    assert one_direct_wrap.unwrap(Prf(kek), WRAPPER.bytes, bytes(wrap), aad) == dek
    wrap[at % len(wrap)] ^= 1 << bit
    with pytest.raises(NotAuthentic):
        one_direct_wrap.unwrap(Prf(kek), WRAPPER.bytes, bytes(wrap), aad)


@given(DEKS)
def test_a_wrap_cut_anywhere_is_refused(dek: bytes) -> None:
    wrap = one_direct_wrap.wrap(Prf(bytes(32)), WRAPPER.bytes, dek, b"")
    for length in range(len(wrap)):
        with pytest.raises(NotAuthentic):
            one_direct_wrap.unwrap(Prf(bytes(32)), WRAPPER.bytes, wrap[:length], b"")


def test_a_wrap_belongs_to_its_wrapper_key_and_context() -> None:
    wrap = one_direct_wrap.wrap(Prf(bytes(32)), WRAPPER.bytes, b"body", b"context")
    for kek, wrapper, aad in (
        (b"\x01" * 32, WRAPPER, b"context"),
        (bytes(32), KEY, b"context"),
        (bytes(32), WRAPPER, b"other"),
    ):
        with pytest.raises(NotAuthentic):
            one_direct_wrap.unwrap(Prf(kek), wrapper.bytes, wrap, aad)


def test_every_member_of_the_context_changes_it() -> None:
    leg, commit = Leg(1, 1, KEY), bytes(32)
    whole = (WRAPPER, leg, Mode.SINGLE, 68, DekClass.FIELD, commit, envelope.NO_LAYERS)
    others: tuple[list[object], ...] = (
        [KEY],
        [leg._replace(number=2), leg._replace(version=2), leg._replace(key=WRAPPER),
         leg._replace(wrap="other")],
        [Mode.EITHER],
        [69],
        [DekClass.BRANCH],
        [b"\x01" * 32],
        [b"\x01" * 32],
    )  # fmt: skip
    contexts = [envelope.context(*whole)]
    for place, values in enumerate(others):
        for value in values:
            members = (*whole[:place], value, *whole[place + 1 :])
            contexts.append(envelope.context(*members))  # type: ignore[arg-type]
    assert len(set(contexts)) == len(contexts)


@given(
    st.integers(1, 2), st.integers(1, 2**31 - 1), st.sampled_from(Mode), st.sampled_from(DekClass)
)
def test_the_context_is_the_encoding_of_its_members(
    number: int, version: int, mode: Mode, dek_class: DekClass
) -> None:
    leg = Leg(number, version, KEY)
    assert envelope.context(WRAPPER, leg, mode, 68, dek_class, b"c" * 32) == lp(
        b"kwtools/1 context",
        WRAPPER.bytes,
        bytes([number]),
        version.to_bytes(4, "big"),
        mode.encode(),
        KEY.bytes,
        (68).to_bytes(4, "big"),
        dek_class.label.encode(),
        envelope.DIRECT_WRAP.encode(),
        b"c" * 32,
        envelope.NO_LAYERS,
    )


def test_the_commitment_tells_keys_and_wrappers_apart() -> None:
    one, other = (Prf(Payload.new(DekClass.FIELD).prk()) for _ in range(2))
    commitment = envelope.commitment(one, WRAPPER.bytes)
    assert envelope.commitment_matches(one, WRAPPER.bytes, commitment)
    assert not envelope.commitment_matches(other, WRAPPER.bytes, commitment)
    assert not envelope.commitment_matches(one, uuid4().bytes, commitment)


def test_the_suite_is_json_of_what_it_says() -> None:
    legs = [Leg(1, 3, WRAPPER), Leg(2, 4, KEY)]
    suite = json.loads(envelope.suite_text(Mode.BOTH, DekClass.BRANCH, legs, 32, b"\xab" * 32))
    assert suite == {
        "format": "kwtools/1",
        "kdf": "HKDF-SHA-256",
        "mode": "both",
        "class": "branch",
        "dek_bytes": 32,
        "commitment": "ab" * 32,
        "layers": [],
        "legs": [
            {"leg": 1, "version": 3, "kms_key": str(WRAPPER), "wrap": envelope.DIRECT_WRAP},
            {"leg": 2, "version": 4, "kms_key": str(KEY), "wrap": envelope.DIRECT_WRAP},
        ],
    }
