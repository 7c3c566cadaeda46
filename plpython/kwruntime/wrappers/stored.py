"""Wrappers looked up, locked, opened and retired."""

from collections.abc import Sequence
from functools import partial

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass
from kwruntime.errors import BadArgument, Conflict, InternalError, KwError, NotAllowed, NotFound
from kwruntime.keys import keyring, plain, unwrap
from kwruntime.keys.graph import MAX_DEPTH, KeyGraph
from kwruntime.keys.opened import Opened
from kwruntime.keys.opening import Check, unchecked
from kwruntime.postgres import backend, messages
from kwruntime.seals import checking
from kwruntime.seals.changing import changing
from kwruntime.seals.plain_rows import check_of_wrappers
from kwruntime.store import (
    key_dependencies,
    key_wrappers,
    plain_wrappers,
    privileges,
    sealed_rows,
)
from kwruntime.store.key_wrappers import WrapperRow


def find(call: Call, uuids: Sequence[str | None]) -> list[WrapperRow | None]:
    """Look wrappers up, in order; null for null; raises ``NotFound``."""
    wanted = [uuid for uuid in uuids if uuid is not None]
    rows = call.execute(key_wrappers.WRAPPERS_BY_UUID, wanted)
    found = {row["wrapper_uuid"]: WrapperRow.of(row) for row in rows}
    for uuid in wanted:
        if uuid not in found:
            raise NotFound(f"wrapper {uuid} does not exist")
    return [None if uuid is None else found[uuid] for uuid in uuids]


def locked(call: Call, uuids: Sequence[str]) -> dict[str, WrapperRow]:
    """Lock wrappers against changes, in one order, and return them; raises ``NotFound``."""
    found = call.execute(key_wrappers.WRAPPERS_FOR_UPDATE, uuids)
    rows = {str(row.uuid): row for row in map(WrapperRow.of, found)}
    for uuid in uuids:
        if uuid not in rows:
            find(call, [uuid])
            raise messages.old_snapshot()  # it was made since
    return rows


def locked_if_free(call: Call, uuids: Sequence[str]) -> dict[str, WrapperRow]:
    """Lock those wrappers that no other transaction locks, and return them; raises ``NotFound``."""
    found = call.execute(key_wrappers.WRAPPERS_IF_FREE, uuids)
    rows = {str(row.uuid): row for row in map(WrapperRow.of, found)}
    others = [uuid for uuid in uuids if uuid not in rows]
    find(call, others)
    if backend.keeps_snapshot():
        seen = call.server.seen(key_wrappers.WRAPPERS_BY_UUID, others)
        if {row["wrapper_uuid"] for row in seen} != set(others):
            raise messages.old_snapshot()  # one was made since: it is not known to be locked
    return rows


def lock_if_branches(call: Call, uuids: Sequence[str]) -> None:
    """Lock the graph of keys where a branch is among wrappers; a class never changes."""
    if call.execute(key_dependencies.HAS_BRANCHES, uuids)[0]["found"]:
        call.execute(key_dependencies.LOCK_KEY_GRAPH)


def open_deks(call: Call, uuids: Sequence[str | None]) -> list[bytes | None]:
    """Open wrappers and return their DEKs, in order; null for null. Never a branch's."""
    wanted = [uuid for uuid in uuids if uuid is not None]
    checks = checking.in_force(call) if wanted else None
    check: Check = unchecked if checks is None else checks.wrapper
    if checks is None:
        deks = plain.deks(call, wanted)
    else:
        check_of = partial(check_of_wrappers, call, checks)
        deks = plain.deks(call, wanted, plain_wrappers.SEALED_PLAIN_BY_UUID, check_of)
    left = [uuid for uuid in wanted if uuid not in deks] if len(deks) < len(wanted) else []
    rows = [row for row in find(call, left) if row is not None]
    for row in rows:
        if row.dek_class is not DekClass.FIELD:
            raise NotAllowed(
                f"wrapper {row.uuid} is a {row.dek_class.label}, whose key cannot leave the server"
            )
    for uuid, opened in zip(left, unwrap.open_many(call, rows, check=check), strict=True):
        deks[uuid] = raise_failed(opened).payload.dek
    return [None if uuid is None else deks[uuid] for uuid in uuids]


def raise_failed(opened: Opened | KwError) -> Opened:
    """Return an opened wrapper, or raise what failed it."""
    if isinstance(opened, KwError):
        raise opened
    return opened


def check_no_cycle(call: Call, branch: WrapperRow, targets: Sequence[int]) -> None:
    own = keyring.stored_layers(call, [branch])[branch.id]
    graph, stays = KeyGraph(call), {*branch.keys, *own.key_ids}
    for key_id in targets:
        if str(branch.uuid) in graph.branches_above(key_id):
            raise Conflict(f"branch {branch.uuid} would depend on itself")
        if 1 + graph.depth(key_id) > MAX_DEPTH:
            raise Conflict(f"branch {branch.uuid} would be more than {MAX_DEPTH} deep")
    children = call.execute(key_dependencies.BRANCH_CHILDREN, [str(branch.uuid)])[0]
    if children["has_branches"] and any(
        graph.depth(key_id) > 0 for key_id in targets if key_id not in stays
    ):
        raise Conflict(
            f"branch {branch.uuid} has branches below it and cannot move under another",
            hint="Create a new branch and rewrap the wrappers below this one.",
        )


def check_may_change(call: Call, row: WrapperRow) -> None:
    """Raise ``NotAllowed`` for the wrapper of a deployment key, unless a role is a superuser.

    Who could move that key under a KMS key of his own could seal rows.
    """
    if row.dek_class is not DekClass.DEPLOYMENT:
        return
    if not any(found["allowed"] for found in call.execute(privileges.IS_SUPERUSER, call.role)):
        raise NotAllowed(
            f"permission denied to change wrapper {row.uuid}, which holds a deployment key",
            hint="Ask a superuser.",
        )


def check_same_key(row: WrapperRow, commitment: bytes) -> None:
    """A rewrap must leave the commitment as it was."""
    if row.commitment != commitment.hex():
        raise InternalError(f"rewrap of wrapper {row.uuid} would change its commitment")


def tell_left(call: Call, count: int, done: str) -> None:
    """Warn of wrappers that were left, since other transactions lock them."""
    if count:
        holders = call.server.holders(key_wrappers.WRAPPERS_IF_FREE)
        messages.warning(
            f"{count} wrappers are in use and were not {done}",
            detail=f"It may be the transaction of {holders}." if holders else None,
            hint="Repeat the call when the transactions that use them have ended.",
        )


def set_status(call: Call, uuid: str, status: str) -> str:
    """Retire a wrapper, or put it back; returns the status it got."""
    if status not in ("active", "retired"):
        raise BadArgument(
            f'the status of a wrapper must be one of active, retired, not "{status}"',
            hint="Use kw.rotate or kw.shred for the other statuses.",
        )
    row = locked(call, [uuid])[uuid]
    check_may_change(call, row)
    if row.status == "invalid":
        raise Conflict(f"wrapper {uuid} is invalid: its key was destroyed")
    if row.dek_class is DekClass.DEPLOYMENT:
        raise Conflict(f"wrapper {uuid} is the deployment key: without it no row can be sealed")
    changing(call, sealed_rows.WRAPPERS, [row.id])
    return str(call.execute(key_wrappers.SET_WRAPPER_STATUS, row.id, status)[0]["status"])
