"""Columns on their way from plaintext to ciphertext."""

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, TypeVar

from kwruntime.api.arguments import entity_of, flat, no_null, parsed_json
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import access, names
from kwruntime.postgres.query import Row
from kwruntime.protection import (
    backfilling,
    contracting,
    cutting_over,
    expanding,
    filling_tokens,
    following,
    planning,
    retries,
    searching,
    takeover_plans,
    takeovers,
    target,
    undoing,
    verifying,
)
from kwruntime.protection.takeovers import Takeover
from kwruntime.store import protections
from kwruntime.store.protected_columns import HAS_COLUMN

P = ParamSpec("P")
T = TypeVar("T")

_MAX_ROWS = 10_000


def _target(call: Call, entity_table: str, column_name: str) -> target.Target:
    entity = entity_of(call, entity_table)
    return target.find(call, entity, column_name, "protect a column of")


def _in_phase(
    call: Call,
    entity_table: str,
    column_name: str,
    phase: Callable[Concatenate[Call, target.Target, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Take a column through a phase, or a part of it."""
    return retries.retried(
        call,
        entity_of(call, entity_table),
        lambda again: phase(again, _target(again, entity_table, column_name), *args, **kwargs),
    )


def _takeover(taken_over_from: str | None, options: str) -> Takeover | None:
    return takeovers.given(taken_over_from, parsed_json(options, "takeover_options"))


def _checked(max_rows: int) -> int:
    if not 1 <= max_rows <= _MAX_ROWS:
        raise BadArgument(f"max_rows must be from 1 to {_MAX_ROWS}")
    return max_rows


@entry
def plan_protection(
    call: Call,
    entity_table: str,
    column_name: str,
    key_scope: str,
    shown_by: str,
    search: str | None,
    normaliser: str,
    taken_over_from: str | None,
    takeover_options: str,
    old_key: bytes | None,
) -> list[dict[str, Any]]:
    takeover = _takeover(taken_over_from, takeover_options)
    found = _target(call, entity_table, column_name)
    choices = target.Choices(key_scope, None, shown_by, search, normaliser)
    further: Iterable[planning.Step] = ()
    if takeover is not None:
        takeovers.check_choices(choices)
        found = takeovers.as_plaintext(found, takeover)
        further = takeover_plans.steps(call, found, takeover, old_key)
    steps = [step._asdict() for step in planning.plan(call, found, choices, further)]
    return call.server.rows_for_people(steps)


@entry
def protect_expand(
    call: Call,
    entity_table: str,
    column_name: str,
    key_scope: str,
    policy: str | None,
    shown_by: str,
    search: str | None,
    normaliser: str,
    taken_over_from: str | None,
    takeover_options: str,
) -> int:
    takeover = _takeover(taken_over_from, takeover_options)
    choices = target.Choices(key_scope, policy, shown_by, search, normaliser)
    return _in_phase(call, entity_table, column_name, expanding.start, choices, takeover)


@entry
def protect_backfill(
    call: Call, entity_table: str, column_name: str, max_rows: int, old_key: bytes | None
) -> int:
    rows = _checked(max_rows)
    return _in_phase(call, entity_table, column_name, backfilling.start, rows, old_key)


@entry
def protect_verify(
    call: Call, entity_table: str, column_name: str, max_rows: int, old_key: bytes | None
) -> int:
    rows = _checked(max_rows)
    return _in_phase(call, entity_table, column_name, verifying.start, rows, old_key)


@entry
def protect_cut_over(
    call: Call, entity_table: str, column_name: str, old_key: bytes | None
) -> None:
    _in_phase(call, entity_table, column_name, cutting_over.start, old_key)


@entry
def protect_contract(call: Call, entity_table: str, column_name: str) -> None:
    _in_phase(call, entity_table, column_name, contracting.start)


@entry
def protect_undo(call: Call, entity_table: str, column_name: str, discard_newer: bool) -> None:
    _in_phase(call, entity_table, column_name, undoing.start, discards_newer=discard_newer)


@entry
def fill_tokens(
    call: Call,
    entity_table: str,
    field_name: str,
    after: list[str | None] | None,
    max_rows: int,
) -> dict[str, Any]:
    entity = entity_of(call, entity_table)
    begin = None
    if after is not None:
        begin = [no_null(one, "an element of after") for one in flat(after, "after")]
    rows = _checked(max_rows)
    batch = retries.retried(
        call,
        entity,
        lambda again: filling_tokens.start(again, entity, field_name, begin, rows),
    )
    return batch._asdict()


@entry
def follow_columns(call: Call, relation: int) -> None:
    following.follow_columns(call, relation)


@entry
def protection_status(call: Call, entity_table: str | None) -> list[dict[str, Any]]:
    name = None if entity_table is None else entity_of(call, entity_table).name

    def work() -> list[dict[str, Any]]:
        sees_all = access.may_see_bindings(call)
        return call.execute(protections.PROGRESS, name, call.role, sees_all)

    rows = call.read_as_owner(work)
    for row in rows:
        row["index_statements"] = _index_statements(call, row)
    return call.server.rows_for_people(rows)


def _index_statements(call: Call, row: Row) -> list[str]:
    """Return the statements of indexes that a protection waits for."""
    if row["search"] is None or row["status"] != "backfilled":
        return []
    entity = names.of_stored(row["entity_table"])
    relation = call.read_as_owner(lambda: access.table_identity(call, entity).relation)
    if relation is None or not call.execute(HAS_COLUMN, relation, row["field_name"]):
        return []
    found = target.of_relation(call, entity, row["field_name"], relation)
    given = row["id"], row["token_column"]
    return searching.statements_of(call, found, *given, is_concurrent=True)
