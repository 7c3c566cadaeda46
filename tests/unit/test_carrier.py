"""Values under the carrier of a move, as docs/format.md has them."""

import hmac
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from kwruntime.crypto.carrier import Carrier

DEK = bytes(range(32))
CELL = ("public.people", "42", "ssn")


def lp(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, sha256)


def test_a_value_is_sealed_as_the_page_says() -> None:
    prk = mac(b"kwtools/2 move", DEK)
    halves = (mac(prk, lp(b"kwtools/2 move key", half) + b"\x01") for half in (b"\x01", b"\x02"))
    siv = AESSIV(b"".join(halves))
    for field, shown in (("ssn", b"\x01ssn"), (None, b"\x00"), ("ß", b"\x01\xc3\x9f")):
        cell = lp(b"kwtools/2 move value", b"public.people", b"42", shown)
        for value in (b"", b"value", bytes(100_000)):
            assert Carrier(DEK).seal(*CELL[:2], field, value) == siv.encrypt(value, [cell])


def test_a_value_of_another_cell_or_key_does_not_open() -> None:
    sealed = Carrier(DEK).seal(*CELL, b"value")
    assert Carrier(DEK).open(*CELL, sealed) == b"value"
    others: list[tuple[str, str, str | None]] = [
        ("public.people4", "2", "ssn"), ("public.people", "42", None),
        ("public.people", "42s", "sn"),
    ]  # fmt: skip
    for table, key, field in others:
        with pytest.raises(InvalidTag):
            Carrier(DEK).open(table, key, field, sealed)
    with pytest.raises(InvalidTag):
        Carrier(DEK[::-1]).open(*CELL, sealed)
    for short in (b"", sealed[:15]):
        with pytest.raises(InvalidTag):
            Carrier(DEK).open(*CELL, short)


def test_equal_values_of_two_cells_differ() -> None:
    one, other = (Carrier(DEK).seal("public.people", key, "ssn", b"value") for key in ("1", "2"))
    assert one != other
