"""What administrators and table owners do: providers, keys, policies, grants. Runs as the owner.

Every change is recorded in kw.audit_events, in its transaction.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from kwruntime import (
    access,
    audit,
    existing,
    kem,
    keyring,
    layers,
    policies,
    queries,
    restoring,
    roots,
    sharing,
    spi,
    wrappers,
)
from kwruntime.algorithms import MAX_LEVEL, STATUSES, kem_name, standard_name
from kwruntime.envelope import Mode
from kwruntime.errors import BadArgument, Conflict, KeyLost, NotFound
from kwruntime.existing import Wanted
from kwruntime.kem import KEMS, Kem
from kwruntime.keyfile import thumbprint
from kwruntime.layers import MAX_LAYERS
from kwruntime.names import Entity, cell, literal
from kwruntime.providers import KINDS, KeyDescription, provider_for

_PURPOSES = ("wrap", "encrypt", "both", "sign")
_STATUSES = ("active", "retired", "disabled")
_SETTINGS = (
    "cache_seconds",
    "cache_keys",
    "branch_grace_seconds",
    "degraded_ms",
    "health_days",
    "audit_log",
    "audit_days",
)
_SELECTIONS = ("defined", "round_robin", "random", "hash_mod")
_MAX_REFERENCE = 512
_BRANCH = "wrapper"


def add_provider(
    role: int, name: str, kind: str, config: Any, probe: bool, if_not_exists: bool
) -> int:
    """Register a KMS that the providers file names, after reaching it where ``probe`` says so."""
    _one_of(kind, KINDS, "this version knows providers of kind")
    if config != {}:
        raise BadArgument(f"a provider of kind {kind!r} takes no options in config")
    if if_not_exists and (found := existing.provider(name, kind)) is not None:
        return found
    location = tenant = None
    if kind != _BRANCH:
        provider = provider_for(name, kind)
        if probe:
            provider.probe()
            sharing.tell_dependence(name, provider.depends_on())
        told = provider.location, provider.tenant
        location, tenant = (text and spi.storable(text) for text in told)
    rows = spi.execute(queries.ADD_PROVIDER, name, kind, location, tenant, json.dumps(config))
    if not rows:
        if if_not_exists and (found := existing.provider(name, kind)) is not None:
            return found  # another session was faster
        raise Conflict(f"provider {name!r} is registered already")
    access.audit(role, "add_provider", name, kind=kind)
    return int(rows[0]["id"])


def _provider(name: str) -> spi.Row:
    rows = spi.execute(queries.PROVIDER, name)
    if not rows:
        raise NotFound(f"there is no provider {name!r}", hint="kw.add_provider registers one.")
    return rows[0]


def set_provider_enabled(role: int, name: str, enabled: bool) -> None:
    """Enable or disable a provider."""
    provider = _provider(name)
    if spi.execute(queries.ENABLE_PROVIDER, provider["id"], enabled):
        access.audit(role, "set_provider_enabled", name, enabled=enabled)
    elif provider["is_enabled"] != enabled:
        raise spi.old_snapshot()


def add_key(
    role: int,
    provider: str,
    reference: str,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool,
) -> int:
    """Register a key that exists in a KMS."""
    row = _provider_for_key(provider, purpose)
    if row["kind"] == _BRANCH:
        raise BadArgument(
            "a branch cannot be registered, only made", hint="kw.create_kms_key makes one."
        )
    wanted = Wanted(row, reference, purpose, kem_name(algorithm) or algorithm)
    if if_not_exists and (known := existing.key(wanted)) is not None:
        return known
    _check_enabled(row)
    found = provider_for(row["name"], row["kind"]).describe(reference)
    if wanted.algorithm not in (None, found.algorithm):
        raise BadArgument(f"key {reference!r} is for {found.algorithm}, not {algorithm!r}")
    return _register(role, wanted, found, if_not_exists=if_not_exists, was_there=True)


def create_key(
    role: int,
    provider: str,
    reference: str,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool,
) -> int:
    """Make a key in a KMS, or a branch, and register it."""
    row = _provider_for_key(provider, purpose)
    kem_algorithm = kem_name(algorithm)
    if kem_algorithm:
        _check_kem_purpose(purpose)  # before there is a key in the KMS
    if kem_algorithm and row["kind"] != "local":
        raise BadArgument(
            f"provider {provider!r} holds no KEM keys",
            hint="kw.create_kem_key makes one whose private key is sealed under a key of it.",
        )
    if row["kind"] == _BRANCH:
        if algorithm is not None:
            raise BadArgument("a branch takes no algorithm: it is a data key of 32 bytes")
        return _create_branch(role, row, reference, purpose, if_not_exists)
    wanted = Wanted(row, reference, purpose, kem_algorithm or algorithm, kem_algorithm is not None)
    if if_not_exists and (known := existing.key(wanted)) is not None:
        return known
    _check_enabled(row)
    if existing.is_registered(wanted):
        raise _registered_already(wanted)
    made = _made(wanted, if_not_exists)
    return _register(role, wanted, made, if_not_exists=if_not_exists, was_there=if_not_exists)


def _create_branch(
    role: int, row: spi.Row, policy_name: str, purpose: str | None, if_not_exists: bool
) -> int:
    policy = policies.named(policy_name)
    if if_not_exists and (known := existing.branch(row, policy.id, purpose)) is not None:
        return known
    _check_enabled(row)
    keyring.at_epoch()
    branch = str(wrappers.create_branch(policy))
    made = KeyDescription(branch, wrappers.BRANCH_ALGORITHM)
    return _register(role, Wanted(row, branch, purpose, None), made)


def _made(wanted: Wanted, if_not_exists: bool) -> KeyDescription:
    """Make a key in its KMS, or take up one that is there: what a rolled-back call left."""
    provider = provider_for(wanted.provider["name"], wanted.provider["kind"])
    (row,) = spi.execute(queries.THIS_DATABASE)
    try:
        return provider.create_for(row["name"], wanted.reference, wanted.algorithm)
    except Conflict:
        if not if_not_exists:
            raise
        try:
            found = provider.describe(wanted.reference)
        except KeyLost:
            found = None
        if found is None:
            raise
    if wanted.algorithm not in (None, found.algorithm) or wanted.is_kem != bool(found.public_key):
        raise Conflict(
            f"{wanted.label} exists and differs: its algorithm is {found.algorithm}",
            hint="Ask for what exists, or choose another name.",
        )
    return found


def create_kem_key(
    role: int, reference: str, algorithm: str, sealed_by: int, if_not_exists: bool
) -> int:
    """Make a KEM key whose private key is sealed under another key, and register it."""
    kem_key = _kem(algorithm)
    _check_reference(reference)
    keyring.at_epoch()
    sealing = keyring.key(sealed_by)
    wanted = Wanted(_provider(sealing.provider), reference, "wrap", kem_key.name, True, sealed_by)
    if if_not_exists and (known := existing.key(wanted)) is not None:
        return known
    spi.execute(queries.LOCK_KEY_GRAPH)
    keyring.lock([sealed_by])
    sealing = keyring.key(sealed_by)
    if policies.depth(sealed_by) >= keyring.MAX_DEPTH:
        raise Conflict(f"a key under {sealing.label} would be too deep")
    private = kem.generate(kem_key)
    public, key_uuid = kem_key.public_bytes_of(private), uuid4()
    sealed = keyring.seal_private_key(sealing, key_uuid, kem_key.name, public, private)
    made = KeyDescription(thumbprint(kem_key.name, public), kem_key.name, public)
    key_id = _register(role, wanted, made, key_uuid)
    spi.execute(queries.ADD_PRIVATE_KEY, key_id, sealed_by, sealed)
    return key_id


def add_kem_key(
    role: int, provider: str, reference: str, algorithm: str, public: bytes, if_not_exists: bool
) -> int:
    """Register a KEM key by its public key: its private key may be elsewhere."""
    row = _provider_for_key(provider, "wrap")
    if row["kind"] == _BRANCH:
        raise BadArgument("a branch holds no KEM key", hint="Name the provider that will hold it.")
    kem_key = _kem(algorithm)
    _check_reference(reference)
    kem.check_public(kem_key, public)
    wanted = Wanted(row, reference, "wrap", kem_key.name, True, public_key=public)
    if if_not_exists and (known := existing.key(wanted)) is not None:
        return known
    _check_enabled(row)
    provider_for(row["name"], row["kind"]).check_reference(reference)
    found = KeyDescription(thumbprint(kem_key.name, public), kem_key.name, public)
    return _register(role, wanted, found, if_not_exists=if_not_exists)


def _kem(algorithm: str) -> Kem:
    name = standard_name(algorithm)
    if name not in KEMS:
        raise BadArgument(f"{name} is no KEM", hint=f"KEMs are {', '.join(KEMS)}.")
    return KEMS[name]


def _check_reference(reference: str) -> None:
    if not 0 < len(reference) <= _MAX_REFERENCE:
        raise BadArgument(f"a key's name has 1 to {_MAX_REFERENCE} characters")


def _check_kem_purpose(purpose: str | None) -> None:
    if purpose not in ("wrap", "both"):
        raise BadArgument(f"the purpose of a KEM key is wrap, not {purpose!r}")


def _provider_for_key(provider: str, purpose: str | None) -> spi.Row:
    row = _provider(provider)
    _one_of(purpose or "", _PURPOSES, "the purpose of a key is")
    return row


def _check_enabled(provider: spi.Row) -> None:
    if not provider["is_enabled"]:
        raise Conflict(
            f"provider {provider['name']!r} is not enabled",
            hint=f"kw.set_provider_enabled({literal(provider['name'])}, true)",
        )


def _register(
    role: int,
    wanted: Wanted,
    found: KeyDescription,
    key_uuid: UUID | None = None,
    *,
    if_not_exists: bool = False,
    was_there: bool = False,
) -> int:
    if found.public_key is not None:
        _check_kem_purpose(wanted.purpose)
    twin = None
    if was_there and found.public_key is None:  # a new key is like no other
        of = wanted.provider
        twin = sharing.twin_of(of["name"], of["kind"], wanted.reference, found)
    rows = spi.execute(
        queries.ADD_KEY,
        wanted.provider["id"],
        wanted.reference,
        found.external_id,
        wanted.purpose,
        found.algorithm,
        found.public_key,
        key_uuid and str(key_uuid),
        twin and str(roots.uuid_of(twin)),
    )
    if not rows:
        if if_not_exists and (known := existing.key(wanted)) is not None:
            return known  # another session was faster
        raise _registered_already(wanted)
    key_id, provider = int(rows[0]["id"]), wanted.provider["name"]
    access.audit(role, "add_kms_key", f"key {key_id}", provider=provider, ref=wanted.reference)
    sharing.tell_origin(key_id, found, twin)
    return key_id


def _registered_already(wanted: Wanted) -> Conflict:
    return Conflict(
        f"key {wanted.reference!r} of provider {wanted.provider['name']!r} is registered already"
    )


def set_key_status(role: int, key_id: int, status: str) -> None:
    """Retire, disable or re-activate a key; warn of wrappers that close by it."""
    _one_of(status, _STATUSES, "the status of a key is")
    rows = spi.execute(queries.KEYS, [key_id])
    if not rows:
        raise NotFound(f"there is no KMS key {key_id}")
    if rows[0]["status"] == status:
        return
    # It waits for no wrap in flight; one that commits later is found by the next count.
    if not spi.execute(queries.SET_KEY_STATUS, key_id, status):
        raise spi.old_snapshot()
    access.audit(role, "set_kms_key_status", f"key {key_id}", old=rows[0]["status"], new=status)
    if status == "disabled":
        _warn_of_closed(key_id)


def _warn_of_closed(key_id: int) -> None:
    """Warn of wrappers that a disabled key closes: of all, or where there are many the latest."""
    legs = spi.execute(queries.LEGS_UNDER_KEY, key_id)[0]
    if legs["needed"] or legs["either"] or legs["is_part"]:
        of_latest = f"of the latest {queries.COUNTED} wrappers, " if legs["is_part"] else ""
        spi.warning(
            f"key {key_id} is disabled: {of_latest}{legs['needed']} wrappers no longer open, "
            f"{legs['either']} open by their other leg only",
            hint=f"kw.set_kms_key_status({key_id}, 'retired') lets it open but not wrap. "
            "kw.key_usage counts all wrappers, also those that are committed later.",
        )


def create_policy(
    role: int,
    name: str,
    mode: str,
    kms1: int,
    kms2: int | None,
    layer_keys: Sequence[int],
    notes: str | None,
    if_not_exists: bool,
) -> int:
    """Name how to wrap."""
    _one_of(mode, tuple(Mode), "the mode of a policy is")
    if (kms2 is None) != (mode == Mode.SINGLE):
        raise BadArgument(
            "mode single takes one key" if mode == Mode.SINGLE else f"mode {mode} takes two keys"
        )
    keys = [kms1] if kms2 is None else [kms1, kms2]
    if len(set(keys)) < len(keys):
        raise BadArgument("a policy's two keys must be two")
    if len(layer_keys) > MAX_LAYERS or len(set(layer_keys)) < len(layer_keys):
        raise BadArgument(f"a policy has at most {MAX_LAYERS} layers, each of a key of its own")
    keyring.at_epoch()
    if if_not_exists and (found := existing.policy(name, mode, keys, layer_keys, notes)):
        return found
    for key_id in keys:
        keyring.key(key_id).check_wraps_legs()
    for key_id in layer_keys:
        _check_layer_key(key_id)
    spi.execute(queries.LOCK_KEY_GRAPH)  # against a change of what they depend on
    keyring.lock(keys)
    policies.check_honest(Mode(mode), keys)
    rows = spi.execute(queries.ADD_POLICY, name, mode, notes, len(layer_keys))
    if not rows:
        if if_not_exists and (found := existing.policy(name, mode, keys, layer_keys, notes)):
            return found  # another session was faster
        raise Conflict(f"policy {name!r} exists already")
    policy_id = int(rows[0]["id"])
    for ids in (keys, layer_keys):
        for priority, key_id in zip(range(len(ids), 0, -1), ids, strict=True):
            spi.execute(queries.ADD_POLICY_KEY, policy_id, key_id, 1, priority)
    access.audit(role, "create_policy", name, mode=mode, keys=keys, layers=list(layer_keys))
    return policy_id


def _check_layer_key(key_id: int) -> None:
    kms_key = keyring.key(key_id)
    if not kms_key.is_kem:
        raise BadArgument(
            f"{kms_key.label} is no KEM key: it wraps legs and seals no layer",
            hint="kw.create_kms_key with the algorithm of a KEM, kw.create_kem_key or "
            "kw.add_kem_key make one.",
        )
    kms_key.check_wraps()


def set_policy_layers(
    role: int,
    name: str,
    min_layers: int,
    max_layers: int,
    selection: str,
    template: Any,
    allow_experimental: bool,
) -> None:
    """Say how many layers a policy's wrappers get, of which of its KEM keys, and what they bind."""
    _one_of(selection, _SELECTIONS, "layer_selection is")
    if not 0 <= min_layers <= max_layers <= MAX_LAYERS:
        raise BadArgument(f"it takes 0 <= min_layers <= max_layers <= {MAX_LAYERS}")
    if template is not None:
        layers.check_template(template)
    policy = policies.named(name)
    spi.execute(
        queries.SET_POLICY_LAYERS,
        policy.id,
        min_layers,
        max_layers,
        selection,
        None if template is None else json.dumps(template),
        allow_experimental,
    )
    access.audit(
        role,
        "set_policy_layers",
        name,
        min_layers=min_layers,
        max_layers=max_layers,
        layer_selection=selection,
        allow_experimental=allow_experimental,
    )


def set_algorithm_status(role: int, name: str, status: str) -> None:
    """Say whether an algorithm may make new layers."""
    _one_of(status, STATUSES, "the status of an algorithm is")
    found = _kem(name).name  # the others are not chosen
    if spi.execute(queries.SET_ALGORITHM_STATUS, found, status):
        access.audit(role, "set_algorithm_status", found, status=status)


def add_policy_key(role: int, name: str, key_id: int, priority: int, weight: int) -> None:
    """Let a policy choose a further key, or change its priority and weight."""
    if weight < 1:
        raise BadArgument("the weight of a key is 1 or more")
    policy = policies.named(name)
    keyring.at_epoch()
    spi.execute(queries.LOCK_KEY_GRAPH)  # a change of branches looks at the keys of policies
    keyring.key(key_id)
    spi.execute(queries.ADD_POLICY_KEY, policy.id, key_id, weight, priority)
    access.audit(role, "add_policy_key", name, key=key_id, priority=priority, weight=weight)


def bind_policy(role: int, entity: Entity, field: str | None, name: str) -> None:
    """Say by which policy new bindings of a field are made."""
    access.refuse_renamed(entity)
    policy = policies.named(name)
    spi.execute(queries.BIND_POLICY, entity.name, field, policy.id)
    access.audit(role, "bind_policy", cell(entity.name, None, field), policy=name)
    access.tell_if_unknown(entity, field)


def set_floor(role: int, entity: Entity, field: str | None, level: int | None) -> None:
    """Say which NIST category new wrappers of a field need, by layers of theirs or of branches."""
    if level is not None and not 1 <= level <= MAX_LEVEL:
        raise BadArgument(f"a NIST level is 1 to {MAX_LEVEL}, not {level}")
    access.refuse_renamed(entity)
    spi.execute(queries.SET_FLOOR, entity.name, field, level)
    access.audit(role, "set_floor", cell(entity.name, None, field), nist_level=level)
    access.tell_if_unknown(entity, field)


def set_setting(role: int, name: str, value: int) -> None:
    """Set a setting."""
    _one_of(name, _SETTINGS, "the settings are")
    if value < 0:
        raise BadArgument(f"{name} cannot be negative")
    spi.execute(queries.SET_SETTING, name, value)
    audit.record(role, "set_setting", name, always=name == "audit_log", value=value)


def set_wrapper_status(role: int, wrapper: str, status: str) -> str:
    """Retire a wrapper, or put it back."""
    result = wrappers.set_status(wrapper, status)
    access.audit(role, "set_wrapper_status", f"wrapper {wrapper}", status=result)
    return result


def rewrap(role: int, wrapper: str, kms1: int | None, kms2: int | None) -> int:
    """Wrap a DEK again."""
    version = wrappers.rewrap(wrapper, kms1, kms2)
    access.audit(role, "rewrap", f"wrapper {wrapper}", version=version, kms1=kms1, kms2=kms2)
    return version


def relayer(role: int, uuids: Sequence[str], policy: str | None) -> list[int]:
    """Put DEKs behind other layers."""
    versions = wrappers.relayer(uuids, policy)
    access.audit(role, "relayer", f"{len(uuids)} wrappers", policy=policy, **audit.listed(uuids))
    return versions


def reclaim_entity(role: int, entity: Entity) -> None:
    """Record anew which table a name stands for."""
    restoring.refuse_incomplete(role)
    access.reclaim(role, entity)
    access.audit(role, "reclaim_entity", entity.name)


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise BadArgument(f"{what} {', '.join(allowed)}, not {value!r}")
