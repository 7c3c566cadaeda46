"""Proofs that an event is in the log (C2SP tlog-proof). Runs as the owner."""

from typing import NamedTuple

from kwshared.tlog import notes
from kwshared.tlog.merkle_proofs import inclusion_proof
from kwshared.tlog.proof_files import ProofFile

from kwruntime.admin import note_texts, sealing
from kwruntime.call import Call
from kwruntime.errors import Conflict, NotFound
from kwruntime.store import logs
from kwruntime.store.logs import Log

_SEAL = "call kw.seal_audit(), and ask again."


class Leaf(NamedTuple):
    """The place of an event in a log, with its entry."""

    event: int
    log_id: int
    leaf_index: int
    entry: bytes


def proof(call: Call, event: int) -> str:
    """Return the proof of an event, with its entry, in the newest checkpoint of its log."""
    return proof_of(call, leaf_of(call, event))


def leaf_of(call: Call, event: int) -> Leaf:
    """Return the newest place of an event in a log; raises ``NotFound`` and ``Conflict``."""
    rows = call.execute(logs.LEAF_OF_EVENT, event)
    if not rows:
        raise NotFound(f"event {event} is not in the log", hint=f"If it exists, {_SEAL}")
    log_id, index, entry = rows[0]["log_id"], rows[0]["leaf_index"], rows[0]["entry"]
    if entry is None:
        raise Conflict(
            f"the text of event {event} was deleted, because of setting audit_days",
            hint="An export of the log may still have it.",
        )
    return Leaf(event, log_id, index, entry)


def proof_of(call: Call, leaf: Leaf) -> str:
    """Return the proof of an entry in the newest checkpoint; raises ``Conflict``."""
    (found,) = call.execute(logs.BY_ID, leaf.log_id)
    newest = call.execute(logs.NEWEST_CHECKPOINT, leaf.log_id)
    if not newest or newest[0]["size"] <= leaf.leaf_index:
        raise Conflict(f"no checkpoint has event {leaf.event} yet", hint=f"Use {_SEAL}")
    size = newest[0]["size"]
    hashes = inclusion_proof(leaf.leaf_index, size, sealing.tree_of(call, Log.of(found), size).head)
    note = notes.with_dashes(newest[0]["note"]).encode()
    file = ProofFile(leaf.leaf_index, tuple(hashes), note, leaf.entry)
    return note_texts.stored(bytes(file).decode())
