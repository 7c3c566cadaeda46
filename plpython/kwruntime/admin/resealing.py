"""Rows resealed by a new deployment key: checked by the one before, under the same change numbers.

Runs as the owner. Neither a KMS nor a DEK of a row is needed.
"""

from collections.abc import Sequence
from time import monotonic

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Blocked, Conflict
from kwruntime.fields import access, shredding
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.seals import deployment, events, rows, storing
from kwruntime.seals.changing import broken
from kwruntime.seals.pins import RECOVERING, REPLACING, Deployment
from kwruntime.seals.rows import StoredRow
from kwruntime.store import deployments, older_transactions
from kwruntime.store.sealed_rows import TABLES
from kwruntime.store.sealed_tables import SealedTable

_PAGE = 1000
_MAX_REST = 10_000
_LISTED = 3
_EVENTS = "audit_events"


def reseal(call: Call, place: str | None, most: int) -> tuple[str | None, int]:
    """Reseal rows from a place on; return the place to go on from, null at the end, and how many.

    Rows that another transaction has locked are left out.
    """
    access.check_superuser(call, "reseal rows")
    if most < 1:
        raise BadArgument("most must be at least 1")
    current = deployment.in_force(call)
    if current.phase not in (REPLACING, RECOVERING):
        raise Conflict(
            "the deployment key is not being replaced",
            hint="Begin with kw.replace_deployment_key.",
        )
    tables, after, count = _from(place), _key_in(place), 0
    for table in tables:
        while True:
            if count >= most:
                return f"{table.name}/{after or ''}", count
            named = _page(call, current, table, after, min(_PAGE, most - count))
            if not named:
                break
            free = [row["key"] for row in call.execute(table.lock_free, named)]
            count += _reseal(call, current, table, free)
            after = named[-1]
        after = None
    last = int(after or 0)
    while count < most:
        found = _reseal_events(call, current, last, min(_PAGE, most - count))
        if not found:
            return None, count
        last, count = found[-1], count + len(found)
    return f"{_EVENTS}/{last}", count


def reseal_rest(call: Call, current: Deployment) -> None:
    """Reseal the rows that were left out, as the transactions that had locked them have ended."""
    count = 0
    for table in TABLES:
        while named := _page(call, current, table, None, _PAGE):
            _check_rest(count)
            call.execute(table.lock, named)
            count += _reseal(call, current, table, named)
    last = 0
    while found := _reseal_events(call, current, last, _PAGE):
        last, count = found[-1], count + len(found)
        _check_rest(count)


def _check_rest(count: int) -> None:
    if count > _MAX_REST:
        raise Conflict(
            f"more than {_MAX_REST} rows are not resealed",
            hint="Call kw.reseal_rows until it returns no place.",
        )


def _reseal_events(call: Call, current: Deployment, after: int, size: int) -> list[int]:
    """Reseal the next events that no log has; return their ids."""
    old = events.next_to_seal(call, after, size)
    events.check(call, [events.leaf_of(row) for row in old], [row["seal"] for row in old])
    events.seal_old(call, deployment.seal_keys(call, current), old)
    return [row["id"] for row in old]


def _page(
    call: Call, current: Deployment, table: SealedTable, after: str | None, size: int
) -> list[str]:
    check_interrupts()
    found = call.execute(table.to_reseal, after, size, _key_no(current))
    return list(dict.fromkeys(row["key"] for row in found))


def _key_no(current: Deployment) -> bytes:
    """Return what seals of the key in force begin with."""
    return current.key_no.to_bytes(deployment.KEY_NO_BYTES, "big")


def _reseal(call: Call, current: Deployment, table: SealedTable, named: Sequence[str]) -> int:
    """Check locked rows by the seals that they have, and reseal them; return how many."""
    keys = deployment.seal_keys(call, current)
    found = rows.read(call, table, named)
    for row in found:
        if row.sealed is None or not (row.is_intact(keys) or _may_be_blessed(current, row)):
            raise broken(row)
    storing.store_resealed(call, keys, table, [row for row in found if row.change_no is not None])
    storing.store(call, keys, table, [row for row in found if row.change_no is None])
    return len(found)


def _may_be_blessed(current: Deployment, row: StoredRow) -> bool:
    return row.seal is None and not current.is_sealed


def destroy_earlier(call: Call, current: Deployment) -> int:
    """Destroy the wrappers of earlier deployment keys; return how many.

    Nothing is opened by them again, and no KMS key should be kept for them.
    """
    doomed = [row["id"] for row in call.execute(deployments.EARLIER_WRAPPERS, current.key_no)]
    if not doomed:
        return 0
    return shredding.destroy_wrappers(call, f"earlier keys of deployment {current.uuid}", doomed)


def _from(place: str | None) -> Sequence[SealedTable]:
    """Return the tables from a place on."""
    if place is None:
        return TABLES
    name = place.partition("/")[0]
    if name == _EVENTS and (_key_in(place) or "").isdecimal():
        return ()
    for number, table in enumerate(TABLES):
        if table.name == name:
            return TABLES[number:]
    raise BadArgument(
        "place is not one that kw.reseal_rows returned", hint="Use null to begin again."
    )


def _key_in(place: str | None) -> str | None:
    return place.partition("/")[2] or None if place else None


def wait_for_older(call: Call, seconds: float) -> None:
    """Wait until the calls in progress have ended, and what wrote in them. Asked as the caller.

    They may write seals by the key that was in force when they began. Raises ``Blocked``.
    """
    end, older = monotonic() + seconds, None
    while True:
        check_interrupts()
        call.execute(older_transactions.LOOK_AGAIN)
        found = call.execute(older_transactions.WRITERS)
        if older is None:
            older = {row["transaction"] for row in found}
        left = [row["name"] for row in found if row["is_prepared"] or row["transaction"] in older]
        if not left:
            return
        if monotonic() >= end:
            raise Blocked(
                "older transactions could still write rows without a seal by this key",
                detail=f"In progress: {'; '.join(left[:_LISTED])}.",
                hint="Repeat the call when they have ended, or with a higher max_wait_seconds.",
            )
        call.execute(older_transactions.WAIT)
