"""A deployment key that is replaced by another one. Audited. Runs as the owner.

A key that the pin does not list yet waits in phase ``next``. Once it is in force, writers seal with
it, and rows sealed by the key before are accepted until all are resealed.
"""

from typing import Any

from kwruntime.admin import deployments
from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, KwError
from kwruntime.fields import access
from kwruntime.postgres.messages import attempt
from kwruntime.seals import audit, deployment
from kwruntime.seals.changing import added, changing, use_other_key
from kwruntime.seals.pins import ADOPTING, NEXT, RECOVERING, REPLACING, SEALED, Deployment
from kwruntime.store import sealed_rows
from kwruntime.store.deployments import LOCK


def replace(call: Call, policy_name: str | None, reason: str | None, *, lost: bool) -> str:
    """Make the next deployment key and put it in force, if it is pinned; return its phase."""
    access.check_superuser(call, "replace the deployment key")
    if lost and not (reason or "").strip():
        raise BadArgument("reason is empty", hint="Say how the deployment key was lost.")
    call.execute(LOCK)
    current = deployment.in_force(call)
    details = {"reason": reason} if reason else {}
    if lost:
        return _recover(call, current, policy_name, details)
    if current.phase in (REPLACING, RECOVERING):
        return current.phase
    if current.phase == ADOPTING:
        raise Conflict(
            "the adoption of the deployment has not ended",
            hint="Use kwtools deployment adopt and seal first.",
        )
    upcoming = deployment.upcoming(call)
    if upcoming is None:
        upcoming = _add(call, current, policy_name, details)
        added(call, sealed_rows.DEPLOYMENT_ROWS, [upcoming.key_no])
    if not _is_pinned(call, upcoming):
        return NEXT
    changing(call, sealed_rows.DEPLOYMENT_ROWS, range(1, upcoming.key_no + 1))
    changing(call, sealed_rows.WRAPPERS, [upcoming.wrapper_id])
    _put_in_force(call, upcoming, REPLACING, details)
    return REPLACING


def _recover(
    call: Call, current: Deployment, policy_name: str | None, details: dict[str, Any]
) -> str:
    """Put the next key in force, although the one before cannot be opened."""
    failure = attempt(lambda: deployment.seal_keys(call, current))
    if not isinstance(failure, KwError):
        raise Conflict(
            "the deployment key is not lost: it can be opened",
            hint="Replace it without lost: then rows are checked before they are resealed.",
        )
    details["error"] = failure.message
    upcoming, pin = deployment.upcoming(call), deployment.pin(call)
    if pin is not None and (pin.is_sealed or pin.commitments):
        raise Conflict(
            "the provider file pins the deployment key that is lost",
            hint="Have root set sealed = false and commitments = [] until the key is replaced.",
        )
    with deployment.set_aside(call):
        if upcoming is None:
            upcoming = _add(call, current, policy_name, details)
        _put_in_force(call, upcoming, RECOVERING, details)
    added(call, sealed_rows.DEPLOYMENT_ROWS, range(1, upcoming.key_no + 1))
    added(call, sealed_rows.WRAPPERS, [upcoming.wrapper_id])
    return RECOVERING


def _add(
    call: Call, current: Deployment, policy_name: str | None, details: dict[str, Any]
) -> Deployment:
    row = current._replace(key_no=current.key_no + 1, phase=NEXT)
    new = deployments.add_key(call, policy_name, row)
    named = f"key {row.key_no} of deployment {row.uuid}"
    audit.record(call, "add_deployment_key", named, wrapper=new.names[0], **details)
    return row._replace(wrapper_id=new.ids[0])


def _is_pinned(call: Call, upcoming: Deployment) -> bool:
    pin = deployment.pin(call)
    return pin is None or pin.has_commitment(deployment.wrapper(call, upcoming).commitment)


def _put_in_force(call: Call, upcoming: Deployment, phase: str, details: dict[str, Any]) -> None:
    deployment.put_in_force(call, upcoming, phase)
    use_other_key(call)
    named = f"deployment {upcoming.uuid}"
    given = {"key_no": upcoming.key_no, "phase": phase, **details}
    audit.record(call, "replace_deployment_key", named, always=True, **given)


def doctor(call: Call) -> list[dict[str, Any]]:
    """Say of the deployment, where there is one, what is left to do."""
    call.forget_epoch()  # a pin is read once an epoch
    current = deployment.current(call)
    if current is None:
        return []
    detail, hint = f"deployment {current.uuid} is {current.phase}", None
    pin = deployment.pin(call)
    if current.phase == ADOPTING:
        hint = "Run kwtools deployment adopt, check the database, then kwtools deployment seal."
    elif current.phase != SEALED or deployment.upcoming(call) is not None:
        hint = "Run kwtools deployment replace to its end."
    elif pin is None or not pin.is_sealed:
        detail += " and not pinned" if pin is None else " and pinned without sealed = true"
        hint = "Add the lines of kwtools deployment status to the provider file."
    elif pin.commitments - {deployment.wrapper(call, current).commitment}:
        detail += ", and commitments of other keys are pinned"
        hint = "Take them out of the provider file: who holds such a key could use it."
    elif pin.incarnation < current.incarnation:
        detail += f", and pinned as incarnation {pin.incarnation}, not {current.incarnation}"
        hint = "Raise incarnation in the provider file: it refuses a backup from before."
    return [{"check": "deployment", "ok": True, "detail": detail, "hint": hint}]
