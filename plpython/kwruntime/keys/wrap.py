"""Wrappers wrapped: every leg of every one, under keys that the caller has locked."""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import ContextFrame, Leg, Mode
from kwruntime.errors import ProviderError, ProviderUnreachable
from kwruntime.keys.failures import Unreachable, renamed
from kwruntime.keys.keyring import key
from kwruntime.keys.opened import PendingWrapper, Wrapped
from kwruntime.keys.unwrap import BATCH, provider_of
from kwruntime.kms.providers import WrapItem, suite_of
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.store.kms_keys import KmsKey


def wrap_many(
    call: Call,
    pending: Sequence[PendingWrapper],
    mode: Mode,
    key_ids: Sequence[int],
    renews: Sequence[bool] = (True, True),
    *,
    replaces: bool = False,
) -> list[Wrapped]:
    """Wrap every leg of every envelope under ``key_ids`` (one a leg, locked by the caller).

    A leg that ``renews`` leaves out keeps its wrap, and its KMS is not called. Wraps that are to
    replace others are opened again.
    """
    wrapped: list[Wrapped] = []
    for start in range(0, len(pending), BATCH):
        check_interrupts()
        part = pending[start : start + BATCH]
        wrapped += _wrap_batch(call, part, mode, key_ids, renews, replaces=replaces)
    return wrapped


class _Frame(NamedTuple):
    """What wrappers of the same versions, length and layers have in common."""

    contexts: tuple[ContextFrame, ...]
    suite_start: str

    @classmethod
    def of(cls, item: PendingWrapper, length: int, mode: Mode, keys: Sequence[KmsKey]) -> "_Frame":
        """Make it for one of them, whose body has ``length`` bytes."""
        layers = item.layers
        digest = layers.digest(item.form)
        legs = [
            Leg(number, version, kms_key.key_uuid, suite_of(kms_key.kind))
            for number, (version, kms_key) in enumerate(zip(item.versions, keys, strict=True), 1)
        ]
        contexts = (
            ContextFrame.of(item.form, leg, mode, length, item.dek_class, digest) for leg in legs
        )
        dek_bytes = envelope.dek_bytes_of(item.packed)
        start = envelope.suite_start(item.form, mode, item.dek_class, legs, dek_bytes, layers.text)
        return cls(tuple(contexts), start)


def _wrap_batch(
    call: Call,
    pending: Sequence[PendingWrapper],
    mode: Mode,
    key_ids: Sequence[int],
    renews: Sequence[bool],
    *,
    replaces: bool,
) -> list[Wrapped]:
    keys = [key(call, key_id) for key_id in key_ids]
    bodies = [item.sealed.body if item.sealed else item.packed for item in pending]
    shares = [envelope.bodies(mode, body) for body in bodies]
    frames = _frames(pending, bodies, mode, keys)
    wraps: list[Sequence[bytes | None]] = []
    for number, kms_key in enumerate(keys):
        if not renews[number]:
            wraps.append([None] * len(pending))
            continue
        kms_key.check_wraps_legs()
        parts = [
            (
                item.wrapper,
                share[number],
                frame.contexts[number].context(item.wrapper, item.commitment),
                item.form,
            )
            for item, share, frame in zip(pending, shares, frames, strict=True)
        ]
        items = list(map(WrapItem._make, parts))
        try:
            made = _wrapped_leg(call, kms_key, items, replaces=replaces)
        except ProviderError as error:
            failure = renamed(
                error,
                f"leg {number + 1} could not be wrapped by {kms_key.label}: {error.message}",
                error.hint or "Repeat the call when every leg can be wrapped.",
            )
            failure.leg = number
            raise failure from None
        wraps.append(made)
    return [
        Wrapped(list(made), frame.suite_start + envelope.suite_end(item.commitment))
        for item, frame, made in zip(pending, frames, zip(*wraps, strict=True), strict=True)
    ]


def _wrapped_leg(
    call: Call, kms_key: KmsKey, items: Sequence[WrapItem], *, replaces: bool
) -> Sequence[bytes]:
    """Wrap a leg of each. A provider that did not answer in this call is not waited for again."""
    unreachable = call.of(Unreachable).providers
    if kms_key.provider in unreachable:
        raise unreachable[kms_key.provider]
    provider = provider_of(call, kms_key)
    try:
        made = provider.wrap_many(kms_key.name, items)
        if replaces:
            provider.check_wraps(kms_key.name, items, made)
    except ProviderUnreachable as error:
        if not kms_key.is_branch:
            unreachable[kms_key.provider] = error
        raise
    return made


def _frames(
    pending: Sequence[PendingWrapper], bodies: Sequence[bytes], mode: Mode, keys: Sequence[KmsKey]
) -> list[_Frame]:
    """Return the frame of each wrapper; those that are alike share one."""
    made: dict[tuple[object, ...], _Frame] = {}
    frames = []
    for item, body in zip(pending, bodies, strict=True):
        layers = item.sealed.layers.text if item.sealed else None
        alike = (item.form, item.versions, item.dek_class, len(item.packed), len(body), layers)
        frame = made.get(alike)
        if frame is None:
            frame = made[alike] = _Frame.of(item, len(body), mode, keys)
        frames.append(frame)
    return frames
