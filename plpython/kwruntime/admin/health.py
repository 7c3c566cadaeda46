"""Health: whether KMS keys wrap and open, or sign, now. Runs as the owner."""

from collections.abc import Iterable, Iterator
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

from kwruntime.admin import retention
from kwruntime.call import Call
from kwruntime.errors import KeyLost, KwError, ProviderUnreachable
from kwruntime.keys import keyring
from kwruntime.keys.probe import probe
from kwruntime.postgres import messages
from kwruntime.store import kms_health_checks, kms_keys
from kwruntime.store.kms_keys import KmsKey

UP, DEGRADED, DOWN = "up", "degraded", "down"


class Health(NamedTuple):
    """What a probe found of a key; no latency where its provider was not asked."""

    key: KmsKey
    status: str
    latency_ms: int | None
    error: KwError | None

    @property
    def sqlstate(self) -> str:
        """Return the SQLSTATE of what the key is down with, or that of success."""
        return self.error.sqlstate if self.error and self.status == DOWN else "00000"


def check(call: Call, key_id: int | None) -> list[dict[str, Any]]:
    """Probe one key, or all active ones; record and return what was found."""
    if key_id is None:
        keys = list(active_keys(call))
    else:
        keys = [keyring.key(call, key_id)]
        keys[0].check_makes()
    all_found = list(probes(call, keys))
    rows = [
        {
            "kms_key_id": found.key.id,
            "provider": found.key.provider,
            "external_key_ref": found.key.reference,
            "status": found.status,
            "latency_ms": found.latency_ms,
            "error": found.error
            and call.server.storable(f"{found.error.sqlstate}: {found.error.message}"),
        }
        for found in all_found
    ]
    if not call.execute(kms_health_checks.IS_READ_ONLY)[0]["is_read_only"]:
        columns = ("kms_key_id", "status", "latency_ms", "error")
        call.execute(
            kms_health_checks.ADD_HEALTH, *([row[name] for row in rows] for name in columns)
        )
        call.execute(
            kms_health_checks.ADD_TOTALS,
            [found.key.id for found in all_found],
            [found.sqlstate for found in all_found],
            [found.latency_ms for found in all_found],
        )
        call.execute(kms_health_checks.FORGET_HEALTH, call.settings["health_days"])
        retention.forget(call, call.settings["audit_days"])
    return rows


def active_keys(call: Call) -> Iterator[KmsKey]:
    """Return every key that may wrap or sign now."""
    for row in call.execute(kms_keys.ALL_KEYS):
        key = keyring.key(call, row["id"])
        try:
            key.check_makes()
        except KwError:
            continue
        yield key


def probes(call: Call, keys: Iterable[KmsKey]) -> Iterator[Health]:
    """Probe keys. A provider that cannot be reached is not asked for the next of its keys."""
    unreachable: dict[str, KwError] = {}
    for key in keys:
        if key.provider in unreachable:
            yield Health(key, DOWN, None, unreachable[key.provider])
            continue
        start = monotonic()
        error = messages.attempt(partial(probe, call, key))
        if isinstance(error, ProviderUnreachable) and not key.is_branch:
            unreachable[key.provider] = error
        took = round((monotonic() - start) * 1000)
        slow = took > call.settings["degraded_ms"]
        # A KEM key without its private key does half of its work, as a collector wants it.
        seals_only = key.is_kem and isinstance(error, KeyLost)
        status = DEGRADED if seals_only else DOWN if error else DEGRADED if slow else UP
        yield Health(key, status, took, error)
