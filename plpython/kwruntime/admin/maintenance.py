"""What administrators do with wrappers and names. Audited. Runs as the owner."""

from collections.abc import Sequence

from kwruntime.admin import restoring
from kwruntime.call import Call
from kwruntime.fields import access, recorded
from kwruntime.fields.names import Entity
from kwruntime.seals import audit
from kwruntime.wrappers import relayering, rewrapping, stored


def set_wrapper_status(call: Call, wrapper: str, status: str) -> str:
    """Retire a wrapper, or put it back."""
    result = stored.set_status(call, wrapper, status)
    access.audit(call, "set_wrapper_status", f"wrapper {wrapper}", status=result)
    return result


def rewrap(call: Call, wrapper: str, kms1: int | None, kms2: int | None) -> int:
    """Wrap a DEK again."""
    version = rewrapping.rewrap(call, wrapper, (kms1, kms2))
    access.audit(call, "rewrap", f"wrapper {wrapper}", version=version, kms1=kms1, kms2=kms2)
    return version


def rewrap_many(
    call: Call, uuids: Sequence[str], kms1: int | None, kms2: int | None
) -> list[int | None]:
    """Wrap DEKs again; null for those that other transactions lock."""
    versions = rewrapping.rewrap_many(call, uuids, (kms1, kms2))
    if versions:
        done = list(versions)
        target = f"{len(done)} wrappers"
        access.audit(call, "rewrap", target, kms1=kms1, kms2=kms2, **audit.listed(done))
    return [versions.get(uuid) for uuid in uuids]


def relayer(call: Call, wrapper: str, policy: str | None) -> int:
    """Put a DEK behind other layers."""
    version = relayering.relayer(call, wrapper, policy)
    _record_relayered(call, [wrapper], policy)
    return version


def relayer_many(call: Call, uuids: Sequence[str], policy: str | None) -> list[int | None]:
    """Put DEKs behind other layers; null for those that other transactions lock."""
    versions = relayering.relayer_many(call, uuids, policy)
    if versions:
        _record_relayered(call, list(versions), policy)
    return [versions.get(uuid) for uuid in uuids]


def _record_relayered(call: Call, uuids: Sequence[str], policy: str | None) -> None:
    access.audit(call, "relayer", f"{len(uuids)} wrappers", policy=policy, **audit.listed(uuids))


def reclaim_entity(call: Call, entity: Entity) -> None:
    """Record again which table a name stands for."""
    restoring.refuse_incomplete(call)
    recorded.reclaim(call, entity)
    access.audit(call, "reclaim_entity", entity.name)
