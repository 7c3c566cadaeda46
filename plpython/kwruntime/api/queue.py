"""The queue: wrappers scheduled to be rewrapped, relayered or rotated."""

from typing import Any

from kwruntime.admin import queue
from kwruntime.api.arguments import entity_of, flat, no_null
from kwruntime.call import Call, entry
from kwruntime.fields import names
from kwruntime.wrappers.scheduling import Wanted


@entry
def schedule_rewrap(
    call: Call,
    kms_key_id: int | None,
    provider: str | None,
    policy: str | None,
    entity_table: str | None,
    field_name: str | None,
    older_than: str | None,
    wrappers: list[str | None] | None,
    new_kms_key_id: int | None,
    kms1_key_id: int | None,
    kms2_key_id: int | None,
    to_policy: str | None,
    scheduled_at: str | None,
) -> int:
    wanted = Wanted(
        kms_key_id, provider, policy, _table(call, entity_table), names.field(field_name),
        older_than, _listed(wrappers), new_kms_key_id, kms1_key_id, kms2_key_id, to_policy,
    )  # fmt: skip
    return call.as_owner(lambda: queue.schedule(call, wanted, scheduled_at))


@entry
def schedule_rotate(
    call: Call,
    entity_table: str,
    field_name: str | None,
    older_than: str | None,
    scheduled_at: str | None,
) -> int:
    table, field = entity_of(call, entity_table).name, names.field(field_name)
    return call.as_owner(
        lambda: queue.schedule_rotate(call, table, field, older_than, scheduled_at)
    )


@entry
def plan_rewrap(
    call: Call,
    kms_key_id: int | None,
    provider: str | None,
    policy: str | None,
    entity_table: str | None,
    field_name: str | None,
    older_than: str | None,
    wrappers: list[str | None] | None,
    new_kms_key_id: int | None,
    kms1_key_id: int | None,
    kms2_key_id: int | None,
    to_policy: str | None,
    max_jobs: int,
) -> dict[str, Any]:
    wanted = Wanted(
        kms_key_id, provider, policy, _table(call, entity_table), names.field(field_name),
        older_than, _listed(wrappers), new_kms_key_id, kms1_key_id, kms2_key_id, to_policy,
    )  # fmt: skip
    return call.server.rows_for_people(
        [call.read_as_owner(lambda: queue.plan(call, wanted, max_jobs))]
    )[0]


def _table(call: Call, given: str | None) -> str | None:
    return None if given is None else entity_of(call, given).name


def _listed(given: list[str | None] | None) -> list[str] | None:
    if given is None:
        return None
    return [no_null(one, "an element of wrappers") for one in flat(given, "wrappers")]


@entry
def schedule_due_rewraps(call: Call) -> int:
    return call.as_owner(lambda: queue.schedule_due(call))


@entry
def claim_rewrap_jobs(
    call: Call, max_jobs: int, to_policy: str | None, running_too: bool
) -> list[int]:
    every = {"running_too": running_too}
    return call.as_owner(lambda: queue.claim(call, max_jobs, to_policy, **every))


@entry
def run_rewrap_jobs(
    call: Call, jobs: list[int | None], max_seconds: float | None
) -> dict[str, int]:
    return call.as_owner(lambda: queue.run(call, _ids(jobs), max_seconds))


@entry
def retry_rewrap_jobs(call: Call, jobs: list[int | None] | None) -> int:
    return call.as_owner(lambda: queue.retry(call, None if jobs is None else _ids(jobs)))


@entry
def cancel_rewrap_jobs(call: Call, jobs: list[int | None] | None) -> int:
    return call.as_owner(lambda: queue.cancel(call, None if jobs is None else _ids(jobs)))


def _ids(jobs: list[int | None]) -> list[int]:
    return [no_null(one, "an element of jobs") for one in flat(jobs, "jobs")]


@entry
def set_policy_renewal(
    call: Call, policy: str, max_wrap_age: str | None, renews_one_leg: bool
) -> None:
    call.as_owner(lambda: queue.set_renewal(call, policy, max_wrap_age, renews_one_leg))
