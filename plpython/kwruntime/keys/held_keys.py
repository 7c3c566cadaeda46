"""Signing keys whose private key stays in its KMS. Runs as the owner.

A KMS may be wrong or lie: every signature is verified by the stored public key before it is
returned.
"""

import os
from collections.abc import Sequence
from typing import NamedTuple

from kwshared.algorithms import SIGNATURES, Signature

from kwruntime.call import Call
from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument, NotAuthentic, WrongAnswer
from kwruntime.keys.absent import check_there
from kwruntime.keys.private_keys import asking
from kwruntime.kms.providers import KeyDescription, signer_for
from kwruntime.store.kms_keys import KmsKey

_CANARY_CONTEXT, _CANARY_BYTES = b"kwtools canary", 32


class HeldKey(NamedTuple):
    """A private key that its KMS holds. It signs as ``crypto.signatures.PrivateKey`` does."""

    call: Call
    kms_key: KmsKey
    algorithm: Signature
    public: bytes

    def __repr__(self) -> str:
        return f"HeldKey({self.kms_key.label})"

    def sign(self, data: bytes, context: bytes = b"") -> bytes:
        """Return the signature of the bare algorithm, which takes no context."""
        if context:
            raise ValueError("the algorithm does not take a context")
        return self.sign_many([data])[0]

    def sign_many(self, data: Sequence[bytes]) -> list[bytes]:
        """Return the signatures of the bare algorithm, each verified; raises ``ProviderError``."""
        kms_key = self.kms_key
        signer = signer_for(self.call.session, kms_key.provider, kms_key.kind)
        signer.check_algorithm(self.algorithm.name)
        signer.check_sizes(self.algorithm, data)
        made = asking(
            self.call, kms_key, lambda: signer.sign_many(kms_key.name, self.algorithm, data)
        )
        public = signatures.public_key(self.algorithm, self.public)
        good = [
            signature
            for one, signature in zip(data, made, strict=True)
            if signature is not None and public.verify(signature, one)
        ]
        if len(good) < len(data):
            self._explain()
        return good

    def _explain(self) -> None:
        """Raise the error for a signature that is not one of this key."""
        found = described(self.call, self.kms_key)
        if found.public_key != self.public:
            raise NotAuthentic(
                f"the public key stored for {self.kms_key.label} is not the one of its KMS",
                hint="Compare the row in kw.signing_keys with a backup.",
            )
        raise WrongAnswer(
            f'provider "{self.kms_key.provider}" returned a signature that is not one of '
            f'"{self.kms_key.reference}"',
            hint="Nothing was returned. Check that KMS before you trust it again.",
        )


def held(call: Call, kms_key: KmsKey, algorithm: Signature, public: bytes) -> HeldKey:
    """Return what signs with a key of a KMS; raises ``KeyUnavailable`` where it may not."""
    check_there(call, kms_key)
    kms_key.check_signs()
    return HeldKey(call, kms_key, algorithm, public)


def described(call: Call, kms_key: KmsKey) -> KeyDescription:
    """Return what the KMS says of a key; raises ``KeyChanged`` where it is another one now."""
    signer = signer_for(call.session, kms_key.provider, kms_key.kind)
    found = asking(call, kms_key, lambda: signer.registered(kms_key.name))
    if found.external_id != kms_key.external_id:
        raise signer.changed(kms_key.reference)
    return found


def public_of(call: Call, kms_key: KmsKey, algorithm: Signature) -> bytes:
    """Return the public key of a key that a KMS holds, after it has signed with it."""
    kms_key.check_signs()
    found = described(call, kms_key)
    if found.algorithm != algorithm.name:
        raise BadArgument(
            f"{kms_key.label} is for {found.algorithm}, not {algorithm.name}",
            hint=f"Use {found.algorithm}.",
        )
    public = found.public_key or b""
    try_out(held(call, kms_key, algorithm, public))
    return public


def probe(call: Call, kms_key: KmsKey, stored: bytes | None) -> None:
    """Have a key sign; raises ``ProviderError``. ``stored`` is its public key, if known."""
    if stored is None:
        stored = described(call, kms_key).public_key or b""
    try_out(HeldKey(call, kms_key, SIGNATURES[kms_key.algorithm or ""], stored))


def try_out(key: HeldKey) -> None:
    """Have a key sign what is a message of no application, nor of another format."""
    key.sign(signatures.pae(_CANARY_CONTEXT, os.urandom(_CANARY_BYTES)))
