"""Which keys are one root, and whether keys can keep what a mode promises of roots.

A root is known by what its ids tell, what was found, and what an admin declared: two names of one
key material must count as one. Runs as the owner.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import combinations, product
from time import monotonic
from typing import TypeAlias
from uuid import UUID, uuid4

from kwruntime.call import Call
from kwruntime.crypto.envelope import DEK_BYTES, Mode
from kwruntime.errors import KeysNotIndependent, KwError, ProviderError, ProviderUnreachable
from kwruntime.escapes import quoted
from kwruntime.keys import keyring
from kwruntime.keys.graph import KeyGraph
from kwruntime.kms.providers import KeyName, Provider, WrapItem, provider_for
from kwruntime.postgres import messages
from kwruntime.rules.root_names import Root, united
from kwruntime.session import Epoch
from kwruntime.store import kms_keys
from kwruntime.store.kms_keys import KmsKey

_COMPARING_SECONDS = 20.0

NameOf: TypeAlias = Callable[[Call, KmsKey], str]


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


def kms_of(call: Call, key: KmsKey) -> str:
    """Return the KMS that a key is in, for people: its provider or, of key files, their folder."""
    if key.kind == "local":
        with suppress(KwError):
            return f"folder {provider_for(call.session, key.provider, key.kind).location}"
    return f'provider "{key.provider}"'


def forget(call: Call) -> None:
    """Have the next look read what is there: it changed within this call."""
    call.epoch.of(KnownRoots).of_keys.clear()


# -- modes ------------------------------------------------------------------------------------


def root_sets(
    call: Call, graph: KeyGraph, key_id: int, steps: int = 0, *, named: NameOf = of
) -> set[frozenset[Root]]:
    """Return the smallest sets of roots that open what is wrapped under a key.

    ``named`` is by what a key that nothing opens is told from others: which root it is, or where.
    """
    kms_key = graph.key(key_id)
    graph.check_steps(kms_key, steps)
    above = graph.next_above(key_id)
    if not above:
        return {frozenset({named(call, kms_key)})}

    def sets_of(keys: Sequence[int]) -> list[set[frozenset[Root]]]:
        return [root_sets(call, graph, one, steps + 1, named=named) for one in keys]

    if not kms_key.is_branch:
        return _combined(sets_of(above), len(above))
    branch = graph.branch(kms_key)
    legs, layers = sets_of(branch.legs), sets_of(branch.layers)
    return _combined([_combined(legs, branch.mode.needed), *layers], 1 + len(layers))


def _combined(parts: Sequence[set[frozenset[Root]]], needed: int) -> set[frozenset[Root]]:
    """Return the smallest sets of roots that open as many of the parts as are needed."""
    sets: set[frozenset[Root]] = set()
    for some in combinations(parts, needed):
        sets |= {frozenset[Root]().union(*chosen) for chosen in product(*some)}
    return {found for found in sets if not any(other < found for other in sets)}


def are_independent(call: Call, graph: KeyGraph, mode: Mode, key_ids: Sequence[int]) -> bool:
    """Whether keys can keep the promise of a mode.

    ``both``: no root opens it alone. ``either``: it survives the loss of any one root.
    """
    return not too_powerful(call, graph, mode, key_ids)


def too_powerful(
    call: Call, graph: KeyGraph, mode: Mode, key_ids: Sequence[int], *, named: NameOf = of
) -> frozenset[Root]:
    """Return the roots, as ``named`` by ``root_sets``, each of which alone breaks a mode's promise.

    ``both``: it opens the wrapper alone. ``either``: its loss leaves nothing that opens it.
    """
    parts = [root_sets(call, graph, key_id, named=named) for key_id in key_ids]
    sets = _combined(parts, mode.needed)
    if mode is Mode.BOTH:
        return frozenset[Root]().union(*(found for found in sets if len(found) == 1))
    if mode is Mode.EITHER:
        return frozenset.intersection(*sets)
    return frozenset()


def check_independent(call: Call, mode: Mode, key_ids: Sequence[int]) -> None:
    """Raise ``KeysNotIndependent`` where the keys cannot keep the mode's promise."""
    graph = KeyGraph(call)
    if are_independent(call, graph, mode, key_ids):
        return
    labels = " and ".join(graph.key(key_id).label for key_id in key_ids)
    broken = (
        "One root key alone could open the wrapper."
        if mode is Mode.BOTH
        else "The loss of one root key would make both legs unusable."
    )
    raise KeysNotIndependent(
        f'mode "{mode}" requires keys with independent roots, not {labels}',
        detail=broken,
        hint="Choose keys that depend on different root keys, preferably in different KMSs.",
    )


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
            f'key "{name.reference}" was not compared with the keys of '
            f"{quoted(sorted(skipped))}: these did not answer in time",
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
    canary = WrapItem(uuid4().bytes, os.urandom(DEK_BYTES), b"kwtools canary")
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
