"""Bindings and grants."""

from collections.abc import Sequence
from typing import Any

from kwruntime.api.arguments import Key, Keys, checked_keys, entity_of, flat
from kwruntime.call import Call, entry
from kwruntime.errors import BadArgument
from kwruntime.fields import (
    bindings,
    bulk_shredding,
    grants,
    lookups,
    names,
    reads,
    rebinding,
    respelling,
    shredding,
)


@entry
def bind(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    wrapper: str | None,
    policy: str | None,
) -> str | None:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pk = names.key(entity_pk, wide=True)
    if wrapper is None:
        return call.as_owner(lambda: bindings.bind(call, entity, [pk], field, policy))[0]
    if policy is not None:
        raise BadArgument("wrapper and policy cannot be given together")
    return call.as_owner(lambda: bindings.bind_given(call, entity, pk, field, wrapper))


@entry
def bind_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    policy: str | None,
) -> list[str | None] | None:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    if entity_pks is None:
        return None
    pks = [names.key(pk) for pk in flat(entity_pks, "entity_pks")]
    return call.as_owner(lambda: bindings.bind(call, entity, pks, field, policy))


@entry
def lookup(
    call: Call, entity_table: str | None, entity_pk: Key, field_name: str | None
) -> str | None:
    return _lookup(call, entity_table, [entity_pk], field_name)[0]


@entry
def lookup_many(
    call: Call, entity_table: str | None, entity_pks: Keys, field_name: str | None
) -> list[str | None] | None:
    if entity_pks is None:
        return None
    return _lookup(call, entity_table, flat(entity_pks, "entity_pks"), field_name)


def _lookup(
    call: Call, entity_table: str | None, entity_pks: Sequence[Key], field_name: str | None
) -> list[str | None]:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pks = checked_keys(entity_pks, wide=True)

    def work() -> tuple[list[str | None], bool]:
        found = lookups.lookup(call, entity, field, pks)
        return found, reads.are_audited(call, entity.name, field)

    found, are_audited = call.read_as_owner(work)
    if are_audited:
        wrappers = [one for one in found if one is not None]
        reads.note(call, names.cell(entity.name, None, field), len(wrappers), set(wrappers))
    return found


@entry
def rotate(call: Call, entity_table: str | None, entity_pk: Key, field_name: str | None) -> str:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pk = names.key(entity_pk, wide=True)
    return str(call.as_owner(lambda: bindings.rotate(call, entity, pk, field)))


@entry
def rebind(
    call: Call,
    entity_table: str | None,
    to_entity_table: str | None,
    entity_pk: str | None,
    to_entity_pk: str | None,
    field_name: str | None,
    to_field_name: str | None,
) -> int:
    entity = entity_of(call, entity_table)
    to_entity = entity if to_entity_table is None else entity_of(call, to_entity_table)
    pk, to_pk = checked_keys([entity_pk, to_entity_pk])
    field, to_field = names.field(field_name), names.field(to_field_name)
    if (to_pk is not None and pk is None) or (to_field is not None and field is None):
        raise BadArgument(
            "to_entity_pk requires entity_pk, and to_field_name requires field_name",
            hint="For example: kw.rebind('people', entity_pk => '1', to_entity_pk => '2').",
        )
    is_same = to_entity == entity and to_pk is None and to_field is None
    if is_same and (to_entity_table is None or pk is not None or field is not None):
        raise BadArgument("kw.rebind requires a new name, key or field")
    count = call.as_owner(
        lambda: (
            respelling.respell(call, entity)
            if is_same
            else rebinding.rebind(call, entity, to_entity, pk, to_pk, field, to_field)
        )
    )
    if pk is None:
        # Few sessions rebind.
        from kwruntime.protection import following as protections_that_follow
        from kwruntime.views import following as views_that_follow

        protections_that_follow.remake(call, to_entity)
        views_that_follow.remake(call, to_entity)
    return count


@entry
def shred(
    call: Call,
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    whole: bool | None,
    shared: bool | None,
) -> int:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pk = names.key(entity_pk, wide=True)
    given = {"whole": bool(whole), "shared": bool(shared)}
    return call.as_owner(lambda: shredding.shred(call, entity, pk, field, **given))


@entry
def shred_many(
    call: Call,
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    shared: bool | None,
) -> int:
    entity, field = entity_of(call, entity_table), names.field(field_name)
    pks = [names.key(pk) for pk in flat(entity_pks or [], "entity_pks")]
    every = {"shared": bool(shared)}
    return call.as_owner(lambda: bulk_shredding.shred_many(call, entity, pks, field, **every))


@entry
def grant_field(
    call: Call,
    entity_table: str | None,
    field_name: str | None,
    grantee: str,
    may_read: bool | None,
    may_write: bool | None,
) -> None:
    place = entity_of(call, entity_table), names.field(field_name)
    rights = bool(may_read), bool(may_write)
    call.as_owner(lambda: grants.grant(call, *place, grantee, *rights))


@entry
def revoke_field(
    call: Call, entity_table: str | None, field_name: str | None, grantee: str
) -> None:
    place = entity_of(call, entity_table), names.field(field_name)
    call.as_owner(lambda: grants.revoke(call, *place, grantee))


@entry
def list_grants(call: Call, entity_table: str | None) -> list[dict[str, Any]]:
    entity = None if entity_table is None else names.entity(entity_table)
    return call.read_as_owner(lambda: grants.listed(call, entity))


@entry
def confirm_grants(call: Call, entity_table: str | None) -> int:
    entity = None if entity_table is None else names.entity(entity_table)
    return call.as_owner(lambda: grants.confirm(call, entity))
