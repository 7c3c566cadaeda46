"""One function for each SQL function: take the arguments, check the role, do it as the owner.

Arguments come as PL/Python gives them: text and uuid as str, bytea as bytes, arrays as
lists, null as None. Docstrings stand in the COMMENTs of the SQL functions.
"""

import contextlib
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from kwruntime import (
    access,
    admin,
    audit,
    bindings,
    descriptions,
    diagnosis,
    fields,
    grants,
    health,
    keyring,
    names,
    respelling,
    restoring,
    searching,
    sharing,
    shredding,
    spi,
    text,
    unbound,
    warm,
    wrappers,
)
from kwruntime.errors import BadArgument, DecryptionFailed, NotAllowed
from kwruntime.names import Entity
from kwruntime.spi import (
    as_owner,
    current_role,
    entry,
    left_text,
    read_as_owner,
    run_left_reading,
    run_left_work,
)

T = TypeVar("T")
Key = str | int | None
Keys = Sequence[Key] | None

MAX_VALUE_BYTES = 500_000_000  # a larger value can be stored, but no longer dumped
_MAX_JSON = 100_000

__all__ = ["left_text", "run_left_reading", "run_left_work"]


# -- providers, keys, policies: kw_admin --------------------------------------------------------


@entry
def add_provider(
    name: str | None,
    provider: str | None,
    config: str | None,
    probe: bool | None,
    if_not_exists: bool | None,
) -> int:
    role = current_role()
    given = (
        _required(name, "name"),
        _required(provider, "provider"),
        _json(config or "{}", "config"),
    )
    how = _required(probe, "probe"), bool(if_not_exists)
    return as_owner(lambda: admin.add_provider(role, *given, *how))


@entry
def set_provider_enabled(name: str | None, enabled: bool | None) -> None:
    role = current_role()
    given = _required(name, "name"), _required(enabled, "enabled")
    as_owner(lambda: admin.set_provider_enabled(role, *given))


@entry
def declare_shared_root(provider: str | None, other: str | None) -> None:
    role = current_role()
    given = _required(provider, "provider"), _required(other, "other")
    as_owner(lambda: sharing.declare(role, *given))


@entry
def undeclare_shared_root(provider: str | None) -> None:
    role = current_role()
    name = _required(provider, "provider")
    as_owner(lambda: sharing.undeclare(role, name))


@entry
def add_kms_key(
    provider: str | None,
    external_key_ref: str | None,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool | None,
) -> int:
    role = current_role()
    given = _required(provider, "provider"), _required(external_key_ref, "external_key_ref")
    may_exist = bool(if_not_exists)
    return as_owner(lambda: admin.add_key(role, *given, purpose, algorithm, may_exist))


@entry
def create_kms_key(
    provider: str | None,
    external_key_ref: str | None,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool | None,
) -> int:
    role = current_role()
    given = _required(provider, "provider"), _required(external_key_ref, "external_key_ref")
    may_exist = bool(if_not_exists)
    return as_owner(lambda: admin.create_key(role, *given, purpose, algorithm, may_exist))


@entry
def set_kms_key_status(kms_key_id: int | None, status: str | None) -> None:
    role = current_role()
    given = _required(kms_key_id, "kms_key_id"), _required(status, "status")
    as_owner(lambda: admin.set_key_status(role, *given))


@entry
def create_policy(
    policy_name: str | None,
    mode: str | None,
    kms1_key_id: int | None,
    kms2_key_id: int | None,
    layers: list[int] | None,
    notes: str | None,
    if_not_exists: bool | None,
) -> int:
    role = current_role()
    given = (
        _required(policy_name, "policy_name"),
        _required(mode, "mode"),
        _required(kms1_key_id, "kms1_key_id"),
    )
    layer_keys = [_required(one, "an element of layers") for one in _flat(layers or [], "layers")]
    may_exist = bool(if_not_exists)
    return as_owner(
        lambda: admin.create_policy(role, *given, kms2_key_id, layer_keys, notes, may_exist)
    )


@entry
def set_policy_layers(
    policy_name: str | None,
    min_layers: int | None,
    max_layers: int | None,
    layer_selection: str | None,
    aad_template: str | None,
    allow_experimental: bool | None,
) -> None:
    role = current_role()
    given = (
        _required(policy_name, "policy_name"),
        _required(min_layers, "min_layers"),
        _required(max_layers, "max_layers"),
        _required(layer_selection, "layer_selection"),
        _json(aad_template, "aad_template") if aad_template else None,
        _required(allow_experimental, "allow_experimental"),
    )
    as_owner(lambda: admin.set_policy_layers(role, *given))


@entry
def set_algorithm_status(algorithm: str | None, status: str | None) -> None:
    role = current_role()
    given = _required(algorithm, "algorithm"), _required(status, "status")
    as_owner(lambda: admin.set_algorithm_status(role, *given))


@entry
def create_kem_key(
    external_key_ref: str | None,
    algorithm: str | None,
    sealed_by_key_id: int | None,
    if_not_exists: bool | None,
) -> int:
    role = current_role()
    given = (
        _required(external_key_ref, "external_key_ref"),
        _required(algorithm, "algorithm"),
        _required(sealed_by_key_id, "sealed_by_key_id"),
        bool(if_not_exists),
    )
    return as_owner(lambda: admin.create_kem_key(role, *given))


@entry
def add_kem_key(
    provider: str | None,
    external_key_ref: str | None,
    algorithm: str | None,
    public_key: bytes | None,
    if_not_exists: bool | None,
) -> int:
    role = current_role()
    given = (
        _required(provider, "provider"),
        _required(external_key_ref, "external_key_ref"),
        _required(algorithm, "algorithm"),
        _required(public_key, "public_key"),
        bool(if_not_exists),
    )
    return as_owner(lambda: admin.add_kem_key(role, *given))


@entry
def add_policy_key(
    policy_name: str | None, kms_key_id: int | None, priority: int | None, weight: int | None
) -> None:
    role = current_role()
    given = (
        _required(policy_name, "policy_name"),
        _required(kms_key_id, "kms_key_id"),
        _required(priority, "priority"),
        _required(weight, "weight"),
    )
    as_owner(lambda: admin.add_policy_key(role, *given))


@entry
def bind_policy(entity_table: str | None, field_name: str | None, policy_name: str | None) -> None:
    role = current_role()
    place = _entity(entity_table), names.field(field_name)
    policy_name = _required(policy_name, "policy_name")
    as_owner(lambda: admin.bind_policy(role, *place, policy_name))


@entry
def set_floor(entity_table: str | None, field_name: str | None, nist_level: int | None) -> None:
    role = current_role()
    place = _entity(entity_table), names.field(field_name)
    as_owner(lambda: admin.set_floor(role, *place, nist_level))


@entry
def set_setting(name: str | None, value: int | None) -> None:
    role = current_role()
    given = _required(name, "name"), _required(value, "value")
    as_owner(lambda: admin.set_setting(role, *given))


@entry
def reclaim_entity(entity_table: str | None) -> None:
    role = current_role()
    entity = _entity(entity_table)
    as_owner(lambda: admin.reclaim_entity(role, entity))


@entry
def entities_to_reclaim() -> list[dict[str, Any]]:
    role = current_role()
    return read_as_owner(lambda: restoring.to_reclaim(role))


@entry
def reclaim_entities() -> list[dict[str, Any]]:
    role = current_role()
    return as_owner(lambda: restoring.reclaim_all(role))


@entry
def set_wrapper_status(wrapper: str | None, status: str | None) -> str:
    role = current_role()
    given = _required(wrapper, "wrapper"), _required(status, "status")
    return as_owner(lambda: admin.set_wrapper_status(role, *given))


@entry
def rewrap(wrapper: str | None, kms1_key_id: int | None, kms2_key_id: int | None) -> int:
    role = current_role()
    wrapper = _required(wrapper, "wrapper")
    return as_owner(lambda: admin.rewrap(role, wrapper, kms1_key_id, kms2_key_id))


@entry
def relayer(wrapper: str | None, policy: str | None) -> int:
    role = current_role()
    wrapper = _required(wrapper, "wrapper")
    return as_owner(lambda: admin.relayer(role, [wrapper], policy))[0]


@entry
def relayer_many(wrappers: list[str | None] | None, policy: str | None) -> list[int]:
    role = current_role()
    given = [
        _required(one, "an element of wrappers")
        for one in _flat(_required(wrappers, "wrappers"), "wrappers")
    ]
    return as_owner(lambda: admin.relayer(role, given, policy))


@entry
def verify(wrapper: str | None, after: int | None, most: int | None) -> list[dict[str, Any]]:
    return spi.rows_for_people(read_as_owner(lambda: diagnosis.verify(wrapper, after or 0, most)))


# -- wrappers -----------------------------------------------------------------------------------


@entry
def wrap(dek: bytes | None, policy: str | None) -> str:
    return _wrap([dek], policy)[0]


@entry
def wrap_many(deks: list[bytes | None] | None, policy: str | None) -> list[str] | None:
    return None if deks is None else _wrap(_flat(deks, "deks"), policy)


def _wrap(deks: Sequence[bytes | None], policy: str | None) -> list[str]:
    role = current_role()

    def work() -> list[str]:
        if any(dek is not None for dek in deks) and not access.may_import(role):
            raise NotAllowed(
                "permission denied to give a data key",
                hint="It takes the role kw_unwrap; with null a fresh key is made.",
            )
        for dek in deks:
            wrappers.check_dek(dek)
        keyring.at_epoch()
        return [str(uuid) for uuid in wrappers.create(role, policy, deks)] if deks else []

    return as_owner(work)


@entry
def give_wrappers(wrapper_uuids: list[str | None] | None, new_owner: str | None) -> int:
    role = current_role()
    given = [
        _required(one, "an element of wrappers")
        for one in _flat(_required(wrapper_uuids, "wrappers"), "wrappers")
    ]
    to = _required(new_owner, "new_owner")
    return as_owner(lambda: unbound.give(role, given, to))


@entry
def unwrap(wrapper: str | None) -> bytes | None:
    return None if wrapper is None else _unwrap([wrapper])[0]


@entry
def unwrap_many(wrapper_uuids: list[str | None] | None) -> list[bytes | None] | None:
    if wrapper_uuids is None:
        return None
    return _unwrap(_flat(wrapper_uuids, "wrappers"))


def _unwrap(wanted: Sequence[str | None]) -> list[bytes | None]:
    role = current_role()

    def work() -> list[bytes | None]:
        deks = wrappers.open_deks(wanted)
        told = [uuid for uuid in wanted if uuid is not None]
        if told:
            audit.tell(role, "unwrap", f"{len(told)} wrappers", **audit.listed(told))
        return deks

    return read_as_owner(work)


# -- bindings -----------------------------------------------------------------------------------


@entry
def bind(
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    wrapper: str | None,
    policy: str | None,
) -> str | None:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    pk = names.key(entity_pk, wide=True)
    if wrapper is None:
        return as_owner(lambda: bindings.bind(role, entity, [pk], field, policy))[0]
    if policy is not None:
        raise BadArgument("a given wrapper was made by a policy already: give one or the other")
    return as_owner(lambda: bindings.bind_given(role, entity, pk, field, wrapper))


@entry
def bind_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    policy: str | None,
) -> list[str | None] | None:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    if entity_pks is None:
        return None
    pks = [names.key(pk) for pk in _flat(entity_pks, "entity_pks")]
    return as_owner(lambda: bindings.bind(role, entity, pks, field, policy))


@entry
def lookup(entity_table: str | None, entity_pk: Key, field_name: str | None) -> str | None:
    return _lookup(entity_table, [entity_pk], field_name)[0]


@entry
def lookup_many(
    entity_table: str | None, entity_pks: Keys, field_name: str | None
) -> list[str | None] | None:
    if entity_pks is None:
        return None
    return _lookup(entity_table, _flat(entity_pks, "entity_pks"), field_name)


def _lookup(
    entity_table: str | None, entity_pks: Sequence[Key], field_name: str | None
) -> list[str | None]:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    pks = _keys(entity_pks, wide=True)
    return read_as_owner(lambda: fields.lookup(role, entity, field, pks))


@entry
def rotate(entity_table: str | None, entity_pk: Key, field_name: str | None) -> str:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    pk = names.key(entity_pk, wide=True)
    return str(as_owner(lambda: bindings.rotate(role, entity, pk, field)))


@entry
def rebind(
    entity_table: str | None,
    to_entity_table: str | None,
    entity_pk: str | None,
    to_entity_pk: str | None,
    field_name: str | None,
    to_field_name: str | None,
) -> int:
    role = current_role()
    entity = _entity(entity_table)
    to_entity = entity if to_entity_table is None else _entity(to_entity_table)
    pk, to_pk = _keys([entity_pk, to_entity_pk])
    field, to_field = names.field(field_name), names.field(to_field_name)
    if (to_pk is not None and pk is None) or (to_field is not None and field is None):
        raise BadArgument(
            "a new key needs the key that it replaces, and a new field its field",
            hint="kw.rebind('people', entity_pk => '1', to_entity_pk => '2')",
        )
    if to_entity == entity and to_pk is None and to_field is None:
        if to_entity_table is not None and pk is None and field is None:
            return as_owner(lambda: respelling.respell(role, entity))
        raise BadArgument("kw.rebind needs a new name, key or field")
    return as_owner(lambda: bindings.rebind(role, entity, to_entity, pk, to_pk, field, to_field))


@entry
def shred(
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    whole: bool | None,
    shared: bool | None,
) -> int:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    pk = names.key(entity_pk, wide=True)
    given = {"whole": bool(whole), "shared": bool(shared)}
    return as_owner(lambda: shredding.shred(role, entity, pk, field, **given))


@entry
def grant_field(
    entity_table: str | None,
    field_name: str | None,
    grantee: str | None,
    may_read: bool | None,
    may_write: bool | None,
) -> None:
    role = current_role()
    place = _entity(entity_table), names.field(field_name)
    grantee = _required(grantee, "grantee")
    rights = bool(may_read), bool(may_write)
    as_owner(lambda: grants.grant(role, *place, grantee, *rights))


@entry
def revoke_field(entity_table: str | None, field_name: str | None, grantee: str | None) -> None:
    role = current_role()
    place = _entity(entity_table), names.field(field_name)
    grantee = _required(grantee, "grantee")
    as_owner(lambda: grants.revoke(role, *place, grantee))


@entry
def list_grants(entity_table: str | None) -> list[dict[str, Any]]:
    role = current_role()
    entity = None if entity_table is None else names.entity(entity_table)
    return read_as_owner(lambda: grants.listed(role, entity))


@entry
def confirm_grants(entity_table: str | None) -> int:
    role = current_role()
    entity = None if entity_table is None else names.entity(entity_table)
    return as_owner(lambda: grants.confirm(role, entity))


# -- fields -------------------------------------------------------------------------------------


@entry
def encrypt(
    entity_table: str | None, entity_pk: Key, field_name: str | None, plaintext: bytes | None
) -> bytes | None:
    return _encrypt_one(entity_table, entity_pk, field_name, plaintext)


@entry
def encrypt_text(
    entity_table: str | None, entity_pk: Key, field_name: str | None, plaintext: str | None
) -> bytes | None:
    value = None if plaintext is None else plaintext.encode()
    return _encrypt_one(entity_table, entity_pk, field_name, value)


@entry
def encrypt_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    plaintexts: list[bytes | None] | None,
) -> list[bytes | None] | None:
    if plaintexts is None:
        return None
    return _encrypt(entity_table, _for(entity_pks, plaintexts), field_name, plaintexts)


@entry
def encrypt_text_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    plaintexts: list[str | None] | None,
) -> list[bytes | None] | None:
    if plaintexts is None:
        return None
    pks = _for(entity_pks, plaintexts)
    values = [None if plain is None else plain.encode() for plain in plaintexts]
    return _encrypt(entity_table, pks, field_name, values)


def _encrypt_one(
    entity_table: str | None, entity_pk: Key, field_name: str | None, value: bytes | None
) -> bytes | None:
    if value is not None and len(value) <= MAX_VALUE_BYTES:
        sealed = warm.encrypt(entity_table, entity_pk, field_name, value)
        if sealed is not None:
            return sealed
    return _encrypt(entity_table, [entity_pk], field_name, [value], given=entity_table)[0]


def _encrypt(
    entity_table: str | None,
    entity_pks: Sequence[Key],
    field_name: str | None,
    values: Sequence[bytes | None],
    *,
    given: str | None = None,
) -> list[bytes | None]:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    pks = _keys(entity_pks)
    _check_keys_there(pks, values)
    if any(value is not None and len(value) > MAX_VALUE_BYTES for value in values):
        raise BadArgument(
            f"a value is larger than {MAX_VALUE_BYTES // 1_000_000} MB",
            hint="Encrypt it in parts, each as a value of its own.",
        )
    return read_as_owner(lambda: fields.encrypt(role, entity, field, pks, values, given=given))


@entry
def decrypt(
    entity_table: str | None, entity_pk: Key, field_name: str | None, ciphertext: bytes | None
) -> bytes | None:
    return _decrypt_one(entity_table, entity_pk, field_name, ciphertext)


@entry
def decrypt_text(
    entity_table: str | None, entity_pk: Key, field_name: str | None, ciphertext: bytes | None
) -> str | None:
    value = _decrypt_one(entity_table, entity_pk, field_name, ciphertext)
    return _text(value, entity_table, field_name)


@entry
def decrypt_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[bytes | None] | None:
    if ciphertexts is None:
        return None
    return _decrypt(entity_table, _for(entity_pks, ciphertexts), field_name, ciphertexts)


@entry
def decrypt_text_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[str | None] | None:
    if ciphertexts is None:
        return None
    values = _decrypt(entity_table, _for(entity_pks, ciphertexts), field_name, ciphertexts)
    return [_text(value, entity_table, field_name) for value in values]


def _decrypt_one(
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    value: bytes | None,
    *,
    or_null: bool = False,
) -> bytes | None:
    opened = warm.decrypt(entity_table, entity_pk, field_name, value)
    if opened is not None:
        return opened
    return _decrypt(
        entity_table, [entity_pk], field_name, [value], or_null=or_null, given=entity_table
    )[0]


def _decrypt(
    entity_table: str | None,
    entity_pks: Sequence[Key],
    field_name: str | None,
    values: Sequence[bytes | None],
    *,
    or_null: bool = False,
    given: str | None = None,
) -> list[bytes | None]:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    pks = _keys(entity_pks)
    _check_keys_there(pks, values)
    return read_as_owner(
        lambda: fields.decrypt(role, entity, field, pks, values, or_null=or_null, given=given)
    )


def _text(value: bytes | None, entity_table: str | None, field_name: str | None) -> str | None:
    if value is None:
        return None
    try:
        return text.from_bytes(value, spi.server_encoding())
    except UnicodeError:
        place = names.cell(names.entity(entity_table).name, None, field_name)
        raise DecryptionFailed(
            f"cannot decrypt {place} as text",
            hint="It is no text, or none that this database's encoding has: kw.decrypt.",
        ) from None


@entry
def try_decrypt(
    entity_table: str | None, entity_pk: Key, field_name: str | None, ciphertext: bytes | None
) -> bytes | None:
    return _decrypt_one(entity_table, entity_pk, field_name, ciphertext, or_null=True)


@entry
def try_decrypt_text(
    entity_table: str | None, entity_pk: Key, field_name: str | None, ciphertext: bytes | None
) -> str | None:
    value = _decrypt_one(entity_table, entity_pk, field_name, ciphertext, or_null=True)
    return _text_or_null(value)


@entry
def try_decrypt_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[bytes | None] | None:
    if ciphertexts is None:
        return None
    pks = _for(entity_pks, ciphertexts)
    return _decrypt(entity_table, pks, field_name, ciphertexts, or_null=True)


@entry
def try_decrypt_text_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
) -> list[str | None] | None:
    if ciphertexts is None:
        return None
    pks = _for(entity_pks, ciphertexts)
    values = _decrypt(entity_table, pks, field_name, ciphertexts, or_null=True)
    return [_text_or_null(value) for value in values]


def _text_or_null(value: bytes | None) -> str | None:
    try:
        return None if value is None else text.from_bytes(value, spi.server_encoding())
    except UnicodeError:
        return None


@entry
def describe(ciphertext: bytes | None) -> dict[str, Any] | None:
    role = current_role()
    if ciphertext is None:
        return None
    return read_as_owner(lambda: descriptions.describe(role, ciphertext))


@entry
def reencrypt(
    entity_table: str | None,
    entity_pk: Key,
    field_name: str | None,
    ciphertext: bytes | None,
    to_entity_pk: str | None,
    to_field_name: str | None,
) -> bytes | None:
    to_pk = entity_pk if to_entity_pk is None else to_entity_pk
    return _reencrypt(entity_table, [entity_pk], field_name, [ciphertext], [to_pk], to_field_name)[
        0
    ]


@entry
def reencrypt_many(
    entity_table: str | None,
    entity_pks: Keys,
    field_name: str | None,
    ciphertexts: list[bytes | None] | None,
    to_entity_pks: Keys,
    to_field_name: str | None,
) -> list[bytes | None] | None:
    if ciphertexts is None:
        return None
    pks = _for(entity_pks, ciphertexts)
    to_pks = pks if to_entity_pks is None else _for(to_entity_pks, ciphertexts)
    return _reencrypt(entity_table, pks, field_name, ciphertexts, to_pks, to_field_name)


def _reencrypt(
    entity_table: str | None,
    entity_pks: Sequence[Key],
    field_name: str | None,
    values: Sequence[bytes | None],
    to_entity_pks: Sequence[Key],
    to_field_name: str | None,
) -> list[bytes | None]:
    role = current_role()
    entity, field = _entity(entity_table), names.field(field_name)
    to_field = field if to_field_name is None else names.field(to_field_name)
    pks, to_pks = _keys(entity_pks), _keys(to_entity_pks)
    _check_keys_there(pks, values)
    _check_keys_there(to_pks, values)

    def work() -> list[bytes | None]:
        plain = fields.decrypt(role, entity, field, pks, values)
        return fields.encrypt(role, entity, to_field, to_pks, plain)

    return read_as_owner(work)


# -- about the system ---------------------------------------------------------------------------


@entry
def check_kms(kms_key_id: int | None) -> list[dict[str, Any]]:
    return spi.rows_for_people(as_owner(lambda: health.check(kms_key_id)))


@entry
def check_algorithms() -> list[dict[str, Any]]:
    return read_as_owner(diagnosis.check_algorithms)


@entry
def check_restore() -> list[dict[str, Any]]:
    role = current_role()
    return as_owner(lambda: restoring.check(role))


@entry
def doctor() -> list[dict[str, Any]]:
    return spi.rows_for_people(read_as_owner(diagnosis.doctor))


@entry
def version() -> str:
    return read_as_owner(diagnosis.version)


# -- arguments ----------------------------------------------------------------------------------


def _required(value: T | None, name: str) -> T:
    if value is None:
        raise BadArgument(f"{name} is null")
    return value


def _entity(given: str | None) -> Entity:
    """Return what a name stands for; one that was taken with its quotes before stays that one."""
    entity = names.entity(given)
    if names.is_bare(given):
        searching.tell(current_role(), given, entity)
    if entity.older is None:
        return entity
    return read_as_owner(lambda: access.settled(entity))


def _json(given: str, name: str) -> Any:
    """Parse a jsonb argument, which may hold more than Python takes."""
    if len(given) <= _MAX_JSON:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(given)
    raise BadArgument(
        f"{name} is JSON that is too long, too deep or has a number of too many digits",
        hint=f"At most {_MAX_JSON} characters are read.",
    )


def _keys(given: Sequence[Key], *, wide: bool = False) -> list[str | None]:
    """Check the keys of many values: null stays null."""
    key = names.key
    limit = names.MAX_CHARACTERS
    return [
        pk
        if pk is None or (pk.__class__ is str and pk != "*" and len(pk) <= limit)
        else key(pk, wide=wide)
        for pk in given
    ]


def _check_keys_there(pks: Sequence[str | None], values: Sequence[object]) -> None:
    """A null key of a value is an error; with a null value it does not matter."""
    if None in pks:
        for pk, value in zip(pks, values, strict=True):
            if pk is None and value is not None:
                names.key(None)


def _flat(items: Sequence[T], name: str) -> Sequence[T]:
    """Refuse an array of more than one dimension, which PL/Python gives as lists of lists."""
    if items and isinstance(items[0], list):
        raise BadArgument(f"{name} must have one dimension")
    return items


def _for(keys: Keys, values: Sequence[object]) -> Sequence[Key]:
    """Return the keys of values; as many as there are values."""
    if keys is None:
        raise BadArgument("entity_pks is null")
    if len(keys) != len(values):
        raise BadArgument(f"there are {len(keys)} keys for {len(values)} values")
    if values and isinstance(values[0], list):
        raise BadArgument("the values must have one dimension")
    _flat(keys, "entity_pks")
    return keys
