"""How long events of the audit are kept: setting audit_days. Runs as the owner.

Of a sealed event the text goes, and its hash stays: proofs of other entries, checkpoints and
receipts outlive it. The log itself says from which entry on texts are there.
"""

from kwshared.tlog.merkle import leaf_hash
from kwshared.tlog.tiles import WIDTH

from kwruntime.admin import log_entries, sealing
from kwruntime.call import Call
from kwruntime.errors import NotAuthentic
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.seals import audit
from kwruntime.store import logs
from kwruntime.store.logs import Log


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
        log_id, before = row["id"], row["first_entry"]
        log = Log.of(call.execute(logs.BY_ID, log_id)[0])
        first = _first_young(call, log, row["first"], row["cutoff"])
        if first == before:
            continue
        call.execute(logs.FORGET_SEALED, log_id, first)
        call.execute(logs.FORGET_TEXTS, log_id, before, first)
        call.execute(logs.SET_FIRST_ENTRY, log_id, first)
        audit.record(call, "forget_audit", row["origin"], first_entry=first, days=days)


def _first_young(call: Call, log: Log, end: int, cutoff: str) -> int:
    """Return where the bundles end whose entries are all proved to be from before the cutoff.

    Who can write the events could make them older, and have the log itself vouch for their end.
    """
    for start in range(log.first_entry, end, WIDTH):
        check_interrupts()
        if not _is_old(call, log, start, cutoff):
            return start
    return end


def _is_old(call: Call, log: Log, start: int, cutoff: str) -> bool:
    entries = [
        row["entry"] or b"" for row in call.execute(logs.ENTRIES, log.id, start, start + WIDTH - 1)
    ]
    tree = sealing.tree_of(call, log, log.size)
    try:
        return len(entries) == WIDTH and all(
            leaf_hash(entry) == tree.head(place, place + 1)
            and len(time := str(log_entries.said(entry).get("time"))) == len(cutoff)
            and time < cutoff
            for place, entry in enumerate(entries, start)
        )
    except NotAuthentic:  # a tile is incomplete
        return False
