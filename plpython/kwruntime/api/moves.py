"""Values that move between databases."""

from collections.abc import Sequence

from kwruntime.api.arguments import Keys, check_keys_there, checked_keys, entity_of, keys_for
from kwruntime.call import Call, entry
from kwruntime.fields import moving, names, reads, usage
from kwruntime.fields.moving import Moved


@entry
def export_values(
    call: Call,
    wrapper: str,
    entity_table: str,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None],
    sealed_as: str | None,
) -> list[bytes | None]:
    moved = _moved(call, (wrapper, entity_table, field_name, sealed_as), entity_pks, ciphertexts)
    return reads.opening(
        call,
        moved.entity.name,
        moved.field,
        ciphertexts,
        lambda: moving.seal_values(call, moved, ciphertexts),
    )


@entry
def import_values(
    call: Call,
    wrapper: str,
    entity_table: str,
    entity_pks: Keys,
    field_name: str | None,
    sealed: list[bytes | None],
    sealed_as: str | None,
) -> list[bytes | None]:
    moved = _moved(call, (wrapper, entity_table, field_name, sealed_as), entity_pks, sealed)
    made = call.read_as_owner(lambda: moving.open_values(call, moved, sealed))
    usage.count(call)
    return made


def _moved(
    call: Call,
    place: tuple[str, str, str | None, str | None],
    entity_pks: Keys,
    values: Sequence[bytes | None],
) -> Moved:
    """Check where values are: the carrier, the table, the field, and the table's other name."""
    wrapper, entity_table, field_name, sealed_as = place
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pks = checked_keys(keys_for(entity_pks, values))
    check_keys_there(pks, values)
    named = entity if sealed_as is None else names.entity(sealed_as)
    return Moved(wrapper, entity, field, pks, named.name)


@entry
def sign_move(call: Call, wrapper: str, manifest: bytes, signer: str) -> bytes:
    return call.as_owner(lambda: moving.sign(call, wrapper, manifest, signer))


@entry
def accept_move(call: Call, wrapper: str, manifest: bytes, note: bytes) -> None:
    call.as_owner(lambda: moving.accept(call, wrapper, manifest, note))
