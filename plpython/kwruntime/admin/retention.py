"""How long events of the audit are kept: setting audit_days. Runs as the owner.

Of a sealed event the text goes, and its hash stays: proofs of other entries, checkpoints and
receipts outlive it. The log itself says from which entry on texts are there.
"""

from kwruntime.call import Call
from kwruntime.seals import audit
from kwruntime.store import logs


def forget(call: Call, days: int) -> None:
    """Delete events that are older than that many days; 0 keeps all.

    Where there is a log: those that it has, by whole bundles from its beginning.
    """
    if not days:
        return
    if not call.execute(logs.EXISTS)[0]["has_log"]:
        audit.forget(call, days)
        return
    for row in call.execute(logs.FIRST_TO_KEEP, days):
        log_id, before, first = row["id"], row["first_entry"], row["first"]
        call.execute(logs.FORGET_SEALED, log_id, first)
        call.execute(logs.FORGET_TEXTS, log_id, before, first)
        call.execute(logs.SET_FIRST_ENTRY, log_id, first)
        audit.record(call, "forget_audit", row["origin"], first_entry=first, days=days)
