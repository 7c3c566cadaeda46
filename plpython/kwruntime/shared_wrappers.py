"""Wrappers that protect several bindings: who may share one, and who may destroy it.

Sharing requires the owner of every table that the wrapper is bound to. Earlier releases did not
ask, so a wrapper may be shared by tables of several owners: it is theirs whose binding was first.
Runs as the owner.
"""

from collections.abc import Collection, Sequence
from math import inf

from kwruntime import access, audit, queries, spi
from kwruntime.errors import Conflict, NotAllowed
from kwruntime.names import cell
from kwruntime.spi import Row

_LISTED = 5


def check_may_share(role: int, wrapper: str, wrapper_id: int) -> None:
    """Raise ``NotAllowed`` unless a role owns every table that a wrapper is bound to."""
    uses = spi.execute(queries.WRAPPER_USES, [wrapper_id])
    if not all(_is_own(role, use) for use in uses):
        raise NotAllowed(
            f"permission denied to share wrapper {wrapper}: it protects a table of another owner",
            hint="Without a wrapper kw.bind makes one of its own.",
        )


def kept_for_others(
    role: int, place: str, ids: Sequence[int], wrappers: Sequence[int], *, shared: bool
) -> Collection[int]:
    """Return which of the wrappers of bindings (``ids``) a shred must leave.

    Raises ``Conflict`` where other bindings share one, unless ``shared``: then only those are left
    that a table of another owner had first.
    """
    shared_ids = [row["id"] for row in spi.execute(queries.SHARED_WRAPPERS, wrappers, ids)]
    if not shared_ids:
        return ()
    own = set(ids)
    uses = spi.execute(queries.WRAPPER_USES, shared_ids)
    others = [use for use in uses if use["binding_id"] not in own]
    if not shared:
        places = sorted({_cell(use) for use in others})
        raise Conflict(
            f"wrapper {others[0]['wrapper_uuid']} also protects other bindings",
            detail=f"They are: {', '.join(places[:_LISTED])}{' …' if places[_LISTED:] else ''}.",
            hint="kw.shred(…, shared => true) destroys it for them, too. "
            "To keep their values, first decrypt them and encrypt them under another binding.",
        )
    kept = {one for one in shared_ids if not _had_first(role, one, own, uses)}
    if kept:
        spi.notice(
            f"{len(kept)} keys of {place} are not destroyed",
            hint="They protect a table of another owner, which had them first.",
        )
    destroyed = [_cell(use) for use in others if use["wrapper_id"] not in kept]
    if destroyed:
        audit.record(role, "shred_shared", place, **audit.listed(sorted(set(destroyed))))
    return kept


def _had_first(role: int, wrapper_id: int, own: set[int], uses: Sequence[Row]) -> bool:
    """Whether no table of another owner was bound to a wrapper before these bindings."""
    of_wrapper = [use for use in uses if use["wrapper_id"] == wrapper_id]
    since = min((use["since"] for use in of_wrapper if use["binding_id"] in own), default=inf)
    return all(
        use["since"] >= since or _is_own(role, use)
        for use in of_wrapper
        if use["binding_id"] not in own
    )


def _is_own(role: int, use: Row) -> bool:
    if use["is_known"] and use["recorded"] is None:
        return access.has_named_role(role, "kw_grantor")
    if use["owner"] is None:  # the table is gone or bears another name, or its record was lost
        return access.is_superuser(role)
    return access.has_role(role, use["owner"])


def _cell(use: Row) -> str:
    return cell(use["entity_table"], use["entity_pk"], use["field_name"])
