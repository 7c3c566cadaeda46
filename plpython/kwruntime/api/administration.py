"""Providers, keys, policies and settings: functions of kw_admin and kw_operator."""

from typing import Any

from kwruntime.admin import kem_keys, kms, maintenance, policies, restoring, settings, sharing
from kwruntime.api.arguments import entity_of, flat, no_null, parsed_json
from kwruntime.call import Call, entry
from kwruntime.fields import names


@entry
def add_provider(
    call: Call,
    name: str,
    provider: str,
    config: str | None,
    probe: bool,
    if_not_exists: bool | None,
) -> int:
    return call.as_owner(
        lambda: kms.add_provider(
            call, name, provider, parsed_json(config or "{}", "config"), probe, bool(if_not_exists)
        )
    )


@entry
def set_provider_enabled(call: Call, name: str, enabled: bool) -> None:
    call.as_owner(lambda: kms.set_provider_enabled(call, name, enabled))


@entry
def declare_shared_root(call: Call, provider: str, other: str) -> None:
    call.as_owner(lambda: sharing.declare(call, provider, other))


@entry
def undeclare_shared_root(call: Call, provider: str) -> None:
    name = provider
    call.as_owner(lambda: sharing.undeclare(call, name))


@entry
def add_kms_key(
    call: Call,
    provider: str,
    external_key_ref: str,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool | None,
) -> int:
    may_exist = bool(if_not_exists)
    return call.as_owner(
        lambda: kms.add_key(call, provider, external_key_ref, purpose, algorithm, may_exist)
    )


@entry
def create_kms_key(
    call: Call,
    provider: str,
    external_key_ref: str,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool | None,
) -> int:
    may_exist = bool(if_not_exists)
    return call.as_owner(
        lambda: kms.create_key(call, provider, external_key_ref, purpose, algorithm, may_exist)
    )


@entry
def set_kms_key_status(call: Call, kms_key_id: int, status: str) -> None:
    call.as_owner(lambda: kms.set_key_status(call, kms_key_id, status))


@entry
def create_policy(
    call: Call,
    policy_name: str,
    mode: str,
    kms1_key_id: int,
    kms2_key_id: int | None,
    layers: list[int] | None,
    notes: str | None,
    if_not_exists: bool | None,
) -> int:
    layer_keys = [no_null(one, "an element of layers") for one in flat(layers or [], "layers")]
    may_exist = bool(if_not_exists)
    return call.as_owner(
        lambda: policies.create_policy(
            call, policy_name, mode, kms1_key_id, kms2_key_id, layer_keys, notes, may_exist
        )
    )


@entry
def set_policy_layers(
    call: Call,
    policy_name: str,
    min_layers: int,
    max_layers: int,
    layer_selection: str,
    aad_template: str | None,
    allow_experimental: bool,
) -> None:
    call.as_owner(
        lambda: policies.set_policy_layers(
            call,
            policy_name,
            min_layers,
            max_layers,
            layer_selection,
            parsed_json(aad_template, "aad_template") if aad_template else None,
            allow_experimental,
        )
    )


@entry
def set_algorithm_status(call: Call, algorithm: str, status: str) -> None:
    call.as_owner(lambda: policies.set_algorithm_status(call, algorithm, status))


@entry
def create_kem_key(
    call: Call,
    external_key_ref: str,
    algorithm: str,
    sealed_by_key_id: int,
    if_not_exists: bool | None,
) -> int:
    return call.as_owner(
        lambda: kem_keys.create_kem_key(
            call, external_key_ref, algorithm, sealed_by_key_id, bool(if_not_exists)
        )
    )


@entry
def add_kem_key(
    call: Call,
    provider: str,
    external_key_ref: str,
    algorithm: str,
    public_key: bytes,
    if_not_exists: bool | None,
) -> int:
    return call.as_owner(
        lambda: kem_keys.add_kem_key(
            call, provider, external_key_ref, algorithm, public_key, bool(if_not_exists)
        )
    )


@entry
def add_policy_key(
    call: Call, policy_name: str, kms_key_id: int, priority: int, weight: int
) -> None:
    call.as_owner(lambda: policies.add_policy_key(call, policy_name, kms_key_id, priority, weight))


@entry
def bind_policy(
    call: Call, entity_table: str | None, field_name: str | None, policy_name: str
) -> None:
    place = entity_of(call, entity_table), names.field(field_name)
    call.as_owner(lambda: policies.bind_policy(call, *place, policy_name))


@entry
def set_floor(
    call: Call, entity_table: str | None, field_name: str | None, nist_level: int | None
) -> None:
    place = entity_of(call, entity_table), names.field(field_name)
    call.as_owner(lambda: policies.set_floor(call, *place, nist_level))


@entry
def set_read_audit(
    call: Call, entity_table: str | None, field_name: str | None, reads: str | None
) -> None:
    place = entity_of(call, entity_table), names.field(field_name)
    call.as_owner(lambda: policies.set_read_audit(call, *place, reads))


@entry
def set_setting(call: Call, name: str, value: int) -> None:
    call.as_owner(lambda: settings.set_setting(call, name, value))


@entry
def reclaim_entity(call: Call, entity_table: str | None) -> None:
    entity = entity_of(call, entity_table)
    call.as_owner(lambda: maintenance.reclaim_entity(call, entity))


@entry
def entities_to_reclaim(call: Call) -> list[dict[str, Any]]:
    return call.read_as_owner(lambda: restoring.to_reclaim(call))


@entry
def reclaim_entities(call: Call) -> list[dict[str, Any]]:
    return call.as_owner(lambda: restoring.reclaim_all(call))
