"""The digests of legs that the seals of wrappers contain. No KMS is asked."""

from collections.abc import Sequence

from kwruntime.call import Call
from kwruntime.crypto import envelope, seals
from kwruntime.crypto.envelope import DIRECT_OVERHEAD, DIRECT_WRAP, Leg, LegKeyWrap
from kwruntime.crypto.formats import BY_NAME
from kwruntime.errors import KwError
from kwruntime.keys.keyring import key, with_layers
from kwruntime.kms.providers import suite_of
from kwruntime.store.key_wrapper_layers import NONE_STORED, StoredLayers
from kwruntime.store.key_wrappers import WrapperRow


def of_wrappers(call: Call, rows: Sequence[WrapperRow]) -> dict[int, tuple[bytes, ...]]:
    """Return the digest of each leg of wrappers, by id; none for a row that is not a wrapper's."""
    rows, stored = with_layers(call, rows)
    return {row.id: _of_row(call, row, stored.get(row.id, NONE_STORED)) for row in rows}


def of_leg(call: Call, row: WrapperRow, stored: StoredLayers, number: int) -> bytes | None:
    """Return the digest of one leg, from 0; null for a row that is not a wrapper's."""
    legs = _of_row(call, row, stored)
    return legs[number] if number < len(legs) else None


def _of_row(call: Call, row: WrapperRow, stored: StoredLayers) -> tuple[bytes, ...]:
    if row.status == "invalid":
        return (seals.DESTROYED_LEG,) * len(row.keys)
    if not stored.are_of(row):
        return ()
    form = BY_NAME.get(row.format or "")
    try:
        mode = row.known_mode()
        commitment = bytes.fromhex(row.commitment or "")
        keys = [key(call, key_id) for key_id in row.keys]
    except (KwError, ValueError):
        return ()
    if form is None:
        return ()
    digests = []
    for number, (kms_key, version, wrap) in enumerate(
        zip(keys, row.versions, row.wraps, strict=True), 1
    ):
        suite = suite_of(kms_key.kind)
        leg = Leg(number, version, kms_key.key_uuid, suite)
        length = _body_bytes(suite, wrap)
        digest = stored.layers.digest(form)
        context = envelope.context(
            form, row.uuid, leg, mode, length, row.dek_class, commitment, digest
        )
        digests.append(seals.leg_digest(context, wrap))
    return tuple(digests)


def _body_bytes(suite: str, wrap: bytes) -> int:
    if suite == DIRECT_WRAP:
        return max(0, len(wrap) - DIRECT_OVERHEAD)
    return max(0, LegKeyWrap.body_bytes(wrap))
