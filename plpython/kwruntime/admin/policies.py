"""Policies, as administrators make them. Audited. Runs as the owner."""

import json
from collections.abc import Sequence
from typing import Any

from kwshared.algorithms import MAX_LEVEL, SIGNATURES, signature_name

from kwruntime.admin import existing
from kwruntime.admin.arguments import kem_named, one_of
from kwruntime.call import Call
from kwruntime.crypto import layers
from kwruntime.crypto.envelope import Mode
from kwruntime.crypto.layers import MAX_LAYERS
from kwruntime.errors import BadArgument, Conflict
from kwruntime.fields import access, reads, recorded
from kwruntime.fields.names import Entity, cell
from kwruntime.keys import keyring
from kwruntime.keys.graph import lock_keys
from kwruntime.rules import independence, policies
from kwruntime.seals.changing import added, changing, fields_of
from kwruntime.store import (
    crypto_algorithms,
    encryption_policies,
    entity_fields,
    key_dependencies,
    sealed_rows,
)

_STATUSES = ("active", "deprecated", "experimental")
_SELECTIONS = ("defined", "round_robin", "random", "hash_mod")


def create_policy(
    call: Call,
    name: str,
    mode: str,
    kms1: int,
    kms2: int | None,
    layer_keys: Sequence[int],
    notes: str | None,
    if_not_exists: bool,
) -> int:
    """Name how to wrap."""
    one_of(mode, tuple(Mode), "the mode of a policy must be one of")
    if (kms2 is None) != (mode == Mode.SINGLE):
        raise BadArgument(
            'mode "single" requires one key'
            if mode == Mode.SINGLE
            else f'mode "{mode}" requires two keys'
        )
    keys = [kms1] if kms2 is None else [kms1, kms2]
    if len(set(keys)) < len(keys):
        raise BadArgument("the two keys must differ")
    if len(layer_keys) > MAX_LAYERS or len(set(layer_keys)) < len(layer_keys):
        raise BadArgument(
            f"a policy can have at most {MAX_LAYERS} layers, each with a different key"
        )
    if if_not_exists and (found := existing.policy(call, name, mode, keys, layer_keys, notes)):
        return found
    for key_id in keys:
        keyring.key(call, key_id).check_wraps_legs()
    for key_id in layer_keys:
        _check_layer_key(call, key_id)
    call.execute(key_dependencies.LOCK_KEY_GRAPH)  # against a change of what they depend on
    lock_keys(call, keys)
    independence.check_independent(call, Mode(mode), keys)
    rows = call.execute(encryption_policies.ADD_POLICY, name, mode, notes, len(layer_keys))
    if not rows:
        if if_not_exists and (found := existing.policy(call, name, mode, keys, layer_keys, notes)):
            return found  # another session was faster
        raise Conflict(f'policy "{name}" already exists')
    policy_id = int(rows[0]["id"])
    added(call, sealed_rows.POLICIES, [policy_id])
    added(call, sealed_rows.POLICY_KEYS, [policy_id])
    for ids in (keys, layer_keys):
        for priority, key_id in zip(range(len(ids), 0, -1), ids, strict=True):
            call.execute(encryption_policies.ADD_POLICY_KEY, policy_id, key_id, 1, priority)
    access.audit(call, "create_policy", name, mode=mode, keys=keys, layers=list(layer_keys))
    return policy_id


def _check_layer_key(call: Call, key_id: int) -> None:
    kms_key = keyring.key(call, key_id)
    if not kms_key.is_kem:
        raise BadArgument(
            f"{kms_key.label} is not a KEM key",
            hint="Create one with kw.create_kem_key, kw.add_kem_key, or kw.create_kms_key and the "
            "algorithm of a KEM.",
        )
    kms_key.check_wraps()


def set_policy_layers(
    call: Call,
    name: str,
    min_layers: int,
    max_layers: int,
    selection: str,
    template: Any,
    allow_experimental: bool,
) -> None:
    """Say how many layers a policy's wrappers get, of which of its KEM keys, and what they bind."""
    one_of(selection, _SELECTIONS, "layer_selection must be one of")
    if not 0 <= min_layers <= max_layers <= MAX_LAYERS:
        raise BadArgument(
            f"min_layers and max_layers must satisfy 0 <= min_layers <= max_layers <= {MAX_LAYERS}"
        )
    if template is not None:
        layers.check_template(template)
    policy = policies.named(call, name)
    changing(call, sealed_rows.POLICIES, [policy.id])
    call.execute(
        encryption_policies.SET_POLICY_LAYERS,
        policy.id,
        min_layers,
        max_layers,
        selection,
        None if template is None else json.dumps(template),
        allow_experimental,
    )
    access.audit(
        call,
        "set_policy_layers",
        name,
        min_layers=min_layers,
        max_layers=max_layers,
        layer_selection=selection,
        allow_experimental=allow_experimental,
    )


def set_algorithm_status(call: Call, name: str, status: str) -> None:
    """Say whether an algorithm may make new layers or signatures."""
    one_of(status, _STATUSES, "the status of an algorithm must be one of")
    found = signature_name(name) or kem_named(name).name  # the others are not chosen
    if found in SIGNATURES and status == "experimental":
        raise BadArgument(
            "a signature algorithm cannot be experimental: no policy chooses it",
            hint="Use active or deprecated.",
        )
    ids = [row["id"] for row in call.execute(crypto_algorithms.IDS_OF, found)]
    changing(call, sealed_rows.ALGORITHMS, ids)
    if call.execute(crypto_algorithms.SET_ALGORITHM_STATUS, found, status):
        added(call, sealed_rows.ALGORITHMS, ids)
        access.audit(call, "set_algorithm_status", found, status=status)


def add_policy_key(call: Call, name: str, key_id: int, priority: int, weight: int) -> None:
    """Let a policy choose a further key, or change its priority and weight."""
    if weight < 1:
        raise BadArgument("the weight of a key must be 1 or more")
    policy = policies.named(call, name)
    call.execute(
        key_dependencies.LOCK_KEY_GRAPH
    )  # a change of branches looks at the keys of policies
    keyring.key(call, key_id)
    changing(call, sealed_rows.POLICY_KEYS, [policy.id])
    call.execute(encryption_policies.ADD_POLICY_KEY, policy.id, key_id, weight, priority)
    access.audit(call, "add_policy_key", name, key=key_id, priority=priority, weight=weight)


def bind_policy(call: Call, entity: Entity, field: str | None, name: str) -> None:
    """Say by which policy new bindings of a field are made."""
    recorded.refuse_renamed(call, entity)
    policy = policies.named(call, name)
    with fields_of(call, entity.name):
        call.execute(entity_fields.BIND_POLICY, entity.name, field, policy.id)
    access.audit(call, "bind_policy", cell(entity.name, None, field), policy=name)
    access.tell_if_unknown(call, entity, field)


def set_floor(call: Call, entity: Entity, field: str | None, level: int | None) -> None:
    """Say which NIST category new wrappers of a field need, by layers of theirs or of branches."""
    if level is not None and not 1 <= level <= MAX_LEVEL:
        raise BadArgument(f"a NIST level must be 1 to {MAX_LEVEL}, not {level}")
    recorded.refuse_renamed(call, entity)
    with fields_of(call, entity.name):
        call.execute(entity_fields.SET_MIN_LEVEL, entity.name, field, level)
    access.audit(call, "set_floor", cell(entity.name, None, field), nist_level=level)
    access.tell_if_unknown(call, entity, field)


def set_read_audit(call: Call, entity: Entity, field: str | None, level: str | None) -> None:
    """Say which reads of a field are audited."""
    if level is not None:
        one_of(level, reads.LEVELS, "reads must be one of")
    recorded.refuse_renamed(call, entity)
    with fields_of(call, entity.name):
        call.execute(entity_fields.SET_READ_AUDIT, entity.name, field, level)
    access.audit(call, "set_read_audit", cell(entity.name, None, field), always=True, reads=level)
    access.tell_if_unknown(call, entity, field)
