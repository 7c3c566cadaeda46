"""Grants of fields: made, taken back, listed and confirmed. Runs as the owner.

A grant counts only for the table, the owner of the table and the role that it was made for. The
queries hold that rule (``field_grants.GRANTED_READ``); ``access`` asks them.
"""

from typing import Any

from kwruntime.call import Call
from kwruntime.errors import BadArgument, NotAllowed, NotFound
from kwruntime.fields import access, recorded
from kwruntime.fields.names import Entity, cell
from kwruntime.postgres import messages
from kwruntime.seals import audit
from kwruntime.seals.changing import grants_of, removed
from kwruntime.store import field_grants, sealed_rows


def grant(
    call: Call, entity: Entity, field: str | None, grantee: str, may_read: bool, may_write: bool
) -> None:
    """Let a role read or write a field."""
    found = access.check_grantor(call, entity, "grant fields of")
    if not may_read and not may_write:
        raise BadArgument(
            "a grant must allow reading, writing or both",
            hint="Use kw.revoke_field to remove a grant.",
        )
    recorded.record(call, entity)
    stale = call.execute(field_grants.FORGET_STALE_GRANTS, entity.name, field, grantee)
    removed(call, sealed_rows.GRANTS, stale)
    given = (entity.name, field, grantee, may_read, may_write, call.role)
    with grants_of(call, entity.name):
        if not call.execute(field_grants.GRANT_FIELD, *given, found.relation, found.owner):
            raise access.missing_role(grantee)
    access.tell_if_unknown(call, entity, field)
    audit.record(
        call,
        "grant_field",
        cell(entity.name, None, field),
        grantee=grantee,
        may_read=may_read,
        may_write=may_write,
    )


def revoke(call: Call, entity: Entity, field: str | None, grantee: str) -> None:
    """Take a grant back. A superuser may where the table is gone, too."""
    if not access.is_superuser(call):
        access.check_grantor(call, entity, "revoke fields of")
    revoked = call.execute(field_grants.REVOKE_FIELD, entity.name, field, grantee)
    removed(call, sealed_rows.GRANTS, revoked)
    if not revoked:
        raise NotFound(
            f'grant of {cell(entity.name, None, field)} to role "{grantee}" does not exist',
            hint=recorded.hint_if_renamed(
                call,
                entity,
                "List the grants with kw.list_grants. "
                "Use REVOKE for privileges of the table or column.",
            ),
        )
    audit.record(call, "revoke_field", cell(entity.name, None, field), grantee=grantee)


def listed(call: Call, entity: Entity | None) -> list[dict[str, Any]]:
    """Return the grants of an entity, or all that a role may see, each with its state."""
    sees_all = access.has_named_role(call, "kw_admin") or access.has_named_role(call, "kw_auditor")
    if entity is not None and not sees_all:
        _check_may_list(call, entity)
    return call.execute(field_grants.LIST_GRANTS, call.role, entity and entity.name, sees_all)


def _check_may_list(call: Call, entity: Entity) -> None:
    """After a restore the owner lists before the name is re-claimed, so it need not agree."""
    found = access.table_identity(call, entity)
    is_same_owner = found.agrees or found.recorded_owner == found.owner_name
    if found.relation is None or not is_same_owner:
        access.check_grantor(call, entity, "list grants of")
    elif not access.owns(call, found.relation):
        raise NotAllowed(f"permission denied to list grants of {entity.name}")


def confirm(call: Call, entity: Entity | None) -> int:
    """Let grants count again whose owner and grantee are the same; return how many."""
    if entity is not None:
        access.check_grantor(call, entity, "confirm grants of")
    with grants_of(call, *([entity.name] if entity else ())):
        rows = call.execute(field_grants.CONFIRM_GRANTS, call.role, entity and entity.name)
    grantees: dict[str, list[str]] = {}
    for row in rows:
        grantees.setdefault(row["entity_table"], []).append(row["role_name"])
    for name, roles in grantees.items():
        audit.record(call, "confirm_grants", name, **audit.listed(roles))
    return len(rows)


def tell_idle(call: Call, entity: Entity) -> None:
    """Tell of grants that came with a name and do not count for its table."""
    rows = call.execute(field_grants.LIST_GRANTS, call.role, entity.name, True)
    idle = sum(not row["counts"] for row in rows)
    if idle:
        messages.notice(
            f"{idle} grants of {entity.name} are not in force",
            hint="See kw.list_grants for the reasons, then use kw.confirm_grants or "
            "kw.revoke_field.",
        )
