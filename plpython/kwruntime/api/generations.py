"""Generations of a field: counted and retired."""

from typing import Any

from kwruntime.api.arguments import MAX_WAIT_SECONDS, entity_of
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import generations, names, retiring


@entry
def field_generations(
    call: Call, entity_table: str | None, field_name: str
) -> list[dict[str, Any]]:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    assert field is not None
    return generations.counted(call, entity, field)


@entry
def retire_generations(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    max_wait_seconds: int,
    ignore_standbys: bool | None,
) -> int:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    if not 0 <= max_wait_seconds <= MAX_WAIT_SECONDS:
        raise BadArgument(f"max_wait_seconds must be from 0 to {MAX_WAIT_SECONDS}")
    return retiring.retire(
        call, entity, field, max_wait_seconds, ignore_standbys=bool(ignore_standbys)
    )
