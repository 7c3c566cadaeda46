"""Values that other tools encrypted: their own values open, and nothing else does."""

import contextlib
import json
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.errors import BadArgument
from kwruntime.foreign import lockbox, openpgp, rails, raw_aes
from kwruntime.foreign.findings import (
    DOES_NOT_OPEN,
    IN_THE_CLEAR,
    NOT_THIS_FORMAT,
    NotOpened,
)
from kwruntime.foreign.options import Options

Vector = dict[str, Any]
VECTORS: list[Vector] = json.loads(
    (Path(__file__).resolve().parents[1] / "vectors" / "takeover.json").read_text()
)
READERS: dict[str, tuple[Callable[[bytes, Options], Any], tuple[str, ...]]] = {
    "lockbox": (lockbox.Lockbox, lockbox.OPTIONS),
    "rails": (rails.Rails, rails.OPTIONS),
    "pgcrypto-raw": (raw_aes.RawAes, raw_aes.OPTIONS),
}
OPENED_HERE = [one for one in VECTORS if one["source"] in READERS]
MESSAGES = [one for one in VECTORS if one["source"] == "pgcrypto-pgp"]


def name(vector: Vector) -> str:
    """Return the name of a test of a vector."""
    return f"{vector['source']} {vector['name']}"


def member(vector: Vector, name: str) -> bytes | None:
    """Return the bytes of a member, None where it is missing."""
    return bytes.fromhex(vector[name]) if name in vector else None


def opened(vector: Vector, **changed: Any) -> bytes:
    """Open a vector by its reader, some of its members changed."""
    given = vector | changed
    reader, known = READERS[vector["source"]]
    made = reader(bytes.fromhex(given["key"]), Options(given["options"], known))
    value = bytes.fromhex(given["value"])
    return bytes(made.open(value, member(given, "nonce"), member(given, "associated")))


def vector_of(source: str, name: str) -> Vector:
    """Return one vector."""
    (found,) = (one for one in VECTORS if (one["source"], one["name"]) == (source, name))
    return found


def finding(vector: Vector, **changed: Any) -> str:
    """Return why a vector with changed members does not open."""
    with pytest.raises(NotOpened) as caught:
        opened(vector, **changed)
    return caught.value.finding


@pytest.mark.parametrize("vector", OPENED_HERE, ids=name)
def test_values_of_the_tools_open_with_their_key(vector: Vector) -> None:
    assert opened(vector) == member(vector, "plaintext")


@pytest.mark.parametrize(
    "vector", [one for one in OPENED_HERE if one["source"] != "pgcrypto-raw"], ids=name
)
def test_another_key_or_a_changed_byte_opens_nothing(vector: Vector) -> None:
    key = json.loads(bytes.fromhex(vector["key"])) if vector["source"] == "rails" else None
    other = json.dumps(key | {"key_derivation_salt": "x"}).encode() if key else b"e" * 64
    assert finding(vector, key=other.hex()) == DOES_NOT_OPEN
    value = bytearray.fromhex(vector["value"])
    at = value.rindex(b'"at":"') + 6 if key else 20
    value[at] = ord("A") if value[at] != ord("A") else ord("B")
    assert finding(vector, value=value.hex()) == DOES_NOT_OPEN


def test_lockbox_needs_the_names_that_its_key_is_derived_from() -> None:
    vector = vector_of("lockbox", "text")
    assert finding(vector, options={"table": "users", "attribute": "name"}) == DOES_NOT_OPEN
    with pytest.raises(BadArgument, match='"attribute" is missing'):
        opened(vector, options={"table": "users"})
    assert finding(vector, associated=b"1".hex()) == DOES_NOT_OPEN
    padded = vector_of("lockbox", "padded to 64")
    assert finding(padded, options=padded["options"] | {"padding": 16}) == DOES_NOT_OPEN
    with pytest.raises(BadArgument, match="algorithm of lockbox"):
        opened(vector, options=vector["options"] | {"algorithm": "xsalsa20"})


def test_rails_finds_a_key_by_its_reference_only() -> None:
    vector = vector_of("rails", "references")
    key = json.loads(bytes.fromhex(vector["key"]))
    alone = json.dumps(key | {"primary_key": ["older master key"]}).encode()
    assert finding(vector, key=alone.hex()) == DOES_NOT_OPEN


def test_rails_of_sha1_is_not_tried_where_the_digest_is_given() -> None:
    vector = vector_of("rails", "sha1")
    assert finding(vector, options={"digest": "sha256"}) == DOES_NOT_OPEN
    assert opened(vector, options={"digest": "sha1"}) == b"ada@example.org"


def test_rails_opens_a_deterministic_value_by_a_configuration_of_that_key_alone() -> None:
    vector = vector_of("rails", "deterministic")
    key = {"deterministic_key": "test det key", "key_derivation_salt": "test salt"}
    assert opened(vector, key=json.dumps(key).encode().hex()) == b"ada@example.org"


def test_plaintext_in_a_column_is_found() -> None:
    for source, vector in (("lockbox", "text"), ("rails", "sha256"), ("pgcrypto-raw", "aes")):
        for plain in (b"ada@example.org", b"", b"{}", b'{"p": 1}', b"\xff", b"[1]", b"7"):
            found = finding(vector_of(source, vector), value=plain.hex())
            assert found == NOT_THIS_FORMAT, (source, plain)


def test_raw_aes_of_another_key_has_wrong_padding_mostly() -> None:
    """255 of 256 do: nothing else shows it, which the documentation says."""
    vector = vector_of("pgcrypto-raw", "aes")
    wrong = 0
    for number in range(256):
        try:
            opened(vector, key=f"another key {number}".encode().hex())
        except NotOpened:
            wrong += 1
    assert 245 <= wrong <= 256


@pytest.mark.parametrize(
    "key",
    [
        *("", "[]", '"x"', "{}", "[" * 9**5),
        '{"primary_key": "x"}',
        '{"key_derivation_salt": "x"}',
        '{"primary_key": 1, "key_derivation_salt": "x"}',
        '{"primary_key": "\\ud800", "key_derivation_salt": "x"}',
        '{"primary_key": "x", "key_derivation_salt": ""}',
        '{"primary_key": "x", "key_derivation_salt": "x", "other": "x"}',
    ],
    ids=range(11),
)
def test_a_key_of_rails_is_a_configuration_and_no_error_shows_it(key: str) -> None:
    with pytest.raises(BadArgument, match="must be JSON") as caught:
        rails.Rails(key.encode(), Options({}, rails.OPTIONS))
    assert caught.value.__cause__ is None
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("key", [b"", b"x", b"0" * 63, b"0" * 64 + b"\n0", b"\xff" * 31])
def test_a_key_of_lockbox_is_refused_unless_it_has_32_bytes(key: bytes) -> None:
    options = Options({"attribute_key": True}, lockbox.OPTIONS)
    with pytest.raises(BadArgument, match="32 bytes"):
        lockbox.Lockbox(key, options)


@pytest.mark.parametrize(
    "options",
    [{"type": "bf"}, {"type": "aes-cfb"}, {"type": 1}, {"iv": "x"}, {"encoding": "x"}, {"x": 1}],
)
def test_unknown_types_and_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadArgument):
        raw_aes.RawAes(b"key", Options(options, raw_aes.OPTIONS))


def test_a_raw_key_longer_than_aes_takes_is_refused() -> None:
    for key in (b"", b"x" * 33):
        with pytest.raises(BadArgument, match="1 to 32 bytes"):
            raw_aes.RawAes(key, Options({}, raw_aes.OPTIONS))


# -- OpenPGP --------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", MESSAGES, ids=name)
def test_messages_that_need_no_key_are_found_and_no_others(vector: Vector) -> None:
    """Those of CVE-2026-14663, as the last release with it wrote them."""
    shown = openpgp.shown(openpgp.read(bytes.fromhex(vector["value"])))
    if "finding" in vector:
        assert shown is not None
        assert (shown[0], shown[1].data) == (vector["finding"], member(vector, "plaintext"))
        assert shown[1].is_text == ("binary" not in vector["options"])
        assert shown[1].is_utf8 == (vector["name"] == "bf unicode")
    else:
        assert shown is None


def test_a_message_in_the_clear_is_believed_only_with_its_checksum() -> None:
    value = bytes.fromhex(vector_of("pgcrypto-pgp", "bf")["value"])
    for at in range(18, len(value)):
        changed = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
        assert openpgp.shown(openpgp.read(changed)) is None


def test_long_messages_are_joined_from_their_parts() -> None:
    text = b"0123456789" * 5000
    literal = b"\xcb\xff" + (len(text) + 6).to_bytes(4) + b"t\0\0\0\0\0" + text
    inner = b"12345678" + b"78" + literal + b"\xd3\x14"
    body = b"\x01" + inner + sha1(inner, usedforsecurity=False).digest()
    first, rest = body[: 1 << 14], body[1 << 14 :]
    parts = b"\xd2\xee" + first + b"\xff" + len(rest).to_bytes(4) + rest
    shown = openpgp.shown(openpgp.read(b"\xc3\x04\x04\x04\x00\x02" + parts))
    assert shown is not None
    assert (shown[0], shown[1].data) == (IN_THE_CLEAR, text)


def test_the_old_form_of_packets_is_read_too() -> None:
    for length in (b"\xa4\x0c", b"\xa5\0\x0c", b"\xa6\0\0\0\x0c", b"\xa7"):
        read = openpgp.read(b"\x8c\x04\x04\x04\x00\x02" + length + bytes(12))
        assert read == openpgp.Message(b"", False, bytes(12))


def finding_of(value: bytes) -> str | None:
    """Return why bytes are not a message that can be read; None if they are."""
    try:
        openpgp.shown(openpgp.read(value))
    except NotOpened as error:
        return error.finding
    return None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_not_in_this_format(value: bytes) -> None:
    assert finding_of(value) in (None, NOT_THIS_FORMAT)


@given(st.sampled_from(MESSAGES), st.data())
def test_any_changed_message_is_read_or_refused(vector: Vector, data: st.DataObject) -> None:
    value = bytearray.fromhex(vector["value"])
    for _ in range(data.draw(st.integers(1, 4))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    del value[data.draw(st.integers(0, len(value))) :]
    assert finding_of(bytes(value)) in (None, NOT_THIS_FORMAT, DOES_NOT_OPEN)


@given(st.sampled_from(OPENED_HERE), st.data())
def test_any_changed_value_is_opened_or_refused(vector: Vector, data: st.DataObject) -> None:
    value = bytearray.fromhex(vector["value"])
    for _ in range(data.draw(st.integers(1, 3))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotOpened):
        opened(vector, value=value.hex())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["p", "h", "iv", "at", "k", "i", "c", "e"]), inner)
    ),
)


@given(_JSON)
def test_any_json_of_rails_is_opened_or_refused(value: object) -> None:
    key = b'{"primary_key": "x", "key_derivation_salt": "x"}'
    reader = rails.Rails(key, Options({"digest": "sha1"}, rails.OPTIONS))
    with pytest.raises(NotOpened):
        reader.open(json.dumps(value).encode(), None, None)
