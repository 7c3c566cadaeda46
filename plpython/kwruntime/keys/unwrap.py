"""Wrappers opened: leg by leg, each key once, whatever fails told by name."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import (
    BadArgument,
    InternalError,
    KwError,
    NotFound,
    ProviderError,
    ProviderRefused,
    ProviderUnreachable,
    Throttled,
)
from kwruntime.keys.absent import check_there, opened_keys
from kwruntime.keys.branch_keys import BranchKeys, BranchProvider
from kwruntime.keys.failures import Unreachable, as_provider_error
from kwruntime.keys.graph import MAX_DEPTH, KeyGraph
from kwruntime.keys.keyring import key, with_layers
from kwruntime.keys.opened import Opened
from kwruntime.keys.opening import Check, LayerKeys, LegNotSealed, Opening, unchecked
from kwruntime.kms.breaker import Breakers, Skipped
from kwruntime.kms.providers import Provider, WrapItem, provider_for
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.postgres.messages import attempt
from kwruntime.store.key_wrapper_layers import NONE_STORED
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey

BATCH = 1000  # wrappers between two looks for a cancel


def provider_of(call: Call, kms_key: KmsKey, above: tuple[UUID, ...] = ()) -> Provider:
    """Return what wraps and opens by a key, for a wrapper beneath the branches ``above``."""
    check_there(call, kms_key)
    if kms_key.is_branch:
        return BranchProvider(call, above, lambda row, path: open_many(call, [row], path)[0])
    return provider_for(call.session, kms_key.provider, kms_key.kind)


def open_many(
    call: Call,
    rows: Sequence[WrapperRow],
    above: tuple[UUID, ...] = (),
    check: Check = unchecked,
) -> list[Opened | KwError]:
    """Open wrappers: leg by leg, each key once. What fails stands in its place, as an error."""
    opened: list[Opened | KwError] = []
    for start in range(0, len(rows), BATCH):
        check_interrupts()
        opened += _open_batch(call, rows[start : start + BATCH], above, check)
    return opened


def _open_batch(
    call: Call, rows: Sequence[WrapperRow], above: tuple[UUID, ...], check: Check
) -> list[Opened | KwError]:
    results: list[Opened | KwError | None] = [None] * len(rows)
    jobs: list[Opening] = []
    rows, stored = with_layers(call, rows)
    privates = LayerKeys(call, lambda sealing: provider_of(call, sealing, above))
    for index, row in enumerate(rows):
        try:
            layers, legs = stored.get(row.id, NONE_STORED), check(row)
            jobs.append(Opening(call, index, row, layers, privates, sealed_legs=legs))
        except KwError as error:
            results[index] = error
    for number in (0, 1):
        _open_leg(call, number, [job for job in jobs if job.wants(number)], above, patient=False)
    for number in (0, 1):  # a leg that was skipped is better than none
        _open_leg(
            call, number, [job for job in jobs if job.was_skipped(number)], above, patient=True
        )
    for job in jobs:
        results[job.index] = job.result()
    return [result for result in results if result is not None]


def _open_leg(
    call: Call,
    number: int,
    jobs: Sequence[Opening],
    above: tuple[UUID, ...],
    *,
    patient: bool,
) -> None:
    """Open one leg of wrappers, each key once.

    Not ``patient``, and mode ``either``: a KMS that has just failed is skipped.
    """
    asks_again = call.of(Unreachable).asks_again
    groups: dict[tuple[int, bool], list[Opening]] = defaultdict(list)
    for job in jobs:
        if not job.is_leg_sealed(number):
            job.take(number, LegNotSealed())
            continue
        may_skip = (job.mode is Mode.EITHER and not patient) or not asks_again
        groups[job.row.keys[number], may_skip].append(job)
    for (key_id, may_skip), group in groups.items():
        skipped = skip(call, key_id) if may_skip else None
        bodies = (
            [skipped] * len(group) if skipped else unwrap_leg(call, key_id, number, group, above)
        )
        for job, body in zip(group, bodies, strict=True):
            job.take(number, body)


def skip(call: Call, key_id: int, depth: int = MAX_DEPTH) -> Skipped | None:
    """Why not to ask the provider of a key, or those above a branch, just now, if so."""
    try:
        found = key(call, key_id)
        if not found.is_branch:
            return _failed_now(call, found.provider) or call.session.of(Breakers).skip(
                found.provider
            )
        if depth == 0 or opened_keys(call).of(BranchKeys).is_fresh(found.reference):
            return None
        branch = KeyGraph(call).branch(found)
        legs = [skip(call, leg, depth - 1) for leg in branch.legs]
        needed = branch.mode.needed
    except KwError:
        return None  # asking it says why
    skipped = [leg for leg in legs if leg is not None]
    if skipped and len(legs) - len(skipped) < needed:
        return skipped[0]
    return None


def _failed_now(call: Call, provider: str) -> Skipped | None:
    """Return how a provider failed in this call, which says more than that it just failed."""
    known = call.of(Unreachable)
    failure = known.providers.get(provider) or known.throttled.get(provider)
    if failure is None:
        return None
    skipped = Skipped(failure.message, hint=failure.hint, detail=failure.detail)
    skipped.sqlstate = failure.sqlstate
    return skipped


def unwrap_leg(
    call: Call, key_id: int, number: int, group: Sequence[Opening], above: tuple[UUID, ...]
) -> Sequence[bytes | ProviderError]:
    """Open a leg of each, or say why not: a provider that fails in any way fails its leg only."""
    found = attempt(lambda: _ask_for_leg(call, key_id, number, group, above))
    match found:
        case ProviderError():
            return [found] * len(group)
        case BadArgument() | NotFound():
            return [ProviderRefused(found.message, hint=found.hint)] * len(group)
        case InternalError():
            return [as_provider_error(found)] * len(group)
        case KwError():
            raise found
    return found


def _ask_for_leg(
    call: Call, key_id: int, number: int, group: Sequence[Opening], above: tuple[UUID, ...]
) -> Sequence[bytes | ProviderError]:
    kms_key = key(call, key_id)
    kms_key.check_opens()
    if kms_key.is_kem:
        raise ProviderRefused(f"{kms_key.label} is a KEM key, which cannot open a leg")
    failed = call.of(Unreachable)
    failure = failed.providers.get(kms_key.provider) or failed.of_keys.pop(key_id, None)
    if failure is not None:
        return [failure] * len(group)
    provider = provider_of(call, kms_key, above)
    items = [
        WrapItem(
            job.row.uuid.bytes,
            job.row.wraps[number],
            job.context(number, kms_key, provider),
            job.form,
        )
        for job in group
    ]
    return ask(call, kms_key, provider, items)


def ask(
    call: Call, kms_key: KmsKey, provider: Provider, items: Sequence[WrapItem]
) -> Sequence[bytes | ProviderError]:
    """Have wraps opened, and note whether the KMS answered; raises ``ProviderError``."""
    try:
        opened = provider.unwrap_many(kms_key.name, items)
    except (ProviderUnreachable, Throttled) as error:
        call.session.of(Breakers).failed(kms_key.provider)
        if isinstance(error, ProviderUnreachable):
            call.of(Unreachable).providers[kms_key.provider] = error
        else:
            call.of(Unreachable).throttled[kms_key.provider] = error
        raise
    call.session.of(Breakers).answered(kms_key.provider)
    return opened
