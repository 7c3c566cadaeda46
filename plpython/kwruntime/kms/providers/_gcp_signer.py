"""Signing keys of provider ``gcp``: versions of keys of purpose ASYMMETRIC_SIGN.

https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys.cryptoKeyVersions
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import ClassVar

from kwshared.algorithms import Signature

from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument
from kwruntime.kms.providers._base import KeyDescription, KeyName
from kwruntime.kms.providers._gcp import GcpProvider, with_checksum
from kwruntime.kms.providers._signer import ECDSA, ED25519, Signer, place_of
from kwruntime.kms.strict import shown

_ALGORITHMS = {"EC_SIGN_ED25519": ED25519, "EC_SIGN_P256_SHA256": ECDSA}
_NAME_OF = {algorithm: name for name, algorithm in _ALGORITHMS.items()}
_VERSION = re.compile(r"(.+)/cryptoKeyVersions/([1-9][0-9]{0,8})")


class GcpSigner(Signer):
    """The keys that one identity may use, by the names of their versions."""

    algorithms = (ED25519, ECDSA)
    max_bytes: ClassVar[int] = 65_536
    provider: GcpProvider

    def describe(self, reference: str) -> KeyDescription:
        """Look a version of a key up: the one that is named, or the first."""
        version = self._version(reference)
        found = self.provider.call("GET", f"/v1/{version}/publicKey", None, reference)
        algorithm = _ALGORITHMS.get(str(found.get("algorithm")))
        if algorithm is None:
            raise self.not_a_signing_key(reference, shown(found.get("algorithm")))
        pem = found.get("pem")
        if not isinstance(pem, str):
            raise self.provider.wrong_answer()
        self.provider.check_checksum(found, "pem", pem.encode())
        return self.from_spki(version, algorithm, pem.encode())

    def registered(self, key: KeyName) -> KeyDescription:
        """Look the registered version up."""
        return self.describe(place_of(key))

    def create(self, reference: str, algorithm: str) -> KeyDescription:
        """Make a key in a key ring that is there; raises ``Conflict`` where there is one."""
        if _VERSION.fullmatch(reference):
            raise BadArgument("a new key requires a name without a version")
        template = {"algorithm": _NAME_OF[algorithm]}
        self.provider.create_as(
            {"purpose": "ASYMMETRIC_SIGN", "versionTemplate": template}, reference
        )
        return self.describe(reference)

    def sign_many(
        self, key: KeyName, algorithm: Signature, data: Sequence[bytes]
    ) -> list[bytes | None]:
        """Sign, one a request: KMS has no batches."""
        return [self._signature(key, algorithm, one) for one in data]

    def _signature(self, key: KeyName, algorithm: Signature, data: bytes) -> bytes | None:
        path = f"/v1/{place_of(key)}:asymmetricSign"
        if algorithm.name == ECDSA:
            digest = with_checksum("sha256", sha256(data).digest())
            checksum = digest.pop("sha256Crc32c")
            answer = self.provider.call(
                "POST", path, {"digest": digest, "digestCrc32c": checksum}, key.reference
            )
        else:
            answer = self.provider.call("POST", path, with_checksum("data", data), key.reference)
        # The signature is verified: so it need not be told that the data arrived as it was sent.
        signature = self.provider.checked_bytes(answer, "signature")
        return signatures.from_der(signature) if algorithm.name == ECDSA else signature

    def _version(self, reference: str) -> str:
        found = _VERSION.fullmatch(reference)
        self.provider.parts_of(found[1] if found else reference)
        return reference if found else f"{reference}/cryptoKeyVersions/1"
