"""Provider ``gcp``: Google Cloud KMS, over its REST API version 1.

https://cloud.google.com/kms/docs/reference/rest and, for the checksums,
https://cloud.google.com/kms/docs/data-integrity-guidelines
"""

import base64
import binascii
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import google_crc32c

from kwruntime.crypto.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    Conflict,
    ContextRefused,
    KeyDisabled,
    ProviderError,
    ProviderRefused,
    WrongAnswer,
)
from kwruntime.kms.provider_file import Entry, check_public
from kwruntime.kms.providers._base import KeyDescription, KeyName, WrapItem
from kwruntime.kms.providers._bearer import BearerClient
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._gcp_credentials import GoogleTokens
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._http_provider import HttpProvider
from kwruntime.kms.providers._options import read_options

_REFERENCE = re.compile(
    r"(projects/[A-Za-z0-9_.:-]{1,100}/locations/[A-Za-z0-9-]{1,63}/keyRings/[A-Za-z0-9_-]{1,63})"
    r"/cryptoKeys/([A-Za-z0-9_-]{1,63})"
)
_ALGORITHM = "GOOGLE_SYMMETRIC_ENCRYPTION"
_MAX_WRAPPED_BYTES = 4096
_ACCEPTED = {"PERMISSION_DENIED", "NOT_FOUND", "INVALID_ARGUMENT"}  # of a request whose token is


class GcpProvider(HttpProvider):
    """Google Cloud KMS, with one identity."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        if options["ca_file"] is not None:
            check_public(Path(options["ca_file"]))
        self.location = options["endpoint"]
        http = HttpClient(
            name,
            options["endpoint"],
            connect_seconds=options["connect_seconds"],
            total_seconds=options["total_seconds"],
            tls=TlsFiles(ca=options["ca_file"]),
        )
        self._tokens = GoogleTokens(name, options)
        self._api = BearerClient(http, self._tokens)

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        return cls(name, read_options(name, entry, "gcp"))

    def check_files(self) -> None:
        """See that the credentials file is one that google-auth can use here."""
        self._tokens.check_files()

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Check that our token is accepted. It need not be allowed to list locations."""
        answer = self._api.answer("GET", "/v1/projects/-/locations")
        if answer.status != 200 and _status(answer) not in _ACCEPTED:
            raise self.refusal(answer, None)

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up by its whole resource name, which is never given twice."""
        self.parts_of(reference)
        found = self.call("GET", f"/v1/{reference}", None, reference)
        if found.get("name") != reference:
            raise self.wrong_answer()
        if found.get("purpose") != "ENCRYPT_DECRYPT":
            raise ProviderRefused(
                f'key "{reference}" of provider "{self.name}" is not for ENCRYPT_DECRYPT'
            )
        primary = found.get("primary")
        if not isinstance(primary, dict) or primary.get("state") != "ENABLED":
            raise self._disabled(reference)
        return KeyDescription(reference, _ALGORITHM, origin=_origin(primary))

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key in a key ring that is there; raises ``Conflict`` where there is one."""
        if algorithm not in (None, _ALGORITHM):
            raise ProviderRefused(
                f'provider "{self.name}" creates keys of {_ALGORITHM}, not of "{algorithm}"'
            )
        self.create_as({"purpose": "ENCRYPT_DECRYPT"}, reference)
        return self.describe(reference)

    def create_as(self, body: dict[str, Any], reference: str) -> None:
        """Make a key of a purpose in a key ring that is there; raises ``Conflict``."""
        ring, key = self.parts_of(reference)
        path = f"/v1/{ring}/cryptoKeys?cryptoKeyId={key}"
        answer = self._api.answer("POST", path, body)
        if answer.status == 409:
            raise Conflict(
                f'key "{reference}" already exists in provider "{self.name}"',
                hint="Register it with kw.add_kms_key, or use if_not_exists => true.",
            )
        if answer.status != 200:
            raise self.refusal(answer, reference)

    def parts_of(self, reference: str) -> tuple[str, str]:
        """Return the key ring and the id of a key; raises ``BadArgument``."""
        parts = _REFERENCE.fullmatch(reference)
        if parts is None:
            raise BadArgument(
                f'"{reference}" cannot name a key of provider "{self.name}"',
                hint="Give projects/…/locations/…/keyRings/…/cryptoKeys/….",
            )
        return parts[1], parts[2]

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Encrypt leg keys, one a request: KMS has no batches."""
        return [self._encrypted(key.reference, item) for item in items]

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Decrypt leg keys, one a request. What KMS says of one wrap stands in its place."""
        opened: list[bytes | ProviderError] = []
        for item in items:
            try:
                opened.append(self._decrypted(key.reference, item))
            except (ContextRefused, KeyDisabled, WrongAnswer) as error:  # of one version
                opened.append(error)
        return opened

    def _encrypted(self, reference: str, item: WrapItem) -> bytes:
        request = {
            **with_checksum("plaintext", item.data),
            **with_checksum("additionalAuthenticatedData", item.context),
        }
        answer = self.call("POST", f"/v1/{reference}:encrypt", request, reference)
        # That KMS checked our checksums proves that it got what we sent.
        if answer.get("verifiedPlaintextCrc32c") is not True or (
            answer.get("verifiedAdditionalAuthenticatedDataCrc32c") is not True
        ):
            raise self._corrupted()
        wrapped = self.checked_bytes(answer, "ciphertext")
        if not 0 < len(wrapped) <= _MAX_WRAPPED_BYTES:
            raise self.wrong_answer()
        return wrapped

    def _decrypted(self, reference: str, item: WrapItem) -> bytes:
        request = {
            **with_checksum("ciphertext", item.data),
            **with_checksum("additionalAuthenticatedData", item.context),
        }
        answer = self._api.answer("POST", f"/v1/{reference}:decrypt", request)
        if answer.status == 400 and _status(answer) == "INVALID_ARGUMENT":
            raise self.context_refused(reference)
        leg_key = self.checked_bytes(self.content(answer, reference), "plaintext")
        if len(leg_key) != LEG_KEY_BYTES:
            raise self.wrong_answer()
        return leg_key

    def checked_bytes(self, answer: dict[str, Any], member: str) -> bytes:
        """Return the bytes of a member, as their checksum says; raises ``WrongAnswer``."""
        try:
            data = base64.b64decode(answer.get(member, ""), validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise self.wrong_answer() from None
        self.check_checksum(answer, member, data)
        return data

    def check_checksum(self, answer: dict[str, Any], member: str, data: bytes) -> None:
        """Raise ``WrongAnswer`` where the checksum of a member is not that of its bytes."""
        if answer.get(f"{member}Crc32c") != str(google_crc32c.value(data)):
            raise self._corrupted()

    # -- requests and their failures ------------------------------------------------------

    def call(
        self, method: str, path: str, body: dict[str, Any] | None, reference: str
    ) -> dict[str, Any]:
        """Return what KMS answers to a request about a key; raises ``ProviderError``."""
        return self.content(self._api.answer(method, path, body), reference)

    def refusal(self, answer: Answer, reference: str | None) -> ProviderError:
        """Name what a status means. Google's own words are never repeated."""
        if answer.status in (401, 403):
            return self.credentials_refused(
                reference,
                "Check the service account, and its role on the key: "
                "roles/cloudkms.cryptoKeyEncrypterDecrypter and roles/cloudkms.viewer.",
            )
        if reference is not None and answer.status == 404:
            return self.lost(reference)
        if reference is not None and _status(answer) == "FAILED_PRECONDITION":
            return self._disabled(reference)
        return self.refusal_by_status(
            answer, "Check endpoint in the provider file.", is_known=_status(answer) is not None
        )

    def _corrupted(self) -> WrongAnswer:
        return WrongAnswer(f'provider "{self.name}": checksum of the request or answer is wrong')

    def _disabled(self, reference: str) -> KeyDisabled:
        return KeyDisabled(
            f'key "{reference}" of provider "{self.name}", or the version it needs, is disabled or'
            " destroyed",
            hint="Enable it, or restore the version while it is only scheduled for destruction.",
        )


def _origin(version: dict[str, Any]) -> str | None:
    if version.get("importJob"):
        return "has imported material"
    if str(version.get("protectionLevel")).startswith("EXTERNAL"):
        return "is held by an external key manager"
    return None


def with_checksum(member: str, data: bytes) -> dict[str, str]:
    """Return a member of a request, and its checksum."""
    return {
        member: base64.b64encode(data).decode(),
        f"{member}Crc32c": str(google_crc32c.value(data)),
    }


def _status(answer: Answer) -> str | None:
    """Return the canonical code of an error, such as NOT_FOUND."""
    error = (answer.json or {}).get("error")
    status = error.get("status") if isinstance(error, dict) else None
    return status if isinstance(status, str) else None
