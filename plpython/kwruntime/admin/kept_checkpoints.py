"""Checkpoints of the log that were kept outside of the database. Runs as the owner."""

from kwshared.tlog import checkpoints, notes, signatures
from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.signatures import SignatureError
from kwshared.tlog.text import FormatError

from kwruntime.admin import logs as log_keys
from kwruntime.call import Call
from kwruntime.crypto import note_signatures
from kwruntime.errors import BadArgument, NotAuthentic
from kwruntime.keys import signing_keys
from kwruntime.seals import checking
from kwruntime.store import logs, sealed_rows
from kwruntime.store.logs import Log


def opened(call: Call, log: Log, text: str) -> Checkpoint:
    """Return the checkpoint of a note; raises unless it is of this log and a key of it signed."""
    try:
        note = notes.parse(text.encode("utf-8", "surrogatepass"))
        found = checkpoints.parse(note.text)
    except FormatError as error:
        raise BadArgument(f"checkpoint is not a signed checkpoint: {error}") from None
    if found.origin != log.origin:
        raise BadArgument(
            f"checkpoint is of log {found.origin[:200]}, and this is {log.origin}",
            hint="Use the last checkpoint of this log that was kept outside of the database. A "
            "restore is acknowledged once.",
        )
    rows = call.execute(logs.EVERY_KEY, log.id)
    checking.check(call, sealed_rows.SIGNING_KEYS, [row["id"] for row in rows])
    keys = [signing_keys.named(call, row["name"]) for row in rows]
    known = [log_keys.verifier_key(log.origin, key) for key in keys]
    try:
        signatures.verify(note, known, note_signatures.is_signed)
    except SignatureError as error:
        raise NotAuthentic(
            f"checkpoint is refused: {error}",
            hint="Use one that was signed by a key that this database had at its backup.",
        ) from None
    return found
