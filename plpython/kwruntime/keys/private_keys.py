"""Private keys of KEM keys: sealed under another key of ours, or held by their provider."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from kwshared.algorithms import KEMS, Kem

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto import kem
from kwruntime.crypto.encoding import lp
from kwruntime.errors import ProviderError, ProviderUnreachable, Throttled
from kwruntime.keys.absent import check_there, opened_keys
from kwruntime.keys.branch_keys import seconds_to_keep
from kwruntime.keys.failures import Unreachable
from kwruntime.keys.keyring import key
from kwruntime.kms.breaker import Breakers
from kwruntime.kms.providers import Provider, WrapItem, provider_for
from kwruntime.session import Epoch
from kwruntime.store import kem_private_keys
from kwruntime.store.kms_keys import KmsKey

T = TypeVar("T")
ProviderOf = Callable[[KmsKey], Provider]


class _Private(NamedTuple):
    """A private key that was sealed, opened."""

    expires: float
    key: Any

    def __repr__(self) -> str:
        return "_Private(…)"


class PrivateKeys:
    """The sealed private keys that were opened in this epoch, by the id of the KEM key."""

    def __init__(self, epoch: Epoch) -> None:
        self.kept: Cache[int, _Private] = Cache(epoch.settings["cache_keys"])


def seal_private_key(
    sealing: KmsKey, provider: Provider, kem_key: Kem, key_uuid: UUID, private: bytes
) -> bytes:
    """Wrap a private key under a key of ``provider``; raises ``ProviderError``."""
    sealing.check_wraps_legs()
    public = kem.public_of(kem_key, private)
    context = _context(sealing, provider, key_uuid, kem_key.name, public)
    return provider.wrap_many(sealing.name, [WrapItem(key_uuid.bytes, private, context)])[0]


def private_key(call: Call, kms_key: KmsKey, provider_of: ProviderOf) -> Any:
    """Return the private key of a KEM key; a sealed one is opened at most once in its time."""
    check_there(call, kms_key)
    kept = opened_keys(call).of(PrivateKeys).kept
    held = kept.get(kms_key.id)
    if held is not None and monotonic() < held.expires:
        return held.key
    rows = call.execute(kem_private_keys.PRIVATE_KEY, kms_key.id)
    if not rows:  # then its provider has it, and is asked each time
        return provider_for(call.session, kms_key.provider, kms_key.kind).private_key(
            kms_key.name, kms_key.algorithm or ""
        )
    sealing = key(call, rows[0]["sealed_by_key_id"])
    sealing.check_opens()
    provider = provider_of(sealing)
    public, algorithm = kms_key.public_key or b"", kms_key.algorithm or ""
    context = _context(sealing, provider, kms_key.key_uuid, algorithm, public)
    item = WrapItem(kms_key.key_uuid.bytes, rows[0]["sealed_key"], context)
    (opened,) = ask(call, sealing, provider, item)
    if isinstance(opened, ProviderError):
        raise opened
    private = kem.private_key(KEMS[algorithm], opened)
    kept.put(kms_key.id, _Private(monotonic() + seconds_to_keep(call), private))
    return private


def ask(
    call: Call, sealing: KmsKey, provider: Provider, item: WrapItem
) -> Sequence[bytes | ProviderError]:
    """Have a private key opened; a provider that did not answer this call is not asked again."""
    return asking(call, sealing, lambda: provider.unwrap_many(sealing.name, [item]))


def asking(call: Call, kms_key: KmsKey, work: Callable[[], T]) -> T:
    """Ask the provider of a key, unless it did not answer this call; note where it does not."""
    met, breakers = call.of(Unreachable), call.session.of(Breakers)
    failed = met.providers
    if kms_key.provider in failed:
        raise failed[kms_key.provider]
    skipped = None if met.asks_again else breakers.skip(kms_key.provider)
    if skipped is not None:
        raise skipped
    try:
        return work()
    except (ProviderUnreachable, Throttled) as error:
        breakers.failed(kms_key.provider)
        if isinstance(error, ProviderUnreachable):
            failed[kms_key.provider] = error
        raise


def _context(
    sealing: KmsKey, provider: Provider, key_uuid: UUID, algorithm: str, public: bytes
) -> bytes:
    return lp(
        b"kwtools/1 private key",
        key_uuid.bytes,
        algorithm.encode(),
        public,
        sealing.key_uuid.bytes,
        provider.suite.encode(),
    )
