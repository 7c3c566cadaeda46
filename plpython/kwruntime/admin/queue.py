"""What administrators and operators do with the queue. Audited. Runs as the owner."""

from collections.abc import Sequence
from typing import Any

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Blocked
from kwruntime.fields import bindings
from kwruntime.postgres import backend, messages
from kwruntime.rules import policies
from kwruntime.seals import audit
from kwruntime.seals.changing import changing
from kwruntime.store import encryption_policies, rewrap_jobs, sealed_rows
from kwruntime.wrappers import jobs, scheduling
from kwruntime.wrappers.scheduling import Plan, Wanted

_TRIES = 3


def schedule(call: Call, wanted: Wanted, at: str | None) -> int:
    """Put jobs into the queue; return how many."""
    found = scheduling.selection(call, wanted)
    made = scheduling.schedule(call, found, at)
    if made:
        given = {
            name: value
            for name, value in wanted._asdict().items()
            if value is not None and name != "wrappers"
        }
        if wanted.wrappers is not None:
            given["wrappers"] = audit.listed(wanted.wrappers)
        audit.record(call, "schedule_rewrap", f"{made} wrappers", **given)
    return made


def schedule_rotate(
    call: Call, entity_table: str, field_name: str | None, older_than: str | None, at: str | None
) -> int:
    """Put jobs into the queue that give bindings new data keys; return how many."""
    found = scheduling.rotation(call, entity_table, field_name, older_than)
    made = scheduling.schedule(call, found, at)
    if made:
        audit.record(
            call, "schedule_rotate", f"{made} wrappers",
            entity_table=entity_table, field_name=field_name, older_than=older_than,
        )  # fmt: skip
    return made


def plan(call: Call, wanted: Wanted, max_jobs: int) -> dict[str, Any]:
    """Return what those jobs would cost."""
    _check_count(max_jobs)
    return Plan(call, scheduling.selection(call, wanted), max_jobs).row()


def schedule_due(call: Call) -> int:
    """Schedule the renewal of wraps that are older than their policies allow."""
    made = scheduling.schedule_due(call)
    if made:
        audit.record(call, "schedule_due_rewraps", f"{made} wrappers")
    return made


def claim(call: Call, max_jobs: int, to_policy: str | None, *, running_too: bool) -> list[int]:
    """Claim jobs."""
    _check_count(max_jobs)
    policy_id = None if to_policy is None else policies.named(call, to_policy).id
    return jobs.claim(call, max_jobs, policy_id, running_too=running_too)


def run(call: Call, ids: Sequence[int], max_seconds: float | None) -> dict[str, int]:
    """Run claimed jobs; return what became of them."""
    if max_seconds is not None and not max_seconds > 0:
        raise BadArgument("max_seconds must be greater than 0")
    outcomes = jobs.run(call, ids, max_seconds, bindings.keys_to_rotate)
    counts = {name: count for name, count in outcomes._asdict().items() if count}
    if outcomes.done or outcomes.failed:
        audit.record(call, "run_rewrap_jobs", f"{outcomes.done} wrappers", **counts)
    return outcomes._asdict()


def retry(call: Call, ids: Sequence[int] | None) -> int:
    """Let jobs that failed be tried again at once; return how many."""
    count = _retried(call, ids)
    if count:
        audit.record(call, "retry_rewrap_jobs", f"{count} jobs")
    return count


def _retried(call: Call, ids: Sequence[int] | None) -> int:
    """Retry jobs, again where one was scheduled meanwhile: a wrapper has one open job at most."""
    for _ in range(_TRIES):
        try:
            return int(call.execute(rewrap_jobs.RETRY, ids)[0]["jobs"])
        except messages.UniqueViolation:
            if backend.keeps_snapshot():  # which will not show it
                raise messages.old_snapshot() from None
    raise Blocked(
        "jobs of the same wrappers are being scheduled by others", hint="Repeat the call."
    )


def cancel(call: Call, ids: Sequence[int] | None) -> int:
    """Delete jobs that are not done; return how many."""
    count = int(call.execute(rewrap_jobs.CANCEL, ids)[0]["jobs"])
    if count:
        audit.record(call, "cancel_rewrap_jobs", f"{count} jobs")
    return count


def set_renewal(call: Call, name: str, max_wrap_age: str | None, renews_one_leg: bool) -> None:
    """Say how old the wraps of a policy may become."""
    policy = policies.named(call, name)
    scheduling.check_age(call, "max_wrap_age", max_wrap_age)
    changing(call, sealed_rows.POLICIES, [policy.id])
    call.execute(encryption_policies.SET_RENEWAL, name, max_wrap_age, renews_one_leg)
    audit.record(
        call,
        "set_policy_renewal",
        f"policy {name}",
        max_wrap_age=max_wrap_age,
        renews_one_leg=renews_one_leg,
    )


def _check_count(max_jobs: int) -> None:
    if max_jobs < 1:
        raise BadArgument("max_jobs must be at least 1")
