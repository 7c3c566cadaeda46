"""The audit: events in kw.audit_events, and lines in the server log at once. Runs as the owner.

An event is part of its transaction, so a rollback takes it back. The line stays. Both hold names
and ids only, never values or keys.
"""

import json
from collections.abc import Sequence
from typing import Any

from kwruntime.call import Call
from kwruntime.escapes import plain
from kwruntime.seals import audit_lines, events
from kwruntime.store import audit_events

_LISTED = 10  # ids of a batch that an event names


def record(call: Call, action: str, target: str, *, always: bool = False, **details: Any) -> int:
    """Record an action in its transaction, and in the server log at once; return the event's id.

    The log has the line where setting audit_log is on, or ``always``.
    """
    target = plain(target)
    row = events.write(call, action, target, json.dumps(details))
    if row["is_logged"] or always:
        audit_lines.tell(row, action, target, details)
    return int(row["id"])


def tell(call: Call, action: str, target: str, **details: Any) -> None:
    """Write a line to the server log only: works where nothing can be written to a table."""
    row = call.execute(audit_events.AUDIT_NAMES, call.role)[0]
    if row["is_logged"]:
        audit_lines.tell(row, action, target, details)


def forget(call: Call, days: int) -> None:
    """Delete events that are older than that many days, of a database without a log."""
    call.execute(audit_events.FORGET_AUDIT, days)


def listed(ids: Sequence[str]) -> dict[str, Any]:
    """Return what an event says of a batch: how many, and the first of them."""
    return {"count": len(ids), "first": list(ids[:_LISTED])}
