"""Deployments and seals."""

from typing import Any

from kwruntime.admin import deployment_keys, incarnations, resealing
from kwruntime.admin import deployments as admin
from kwruntime.api.arguments import MAX_WAIT_SECONDS
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument


@entry
def create_deployment(call: Call, policy: str | None) -> str:
    return call.as_owner(lambda: admin.create(call, policy))


@entry
def seal_rows(call: Call, most: int) -> int:
    return call.as_owner(lambda: admin.seal_rows(call, most))


@entry
def seal_deployment(call: Call, max_wait_seconds: int) -> None:
    if not 0 <= max_wait_seconds <= MAX_WAIT_SECONDS:
        raise BadArgument(f"max_wait_seconds must be from 0 to {MAX_WAIT_SECONDS}")
    if call.read_as_owner(lambda: admin.may_seal(call)):
        resealing.wait_for_older(call, max_wait_seconds)
        call.as_owner(lambda: admin.seal(call))


@entry
def replace_deployment_key(call: Call, policy: str | None, lost: bool, reason: str | None) -> str:
    return call.as_owner(lambda: deployment_keys.replace(call, policy, reason, lost=lost))


@entry
def reseal_rows(call: Call, place: str | None, most: int) -> dict[str, Any]:
    place, resealed = call.as_owner(lambda: resealing.reseal(call, place, most))
    return {"place": place, "resealed": resealed}


@entry
def acknowledge_restore(call: Call, checkpoint: str, reason: str) -> str:
    return call.as_owner(lambda: incarnations.acknowledge(call, checkpoint, reason))


@entry
def accept_rows(call: Call, table_name: str, row_keys: list[str], reason: str) -> int:
    keys = [one for one in row_keys if one is not None]
    return call.as_owner(lambda: admin.accept(call, table_name, keys, reason))


@entry
def check_seals(call: Call, table_name: str | None) -> list[dict[str, Any]]:
    found = call.read_as_owner(lambda: list(admin.check(call, table_name)))
    return call.server.rows_for_people(found)
