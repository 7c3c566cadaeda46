"""Signing keys of provider ``vault``: a version of a key of the Transit engine.

https://openbao.org/api-docs/secret/transit/#sign-data
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from kwshared.algorithms import Signature

from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument, KeyDisabled, ProviderError
from kwruntime.kms.providers._base import KeyDescription, KeyName
from kwruntime.kms.providers._signer import ECDSA, ED25519, Signer, place_of
from kwruntime.kms.providers._vault import VaultProvider
from kwruntime.kms.strict import shown

_TYPES = {"ed25519": ED25519, "ecdsa-p256": ECDSA}
_TYPE_OF = {algorithm: kind for kind, algorithm in _TYPES.items()}
_REFERENCE = re.compile(r"([^/]+)(?:/([1-9][0-9]{0,8}))?")
_SIGNATURE = re.compile(r"vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/=]{16,200})")
_REQUEST_BYTES = 20_000_000
"""Of a request in base64; servers take 32 MiB where their administrators allow no more."""


class VaultSigner(Signer):
    """The keys of one mount. A reference is ``name``, or ``name/version`` of an older version."""

    algorithms = (ED25519, ECDSA)
    max_bytes: ClassVar[int] = 14_000_000
    provider: VaultProvider

    def describe(self, reference: str) -> KeyDescription:
        """Look a version of a key up: the one that is named, or the newest."""
        name, number = _parts(reference, self.provider.name)
        return self._described(name, number)

    def registered(self, key: KeyName) -> KeyDescription:
        """Look the registered version up: a key may have been rotated since."""
        name, _ = _parts(key.reference, self.provider.name)
        return self._described(name, _version_of(key))

    def create(self, reference: str, algorithm: str) -> KeyDescription:
        """Make a key, never exportable; raises ``Conflict`` where there is one."""
        name, number = _parts(reference, self.provider.name)
        if number is not None:
            raise BadArgument(
                "a new key requires a name without a version",
                hint="Rotate the key in its KMS, then register the version with kw.add_kms_key.",
            )
        deadline = self.provider.deadline()
        self.provider.check_free(reference, lambda: self.provider.key_data(name, deadline))
        body = {"type": _TYPE_OF[algorithm], "exportable": False}
        self.provider.write("keys", name, body, deadline)
        return self.describe(reference)

    def sign_many(
        self, key: KeyName, algorithm: Signature, data: Sequence[bytes]
    ) -> list[bytes | None]:
        """Sign, a batch a request."""
        name, _ = _parts(key.reference, self.provider.name)
        version = _version_of(key)
        options: dict[str, Any] = {"key_version": version}
        if algorithm.name == ECDSA:
            data = [sha256(one).digest() for one in data]
            options |= {"prehashed": True, "hash_algorithm": "sha2-256"}
        deadline = self.provider.deadline()
        made: list[bytes | None] = []
        for batch in self._batches([base64.b64encode(one).decode() for one in data]):
            body = options | {"batch_input": [{"input": one} for one in batch]}
            results = self.provider.batch_results("sign", name, body, deadline)
            made += [self._signature(key.reference, algorithm, version, one) for one in results]
        return made

    def _batches(self, inputs: Sequence[str]) -> Iterator[list[str]]:
        batch: list[str] = []
        size = 0
        for one in inputs:
            is_full = size + len(one) > _REQUEST_BYTES
            if batch and (is_full or len(batch) == self.provider.items_of_a_call):
                yield batch
                batch, size = [], 0
            batch.append(one)
            size += len(one)
        if batch:
            yield batch

    def _signature(
        self, reference: str, algorithm: Signature, version: int, result: dict[str, Any]
    ) -> bytes | None:
        text = result.get("signature")
        if not isinstance(text, str) or result.get("error"):
            raise self._failure(reference, version, result)
        found = _SIGNATURE.fullmatch(text)
        if found is None or found[1] != str(version):
            raise self.provider.wrong_answer()
        signature = self._bytes(found[2])
        return signatures.from_der(signature) if algorithm.name == ECDSA else signature

    def _failure(self, reference: str, version: int, result: dict[str, Any]) -> ProviderError:
        words = str(result.get("error", "")).lower()
        if "less than the minimum" in words:
            return KeyDisabled(
                f'provider "{self.provider.name}" does not sign with version {version} of key '
                f'"{reference}" any more',
                hint="Lower its min_encryption_version, or create a signing key of the newer "
                "version.",
            )
        if "higher than the latest" in words:  # an older copy of it, or another key
            return self.changed(reference)
        return self.provider.wrong_answer()

    def _described(self, name: str, number: int | None) -> KeyDescription:
        deadline = self.provider.deadline()
        data = self.provider.key_data(name, deadline)
        kind, versions = data["type"], data.get("keys")
        if kind not in _TYPES or data.get("derived") is not False:
            derived = ", derived" if data.get("derived") else ""
            raise self.not_a_signing_key(name, f"{shown(kind)}{derived}")
        if number is None:
            number = data.get("latest_version")
        if not isinstance(versions, dict) or type(number) is not int:
            raise self.provider.wrong_answer()
        if str(number) not in versions:
            raise self.provider.lost(f"{name}/{number}")
        found = versions[str(number)]
        public = found.get("public_key") if isinstance(found, dict) else None
        if not isinstance(public, str):
            raise self.provider.wrong_answer()
        place = f"{self.provider.place_of(name, deadline)}/{number}"
        if kind == "ed25519":  # its public key is base64, those of others PEM
            return self.described(place, ED25519, self._bytes(public))
        return self.from_spki(place, _TYPES[kind], public.encode())

    def _bytes(self, text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self.provider.wrong_answer() from None


def _parts(reference: str, provider: str) -> tuple[str, int | None]:
    """Return the name and the version of a reference; raises ``BadArgument``."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise BadArgument(
            f'"{reference}" cannot name a signing key of provider "{provider}"',
            hint="Use the name of a key, or its name and version, such as invoices/2.",
        )
    return found[1], int(found[2]) if found[2] else None


def _version_of(key: KeyName) -> int:
    """Return the version that was registered; 0, which no signature has, where none is."""
    version = place_of(key).rpartition("/")[2]
    return int(version) if version.isdecimal() else 0
