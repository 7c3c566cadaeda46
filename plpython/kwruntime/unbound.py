"""Wrappers that nothing is bound to: whose they are, and given to other roles.

A wrapper of kw.wrap belongs to the role that made it until it is bound: who may bind a wrapper may
destroy its key. Oids of roles count only in the database that recorded them. Runs as the owner.
"""

from collections.abc import Sequence

from kwruntime import access, audit, queries, spi, wrappers
from kwruntime.envelope import DekClass
from kwruntime.errors import Conflict, NotAllowed, NotFound
from kwruntime.keyring import WrapperRow
from kwruntime.names import literal
from kwruntime.parts import parts
from kwruntime.spi import Row


def check_own(role: int, ids: Sequence[int], action: str) -> None:
    """Raise ``NotAllowed`` unless unbound wrappers are a role's. A superuser may use any."""
    if access.is_superuser(role):
        return
    rows = spi.execute(queries.WRAPPER_OWNERS, ids, role)
    own = {owner for owner in {row["owner"] for row in rows} if access.has_role(role, owner)}
    for row in rows:
        if row["owner"] not in own:
            raise _denied(row, action)


def _denied(row: Row, action: str) -> NotAllowed:
    uuid = row["wrapper_uuid"]
    if row["owner"] is not None:
        whose = f"it belongs to role {literal(row['owner_name'])}"
        who = "That role or a superuser"
    elif row["recorded_owner"] is not None:
        was = literal(row["recorded_owner"])
        whose = f"its role {was} was dropped, or a restore brought it"
        who = "A superuser"
    else:
        whose = "nothing is bound to it, and no role is recorded for it"
        who = "A superuser"
    return NotAllowed(
        f"permission denied to {action} wrapper {uuid}: {whose}",
        hint=f"{who} can hand it over: kw.give_wrappers('{{{uuid}}}', {literal(row['asking'])})",
    )


def give(role: int, uuids: Sequence[str], to: str) -> int:
    """Hand unbound wrappers over to a role; return how many."""
    wanted = list(dict.fromkeys(uuids))
    for part in parts(wanted):
        rows = [row for row in wrappers.find(part) if row is not None]
        _check_may_give(role, rows)  # before the lock, too, for which others would wait
        _check_may_give(role, list(wrappers.locked(part).values()))
        spi.execute(queries.GIVE_WRAPPERS, [row.id for row in rows], to)
    if not access.is_role(to):
        raise NotFound(f"there is no role {literal(to)}")
    if wanted:
        audit.record(role, "give_wrappers", f"role {to}", **audit.listed(wanted))
    return len(wanted)


def _check_may_give(role: int, rows: Sequence[WrapperRow]) -> None:
    ids = [row.id for row in rows]
    for row in rows:
        if row.dek_class is not DekClass.FIELD:
            raise NotAllowed(
                f"wrapper {row.uuid} is a branch: it wraps keys and belongs to no role"
            )
    bound = spi.execute(queries.WRAPPER_USES, ids)
    if bound:
        raise Conflict(
            f"wrapper {bound[0]['wrapper_uuid']} is bound and belongs to the owner of its table",
            hint="Only wrappers that nothing is bound to can be given to a role.",
        )
    check_own(role, ids, "give")
