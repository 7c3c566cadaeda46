"""Blind indexes."""

from collections.abc import Sequence

from kwruntime.api.arguments import entity_of, flat, no_null
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import blind_indexes, names, reads
from kwruntime.fields.blind_indexes import IndexOf


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
) -> bytes | None:
    return _tokens(call, entity_table, field_name, [value], tenant)[0]


@entry
def blind_index_many(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    plaintexts: list[str | None] | None,
    tenant: str | None,
) -> list[bytes | None] | None:
    if plaintexts is None:
        return None
    return _tokens(call, entity_table, field_name, flat(plaintexts, "plaintexts"), tenant)


@entry
def shred_index_key(
    call: Call, entity_table: str | None, field_name: str | None, tenant: str | None
) -> int:
    index = _index(call, entity_table, field_name, tenant)
    return call.as_owner(lambda: blind_indexes.shred(call, index))


def _tokens(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    values: Sequence[str | None],
    tenant: str | None,
) -> list[bytes | None]:
    index = _index(call, entity_table, field_name, tenant)

    def work() -> tuple[list[bytes | None], bool]:
        made = blind_indexes.tokens(call, index, values)
        return made, reads.are_audited(call, index.entity.name, index.field)

    made, are_audited = call.read_as_owner(work)
    if are_audited:  # a token confirms a guess, so each counts as a value that is read
        given = len(values) - values.count(None)
        reads.note(call, names.cell(index.entity.name, None, index.field), given, ())
    return made


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
