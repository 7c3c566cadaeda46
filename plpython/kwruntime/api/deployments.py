"""Deployments and seals."""

from typing import Any

from kwruntime.admin import deployments as admin
from kwruntime.call import Call, entry


@entry
def create_deployment(call: Call, policy: str | None) -> str:
    return call.as_owner(lambda: admin.create(call, policy))


@entry
def seal_rows(call: Call, most: int) -> int:
    return call.as_owner(lambda: admin.seal_rows(call, most))


@entry
def seal_deployment(call: Call) -> None:
    call.as_owner(lambda: admin.seal(call))


@entry
def accept_rows(call: Call, table_name: str, row_keys: list[str], reason: str) -> int:
    keys = [one for one in row_keys if one is not None]
    return call.as_owner(lambda: admin.accept(call, table_name, keys, reason))


@entry
def check_seals(call: Call, table_name: str | None) -> list[dict[str, Any]]:
    found = call.read_as_owner(lambda: list(admin.check(call, table_name)))
    return call.server.rows_for_people(found)
