"""Signing keys of provider ``azure``: versions of keys of type EC on curve P-256.

https://learn.microsoft.com/en-us/rest/api/keyvault/keys/sign/sign
"""

import base64
import binascii
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from kwshared.algorithms import Signature

from kwruntime.errors import BadArgument
from kwruntime.kms.providers._azure import AzureProvider
from kwruntime.kms.providers._base import KeyDescription, KeyName
from kwruntime.kms.providers._signer import ECDSA, Signer, place_of
from kwruntime.kms.strict import shown

_REFERENCE = re.compile(r"([A-Za-z0-9-]{1,127})(?:/([0-9a-f]{32}))?")
_TYPES = ("EC", "EC-HSM")
_COORDINATE_BYTES = 32


class AzureSigner(Signer):
    """The keys of one vault. A reference is ``name``, or ``name/version`` of an older version."""

    algorithms = (ECDSA,)
    provider: AzureProvider

    def describe(self, reference: str) -> KeyDescription:
        """Look a version of a key up: the one that is named, or the newest."""
        name, version = self._parts(reference)
        return self._described(name, version)

    def registered(self, key: KeyName) -> KeyDescription:
        """Look the registered version up."""
        return self._described(*self._parts(_place(key)))

    def create(self, reference: str, algorithm: str) -> KeyDescription:
        """Make a key; raises ``Conflict`` where there is one: else it would get a new version."""
        name, version = self._parts(reference)
        if version is not None:
            raise BadArgument("a new key requires a name without a version")
        self.provider.check_free(reference, lambda: self.provider.key_of(name, None))
        kind = self.provider.kind_of("EC")
        self.provider.create_as({"kty": kind, "crv": "P-256"}, ["sign", "verify"], name)
        return self.describe(reference)

    def sign_many(
        self, key: KeyName, algorithm: Signature, data: Sequence[bytes]
    ) -> list[bytes | None]:
        """Sign digests, one a request: there are no batches."""
        return [self._signature(key, sha256(one).digest()) for one in data]

    def _signature(self, key: KeyName, digest: bytes) -> bytes:
        value = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        request = {"alg": "ES256", "value": value}
        return self._bytes(self.provider.use(f"{_place(key)}/sign", request, key.reference))

    def _described(self, name: str, version: str | None) -> KeyDescription:
        key, version = self.provider.key_of(name, version)
        uses = key.get("key_ops")
        if key.get("kty") not in _TYPES or key.get("crv") != "P-256":
            raise self.not_a_signing_key(name, shown(key.get("kty")))
        if not isinstance(uses, list) or "sign" not in uses:
            raise self.not_a_signing_key(name, "without the operation sign")
        x, y = (self._bytes(key.get(one)).rjust(_COORDINATE_BYTES, b"\0") for one in "xy")
        return self.described(self.provider.place_of(name, version), ECDSA, b"\x04" + x + y)

    def _bytes(self, text: object) -> bytes:
        if not isinstance(text, str):
            raise self.provider.wrong_answer()
        try:
            return base64.urlsafe_b64decode(f"{text}===")
        except (binascii.Error, ValueError):
            raise self.provider.wrong_answer() from None

    def _parts(self, reference: str) -> tuple[str, Any]:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise BadArgument(
                f'"{reference}" cannot name a signing key of provider "{self.provider.name}"',
                hint="Use the name of a key, or its name and version.",
            )
        return found[1], found[2]


def _place(key: KeyName) -> str:
    """Return the name and the version that were registered."""
    return place_of(key).partition("/")[2]
