"""The KMS keys that calls use: looked up once an epoch, locked against a change of status."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from kwruntime.call import Call
from kwruntime.errors import NotFound, ProviderError
from kwruntime.postgres.backend import keeps_snapshot
from kwruntime.postgres.messages import old_snapshot
from kwruntime.session import Epoch
from kwruntime.store import key_wrapper_layers, kms_keys
from kwruntime.store.key_wrapper_layers import StoredLayers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey

_NO_KEY = UUID(int=0)


class KnownKeys:
    """Rows of kms_keys by their ids, and whether each, and what is above it, may open."""

    def __init__(self, _: Epoch) -> None:
        self.rows: dict[int, KmsKey] = {}
        self.usable: dict[int, ProviderError | None] = {}


def key(call: Call, key_id: int) -> KmsKey:
    """Return a key; raises ``NotFound``."""
    known = call.epoch.of(KnownKeys).rows
    found = known.get(key_id)
    if found is None:
        rows = call.execute(kms_keys.KEYS, [key_id])
        if not rows:
            raise NotFound(f"KMS key {key_id} does not exist")
        found = known[key_id] = KmsKey.of(rows[0])
    return found


def about(call: Call, key_id: int, message: str) -> str:
    """Return a message with the key that it is about before it, if it does not begin with that."""
    found = call.epoch.of(KnownKeys).rows.get(key_id)
    if found is None or message.startswith(found.label):
        return message
    return f"{found.label}: {message}"


def uuid_of_key(call: Call, key_id: int | None) -> UUID:
    """Return the key_uuid of a layer's key; where there is none, one that no digest is of."""
    try:
        return key(call, key_id or 0).key_uuid
    except NotFound:
        return _NO_KEY


def lock_rows(call: Call, key_ids: Iterable[int]) -> None:
    """Lock rows of keys to the end of the transaction, and know them as they are now."""
    wanted = sorted(set(key_ids))
    rows = call.execute(kms_keys.LOCK_KEYS, wanted)
    if keeps_snapshot():  # then a lock may give a row as it was, or miss it
        if len(rows) < len(wanted):
            raise old_snapshot()
        rows = call.execute(kms_keys.KEYS, wanted)
    known = call.epoch.of(KnownKeys).rows
    for row in rows:
        known[row["id"]] = KmsKey.of(row)


def stored_layers(call: Call, rows: Sequence[WrapperRow]) -> dict[int, StoredLayers]:
    """Return the layers of wrappers, by the wrapper's id."""
    return key_wrapper_layers.stored_layers(call, rows, lambda one: uuid_of_key(call, one))


def with_layers(
    call: Call, rows: Sequence[WrapperRow]
) -> tuple[Sequence[WrapperRow], dict[int, StoredLayers]]:
    """Return rows and their layers as they belong together: ``key_wrapper_layers.with_layers``."""
    return key_wrapper_layers.with_layers(call, rows, lambda one: uuid_of_key(call, one))
