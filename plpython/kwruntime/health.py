"""Health: whether KMS keys wrap and open now. Runs as the owner."""

from collections.abc import Iterable, Iterator
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

from kwruntime import audit, keyring, queries, spi
from kwruntime.errors import KeyLost, KwError, ProviderUnreachable
from kwruntime.keyring import KmsKey

UP, DEGRADED, DOWN = "up", "degraded", "down"


class Health(NamedTuple):
    """What a probe found of a key; no latency where its provider was not asked."""

    key: KmsKey
    status: str
    latency_ms: int | None
    error: KwError | None


def check(key_id: int | None) -> list[dict[str, Any]]:
    """Probe one key, or all active ones; record and return what was found."""
    keyring.at_epoch()
    if key_id is None:
        keys = list(active_keys())
    else:
        keys = [keyring.key(key_id)]
        keys[0].check_wraps()
    rows = [
        {
            "kms_key_id": found.key.id,
            "provider": found.key.provider,
            "external_key_ref": found.key.reference,
            "status": found.status,
            "latency_ms": found.latency_ms,
            "error": found.error and spi.storable(f"{found.error.sqlstate}: {found.error.message}"),
        }
        for found in probes(keys)
    ]
    if not spi.execute(queries.IS_READ_ONLY)[0]["is_read_only"]:
        columns = ("kms_key_id", "status", "latency_ms", "error")
        spi.execute(queries.ADD_HEALTH, *([row[name] for row in rows] for name in columns))
        spi.execute(queries.FORGET_HEALTH, keyring.setting("health_days"))
        audit.forget(keyring.setting("audit_days"))
    return rows


def active_keys() -> Iterator[KmsKey]:
    """Return every key that may wrap now."""
    for row in spi.execute(queries.ALL_KEYS):
        key = keyring.key(row["id"])
        try:
            key.check_wraps()
        except KwError:
            continue
        yield key


def probes(keys: Iterable[KmsKey]) -> Iterator[Health]:
    """Probe keys. A provider that cannot be reached is not asked for the next of its keys."""
    unreachable: dict[str, KwError] = {}
    for key in keys:
        if key.provider in unreachable:
            yield Health(key, DOWN, None, unreachable[key.provider])
            continue
        start = monotonic()
        error = spi.attempt(partial(keyring.probe, key))
        if isinstance(error, ProviderUnreachable) and not key.is_branch:
            unreachable[key.provider] = error
        took = round((monotonic() - start) * 1000)
        slow = took > keyring.setting("degraded_ms")
        # A KEM key without its private key does half of its work, as a collector wants it.
        seals_only = key.is_kem and isinstance(error, KeyLost)
        status = DEGRADED if seals_only else DOWN if error else DEGRADED if slow else UP
        yield Health(key, status, took, error)
