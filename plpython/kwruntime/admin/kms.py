"""Providers and KMS keys, as administrators register them. Audited. Runs as the owner."""

import json
from typing import Any
from uuid import UUID

from kwshared.algorithms import kem_name

from kwruntime.admin import existing, sharing
from kwruntime.admin.arguments import check_kem_purpose, one_of
from kwruntime.admin.existing import Wanted
from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, KeyLost, NotFound
from kwruntime.fields import access
from kwruntime.kms.providers import KINDS, KeyDescription, provider_for
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import literal
from kwruntime.rules import independence, policies
from kwruntime.store import kms_keys, kms_providers
from kwruntime.wrappers import new

_PURPOSES = ("wrap", "encrypt", "both", "sign")


_STATUSES = ("active", "retired", "disabled")


BRANCH = "wrapper"


def add_provider(
    call: Call, name: str, kind: str, config: Any, probe: bool, if_not_exists: bool
) -> int:
    """Register a KMS that the providers file names, after reaching it where ``probe`` says so."""
    one_of(kind, KINDS, "this version knows providers of kind")
    if config != {}:
        raise BadArgument(f"a provider of kind {kind!r} takes no options in config")
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
        raise Conflict(f"provider {name!r} is registered already")
    access.audit(call, "add_provider", name, kind=kind)
    return int(rows[0]["id"])


def provider_row(call: Call, name: str) -> Row:
    rows = call.execute(kms_providers.PROVIDER, name)
    if not rows:
        raise NotFound(f"there is no provider {name!r}", hint="kw.add_provider registers one.")
    return rows[0]


def set_provider_enabled(call: Call, name: str, enabled: bool) -> None:
    """Enable or disable a provider."""
    provider = provider_row(call, name)
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
            "a branch cannot be registered, only made", hint="kw.create_kms_key makes one."
        )
    wanted = Wanted(row, reference, purpose, kem_name(algorithm) or algorithm)
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known
    check_enabled(row)
    found = provider_for(call.session, row["name"], row["kind"]).describe(reference)
    if wanted.algorithm not in (None, found.algorithm):
        raise BadArgument(f"key {reference!r} is for {found.algorithm}, not {algorithm!r}")
    return register(call, wanted, found, if_not_exists=if_not_exists, was_there=True)


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
            f"provider {provider!r} holds no KEM keys",
            hint="kw.create_kem_key makes one whose private key is sealed under a key of it.",
        )
    if row["kind"] == BRANCH:
        if algorithm is not None:
            raise BadArgument("a branch takes no algorithm: it is a data key of 32 bytes")
        return _create_branch(call, row, reference, purpose, if_not_exists)
    wanted = Wanted(row, reference, purpose, kem_algorithm or algorithm, kem_algorithm is not None)
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
    branch = str(new.create_branch(call, policy))
    made = KeyDescription(branch, new.BRANCH_ALGORITHM)
    return register(call, Wanted(row, branch, purpose, None), made)


def _made(call: Call, wanted: Wanted, if_not_exists: bool) -> KeyDescription:
    """Make a key in its KMS, or take up one that is there: what a rolled-back call left."""
    provider = provider_for(call.session, wanted.provider["name"], wanted.provider["kind"])
    (row,) = call.execute(kms_providers.THIS_DATABASE)
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


def provider_for_key(call: Call, provider: str, purpose: str | None) -> Row:
    row = provider_row(call, provider)
    one_of(purpose or "", _PURPOSES, "the purpose of a key is")
    return row


def check_enabled(provider: Row) -> None:
    if not provider["is_enabled"]:
        raise Conflict(
            f"provider {provider['name']!r} is not enabled",
            hint=f"kw.set_provider_enabled({literal(provider['name'])}, true)",
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
    if was_there and found.public_key is None:  # a new key is like no other
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
    access.audit(call, "add_kms_key", f"key {key_id}", provider=provider, ref=wanted.reference)
    sharing.tell_origin(key_id, found, twin)
    return key_id


def _registered_already(wanted: Wanted) -> Conflict:
    return Conflict(
        f"key {wanted.reference!r} of provider {wanted.provider['name']!r} is registered already"
    )


def set_key_status(call: Call, key_id: int, status: str) -> None:
    """Retire, disable or re-activate a key; warn of wrappers that close by it."""
    one_of(status, _STATUSES, "the status of a key is")
    rows = call.execute(kms_keys.KEYS, [key_id])
    if not rows:
        raise NotFound(f"there is no KMS key {key_id}")
    if rows[0]["status"] == status:
        return
    # It waits for no wrap in flight; one that commits later is found by the next count.
    if not call.execute(kms_keys.SET_KEY_STATUS, key_id, status):
        raise messages.old_snapshot()
    access.audit(call, "set_kms_key_status", f"key {key_id}", old=rows[0]["status"], new=status)
    if status == "disabled":
        _warn_of_closed(call, key_id)


def _warn_of_closed(call: Call, key_id: int) -> None:
    """Warn of wrappers that a disabled key closes: of all, or where there are many the latest."""
    legs = call.execute(kms_keys.LEGS_UNDER_KEY, key_id)[0]
    if legs["needed"] or legs["either"] or legs["is_part"]:
        of_latest = f"of the latest {kms_keys.COUNTED} wrappers, " if legs["is_part"] else ""
        messages.warning(
            f"key {key_id} is disabled: {of_latest}{legs['needed']} wrappers no longer open, "
            f"{legs['either']} open by their other leg only",
            hint=f"kw.set_kms_key_status({key_id}, 'retired') lets it open but not wrap. "
            "kw.key_usage counts all wrappers, also those that are committed later.",
        )
