"""Which keys are one root: what their ids tell, what was found, what an admin declared.

Modes promise something of roots, so two names of one key material must count as one. Runs as the
owner.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations
from time import monotonic
from uuid import UUID, uuid4

from kwruntime.call import Call
from kwruntime.crypto.envelope import DEK_BYTES
from kwruntime.errors import KwError, ProviderError, ProviderUnreachable
from kwruntime.keys import keyring
from kwruntime.kms.providers import KeyName, Provider, WrapItem, provider_for
from kwruntime.postgres import messages
from kwruntime.rules.root_names import Root, united
from kwruntime.session import Epoch
from kwruntime.store import kms_keys
from kwruntime.store.kms_keys import KmsKey

_COMPARING_SECONDS = 20.0


class KnownRoots:
    """Which root each key is, by the key's id."""

    def __init__(self, _: Epoch) -> None:
        self.of_keys: dict[int, Root] = {}


def of(call: Call, key: KmsKey) -> Root:
    """Return the root that a key is."""
    roots = call.epoch.of(KnownRoots)
    if key.id not in roots.of_keys:
        roots.of_keys |= united(call.execute(kms_keys.ROOTS))
    return roots.of_keys[key.id]


def forget(call: Call) -> None:
    """Have the next look read what is there: it changed within this call."""
    call.epoch.of(KnownRoots).of_keys.clear()


# -- what the KMSs show -----------------------------------------------------------------------


def twin_of(call: Call, provider: Provider, kind: str, name: KeyName) -> KmsKey | None:
    """Return a registered key of the same kind that opens what another one wraps.

    That is: it has the same material, imported, restored, replicated or cloned. A KMS that does
    not answer tells nothing.
    """
    others = [row["id"] for row in call.execute(kms_keys.KEYS_OF_KIND, kind)]
    if not others or not provider.opens_copies:
        return None
    made = _canary(provider, name)
    if made is None:
        return None
    end, skipped = monotonic() + _COMPARING_SECONDS, set[str]()
    for key_id in others:
        other = keyring.key(call, key_id)
        if other.provider in skipped or monotonic() > end:
            skipped.add(other.provider)
            continue
        try:
            if _opens(call, other, *made):
                return other
        except ProviderUnreachable:
            skipped.add(other.provider)
    if skipped:
        messages.warning(
            f"key {name.reference!r} was not compared with the keys of "
            f"{', '.join(map(repr, sorted(skipped)))}: they did not answer in time",
            hint="If one of them has the same key material, use kw.declare_shared_root.",
        )
    return None


def twins(call: Call, keys: Sequence[KmsKey]) -> list[tuple[KmsKey, KmsKey]]:
    """Return the pairs among keys that have one material and do not count as one root yet."""
    found = []
    wraps: dict[int, tuple[WrapItem, bytes] | None] = {}
    for one, other in combinations(keys, 2):
        if one.kind != other.kind or of(call, one) == of(call, other):
            continue
        if one.id not in wraps:
            wraps[one.id] = _wrapped_by(call, one)
        wrap = wraps[one.id]
        with suppress(ProviderUnreachable):
            if wrap is not None and _opens(call, other, *wrap):
                found.append((one, other))
    return found


def uuid_of(call: Call, key: KmsKey) -> UUID:
    """Return what a key that was found to be the same root is given, too."""
    return UUID(str(call.execute(kms_keys.ROOT_UUID, key.id)[0]["root_uuid"]))


def _wrapped_by(call: Call, key: KmsKey) -> tuple[WrapItem, bytes] | None:
    try:
        provider = provider_for(call.session, key.provider, key.kind)
    except KwError:
        return None
    return _canary(provider, key.name) if provider.opens_copies else None


def _canary(provider: Provider, name: KeyName) -> tuple[WrapItem, bytes] | None:
    """Return a wrap by a key, and what it holds; None where the key does not wrap."""
    canary = WrapItem(uuid4(), os.urandom(DEK_BYTES), b"kwtools canary")
    try:
        (wrap,) = provider.wrap_many(name, [canary])
    except ProviderError:
        return None
    return canary._replace(data=wrap), canary.data


def _opens(call: Call, other: KmsKey, item: WrapItem, holds: bytes) -> bool:
    try:
        (opened,) = provider_for(call.session, other.provider, other.kind).unwrap_many(
            other.name, [item]
        )
    except ProviderUnreachable:
        raise
    except KwError:
        return False
    return opened == holds
