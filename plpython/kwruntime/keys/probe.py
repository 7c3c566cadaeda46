"""Keys tried out: a canary wrapped and opened, or signed, with nothing kept."""

import os
from uuid import uuid4

from kwshared.algorithms import KEMS

from kwruntime.call import Call
from kwruntime.crypto import envelope, kem
from kwruntime.errors import ProviderError, ProviderUnreachable, Throttled, WrongAnswer
from kwruntime.keys import held_keys
from kwruntime.keys.branch_keys import BranchKeys
from kwruntime.keys.failures import Unreachable
from kwruntime.keys.private_keys import PrivateKeys, private_key
from kwruntime.keys.unwrap import provider_of
from kwruntime.kms.breaker import Breakers
from kwruntime.kms.providers import WrapItem
from kwruntime.store import signing_keys
from kwruntime.store.kms_keys import KmsKey


def probe(call: Call, kms_key: KmsKey) -> None:
    """Wrap and open a canary under a key, or have it signed; raises ``ProviderError``.

    Nothing kept is used.
    """
    if kms_key.is_kem:
        _probe_kem(call, kms_key)
        return
    if kms_key.is_signing:
        rows = call.execute(signing_keys.PUBLIC_KEY_HELD, kms_key.id)
        held_keys.probe(call, kms_key, rows[0]["public_key"] if rows else None)
        call.session.of(Breakers).answered(kms_key.provider)
        return
    canary = WrapItem(uuid4().bytes, os.urandom(envelope.DEK_BYTES), b"kwtools canary")
    call.epoch.of(BranchKeys).kept.drop(kms_key.reference)
    provider = provider_of(call, kms_key)
    try:
        provider.check_same(kms_key.name)
        wrap = provider.wrap_many(kms_key.name, [canary])[0]
        (opened,) = provider.unwrap_many(kms_key.name, [canary._replace(data=wrap)])
    except (ProviderUnreachable, Throttled) as error:
        call.session.of(Breakers).failed(kms_key.provider)
        if isinstance(error, ProviderUnreachable):
            call.of(Unreachable).providers[kms_key.provider] = error
        raise
    if isinstance(opened, ProviderError):
        raise opened
    if opened != canary.data:
        raise WrongAnswer(f"{kms_key.label} unwraps another value than it wrapped")
    call.session.of(Breakers).answered(kms_key.provider)


def _probe_kem(call: Call, kms_key: KmsKey) -> None:
    """Seal a canary to a KEM key, and open it; raises ``ProviderError``."""
    one = KEMS[kms_key.algorithm or ""]
    canary, info = os.urandom(envelope.DEK_BYTES), b"kwtools canary"
    sealed = kem.seal(one, kms_key.public_key or b"", info, canary)
    call.epoch.of(PrivateKeys).kept.drop(kms_key.id)
    private = private_key(call, kms_key, lambda sealing: provider_of(call, sealing))
    if kem.open_sealed(one, private, info, *sealed) != canary:
        raise WrongAnswer(f"{kms_key.label} opens another value than it sealed")
