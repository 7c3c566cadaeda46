"""Receipts: proofs (C2SP tlog-proof) that an entry stands in a log, with the entry in ``extra``."""

from dataclasses import dataclass

from kwtools.evidence import merkle
from kwtools.evidence.checkpoints import Checkpoint, NotTrusted, Trust, open_checkpoint
from kwtools.evidence.lines import BadForm, check_text, decimal, decoded

MAX_BYTES = 1_100_000
"""A signed note of 1,000,000 bytes, 63 hashes and an entry of 65,535 bytes."""

_FIRST_LINE = b"c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Receipt:
    """An entry of a log, proved: ``index`` counts from 0."""

    entry: bytes
    index: int
    checkpoint: Checkpoint


def open_receipt(data: bytes, trust: Trust, entry: bytes | None = None) -> Receipt:
    """Verify a proof; raises ``BadForm``, ``NotTrusted`` and ``merkle.NotProved``.

    The entry is the one given, else the proof's extra data; if both are there, they are equal.
    """
    if len(data) > MAX_BYTES:
        raise BadForm(f"it is longer than {MAX_BYTES} bytes")
    end = data.find(b"\n\n")
    lines = data[: max(end, 0)].split(b"\n")
    check_text(data[: max(end, 0)])
    if lines.pop(0) != _FIRST_LINE:
        raise BadForm(f'its first line is not "{_FIRST_LINE.decode()}"')
    extra = None
    if lines and lines[0].startswith(b"extra "):
        extra = decoded(lines.pop(0)[6:])
    if not lines or not lines[0].startswith(b"index "):
        raise BadForm("it has no index")
    index = decimal(lines.pop(0)[6:])
    path = [decoded(line) for line in lines]
    checkpoint = open_checkpoint(data[end + 2 :], trust)
    entry = entry if entry is not None else extra
    if entry is None:
        raise BadForm("it does not hold the entry, and no entry is given")
    if extra not in (None, entry):
        raise NotTrusted("it is the receipt of another entry")
    found = merkle.root_of_path(merkle.of_entry(entry), index, checkpoint.size, path)
    if found != checkpoint.root:
        raise merkle.NotProved("the entry is not at this place in the log")
    return Receipt(entry, index, checkpoint)
