"""Seals: the published ones, computed twice, and everything that they cover."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.seals import (
    DESTROYED_LEG,
    TAG_BYTES,
    Sealed,
    SealedBinding,
    SealedGeneration,
    SealedRow,
    SealedWrapper,
    SealKeys,
    SealKind,
    leg_digest,
    legs_in,
)
from kwruntime.store.sealed_rows import TABLES

from tests.decoder import seals as independent
from tests.vectors.make_seal_vectors import DEPLOYMENTS, FILE, content, keys_of, sealed_of

CONTENT = json.loads(FILE.read_text())
KEYS = keys_of(DEPLOYMENTS[0])

texts = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
maybe = st.none() | texts
digests = st.binary(min_size=32, max_size=32)
ids = st.integers(0, 2**63 - 1)
generations = st.integers(1, 2**31 - 1)
ROWS: dict[type, st.SearchStrategy[Any]] = {
    SealedWrapper: st.builds(
        SealedWrapper,
        st.uuids(),
        texts,
        maybe,
        st.tuples(maybe, maybe, maybe),
        st.binary(max_size=32),
        st.lists(digests, min_size=1, max_size=2).map(tuple),
    ),
    SealedBinding: st.builds(
        SealedBinding,
        ids,
        texts,
        st.booleans(),
        texts,
        texts,
        maybe,
        st.integers(1, 2),
        generations,
        st.uuids(),
    ),
    SealedGeneration: st.builds(SealedGeneration, ids, generations, st.uuids()),
    SealedRow: st.builds(SealedRow, texts, st.lists(maybe, min_size=1, max_size=6).map(tuple)),
}
PARTS = [(kind, part) for kind in ROWS for part in kind._fields]  # type: ignore[attr-defined]


def tag(sealed: Sealed, change_no: int = 1, keys: SealKeys = KEYS) -> bytes:
    return keys.seal(sealed, change_no)[-TAG_BYTES:]


def test_the_published_seals_are_made_again() -> None:
    assert content() == CONTENT


@pytest.mark.parametrize("vector", CONTENT["seals"], ids=lambda one: str(one["name"]))
def test_a_published_seal_is_what_hmac_and_hashlib_compute(vector: dict[str, Any]) -> None:
    for deployment, seal in zip(CONTENT["deployments"], vector["seals"], strict=True):
        named = vector["kind"], vector["row"], vector["change_no"]
        assert independent.seal(deployment, *named).hex() == seal


def test_the_digest_of_a_leg_is_what_hashlib_computes() -> None:
    for leg in CONTENT["legs"]:
        context, wrap = bytes.fromhex(leg["context"]), bytes.fromhex(leg["dek_wrap"])
        assert independent.leg_digest(context, wrap).hex() == leg["digest"]


@pytest.mark.parametrize("vector", CONTENT["seals"], ids=lambda one: str(one["name"]))
def test_a_published_seal_is_that_of_its_row_only(vector: dict[str, Any]) -> None:
    if vector["kind"] == "event":
        return
    sealed, seal = sealed_of(vector["kind"], vector["row"]), bytes.fromhex(vector["seals"][0])
    assert KEYS.is_seal(sealed, vector["change_no"], seal)
    assert not keys_of(DEPLOYMENTS[1]).is_seal(sealed, vector["change_no"], seal)
    assert not KEYS.is_seal(sealed, vector["change_no"] + 1, seal)
    for place in range(len(seal)):
        changed = bytearray(seal)
        changed[place] ^= 1
        assert not KEYS.is_seal(sealed, vector["change_no"], bytes(changed))


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=lambda one: getattr(one, "__name__", one))
@given(data=st.data())
def test_every_part_changes_the_tag(data: st.DataObject, kind: type, part: str) -> None:
    one, other = data.draw(ROWS[kind]), data.draw(ROWS[kind])
    changed = one._replace(**{part: getattr(other, part)})
    assert (tag(one) == tag(changed)) == (one == changed)


@given(st.data())
def test_no_two_rows_have_the_same_tag(data: st.DataObject) -> None:
    one, other = (data.draw(st.one_of(*ROWS.values())) for _ in range(2))
    assert (tag(one) == tag(other)) == (type(one) is type(other) and one == other)


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_change_number_is_of_one_change(one: int, other: int) -> None:
    row = SealedRow("settings", ("a", "1"))
    assert (tag(row, one) == tag(row, other)) == (one == other)


@given(st.uuids(), digests)
def test_another_deployment_or_key_makes_other_tags(deployment: UUID, prk: bytes) -> None:
    row = SealedRow("settings", ("a", "1"))
    assert tag(row) != tag(row, keys=SealKeys(Prf(prk), KEYS.deployment, 1))
    own = Prf(bytes.fromhex(DEPLOYMENTS[0]["prk"]))  # type: ignore[arg-type]
    assert tag(row) != tag(row, keys=SealKeys(own, deployment, 1))


def test_a_null_and_an_empty_text_differ_and_texts_do_not_run_together() -> None:
    rows = [("a", "b", None), ("ab", "", None), ("a", "b", ""), ("", "ab", None), (None, "a", "b")]
    assert len({tag(SealedRow("t", values)) for values in rows}) == len(rows)


def test_a_row_without_seal_or_change_number_does_not_match() -> None:
    row = SealedRow("settings", ("a", "1"))
    seal = KEYS.seal(row, 1)
    assert not KEYS.is_seal(row, None, seal)
    assert not KEYS.is_seal(row, -1, seal)
    assert not KEYS.is_seal(row, 1, None)
    assert not KEYS.is_seal(row, 1, b"")
    assert not KEYS.is_seal(row, 1, seal + b"\0")


@given(ROWS[SealedWrapper])
def test_the_seal_of_a_wrapper_names_its_legs(sealed: SealedWrapper) -> None:
    assert legs_in(KEYS.seal(sealed, 1)) == sealed.legs


@given(st.binary(max_size=120))
def test_no_legs_are_found_in_what_is_not_the_seal_of_a_wrapper(seal: bytes) -> None:
    found = legs_in(seal)
    assert len(found) == max(0, len(seal) - 20) // 32 if (len(seal) - 20) % 32 == 0 else not found


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_the_digest_of_a_leg_is_of_its_context_and_its_wrap(
    context: bytes, wrap: bytes, other: bytes
) -> None:
    digest = leg_digest(context, wrap)
    assert digest != DESTROYED_LEG
    assert (digest == leg_digest(other, wrap)) == (context == other)
    assert (digest == leg_digest(context, other)) == (wrap == other)


def test_seal_keys_do_not_print_what_they_hold() -> None:
    assert repr(KEYS) == "SealKeys(1)"


def test_the_page_of_the_format_lists_as_many_columns_as_are_sealed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "format.md").read_text()
    section = page.split("\n## Seals\n")[1].split("\n## ")[0]
    listed = {
        table: len(columns.replace(" and ", ", ").split(", "))
        for table, columns in re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE)
        if table not in {*SealKind}
    }
    rows = {table.name: table.rows.text for table in TABLES}
    values = {
        name: text.split("array[")[1].split("] as values")[0].count(")::text")
        for name, text in rows.items()
        if "array[(" in text
    }
    assert listed == values
