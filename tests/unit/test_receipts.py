"""Receipts of wrappers: every one that was changed anywhere is refused, and other code agrees."""

import base64
import json
from collections.abc import Iterator

import pytest
from pymerkle import InclusionProof, verify_inclusion
from pymerkle.core import _inclusion_path_layout
from pymerkle.proof import MerkleProof

from kwtools.evidence.checkpoints import NotTrusted, Trust, open_checkpoint
from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import NotProved, of_entry
from kwtools.evidence.public_keys import read
from kwtools.evidence.wrapper_receipts import EventReceipt, open_event
from tests.decoder.run import open_receipts
from tests.signed_log import LOG_ED25519, Key, Log
from tests.vectors.make_receipt_vectors import (
    FILE,
    LOG_KEY,
    ORIGIN,
    SHRED,
    WITNESS_KEY,
    WRAPPERS,
    content,
)

VECTORS = json.loads(FILE.read_text())
RECEIPTS = {one["name"]: one["receipt"].encode() for one in VECTORS["receipts"]}
REFUSED = {one["name"]: one["receipt"].encode() for one in VECTORS["refused"]}
TRUST = Trust(ORIGIN, (read(VECTORS["key"]),), (read(VECTORS["witness"]),), 1)


def refused(data: bytes, trust: Trust = TRUST) -> bool:
    """Say whether a receipt is refused."""
    try:
        open_event(data, trust)
    except (BadForm, NotTrusted, NotProved):
        return True
    return False


def test_the_vectors_are_those_that_the_runtime_makes() -> None:
    assert content() == VECTORS


def test_a_receipt_says_which_wraps_were_destroyed_and_how_the_row_changed() -> None:
    opened = open_event(RECEIPTS["wrapper"], TRUST)
    expect = VECTORS["expect"][0]
    gone, changed = opened.destroyed, opened.changed
    assert gone is not None
    assert changed is not None
    assert (str(gone.wrapper), gone.digest.hex()) == (expect["wrapper"], expect["digest"])
    assert (str(gone.binding), gone.generation) == (expect["binding"], expect["generation"])
    assert [gone.entity_table, gone.entity_pk, gone.field_name] == expect["place"]
    assert (changed.wrapper, changed.id, changed.old, changed.new) == (gone.wrapper, 41, 4, 15)
    assert (opened.wrapper, opened.receipt.index) == (gone.wrapper, SHRED)
    assert opened.event["roles"] == {"acting": "someone", "session": "login"}


def test_null_and_empty_are_told_apart() -> None:
    gone = open_event(RECEIPTS["unbound wrapper"], TRUST).destroyed
    assert gone is not None
    assert gone[2:] == (None,) * 5
    assert [*gone[4:]] == VECTORS["expect"][1]["place"]


def test_a_receipt_may_have_one_record_or_none() -> None:
    for name, parts in {"changes only": 1, "destroyed only": 1, "wrapper": 2, "event": 0}.items():
        opened = open_event(RECEIPTS[name], TRUST)
        assert [opened.changed, opened.destroyed].count(None) == 2 - parts
        assert (opened.wrapper is None) == (name == "event")


@pytest.mark.parametrize("name", REFUSED)
def test_a_receipt_that_does_not_prove_what_it_says_is_refused(name: str) -> None:
    assert refused(REFUSED[name])


# -- edits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wrapper", "destroyed only", "event"])
def test_every_byte_that_is_changed_removed_or_added_is_found(name: str) -> None:
    data = RECEIPTS[name]
    for place, byte in enumerate(data):
        for other in {byte ^ 1, byte ^ 32, byte ^ 128, 10, 65} - {byte}:
            assert refused(data[:place] + bytes([other]) + data[place + 1 :]), (place, other)
        assert refused(data[:place] + data[place + 1 :]) or data[place - 1] == byte, place
        for more in b"\n A0":
            assert refused(data[:place] + bytes([more]) + data[place:]), (place, more)
        assert refused(data[:place]), place


@pytest.mark.parametrize("name", RECEIPTS)
def test_every_line_that_is_removed_moved_or_repeated_is_found(name: str) -> None:
    """A signature that stands twice says nothing else; everything before it must be as it was."""
    lines = RECEIPTS[name].splitlines(keepends=True)
    end = next(n for n, line in enumerate(lines) if line.startswith("— ".encode()))
    for place, line in enumerate(lines):
        assert refused(b"".join([*lines[:place], *lines[place + 1 :]])), line
        if place < end:
            assert refused(b"".join([*lines[: place + 1], *lines[place:]])), line
            swapped = [*lines[:place], lines[place + 1], line, *lines[place + 2 :]]
            assert refused(b"".join(swapped)) or line == lines[place + 1], line


def test_lines_of_two_receipts_of_one_event_do_not_mix() -> None:
    one, other = (
        RECEIPTS[name].splitlines(keepends=True) for name in ("wrapper", "unbound wrapper")
    )
    assert len(one) == len(other)
    for place in range(len(one)):
        if one[place] != other[place]:
            assert refused(b"".join([*one[:place], other[place], *one[place + 1 :]])), one[place]


# -- keys -----------------------------------------------------------------------------------------


def test_another_key_and_another_log_are_refused() -> None:
    wrong = Key(ORIGIN, LOG_ED25519.verifier.type, 9).verifier
    assert refused(RECEIPTS["wrapper"], Trust(ORIGIN, (read(str(wrong)),)))
    other = LOG_ED25519.verifier
    assert refused(RECEIPTS["wrapper"], Trust(other.name, (read(str(other)),)))
    assert not refused(RECEIPTS["wrapper"], Trust(ORIGIN, TRUST.log_keys))


@pytest.mark.parametrize(
    "entry",
    [
        {"version": 2, "deployment": ORIGIN.split("/")[2], "incarnation": 0},
        {"version": 1, "deployment": ORIGIN.split("/")[2], "incarnation": 1},
        {"version": 1, "deployment": "0b5a", "incarnation": 0},
        {"version": 1},
    ],
)
def test_an_entry_of_another_deployment_or_version_is_refused(entry: dict[str, object]) -> None:
    log = Log([json.dumps({**entry, "event": "1"}).encode()], ORIGIN)
    text = log.receipt(0).partition(b"\n\n")[0] + b"\n\n" + log.signed(keys=(LOG_KEY, WITNESS_KEY))
    assert refused(text)


def test_a_receipt_that_is_too_long_is_refused() -> None:
    assert refused(RECEIPTS["wrapper"] + b"\n" * 1_200_000)
    path = b"right " + base64.b64encode(bytes(32)) + b"\n"
    head, record, rest = RECEIPTS["changes only"].split(b"\n", 2)
    assert refused(b"\n".join([head, record, path * 64 + rest]))


# -- other implementations ------------------------------------------------------------------------


def test_the_independent_decoder_proves_the_same_from_the_page_alone() -> None:
    run = open_receipts(FILE)
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert {name for name, said in found.items() if "refused" in said} == set(REFUSED)
    gone, unbound = VECTORS["expect"]
    change = {"wrapper": WRAPPERS[1], "old": 4, "new": 15}
    assert found["event"] == {"event": "100"}
    assert found["wrapper"] == {"event": "103", "changes": change, "destroyed": gone}
    assert found["changes only"] == {"event": "103", "changes": change}
    assert found["destroyed only"] == {"event": "103", "destroyed": gone}
    assert found["unbound wrapper"]["destroyed"] == unbound


def steps(block: bytes) -> Iterator[tuple[str, bytes, list[int], list[bytes]]]:
    """Yield name, record, sides (1: left) and hashes of each part of a receipt."""
    lines = [line.split(" ") for line in block.decode().split("\n")[1:]]
    starts = [n for n, (word, _) in enumerate(lines) if word in ("changes", "destroyed")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        path = lines[start + 1 : end]
        yield (
            lines[start][0],
            base64.b64decode(lines[start][1]),
            [int(side == "left") for side, _ in path],
            [base64.b64decode(one) for _, one in path],
        )


def test_pymerkle_finds_the_same_roots_from_a_receipt() -> None:
    """pymerkle (PyPI) is another implementation of RFC 9162."""
    for name in ("wrapper", "unbound wrapper"):
        block, _, proof = RECEIPTS[name].partition(b"\n\n")
        before, _, note = proof.partition(b"\n\n")
        _, extra, index, *path = before.decode().split("\n")
        entry = base64.b64decode(extra.removeprefix("extra "))
        said = json.loads(entry)
        roots = {
            "changes": said["changes_root"],
            "destroyed": said["details"]["destroyed_root"],
        }
        for part, record, sides, hashes in steps(block):
            leaf = of_entry(record)
            found = MerkleProof("sha256", True, 0, [*sides, 0], [leaf, *hashes]).compute_root()
            assert found.hex() == roots.pop(part)
        assert roots == {}
        checkpoint = open_checkpoint(note, TRUST)
        number = int(index.removeprefix("index ")) + 1
        rule, _ = _inclusion_path_layout(number, checkpoint.size)
        hashes = [of_entry(entry), *map(base64.b64decode, path)]
        inclusion = InclusionProof("sha256", True, checkpoint.size, number, rule, hashes)
        verify_inclusion(of_entry(entry), checkpoint.root, inclusion)


def test_each_wrapper_of_the_vectors_is_another_one() -> None:
    opened: list[EventReceipt] = [open_event(one, TRUST) for one in RECEIPTS.values()]
    assert {str(one.wrapper) for one in opened} == {WRAPPERS[1], WRAPPERS[4], "None"}
