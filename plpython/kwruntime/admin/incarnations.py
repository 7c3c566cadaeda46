"""Incarnations of a deployment: a restore that lost sealed events is acknowledged. Audited.

Runs as the owner. The new incarnation has change numbers and a log of its own. The first entry of
that log names the last checkpoint from before the restore, so that an auditor sees what was lost.
"""

from kwshared.tlog.checkpoints import Checkpoint
from kwshared.tlog.text import base64

from kwruntime.admin import kept_checkpoints, sealing
from kwruntime.admin import logs as log_keys
from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.fields import access
from kwruntime.keys import signing_keys
from kwruntime.postgres.query import composed
from kwruntime.postgres.sequences import CHANGES_OF_INCARNATION
from kwruntime.seals import audit, checking, deployment, events
from kwruntime.seals.changing import changing, seal_changes
from kwruntime.store import deployments, logs, sealed_rows
from kwruntime.store.logs import Log


def acknowledge(call: Call, checkpoint: str, reason: str) -> str:
    """Begin the next incarnation after a restore; return the origin of its log."""
    access.check_superuser(call, "acknowledge a restore")
    if not reason.strip():
        raise BadArgument("reason is empty", hint="Say why the database was restored.")
    call.execute(deployments.LOCK)
    call.execute(logs.LOCK)
    call.execute(logs.COMMIT_DURABLY)
    current = deployment.in_force(call)
    old = log_keys.current(call)
    rows = [row for row in call.execute(logs.EVERY_KEY, old.id) if row["id"] is not None]
    checking.check(call, sealed_rows.LOG_KEYS, [old.id])
    checking.check(call, sealed_rows.SIGNING_KEYS, [row["id"] for row in rows])
    every = [signing_keys.named(call, row["name"]) for row in rows]
    keys = [log_keys.verifier_key(old.origin, key) for key in every]
    known = kept_checkpoints.opened(old, checkpoint, keys)
    root = sealing.range_of(old).root()
    incarnation = _begin_next(call, current.key_no, old.incarnation)
    names = [row["name"] for row in call.execute(logs.KEYS, old.id)]
    host = old.origin.removesuffix(f"/kwtools/{old.deployment}/{old.incarnation}")
    log, added = log_keys.make(call, old.deployment, incarnation, host, names)
    details = {
        "checkpoint": _described(known),
        "restored": _described(Checkpoint(old.origin, old.size, root)),
        "is_continued": _is_continued(call, old, known),
        "reason": reason,
        "keys": added,
    }
    seal_changes(call)  # so that this event, which is logged at once, has them
    event = audit.record(call, "acknowledge_restore", log.origin, always=True, **details)
    events.seal_events(call)
    sealing.add_entries(call, log, call.execute(logs.UNSEALED_EVENTS, event, event, 1))
    return log.origin


def _begin_next(call: Call, key_no: int, incarnation: int) -> int:
    """Raise the incarnation of the rows in force, and move the change numbers to it."""
    following = incarnation + 1
    changing(call, sealed_rows.DEPLOYMENT_ROWS, [key_no, key_no + 1])
    call.execute(deployments.SET_INCARNATION, key_no, following)
    deployment.forget(call)
    # Not setval(), which a rollback would not take back.
    first = following * CHANGES_OF_INCARNATION + 1
    call.execute(composed(f"alter sequence kw.change_numbers restart with {first}"))
    return following


def _described(checkpoint: Checkpoint) -> dict[str, str | int]:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": base64(checkpoint.root),
    }


def _is_continued(call: Call, log: Log, checkpoint: Checkpoint) -> bool:
    """Whether the restored log has all that the checkpoint is of."""
    if checkpoint.size > log.size:
        return False
    size = checkpoint.size
    return not size or checkpoint.root == sealing.tree_of(call, log, size).head(0, size)
