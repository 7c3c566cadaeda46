"""The envelope: what was sealed opens, and nothing that was changed does."""

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto import envelope
from kwruntime.crypto.encoding import lp
from kwruntime.crypto.envelope import DekClass, Leg, Mode, Payload
from kwruntime.crypto.formats import FORMAT_1, FORMAT_2, FORMATS, Format, form_in
from kwruntime.crypto.kdf import Prf
from kwruntime.errors import NotAuthentic, WrongAnswer

from tests import one_direct_wrap

WRAPPER, KEY = UUID(int=1), UUID(int=2)
DEKS = st.binary(min_size=16, max_size=64)
FORMS = st.sampled_from(FORMATS)
KEKS = envelope.local_keks(bytes(32))


@given(DEKS, FORMS)
def test_a_payload_comes_back_as_it_was(dek: bytes, form: Format) -> None:
    payload = Payload.new(DekClass.FIELD, dek, form)
    packed = payload.pack()
    assert len(packed) == envelope.payload_bytes(len(dek))
    assert Payload.unpack(packed) == payload


@given(st.binary(max_size=110).filter(lambda data: data[:1] not in (b"\x01", b"\x02")))
def test_what_is_no_payload_is_refused_without_showing_it(data: bytes) -> None:
    with pytest.raises(NotAuthentic, match=r"^the payload has no known form$"):
        Payload.unpack(data)


@pytest.mark.parametrize("form", FORMATS, ids=str)
@pytest.mark.parametrize(
    ("at", "value"), [(0, 0), (0, 3), (1, 0), (1, 5), (2, 0), (2, 3), (3, 15), (3, 65), (3, 31)]
)
def test_every_member_of_a_payload_is_checked(form: Format, at: int, value: int) -> None:
    packed = bytearray(Payload.new(DekClass.FIELD, None, form).pack())
    packed[at] = value
    with pytest.raises(NotAuthentic):
        Payload.unpack(bytes(packed))


@pytest.mark.parametrize("dek_class", [DekClass.DEPLOYMENT, DekClass.INDEX])
def test_format_1_has_only_the_classes_that_it_began_with(dek_class: DekClass) -> None:
    assert Payload.unpack(Payload.new(dek_class).pack()).dek_class is dek_class
    with pytest.raises(NotAuthentic):
        Payload.unpack(Payload.new(dek_class, None, FORMAT_1).pack())


@pytest.mark.parametrize("dek_class", [one for one in DekClass if one is not DekClass.FIELD])
def test_only_the_keys_of_fields_are_imported(dek_class: DekClass) -> None:
    imported = Payload.new(dek_class, bytes(32)).pack()
    with pytest.raises(NotAuthentic, match="imported"):
        Payload.unpack(imported)


@pytest.mark.parametrize(("form", "of_head"), [(FORMAT_1, False), (FORMAT_2, True)], ids=str)
@pytest.mark.parametrize("at", [1, 2])
def test_the_head_of_a_payload_goes_into_prk_since_format_2(
    form: Format, of_head: bool, at: int
) -> None:
    packed = Payload.new(DekClass.FIELD, None, form).pack()
    changed = packed[:at] + bytes([packed[at] ^ 3]) + packed[at + 1 :]
    keys = [envelope.prk_of(one).expand(b"") for one in (packed, changed)]
    assert (keys[0] != keys[1]) is of_head
    assert envelope.prk_of(packed).expand(b"") == Prf(Payload.unpack(packed).prk()).expand(b"")


def test_new_payloads_are_of_the_newest_format() -> None:
    made = envelope.new_payloads(DekClass.FIELD, [None, bytes(16)])
    assert [envelope.form_of(packed) for packed in made] == [FORMAT_2, FORMAT_2]


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
    aad = b"context"
    wrap = bytearray(one_direct_wrap.wrap(KEKS, WRAPPER.bytes, dek, aad))
    assert one_direct_wrap.unwrap(KEKS, WRAPPER.bytes, bytes(wrap), aad) == dek
    wrap[at % len(wrap)] ^= 1 << bit
    with pytest.raises(NotAuthentic):
        one_direct_wrap.unwrap(KEKS, WRAPPER.bytes, bytes(wrap), aad)


@given(DEKS)
def test_a_wrap_cut_anywhere_is_refused(dek: bytes) -> None:
    wrap = one_direct_wrap.wrap(KEKS, WRAPPER.bytes, dek, b"")
    for length in range(len(wrap)):
        with pytest.raises(NotAuthentic):
            one_direct_wrap.unwrap(KEKS, WRAPPER.bytes, wrap[:length], b"")


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_a_wrap_belongs_to_its_wrapper_key_context_and_format(form: Format) -> None:
    wrap = one_direct_wrap.wrap(KEKS, WRAPPER.bytes, b"body", b"context", form)
    other_form = FORMAT_1 if form is FORMAT_2 else FORMAT_2
    for keks, wrapper, aad, of_form in (
        (envelope.local_keks(b"\x01" * 32), WRAPPER, b"context", form),
        (KEKS, KEY, b"context", form),
        (KEKS, WRAPPER, b"other", form),
        (KEKS, WRAPPER, b"context", other_form),
    ):
        with pytest.raises(NotAuthentic):
            one_direct_wrap.unwrap(keks, wrapper.bytes, wrap, aad, of_form)


def test_the_keys_of_the_formats_differ() -> None:
    branch = envelope.branch_keks(Prf(bytes(32)), WRAPPER)
    for keks in (KEKS, branch):
        assert keks[FORMAT_1].expand(b"") != keks[FORMAT_2].expand(b"")
    sealed = envelope.leg_key_seal(FORMAT_2, bytes(32), b"body", b"context")
    assert envelope.leg_key_open(FORMAT_2, bytes(32), sealed, b"context") == b"body"
    with pytest.raises(WrongAnswer):
        envelope.leg_key_open(FORMAT_1, bytes(32), sealed, b"context")


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_the_format_of_a_suite_is_known_by_its_text(form: Format) -> None:
    legs = [Leg(1, 1, KEY)]
    suite = envelope.suite_text(form, Mode.SINGLE, DekClass.FIELD, legs, 32, bytes(32))
    assert form_in(suite) is form
    assert form_in(suite.replace(form.name, "kwtools/3")) is None


def test_every_member_of_the_context_changes_it() -> None:
    leg, commit = Leg(1, 1, KEY), bytes(32)
    no_layers = envelope.NO_LAYERS[FORMAT_2]
    whole = (FORMAT_2, WRAPPER, leg, Mode.SINGLE, 68, DekClass.FIELD, commit, no_layers)
    others: tuple[list[object], ...] = (
        [FORMAT_1],
        [KEY],
        [leg._replace(number=2), leg._replace(version=2), leg._replace(key=WRAPPER),
         leg._replace(wrap="other")],
        [Mode.EITHER],
        [69],
        [DekClass.BRANCH, DekClass.DEPLOYMENT, DekClass.INDEX],
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
    FORMS,
    st.integers(1, 2),
    st.integers(1, 2**31 - 1),
    st.sampled_from(Mode),
    st.sampled_from(DekClass),
)
def test_the_context_is_the_encoding_of_its_members(
    form: Format, number: int, version: int, mode: Mode, dek_class: DekClass
) -> None:
    leg = Leg(number, version, KEY)
    assert envelope.context(form, WRAPPER, leg, mode, 68, dek_class, b"c" * 32) == lp(
        f"{form} context".encode(),
        WRAPPER.bytes,
        bytes([number]),
        version.to_bytes(4, "big"),
        mode.encode(),
        KEY.bytes,
        (68).to_bytes(4, "big"),
        dek_class.label.encode(),
        envelope.DIRECT_WRAP.encode(),
        b"c" * 32,
        envelope.NO_LAYERS[form],
    )


def test_the_commitment_tells_keys_wrappers_and_formats_apart() -> None:
    one, other = (Prf(Payload.new(DekClass.FIELD).prk()) for _ in range(2))
    commitment = envelope.commitment(FORMAT_2, one, WRAPPER.bytes)
    assert envelope.commitment_matches(FORMAT_2, one, WRAPPER.bytes, commitment)
    assert not envelope.commitment_matches(FORMAT_2, other, WRAPPER.bytes, commitment)
    assert not envelope.commitment_matches(FORMAT_2, one, uuid4().bytes, commitment)
    assert not envelope.commitment_matches(FORMAT_1, one, WRAPPER.bytes, commitment)


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_the_suite_is_json_of_what_it_says(form: Format) -> None:
    legs = [Leg(1, 3, WRAPPER), Leg(2, 4, KEY)]
    suite = json.loads(
        envelope.suite_text(form, Mode.BOTH, DekClass.BRANCH, legs, 32, b"\xab" * 32)
    )
    assert suite == {
        "format": form.name,
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
