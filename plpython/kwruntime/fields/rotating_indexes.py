"""The key of a blind index replaced, while tokens are right at all times.

Two columns: writers fill both, a job fills the rest, and one transaction puts the second in the
place of the first while it makes the next key the present one. A statement locks the table before
it asks for a token, so it finds both as they were, or both as they are.
"""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import Conflict, NotBound
from kwruntime.fields import access, recorded, shredding
from kwruntime.fields.blind_indexes import check_may_change, new_keys, of_field
from kwruntime.fields.names import Entity, cell
from kwruntime.fields.older_snapshots import wait_for_older
from kwruntime.postgres import backend
from kwruntime.postgres.query import Query, Row
from kwruntime.seals.audit import listed
from kwruntime.seals.changing import changing
from kwruntime.store import blind_indexes, entities, sealed_rows, shreds


class TokenColumns(NamedTuple):
    """The columns of the present tokens, and of those by the next key."""

    present: str
    next: str


def begin(call: Call, entity: Entity, field: str, policy_name: str | None) -> int:
    """Make the next keys of a field's indexes, and return their generation."""
    check_may_change(call, entity, "rotate the blind indexes of")
    call.execute(entities.HOLD_ENTITY, entity.name)  # an index that is made now is seen below
    found = _indexes(call, entity, field)
    if found[0]["next_wrapper_id"] is not None:
        raise Conflict(
            f"the keys of the blind indexes of {cell(entity.name, None, field)} are already being "
            "replaced",
            hint="Use kw.finish_index_rotation or kw.cancel_index_rotation.",
        )
    indexes = [row["index"] for row in found]
    wrappers = new_keys(call, entity, field, policy_name, len(indexes)).ids
    changing(call, sealed_rows.BLIND_INDEXES, indexes)
    call.execute(blind_indexes.SET_NEXT, indexes, wrappers)
    generation = int(found[0]["generation"]) + 1
    _audit(call, "rotate_index_key", entity, field, indexes, generation)
    return generation


def finish(
    call: Call,
    entity: Entity,
    field: str,
    columns: TokenColumns,
    max_wait: int,
    *,
    ignore_standbys: bool,
) -> int:
    """Put the next keys of a field, and their tokens, in force; return how many keys."""
    if backend.keeps_snapshot() or backend.has_written():
        raise Conflict(
            "a rotation cannot be finished in a transaction that keeps its snapshot or has made "
            "changes",
            hint="Call the function alone, at isolation level READ COMMITTED.",
        )
    place = cell(entity.name, None, field)

    def look() -> tuple[int | None, int]:
        found = check_may_change(call, entity, "rotate the blind indexes of")
        return found.relation, _generation(call, entity, field)

    relation, generation = call.read_as_owner(look)
    if relation is not None:
        _check_columns(call, relation, columns, generation)
    # What is in progress may have an older snapshot, which shows rows without their next tokens.
    deadline = monotonic() + max_wait
    needed = f"the present tokens of {place}"
    wait_for_older(call, needed, deadline, ignore_standbys=ignore_standbys)
    if relation is not None:
        _check_columns(call, relation, columns, generation)
        for row in call.execute(blind_indexes.HOLD_VIEWS, relation):
            call.execute(Query(row["statement"]))
        (row,) = call.execute(blind_indexes.EXCHANGE, relation, *columns)
        for statement in row["statements"]:
            call.execute(Query(statement))
    return call.as_owner(lambda: _put_in_force(call, entity, field, generation))


def _check_columns(call: Call, relation: int, columns: TokenColumns, generation: int) -> None:
    """Raise ``Conflict`` unless every row with a token has one of the next generation."""
    found = call.execute(blind_indexes.COLUMNS, relation, *columns)
    if not found:
        raise Conflict(f"{columns.present} and {columns.next} are not two columns of type bytea")
    (row,) = found
    if not row["is_filled"]:
        present, following = columns
        raise Conflict(
            f"rows may have no token in column {following}",
            hint="When all have one, add a constraint check "
            f"({present} is null or {following} is not null), and validate it.",
        )
    if row["others"]:
        raise Conflict(
            f"other objects depend on the columns of tokens: {'; '.join(row['others'][:5])}",
            hint="Drop them before the call, and create them again after it.",
        )
    (row,) = call.execute(blind_indexes.STALE, relation, *columns, generation)
    if call.execute(Query(row["statement"]))[0]["found"]:
        raise Conflict(
            f"column {columns.next} has tokens that are not of generation {generation}",
            hint="Compute them by kw.blind_index(…, next_key => true).",
        )


def _put_in_force(call: Call, entity: Entity, field: str, generation: int) -> int:
    check_may_change(call, entity, "rotate the blind indexes of")
    found = _indexes(call, entity, field)
    if _next_generation(call, found, entity, field) != generation:
        raise Conflict("the blind indexes changed at the same time", hint="Repeat the call.")
    indexes = [row["index"] for row in found]
    changing(call, sealed_rows.BLIND_INDEXES, indexes)
    call.execute(blind_indexes.PUT_NEXT_IN_FORCE, indexes)
    _audit(call, "finish_index_rotation", entity, field, indexes, generation)
    _destroy(call, entity, field, [row["key_wrapper_id"] for row in found])
    return len(found)


def cancel(call: Call, entity: Entity, field: str) -> int:
    """Destroy the next keys of a field's indexes; return how many."""
    check_may_change(call, entity, "rotate the blind indexes of")
    found = _indexes(call, entity, field)
    generation = _next_generation(call, found, entity, field)
    indexes = [row["index"] for row in found]
    changing(call, sealed_rows.BLIND_INDEXES, indexes)
    call.execute(blind_indexes.SET_NEXT, indexes, [None] * len(indexes))
    _audit(call, "cancel_index_rotation", entity, field, indexes, generation)
    return _destroy(call, entity, field, [row["next_wrapper_id"] for row in found])


def _indexes(call: Call, entity: Entity, field: str) -> list[Row]:
    found = of_field(call, entity, field)
    if not found:
        raise _no_index(call, entity, field)
    return found


def generations(call: Call, entity: Entity, field: str) -> tuple[int, int | None]:
    """Return the present generation, and the next one while the keys are being replaced."""
    found = call.execute(blind_indexes.OF_FIELD_READ, entity.name, field)
    if not found:
        raise _no_index(call, entity, field)
    present = int(found[0]["generation"])
    return present, None if found[0]["next_wrapper_id"] is None else present + 1


def _no_index(call: Call, entity: Entity, field: str) -> NotBound:
    hint = recorded.hint_if_renamed(call, entity)
    return NotBound(f"{cell(entity.name, None, field)} has no blind index", hint=hint)


def _generation(call: Call, entity: Entity, field: str) -> int:
    found = call.execute(blind_indexes.OF_FIELD_READ, entity.name, field)
    return _next_generation(call, found, entity, field)


def _next_generation(call: Call, found: Sequence[Row], entity: Entity, field: str) -> int:
    if not found:
        raise _no_index(call, entity, field)
    if found[0]["next_wrapper_id"] is None:
        raise Conflict(
            f"the keys of the blind indexes of {cell(entity.name, None, field)} are not being "
            "replaced",
            hint="Use kw.rotate_index_key first.",
        )
    return int(found[0]["generation"]) + 1


def _destroy(call: Call, entity: Entity, field: str, wrappers: Sequence[int]) -> int:
    call.execute(shreds.LOCK_WRAPPERS, wrappers)
    place = f"blind indexes of {cell(entity.name, None, field)}"
    return shredding.destroy_wrappers(call, place, wrappers)


def _audit(
    call: Call, action: str, entity: Entity, field: str, indexes: Sequence[str], generation: int
) -> None:
    target = f"blind indexes of {cell(entity.name, None, field)}"
    access.audit(call, action, target, generation=generation, **listed(indexes))
