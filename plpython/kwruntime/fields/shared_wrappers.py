"""Wrappers that protect several bindings: who may share one, and who may destroy it.

Sharing requires the owner of every table that the wrapper is bound to; of an unbound one, the role
that it belongs to. Earlier releases did not ask, and tables change owners: a wrapper of tables of
several owners is theirs whose binding was first. Runs as the owner.
"""

from collections.abc import Collection, Sequence
from math import inf

from kwruntime.call import Call
from kwruntime.errors import Conflict, NotAllowed
from kwruntime.fields import access, names, unbound
from kwruntime.fields.names import Place, audited_cell, cell
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.seals import audit
from kwruntime.seals.changing import changing
from kwruntime.store import entities, sealed_rows, shreds

_LISTED = 5


def check_may_share(call: Call, wrapper: str, wrapper_id: int) -> None:
    """Raise ``NotAllowed`` unless a role owns every table that a wrapper is bound to.

    An unbound wrapper must be the role's own.
    """
    uses = call.execute(shreds.WRAPPER_USES, [wrapper_id])
    if not uses:
        unbound.check_own(call, [wrapper_id], "bind")
    for use in uses:
        if not _is_own(call, use):
            of_others = "a table of another owner"
            protected = of_others if _stands(use) else f"{_cell(use)}, a table that was dropped"
            raise NotAllowed(
                f"permission denied to share wrapper {wrapper}: it protects {protected}",
                hint="Call kw.bind without a wrapper to create a new one.",
            )


def record_owners(call: Call, entity: str, wrapper_id: int) -> None:
    """Record who owns the tables that share a wrapper now: who may destroy it, should one go."""
    tables = {use["entity_table"] for use in call.execute(shreds.WRAPPER_USES, [wrapper_id])}
    names = sorted({entity, *tables})
    others = call.execute(entities.WITH_OTHER_OWNERS, names)
    changing(call, sealed_rows.ENTITIES, [row["entity_table"] for row in others])
    call.execute(entities.RECORD_OWNERS, names)


def kept_for_others(
    call: Call,
    place: Place,
    ids: Sequence[int],
    wrappers: Sequence[int],
    *,
    shared: bool,
) -> Collection[int]:
    """Return which of the wrappers of bindings (``ids``) a shred must leave.

    Raises ``Conflict`` where other bindings share one, unless ``shared``: then only those are left
    that a table of another owner had first.
    """
    shared_ids = [row["id"] for row in call.execute(shreds.SHARED_WRAPPERS, wrappers, ids)]
    if not shared_ids:
        return ()
    own = set(ids)
    uses = call.execute(shreds.WRAPPER_USES, shared_ids)
    others = [use for use in uses if use["binding_id"] not in own]
    if not shared:
        places = sorted({_cell(use) for use in others})
        raise Conflict(
            f"wrapper {others[0]['wrapper_uuid']} also protects other bindings",
            detail=f"They are: {', '.join(places[:_LISTED])}{' …' if places[_LISTED:] else ''}.",
            hint="Use kw.shred(…, shared => true) to destroy it for them, too. "
            "To keep their values, first decrypt them and encrypt them under another binding.",
        )
    had_first = [use for use in others if _had_first(use, own, uses) and not _was_own(call, use)]
    for use in had_first:
        if not _stands(use):
            raise _gone(call, use)
    kept = {use["wrapper_id"] for use in had_first}
    if kept:
        messages.notice(
            f"{len(kept)} keys of {place.shown} are not destroyed",
            detail="They protect a table of another owner, which was bound to them first.",
        )
    destroyed = {audited_cell(*_place(use)) for use in others if use["wrapper_id"] not in kept}
    if destroyed:
        audit.record(call, "shred_shared", place.audited, **audit.listed(sorted(destroyed)))
    return kept


def _had_first(use: Row, own: set[int], uses: Sequence[Row]) -> bool:
    """Whether a wrapper was bound for a use before any of these bindings."""
    of_wrapper = (one for one in uses if one["wrapper_id"] == use["wrapper_id"])
    return bool(
        use["since"]
        < min((one["since"] for one in of_wrapper if one["binding_id"] in own), default=inf)
    )


def _gone(call: Call, use: Row) -> Conflict:
    """The error where the table that had a key first is gone, and not known to be the role's."""
    entity = names.entity(use["entity_table"])
    found = access.table_identity(call, entity)
    owner = use["last_owner_name"]
    return Conflict(
        f"wrapper {use['wrapper_uuid']} was first the key of {_cell(use)}, whose table was dropped",
        detail=f'The recorded owner of the table is "{owner}".' if owner else None,
        hint="Ask a superuser to destroy the key with kw.shred(…, shared => true)."
        f"{access.claim_hint(call, entity, found)}",
    )


def _is_own(call: Call, use: Row) -> bool:
    if use["is_known"] and use["recorded"] is None:
        return access.has_named_role(call, "kw_grantor")
    if not _stands(use):
        return access.is_superuser(call)
    return access.has_role(call, use["owner"])


def _stands(use: Row) -> bool:
    """Whether a name still stands for the table that it was recorded for, or never was one."""
    return use["owner"] is not None or (use["is_known"] and use["recorded"] is None)


def _was_own(call: Call, use: Row) -> bool:
    """Whether a table is a role's, or was: it was dropped or renamed since it was recorded."""
    return _is_own(call, use) or access.has_role(call, use["last_owner"])


def _cell(use: Row) -> str:
    return cell(*_place(use))


def _place(use: Row) -> tuple[str, str, str | None]:
    return use["entity_table"], use["entity_pk"], use["field_name"]
