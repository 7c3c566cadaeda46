"""What no query can see of the wraps under a KMS key, and the time to compare it with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from kwruntime.admin.evidence import Evidence, could_not_run, few
from kwruntime.call import Call
from kwruntime.errors import KwError
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.rules.key_dependents import SEALED, Found
from kwruntime.store import destroy_checks, key_dependents

_EXPIRE = "Keep the key until they have expired."


def newest_wrap(call: Call, key_ids: Sequence[int], found: Found) -> Evidence:
    """Return the time until which wraps under keys existed, as far as is recorded.

    A layer of a KEM key needs the key that seals the private key, which never changes.
    """
    sealed = [one.object_id for one in found.of_kind(SEALED)]
    times = call.execute(key_dependents.TIMES, [*key_ids, *sealed])[0]
    made, left, since = found.wrapped_at, times["left_at"], times["since"]
    if since is None and found.has_unknown_times:
        since = call.execute(destroy_checks.NOW)[0]["now"]
    parts = [
        "the newest wrap under it was made at {}" if made is not None else None,
        "wraps under it were last replaced or destroyed at {}" if left is not None else None,
        "times before {}, when kwtools 0.6.0 was installed, are not known"
        if since is not None
        else None,
    ]
    known = [time for time in (made, left, since) if time is not None]
    said = "; ".join(filter(None, parts)).format(*map(_shown, known))
    newest = _shown(max(known)) if known else None
    return Evidence("newest wrap", None, said or "no wrap under it is recorded", None, newest)


def _shown(microseconds: int) -> str:
    """Return a time as PostgreSQL reads it whatever the settings of the session."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return moment.isoformat(" ")


def unseen(call: Call, newest: str | None, *, is_in_use: bool) -> list[Evidence]:
    """Return what may hold wraps under a key where no query sees them.

    Not as the owner: replicas are seen by the rights of the caller.
    """
    if is_in_use:
        those, time = "new ones, too, hold wraps under it", "any time"
    elif newest is None:
        those, time = "none is known to hold wraps under it", "no known time"
    else:
        those, time = f"those from before {newest} can hold wraps under it", f"before {newest}"
    rows = [
        Evidence("backups", None, those, _EXPIRE),
        Evidence("WAL archive", None, f"a recovery to {time} needs the key", _EXPIRE),
        Evidence("dumps", None, those, _EXPIRE),
        *(_looked(call, check) for check in _LOOKS),
    ]
    return [one._replace(compare_with=newest) for one in rows]


def _looked(call: Call, check: str) -> Evidence:
    look, hint = _LOOKS[check]
    said = messages.attempt(partial(look, call), with_queries=True)
    return (
        could_not_run(check, said)
        if isinstance(said, KwError)
        else Evidence(check, None, said, hint)
    )


def _replicas(call: Call) -> str:
    rows = call.execute(destroy_checks.REPLICAS)
    return ", ".join(f"{few([row['name']])} {_behind(row)}" for row in rows) or "none is connected"


def _behind(row: Row) -> str:
    if row["behind"] is None:
        return f"({row['state'] or 'its state requires the rights of pg_monitor'})"
    lag = f", {row['lag']:.1f} s" if row["lag"] is not None else ""
    return f"({row['state']}, {row['behind']} bytes behind{lag})"


def _slots(call: Call) -> str:
    rows = call.execute(destroy_checks.IDLE_SLOTS)
    return few([row["name"] for row in rows]) or "none is inactive"


def _databases(call: Call) -> str:
    rows = call.execute(destroy_checks.OTHER_DATABASES)
    return few([row["name"] for row in rows]) or "none"


_LOOKS = {
    "replicas": (
        _replicas,
        "Wait until each has replayed everything, also those that are not connected.",
    ),
    "replication slots": (_slots, "Their replicas are away and have not replayed everything."),
    "other databases": (_databases, "If they use the key too, call kw.safe_to_destroy there."),
}
"""What is looked at, each with a hint."""
