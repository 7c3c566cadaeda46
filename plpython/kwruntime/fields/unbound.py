"""Wrappers that nothing is bound to: whose they are, and given to other roles.

A wrapper of kw.wrap belongs to the role that made it until it is bound: who may bind a wrapper may
destroy its key. Oids of roles count only in the database that recorded them. Runs as the owner.
"""

from collections.abc import Sequence

from kwruntime.batches import parts
from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass
from kwruntime.errors import Conflict, NotAllowed
from kwruntime.fields import access
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import literal
from kwruntime.seals import audit
from kwruntime.seals.changing import changing
from kwruntime.store import key_wrappers, sealed_rows, shreds
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers import stored


def check_own(call: Call, ids: Sequence[int], action: str) -> None:
    """Raise ``NotAllowed`` unless unbound wrappers are a role's. A superuser may use any."""
    if access.is_superuser(call):
        return
    rows = call.execute(key_wrappers.WRAPPER_OWNERS, ids, call.role)
    own = {owner for owner in {row["owner"] for row in rows} if access.has_role(call, owner)}
    for row in rows:
        if row["owner"] not in own:
            raise _denied(row, action)


def _denied(row: Row, action: str) -> NotAllowed:
    uuid = row["wrapper_uuid"]
    if row["owner"] is not None:
        whose = f'it belongs to role "{row["owner_name"]}"'
        who = "that role or a superuser"
    elif row["recorded_owner"] is not None:
        was = row["recorded_owner"]
        whose = f'its role "{was}" was dropped, or it comes from a restore'
        who = "a superuser"
    else:
        whose = "it is not bound, and no role is recorded for it"
        who = "a superuser"
    return NotAllowed(
        f"permission denied to {action} wrapper {uuid}: {whose}",
        hint=f"Ask {who} to call kw.give_wrappers('{{{uuid}}}', {literal(row['asking'])}).",
    )


def give(call: Call, uuids: Sequence[str], to: str) -> int:
    """Hand unbound wrappers over to a role; return how many."""
    wanted = list(dict.fromkeys(uuids))
    for part in parts(wanted):
        rows = [row for row in stored.find(call, part) if row is not None]
        check_free(call, rows, "give")  # before the lock, too, for which others would wait
        check_free(call, list(stored.locked(call, part).values()), "give")
        ids = [row.id for row in rows]
        changing(call, sealed_rows.WRAPPERS, ids)
        call.execute(key_wrappers.GIVE_WRAPPERS, ids, to)
    if not access.is_role(call, to):
        raise access.missing_role(to)
    if wanted:
        audit.record(call, "give_wrappers", f"role {to}", **audit.listed(wanted))
    return len(wanted)


def check_free(call: Call, rows: Sequence[WrapperRow], action: str) -> None:
    """Raise ``KwError`` unless nothing is bound to wrappers of fields, and they are a role's."""
    ids = [row.id for row in rows]
    for row in rows:
        if row.dek_class is not DekClass.FIELD:
            raise NotAllowed(
                f"wrapper {row.uuid} is a {row.dek_class.label}, which cannot belong to a role"
            )
    bound = call.execute(shreds.WRAPPER_USES, ids)
    if bound:
        raise Conflict(
            f"wrapper {bound[0]['wrapper_uuid']} is bound and belongs to the owner of its table",
            hint="Use only wrappers that are not bound.",
        )
    check_own(call, ids, action)
