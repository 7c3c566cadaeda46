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

from kwruntime import keyring, queries, spi
from kwruntime.envelope import DEK_BYTES
from kwruntime.errors import KwError, ProviderError, ProviderUnreachable
from kwruntime.keyring import KmsKey
from kwruntime.providers import KeyName, Provider, WrapItem, provider_for
from kwruntime.root_names import Root, united

_COMPARING_SECONDS = 20.0


def of(key: KmsKey) -> Root:
    """Return the root that a key is."""
    known = keyring.known_roots
    if key.id not in known:
        known |= united(spi.execute(queries.ROOTS))
    return known[key.id]


def forget() -> None:
    """Have the next look read what is there: it changed within this call."""
    keyring.known_roots.clear()


# -- what the KMSs show -----------------------------------------------------------------------


def twin_of(provider: Provider, kind: str, name: KeyName) -> KmsKey | None:
    """Return a registered key of the same kind that opens what another one wraps.

    That is: it has the same material, imported, restored, replicated or cloned. A KMS that does
    not answer tells nothing.
    """
    others = [row["id"] for row in spi.execute(queries.KEYS_OF_KIND, kind)]
    if not others or not provider.opens_copies:
        return None
    made = _canary(provider, name)
    if made is None:
        return None
    end, skipped = monotonic() + _COMPARING_SECONDS, set[str]()
    for key_id in others:
        other = keyring.key(key_id)
        if other.provider in skipped or monotonic() > end:
            skipped.add(other.provider)
            continue
        try:
            if _opens(other, *made):
                return other
        except ProviderUnreachable:
            skipped.add(other.provider)
    if skipped:
        spi.warning(
            f"key {name.reference!r} was not compared with the keys of "
            f"{', '.join(map(repr, sorted(skipped)))}: they did not answer in time",
            hint="If one of them has the same key material, use kw.declare_shared_root.",
        )
    return None


def twins(keys: Sequence[KmsKey]) -> list[tuple[KmsKey, KmsKey]]:
    """Return the pairs among keys that have one material and do not count as one root yet."""
    found = []
    wraps: dict[int, tuple[WrapItem, bytes] | None] = {}
    for one, other in combinations(keys, 2):
        if one.kind != other.kind or of(one) == of(other):
            continue
        if one.id not in wraps:
            wraps[one.id] = _wrapped_by(one)
        wrap = wraps[one.id]
        with suppress(ProviderUnreachable):
            if wrap is not None and _opens(other, *wrap):
                found.append((one, other))
    return found


def uuid_of(key: KmsKey) -> UUID:
    """Return what a key that was found to be the same root is given, too."""
    return UUID(str(spi.execute(queries.ROOT_UUID, key.id)[0]["root_uuid"]))


def _wrapped_by(key: KmsKey) -> tuple[WrapItem, bytes] | None:
    try:
        provider = provider_for(key.provider, key.kind)
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


def _opens(other: KmsKey, item: WrapItem, holds: bytes) -> bool:
    try:
        (opened,) = provider_for(other.provider, other.kind).unwrap_many(other.name, [item])
    except ProviderUnreachable:
        raise
    except KwError:
        return False
    return opened == holds
