"""Signing keys of provider ``aws``: asymmetric keys of usage SIGN_VERIFY.

https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
"""

import base64
from collections.abc import Sequence
from hashlib import sha256

from kwshared.algorithms import Signature

from kwruntime.crypto import signatures
from kwruntime.kms.providers._aws import AwsProvider
from kwruntime.kms.providers._base import KeyDescription, KeyName
from kwruntime.kms.providers._signer import ECDSA, Signer, place_of
from kwruntime.kms.strict import shown

_USAGE, _SPEC, _ALGORITHM = "SIGN_VERIFY", "ECC_NIST_P256", "ECDSA_SHA_256"


class AwsSigner(Signer):
    """The keys of one account and region. A key has one version for ever."""

    algorithms = (ECDSA,)
    provider: AwsProvider

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up, by its id, ARN or alias."""
        found = self.provider.metadata(reference)
        if found.get("KeyUsage") != _USAGE or found.get("KeySpec") != _SPEC:
            kind = f"{shown(found.get('KeySpec'))} for {shown(found.get('KeyUsage'))}"
            raise self.not_a_signing_key(reference, kind)
        answer = self.provider.call("GetPublicKey", {"KeyId": found["Arn"]}, reference)
        return self.from_spki(found["Arn"], ECDSA, self.provider.bytes_of(answer, "PublicKey"))

    def registered(self, key: KeyName) -> KeyDescription:
        """Look the key of the registered ARN up: an alias can be moved."""
        return self.describe(place_of(key))

    def create(self, reference: str, algorithm: str) -> KeyDescription:
        """Make a key and its alias; raises ``Conflict`` where the alias is taken."""
        self.provider.create_as({"KeyUsage": _USAGE, "KeySpec": _SPEC}, reference)
        return self.describe(reference)

    def sign_many(
        self, key: KeyName, algorithm: Signature, data: Sequence[bytes]
    ) -> list[bytes | None]:
        """Sign, one a request: KMS has no batches."""
        return [self._signature(key, sha256(one).digest()) for one in data]

    def _signature(self, key: KeyName, digest: bytes) -> bytes | None:
        # A digest: KMS takes whole messages of 4096 bytes at most, and need not see them.
        request = {
            "KeyId": place_of(key),
            "Message": base64.b64encode(digest).decode(),
            "MessageType": "DIGEST",
            "SigningAlgorithm": _ALGORITHM,
        }
        answer = self.provider.call("Sign", request, key.reference)
        return signatures.from_der(self.provider.bytes_of(answer, "Signature"))
