"""Proof files (C2SP tlog-proof), which are the receipts that an auditor opens."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwshared.tlog import proof_files
from kwshared.tlog.proof_files import HEADER, ProofFile
from kwshared.tlog.text import FormatError

from kwtools.evidence.checkpoints import NotTrusted, Trust
from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import NotProved
from kwtools.evidence.public_keys import read
from kwtools.evidence.receipts import open_receipt
from tests.signed_log import LOG_ED25519, LOG_ML_DSA, ORIGIN, WITNESS, WITNESS_ED25519, Log, entries

TRUST = Trust(
    ORIGIN,
    tuple(read(str(key.verifier)) for key in (LOG_ED25519, LOG_ML_DSA)),
    (read(str(WITNESS_ED25519.verifier)),),
    1,
)
LOG = Log(entries(300))
SIGNED = LOG.signed()
HASH = base64.b64encode(bytes(range(32))).decode()


def test_a_proof_is_written_as_the_specification_says() -> None:
    """The example of c2sp.org/tlog-proof has shortened values: these are its lines."""
    proof = ProofFile(73894, (bytes(range(32)), bytes(32)), SIGNED, b"age-v1.2.1")
    assert (
        bytes(proof)
        == (
            f"c2sp.org/tlog-proof@v1\nextra YWdlLXYxLjIuMQ==\nindex 73894\n{HASH}\n{'A' * 43}=\n\n"
        ).encode()
        + SIGNED
    )
    assert bytes(ProofFile(0, (), SIGNED)) == f"{HEADER}\nindex 0\n\n".encode() + SIGNED


@given(
    st.integers(0, (1 << 63) - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.none() | st.binary(min_size=1, max_size=200),
)
def test_a_proof_that_was_written_reads_the_same(
    index: int, hashes: tuple[bytes, ...], extra: bytes | None
) -> None:
    proof = ProofFile(index, hashes, SIGNED, extra)
    assert proof_files.parse(bytes(proof)) == proof


@pytest.mark.parametrize(
    "text",
    [
        "", "\n\n", f"{HEADER}\n", f"{HEADER}\n\n", f"{HEADER} \nindex 0\n\n",
        f"{HEADER}\r\nindex 0\n\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        f"{HEADER}\nindex 00\n\n", f"{HEADER}\nindex -1\n\n", f"{HEADER}\nindex {1 << 63}\n\n",
        f"{HEADER}\nindex\n\n", f"{HEADER}\nindex 0\n{HASH[:-4]}\n\n",
        f"{HEADER}\nindex 0\n {HASH}\n\n", f"{HEADER}\nindex 0\n{HASH}x\n\n",
        f"{HEADER}\nextra \nindex 0\n\n", f"{HEADER}\nextra\nindex 0\n\n",
        f"{HEADER}\nextra YQ==\nextra YQ==\nindex 0\n\n", f"{HEADER}\nextra YR==\nindex 0\n\n",
        f"{HEADER}\nindex 0\nextra YQ==\n\n", f"{HEADER}\nindex 0\n\n\n",
        f"{HEADER}\nindex 0\n{(HASH + chr(10)) * 64}\n", f"{HEADER}\nindex 0\t\n\n",
    ],
)  # fmt: skip
def test_a_malformed_proof_is_refused(text: str) -> None:
    data = text.encode() + (SIGNED if text.endswith("\n\n") else b"")
    with pytest.raises(FormatError):
        proof_files.parse(data)
    with pytest.raises((BadForm, NotProved)):
        open_receipt(data, TRUST, b"")


def test_a_proof_without_a_note_or_too_long_is_refused() -> None:
    for after in (b"", b"text\n", SIGNED[:-1], SIGNED + b"x" * 1_200_000):
        data = f"{HEADER}\nindex 0\n\n".encode() + after
        with pytest.raises(FormatError):
            proof_files.parse(data)
        with pytest.raises(BadForm):
            open_receipt(data, TRUST, b"")


def test_a_proof_that_nobody_could_read_is_not_written() -> None:
    for proof in (
        ProofFile(-1, (), SIGNED),
        ProofFile(0, (b"x",), SIGNED),
        ProofFile(0, (), b"not a note"),
        ProofFile(0, (), SIGNED, b""),
    ):
        with pytest.raises(FormatError):
            bytes(proof)


# -- receipts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_a_receipt_proves_its_entry(index: int) -> None:
    receipt = open_receipt(LOG.receipt(index), TRUST)
    assert (receipt.index, receipt.entry) == (index, LOG.entries[index])
    assert (receipt.checkpoint.size, list(receipt.checkpoint.witnessed)) == (300, [WITNESS])
    assert open_receipt(LOG.receipt(index), TRUST, LOG.entries[index]).index == index


def test_an_entry_may_be_kept_beside_its_proof() -> None:
    proof = ProofFile(7, tuple(LOG.inclusion(7)), SIGNED)
    assert open_receipt(bytes(proof), TRUST, LOG.entries[7]).entry == LOG.entries[7]
    with pytest.raises(NotProved, match="the entry is not at this place in the log"):
        open_receipt(bytes(proof), TRUST, LOG.entries[8])
    with pytest.raises(BadForm, match="it does not hold the entry, and no entry is given"):
        open_receipt(bytes(proof), TRUST)


def test_a_receipt_of_another_entry_is_refused() -> None:
    with pytest.raises(NotTrusted, match="it is the receipt of another entry"):
        open_receipt(LOG.receipt(7), TRUST, LOG.entries[8])


def test_a_receipt_with_another_checkpoint_is_refused() -> None:
    proof = proof_files.parse(LOG.receipt(7))
    other = Log([*entries(299), b"other"])
    with pytest.raises(NotProved):
        open_receipt(bytes(proof._replace(checkpoint=other.signed())), TRUST)
    unwitnessed = LOG.signed(keys=(LOG_ED25519, LOG_ML_DSA))
    with pytest.raises(NotTrusted, match="0 witnesses cosigned it, not 1"):
        open_receipt(bytes(proof._replace(checkpoint=unwitnessed)), TRUST)


@given(st.integers(0, 299), st.integers(0, 1 << 20), st.integers(0, 7))
def test_a_changed_bit_of_a_receipt_is_found(index: int, place: int, bit: int) -> None:
    """Of what a receipt says; a line of an unknown key, or its name, is not part of that."""
    data = bytearray(LOG.receipt(index))
    place %= data.index("— ".encode())
    data[place] ^= 1 << bit
    with pytest.raises((BadForm, NotTrusted, NotProved)):
        open_receipt(bytes(data), TRUST)
