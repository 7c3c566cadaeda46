"""Wrappers wrapped: every leg of every one, under keys that the caller has locked."""

from collections.abc import Sequence

from kwruntime.call import Call
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import Leg, Mode
from kwruntime.errors import ProviderError
from kwruntime.keys.failures import renamed
from kwruntime.keys.keyring import key
from kwruntime.keys.opened import PendingWrapper, Wrapped
from kwruntime.keys.unwrap import BATCH, provider_of
from kwruntime.kms.providers import WrapItem, suite_of
from kwruntime.postgres.interrupts import check_interrupts


def wrap_many(
    call: Call,
    pending: Sequence[PendingWrapper],
    mode: Mode,
    key_ids: Sequence[int],
    kept: Sequence[bytes | None] = (None, None),
) -> list[Wrapped]:
    """Wrap every leg of every envelope under ``key_ids`` (one a leg, locked by the caller).

    A leg that has a wrap in ``kept`` keeps it, and its KMS is not called.
    """
    wrapped: list[Wrapped] = []
    for start in range(0, len(pending), BATCH):
        check_interrupts()
        wrapped += _wrap_batch(call, pending[start : start + BATCH], mode, key_ids, kept)
    return wrapped


def _wrap_batch(
    call: Call,
    pending: Sequence[PendingWrapper],
    mode: Mode,
    key_ids: Sequence[int],
    kept: Sequence[bytes | None],
) -> list[Wrapped]:
    keys = [key(call, key_id) for key_id in key_ids]
    packed = [item.sealed.body if item.sealed else item.payload.pack() for item in pending]
    shares = [envelope.bodies(mode, body) for body in packed]
    wraps: list[list[bytes]] = [[] for _ in pending]
    legs: list[list[Leg]] = [[] for _ in pending]
    for number, kms_key in enumerate(keys):
        items = []
        for index, item in enumerate(pending):
            leg = Leg(number + 1, item.versions[number], kms_key.key_uuid, suite_of(kms_key.kind))
            legs[index].append(leg)
            context = envelope.context(
                item.uuid,
                leg,
                mode,
                len(packed[index]),
                item.payload.dek_class,
                item.commitment,
                item.layers.digest,
            )
            items.append(WrapItem(item.uuid.bytes, shares[index][number], context))
        keep = kept[number]
        if keep is not None:
            made = [keep]
        else:
            kms_key.check_wraps_legs()
            try:
                made = provider_of(call, kms_key).wrap_many(kms_key.name, items)
            except ProviderError as error:
                raise renamed(
                    error,
                    f"leg {number + 1}, {kms_key.label}, does not wrap: {error.message}",
                    error.hint or "Nothing was stored: every leg has to be wrapped.",
                ) from None
        for index, wrap in enumerate(made):
            wraps[index].append(wrap)
    return [
        Wrapped(
            wraps[index],
            envelope.suite_text(
                mode,
                item.payload.dek_class,
                legs[index],
                len(item.payload.dek),
                item.commitment,
                item.layers.text,
            ),
        )
        for index, item in enumerate(pending)
    ]
