"""Columns on their way from plaintext to ciphertext."""

from typing import Any

from kwruntime.api.arguments import entity_of
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import access
from kwruntime.protection import (
    backfilling,
    contracting,
    cutting_over,
    expanding,
    planning,
    target,
    undoing,
    verifying,
)
from kwruntime.store import protections

_MAX_ROWS = 10_000


def _target(call: Call, entity_table: str, column_name: str) -> target.Target:
    entity = entity_of(call, entity_table)
    return target.find(call, entity, column_name, "protect a column of")


def _checked(max_rows: int) -> int:
    if not 1 <= max_rows <= _MAX_ROWS:
        raise BadArgument(f"max_rows must be from 1 to {_MAX_ROWS}")
    return max_rows


@entry
def plan_protection(
    call: Call, entity_table: str, column_name: str, key_scope: str
) -> list[dict[str, Any]]:
    found = _target(call, entity_table, column_name)
    steps = [step._asdict() for step in planning.plan(call, found, key_scope)]
    return call.server.rows_for_people(steps)


@entry
def protect_expand(
    call: Call, entity_table: str, column_name: str, key_scope: str, policy: str | None
) -> int:
    return expanding.start(call, _target(call, entity_table, column_name), key_scope, policy)


@entry
def protect_backfill(call: Call, entity_table: str, column_name: str, max_rows: int) -> int:
    found = _target(call, entity_table, column_name)
    return backfilling.start(call, found, _checked(max_rows))


@entry
def protect_verify(call: Call, entity_table: str, column_name: str, max_rows: int) -> int:
    found = _target(call, entity_table, column_name)
    return verifying.start(call, found, _checked(max_rows))


@entry
def protect_cut_over(call: Call, entity_table: str, column_name: str, way: str) -> None:
    cutting_over.start(call, _target(call, entity_table, column_name), way)


@entry
def protect_contract(call: Call, entity_table: str, column_name: str) -> None:
    contracting.start(call, _target(call, entity_table, column_name))


@entry
def protect_undo(call: Call, entity_table: str, column_name: str) -> None:
    undoing.start(call, _target(call, entity_table, column_name))


@entry
def protection_status(call: Call, entity_table: str | None) -> list[dict[str, Any]]:
    name = None if entity_table is None else entity_of(call, entity_table).name

    def work() -> list[dict[str, Any]]:
        sees_all = access.may_see_bindings(call)
        return call.execute(protections.PROGRESS, name, call.role, sees_all)

    return call.server.rows_for_people(call.read_as_owner(work))
