"""Checkpoints of the log that were kept outside of the database. Runs as the owner."""

from collections.abc import Sequence

from kwshared.tlog import checkpoints, notes, signatures
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.keys import VerifierKey
from kwshared.tlog.signatures import SignatureError
from kwshared.tlog.text import FormatError

from kwruntime.crypto import note_signatures
from kwruntime.errors import BadArgument, NotAuthentic
from kwruntime.store.logs import Log


def opened(log: Log, text: str, known: Sequence[VerifierKey]) -> Checkpoint:
    """Return the checkpoint of a note; raises unless it is of this log and known keys signed."""
    try:
        note = notes.parse(notes.with_dashes(text).encode("utf-8", "surrogatepass"))
        found = checkpoints.parse(note.text)
    except FormatError as error:
        raise BadArgument(
            f"checkpoint is not a signed checkpoint: {error}",
            hint="Use a file that kwtools audit seal --checkpoint wrote, unchanged.",
        ) from None
    if found.origin != log.origin:
        raise BadArgument(
            f"checkpoint is of log {found.origin[:200]}, and this is {log.origin}",
            hint="Use the last checkpoint of this log that was kept outside of the database. A "
            "restore is acknowledged once.",
        )
    try:
        signatures.verify(note, known, note_signatures.is_signed)
    except SignatureError as error:
        raise NotAuthentic(
            f"checkpoint is refused: {error}",
            hint="Use one that was signed by a key that this database had at its backup.",
        ) from None
    return found
