"""Witnesses of the log: whose cosignatures are accepted, and stored. Audited. Runs as the owner."""

from kwshared.tlog import checkpoints, keys, notes, signatures
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.keys import SignatureType, VerifierKey
from kwshared.tlog.notes import Note
from kwshared.tlog.signatures import SignatureError, Signed
from kwshared.tlog.text import FormatError

from kwruntime.admin import note_texts
from kwruntime.call import Call
from kwruntime.crypto import note_signatures
from kwruntime.errors import BadArgument, NotFound
from kwruntime.fields import access
from kwruntime.store import logs

_MAX_TIME = 253_402_300_799
"""The end of the year 9999."""


def add_witness(call: Call, text: str) -> None:
    """Accept the cosignatures of a witness."""
    key = _read(text)
    if key.type is SignatureType.ED25519:
        raise BadArgument(
            "the verifier key is that of a log, not of a witness",
            hint="Ask the witness for its cosignature key: its type is 0x04 or 0x06.",
        )
    if call.execute(logs.ADD_WITNESS, text, key.name):
        access.audit(call, "add_witness", key.name, key=text)


def remove_witness(call: Call, text: str) -> None:
    """Accept no further cosignatures of a witness."""
    rows = call.execute(logs.REMOVE_WITNESS, text)
    if not rows:
        raise NotFound("no witness has this verifier key", hint="See kw.witnesses.")
    access.audit(call, "remove_witness", rows[0]["name"], key=text)


def _read(text: str) -> VerifierKey:
    try:
        return keys.parse(text)
    except FormatError as error:
        raise BadArgument(f"verifier_key is not a verifier key: {error}") from None


def add_cosignatures(call: Call, text: str) -> int:
    """Store the cosignatures of a checkpoint by known witnesses; return how many are new."""
    try:
        note = notes.parse(notes.with_dashes(text).encode("utf-8", "surrogatepass"))
        checkpoint = checkpoints.parse(note.text)
    except FormatError as error:
        raise BadArgument(f"note is not a checkpoint: {error}") from None
    found = call.execute(
        logs.CHECKPOINT_OF_TEXT, checkpoint.origin, checkpoint.size, checkpoint.root
    )
    if not found or str(Checkpoint(*checkpoint[:3])) != note.text:
        raise NotFound(
            "this database did not sign a checkpoint of that origin, size and root hash",
            hint="If the signature of the log on it is valid, this is evidence of another history.",
        )
    count = 0
    for signed, line in _valid(call, note):
        given = (
            found[0]["id"],
            str(signed.key),
            note_texts.stored(line),
            min(signed.time or 0, _MAX_TIME),
        )
        count += len(call.execute(logs.ADD_COSIGNATURE, *given))
    return count


def _valid(call: Call, note: Note) -> list[tuple[Signed, str]]:
    """Return the valid cosignatures of known witnesses, each with its line."""
    known = [keys.parse(row["verifier_key"]) for row in call.execute(logs.WITNESSES)]
    lines: dict[tuple[str, bytes], str] = {}
    for line in note.signatures:
        lines.setdefault((line.name, line.key_id), str(line))
    mine = [key for key in known if (key.name, key.key_id) in lines]
    if not mine:
        return []
    try:
        found = signatures.verify(note, mine, note_signatures.is_signed)
    except SignatureError as error:
        raise BadArgument(f"note is refused: {error}") from None
    return [(one, lines[one.key.name, one.key.key_id]) for one in found]
