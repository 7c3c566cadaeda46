"""Providers and KMS keys, as administrators register them. Audited. Runs as the owner."""

import json
from typing import Any
from uuid import UUID

from kwshared.algorithms import kem_name
from kwshared.usability import SIGN

from kwruntime.admin import existing, sharing
from kwruntime.admin.arguments import check_kem_purpose, one_of, signature_named
from kwruntime.admin.existing import Wanted
from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, KeyLost, NotFound
from kwruntime.fields import access
from kwruntime.keys.graph import KeyGraph, lock_keys
from kwruntime.kms.providers import KINDS, KeyDescription, provider_for, signer_for
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import literal
from kwruntime.rules import independence, policies
from kwruntime.seals.changing import added, changing
from kwruntime.store import key_dependencies, kms_keys, kms_providers, sealed_rows, signing_keys
from kwruntime.wrappers import new

_PURPOSES = ("wrap", "encrypt", "both", SIGN)


_STATUSES = ("active", "retired", "disabled")


BRANCH = "wrapper"


def add_provider(
    call: Call, name: str, kind: str, config: Any, probe: bool, if_not_exists: bool
) -> int:
    """Register a KMS that the providers file names, after reaching it where ``probe`` says so."""
    one_of(kind, KINDS, "the kind of a provider must be one of")
    if config != {}:
        raise BadArgument(f'config of a provider of kind "{kind}" must be empty')
    if if_not_exists and (found := existing.provider(call, name, kind)) is not None:
        return found
    location = tenant = None
    if kind != BRANCH:
        provider = provider_for(call.session, name, kind)
        if probe:
            provider.probe()
            sharing.tell_dependence(name, provider.depends_on())
        told = provider.location, provider.tenant
        location, tenant = (text and call.server.storable(text) for text in told)
    rows = call.execute(
        kms_providers.ADD_PROVIDER, name, kind, location, tenant, json.dumps(config)
    )
    if not rows:
        if if_not_exists and (found := existing.provider(call, name, kind)) is not None:
            return found  # another session was faster
        raise Conflict(f'provider "{name}" already exists')
    added(call, sealed_rows.PROVIDERS, [rows[0]["id"]])
    access.audit(call, "add_provider", name, kind=kind)
    return int(rows[0]["id"])


def provider_row(call: Call, name: str) -> Row:
    rows = call.execute(kms_providers.PROVIDER, name)
    if not rows:
        raise NotFound(
            f'provider "{name}" does not exist', hint="Register it with kw.add_provider."
        )
    return rows[0]


def set_provider_enabled(call: Call, name: str, enabled: bool) -> None:
    """Enable or disable a provider."""
    provider = provider_row(call, name)
    changing(call, sealed_rows.PROVIDERS, [provider["id"]])
    if call.execute(kms_providers.ENABLE_PROVIDER, provider["id"], enabled):
        access.audit(call, "set_provider_enabled", name, enabled=enabled)
    elif provider["is_enabled"] != enabled:
        raise messages.old_snapshot()


def add_key(
    call: Call,
    provider: str,
    reference: str,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool,
) -> int:
    """Register a key that exists in a KMS."""
    row = provider_for_key(call, provider, purpose)
    if row["kind"] == BRANCH:
        raise BadArgument(
            "a branch cannot be registered", hint="Use kw.create_kms_key to create one."
        )
    wanted = Wanted(row, reference, purpose, kem_name(algorithm) or algorithm)
    if purpose == SIGN:
        wanted = wanted._replace(algorithm=algorithm and signature_named(algorithm).name)
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known
    check_enabled(row)
    found = _described(call, wanted)
    if wanted.algorithm not in (None, found.algorithm):
        raise BadArgument(f'key "{reference}" is for {found.algorithm}, not "{algorithm}"')
    return register(call, wanted, found, if_not_exists=if_not_exists, was_there=True)


def _described(call: Call, wanted: Wanted) -> KeyDescription:
    """Look a key up in its KMS; the public key of one that signs is read where it is used."""
    name, kind = wanted.provider["name"], wanted.provider["kind"]
    if wanted.purpose == SIGN:
        found = signer_for(call.session, name, kind).describe(wanted.reference)
        return found._replace(public_key=None)
    return provider_for(call.session, name, kind).describe(wanted.reference)


def create_key(
    call: Call,
    provider: str,
    reference: str,
    purpose: str | None,
    algorithm: str | None,
    if_not_exists: bool,
) -> int:
    """Make a key in a KMS, or a branch, and register it."""
    row = provider_for_key(call, provider, purpose)
    kem_algorithm = kem_name(algorithm)
    if kem_algorithm:
        check_kem_purpose(purpose)  # before there is a key in the KMS
    if kem_algorithm and row["kind"] != "local":
        raise BadArgument(
            f'provider "{provider}" cannot create KEM keys',
            hint="Use kw.create_kem_key to create one whose private key is sealed under a key of "
            "that provider.",
        )
    if purpose == SIGN:
        return _create_signing(call, row, reference, algorithm, if_not_exists)
    if row["kind"] == BRANCH:
        if algorithm is not None:
            raise BadArgument(
                "an algorithm cannot be chosen for a branch, which is a data key of 32 bytes"
            )
        return _create_branch(call, row, reference, purpose, if_not_exists)
    wanted = Wanted(row, reference, purpose, kem_algorithm or algorithm, kem_algorithm is not None)
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known
    check_enabled(row)
    if existing.is_registered(call, wanted):
        raise _registered_already(wanted)
    made = _made(call, wanted, if_not_exists)
    return register(call, wanted, made, if_not_exists=if_not_exists, was_there=if_not_exists)


def _create_signing(
    call: Call, row: Row, reference: str, algorithm: str | None, if_not_exists: bool
) -> int:
    """Make a key that signs in its KMS, and register it."""
    if algorithm is None:
        raise BadArgument(
            "a key of purpose sign requires an algorithm", hint="Use Ed25519 or ECDSA-P-256."
        )
    wanted = Wanted(row, reference, SIGN, signature_named(algorithm).name, is_kem=False)
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known
    check_enabled(row)
    if existing.is_registered(call, wanted):
        raise _registered_already(wanted)
    made = _made(call, wanted, if_not_exists)
    return register(call, wanted, made, if_not_exists=if_not_exists, was_there=if_not_exists)


def _create_branch(
    call: Call, row: Row, policy_name: str, purpose: str | None, if_not_exists: bool
) -> int:
    policy = policies.named(call, policy_name)
    if if_not_exists and (known := existing.branch(call, row, policy.id, purpose)) is not None:
        return known
    check_enabled(row)
    call.execute(key_dependencies.LOCK_KEY_GRAPH)
    if if_not_exists and (known := existing.branch(call, row, policy.id, purpose)) is not None:
        return known  # another session was faster
    branch = new.create_branch(call, policy)
    made = KeyDescription(branch, new.BRANCH_ALGORITHM)
    return register(call, Wanted(row, branch, purpose, None), made)


def _made(call: Call, wanted: Wanted, if_not_exists: bool) -> KeyDescription:
    """Make a key in its KMS, or take up one that is there: what a rolled-back call left."""
    try:
        return _new(call, wanted)
    except Conflict:
        if not if_not_exists:
            raise
        try:
            found = _described(call, wanted)
        except KeyLost:
            found = None
        if found is None:
            raise
    if wanted.algorithm not in (None, found.algorithm) or wanted.is_kem != bool(found.public_key):
        raise Conflict(
            f"{wanted.label} exists and differs: its algorithm is {found.algorithm}",
            hint="Use the properties of the existing key, or choose another name.",
        )
    return found


def _new(call: Call, wanted: Wanted) -> KeyDescription:
    name, kind = wanted.provider["name"], wanted.provider["kind"]
    if wanted.purpose == SIGN and wanted.algorithm is not None:
        signer = signer_for(call.session, name, kind)
        signer.check_algorithm(wanted.algorithm)
        found = signer.create(wanted.reference, wanted.algorithm)
        return found._replace(public_key=None)
    (row,) = call.execute(kms_providers.THIS_DATABASE)
    provider = provider_for(call.session, name, kind)
    return provider.create_for(row["name"], wanted.reference, wanted.algorithm)


def provider_for_key(call: Call, provider: str, purpose: str | None) -> Row:
    row = provider_row(call, provider)
    one_of(purpose or "", _PURPOSES, "the purpose of a key must be one of")
    return row


def check_enabled(provider: Row) -> None:
    if not provider["is_enabled"]:
        raise Conflict(
            f'provider "{provider["name"]}" is not enabled',
            hint=f"Enable it with kw.set_provider_enabled({literal(provider['name'])}, true).",
        )


def register(
    call: Call,
    wanted: Wanted,
    found: KeyDescription,
    key_uuid: UUID | None = None,
    *,
    if_not_exists: bool = False,
    was_there: bool = False,
) -> int:
    if found.public_key is not None:
        check_kem_purpose(wanted.purpose)
    twin = None
    is_new = not was_there  # and so like no other
    if not is_new and found.public_key is None and wanted.purpose != SIGN:
        of = wanted.provider
        twin = sharing.twin_of(call, of["name"], of["kind"], wanted.reference, found)
    rows = call.execute(
        kms_keys.ADD_KEY,
        wanted.provider["id"],
        wanted.reference,
        found.external_id,
        wanted.purpose,
        found.algorithm,
        found.public_key,
        key_uuid and str(key_uuid),
        twin and str(independence.uuid_of(call, twin)),
    )
    if not rows:
        if if_not_exists and (known := existing.key(call, wanted)) is not None:
            return known  # another session was faster
        raise _registered_already(wanted)
    key_id, provider = int(rows[0]["id"]), wanted.provider["name"]
    added(call, sealed_rows.KEYS, [key_id])
    access.audit(call, "add_kms_key", f"key {key_id}", provider=provider, ref=wanted.reference)
    sharing.tell_origin(key_id, found, twin)
    return key_id


def _registered_already(wanted: Wanted) -> Conflict:
    return Conflict(
        f'key "{wanted.reference}" of provider "{wanted.provider["name"]}" already exists'
    )


def set_key_status(call: Call, key_id: int, status: str) -> None:
    """Retire, disable or re-activate a key; warn of wrappers that close by it."""
    one_of(status, _STATUSES, "the status of a key must be one of")
    rows = call.execute(kms_keys.KEYS, [key_id])
    if not rows:
        raise NotFound(f"KMS key {key_id} does not exist")
    if rows[0]["status"] == status:
        return
    if status == "active":
        _check_seal(call, key_id)
    # It waits for no wrap in flight; one that commits later is found by the next count.
    changing(call, sealed_rows.KEYS, [key_id])
    if not call.execute(kms_keys.SET_KEY_STATUS, key_id, status):
        raise messages.old_snapshot()
    access.audit(call, "set_kms_key_status", f"key {key_id}", old=rows[0]["status"], new=status)
    if status == "disabled":
        _warn_of_closed(call, key_id)
    elif status == "retired" and rows[0]["purpose"] == SIGN:
        _warn_of_signing(call, key_id, status)


def _check_seal(call: Call, key_id: int) -> None:
    """Raise ``Conflict`` where the key that seals a KEM key is not active: it may be destroyed."""
    graph = KeyGraph(call)
    for above in graph.sealed_by(graph.key(key_id)):
        lock_keys(call, [above])
        sealing = graph.key(above)
        if sealing.status != "active":
            raise Conflict(
                f"key {key_id} cannot be activated: {sealing.label}, which seals its private key, "
                f"is {sealing.status}",
                hint=f"Use kw.set_kms_key_status({above}, 'active') first, or another KEM key.",
            )


def _warn_of_closed(call: Call, key_id: int) -> None:
    """Warn of wrappers that a disabled key closes: of all, or where there are many the latest."""
    legs = call.execute(kms_keys.LEGS_UNDER_KEY, key_id)[0]
    if legs["needed"] or legs["either"] or legs["is_part"]:
        of_latest = f"of the latest {kms_keys.COUNTED} wrappers, " if legs["is_part"] else ""
        messages.warning(
            f"key {key_id} disabled; {of_latest}{legs['needed']} wrappers cannot be opened, "
            f"{legs['either']} depend on their other leg",
            hint=f"Use kw.set_kms_key_status({key_id}, 'retired') for a key that is to open but "
            "not to wrap. See kw.key_usage for all wrappers, also those committed later.",
        )
    _warn_of_signing(call, key_id, "disabled")


def _warn_of_signing(call: Call, key_id: int, status: str) -> None:
    signing = call.execute(signing_keys.COUNT_UNDER, key_id)[0]["signing"]
    if signing:
        messages.warning(
            f"key {key_id} {status}; {signing} signing keys cannot sign",
            hint="Create other ones with kw.create_signing_key, under a key that is active.",
        )
