"""Checks of the system."""

from typing import Any

from kwruntime.admin import destroying, diagnosis, health, restoring, sessions
from kwruntime.call import Call, entry


@entry
def check_kms(call: Call, kms_key_id: int | None) -> list[dict[str, Any]]:
    return call.server.rows_for_people(call.as_owner(lambda: health.check(call, kms_key_id)))


@entry
def check_algorithms(call: Call) -> list[dict[str, Any]]:
    return call.read_as_owner(lambda: diagnosis.check_algorithms(call))


@entry
def check_restore(call: Call) -> list[dict[str, Any]]:
    return call.as_owner(lambda: restoring.check(call))


@entry
def doctor(call: Call) -> list[dict[str, Any]]:
    return call.server.rows_for_people(call.read_as_owner(lambda: diagnosis.doctor(call)))


@entry
def key_dependents(call: Call, kms_key_id: int) -> list[dict[str, Any]]:
    return call.server.rows_for_people(
        call.read_as_owner(lambda: destroying.dependents(call, kms_key_id))
    )


@entry
def safe_to_destroy(call: Call, kms_key_id: int, timeout_seconds: float) -> list[dict[str, Any]]:
    return call.server.rows_for_people(
        destroying.safe_to_destroy(call, kms_key_id, timeout_seconds)
    )


@entry
def version(call: Call) -> str:
    return call.read_as_owner(lambda: diagnosis.version(call))


@entry
def sessions_on_older_runtimes(call: Call) -> int | None:
    return call.read_as_owner(lambda: sessions.on_other_runtimes(call))
