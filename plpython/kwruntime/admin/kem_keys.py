"""KEM keys, as administrators make and register them. Audited. Runs as the owner."""

from uuid import uuid4

from kwshared.keyfile import thumbprint

from kwruntime.admin import existing
from kwruntime.admin.arguments import check_reference, kem_named
from kwruntime.admin.existing import Wanted
from kwruntime.admin.kms import BRANCH, check_enabled, provider_for_key, provider_row, register
from kwruntime.call import Call
from kwruntime.crypto import kem
from kwruntime.errors import BadArgument, Conflict
from kwruntime.keys import keyring, unwrap
from kwruntime.keys.graph import MAX_DEPTH, KeyGraph, lock_keys
from kwruntime.keys.private_keys import seal_private_key
from kwruntime.kms.providers import KeyDescription, provider_for
from kwruntime.seals.changing import added
from kwruntime.store import kem_private_keys, key_dependencies, sealed_rows


def create_kem_key(
    call: Call, reference: str, algorithm: str, sealed_by: int, if_not_exists: bool
) -> int:
    """Make a KEM key whose private key is sealed under another key, and register it."""
    kem_key = kem_named(algorithm)
    check_reference(reference)
    sealing = keyring.key(call, sealed_by)
    wanted = Wanted(
        provider_row(call, sealing.provider), reference, "wrap", kem_key.name, True, sealed_by
    )
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known
    call.execute(key_dependencies.LOCK_KEY_GRAPH)
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known  # another session was faster
    lock_keys(call, [sealed_by])
    sealing = keyring.key(call, sealed_by)
    if KeyGraph(call).depth(sealed_by) >= MAX_DEPTH:
        raise Conflict(f"key hierarchy below {sealing.label} would be too deep")
    private = kem.generate(kem_key)
    public, key_uuid = kem.public_of(kem_key, private), uuid4()
    sealed = seal_private_key(
        sealing, unwrap.provider_of(call, sealing), kem_key, key_uuid, private
    )
    made = KeyDescription(thumbprint(kem_key.name, public), kem_key.name, public)
    key_id = register(call, wanted, made, key_uuid)
    call.execute(kem_private_keys.ADD_PRIVATE_KEY, key_id, sealed_by, sealed)
    added(call, sealed_rows.PRIVATE_KEYS, [key_id])
    return key_id


def add_kem_key(
    call: Call, provider: str, reference: str, algorithm: str, public: bytes, if_not_exists: bool
) -> int:
    """Register a KEM key by its public key: its private key may be elsewhere."""
    row = provider_for_key(call, provider, "wrap")
    if row["kind"] == BRANCH:
        raise BadArgument(
            "a branch cannot hold a KEM key", hint="Name the provider that is to hold it."
        )
    kem_key = kem_named(algorithm)
    check_reference(reference)
    kem.check_public(kem_key, public)
    wanted = Wanted(row, reference, "wrap", kem_key.name, True, public_key=public)
    if if_not_exists and (known := existing.key(call, wanted)) is not None:
        return known
    check_enabled(row)
    provider_for(call.session, row["name"], row["kind"]).check_reference(reference)
    found = KeyDescription(thumbprint(kem_key.name, public), kem_key.name, public)
    return register(call, wanted, found, if_not_exists=if_not_exists)
