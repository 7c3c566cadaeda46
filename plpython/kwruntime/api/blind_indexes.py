"""Blind indexes."""

from kwruntime.api.arguments import MAX_WAIT_SECONDS, entity_of, flat, no_null
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import blind_indexes, names, rotating_indexes
from kwruntime.fields.blind_indexes import IndexOf
from kwruntime.fields.rotating_indexes import TokenColumns


@entry
def create_index_key(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    normaliser: str,
    bits: int,
    tenant: str | None,
    policy: str | None,
    if_not_exists: bool | None,
) -> str:
    index = _index(call, entity_table, field_name, tenant)
    return call.as_owner(
        lambda: blind_indexes.create(
            call, index, normaliser, bits, policy, if_not_exists=bool(if_not_exists)
        )
    )


@entry
def blind_index(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    value: str | None,
    tenant: str | None,
    next_key: bool | None,
) -> bytes | None:
    index = _index(call, entity_table, field_name, tenant)
    return blind_indexes.read_tokens(call, index, [value], next_key=bool(next_key))[0]


@entry
def blind_index_many(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    plaintexts: list[str | None] | None,
    tenant: str | None,
    next_key: bool | None,
) -> list[bytes | None] | None:
    if plaintexts is None:
        return None
    index = _index(call, entity_table, field_name, tenant)
    return blind_indexes.read_tokens(
        call, index, flat(plaintexts, "plaintexts"), next_key=bool(next_key)
    )


@entry
def shred_index_key(
    call: Call, entity_table: str | None, field_name: str | None, tenant: str | None
) -> int:
    index = _index(call, entity_table, field_name, tenant)
    return call.as_owner(lambda: blind_indexes.shred(call, index))


@entry
def rotate_index_key(
    call: Call, entity_table: str | None, field_name: str | None, policy: str | None
) -> int:
    index = _index(call, entity_table, field_name, None)
    made = call.as_owner(lambda: rotating_indexes.begin(call, index.entity, index.field, policy))
    _have_trigger_follow(call, index)
    return made


@entry
def finish_index_rotation(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    token_column: str,
    next_column: str,
    max_wait_seconds: int,
    ignore_standbys: bool | None,
) -> int:
    index = _index(call, entity_table, field_name, None)
    if not 0 <= max_wait_seconds <= MAX_WAIT_SECONDS:
        raise BadArgument(f"max_wait_seconds must be 0 to {MAX_WAIT_SECONDS}")
    count = rotating_indexes.finish(
        call,
        index.entity,
        index.field,
        TokenColumns(token_column, next_column),
        max_wait_seconds,
        ignore_standbys=bool(ignore_standbys),
    )
    _have_trigger_follow(call, index)
    return count


@entry
def cancel_index_rotation(call: Call, entity_table: str | None, field_name: str | None) -> int:
    index = _index(call, entity_table, field_name, None)
    count = call.as_owner(lambda: rotating_indexes.cancel(call, index.entity, index.field))
    _have_trigger_follow(call, index)
    return count


def _have_trigger_follow(call: Call, index: IndexOf) -> None:
    """Have the trigger of a protection write the tokens that the rotation asks for."""
    from kwruntime.protection import rotating  # few sessions rotate

    rotating.follow(call, index.entity, index.field)


def _index(
    call: Call, entity_table: str | None, field_name: str | None, tenant: str | None
) -> IndexOf:
    entity = entity_of(call, entity_table)
    field = no_null(names.field(field_name), "field_name")
    if tenant is not None and not 0 < len(tenant) <= names.MAX_CHARACTERS:
        raise BadArgument(
            f"tenant must have 1 to {names.MAX_CHARACTERS} characters",
            hint="Use null for an index of the whole table.",
        )
    return IndexOf(entity, field, tenant)
