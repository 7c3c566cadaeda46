"""Provider ``aws``: AWS KMS, over its JSON protocol, signed by botocore's Signature Version 4.

https://docs.aws.amazon.com/kms/latest/APIReference/
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from kwruntime.crypto.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    ContextRefused,
    KeyDisabled,
    ProviderError,
    ProviderRefused,
)
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Entry, check_public
from kwruntime.kms.providers._aws_credentials import CredentialSource
from kwruntime.kms.providers._aws_regions import host_of
from kwruntime.kms.providers._base import KeyDescription, KeyName, WrapItem
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._http_provider import HttpProvider
from kwruntime.kms.providers._options import AWS_SOURCES, read_options
from kwruntime.kms.providers._timing import retried
from kwruntime.kms.strict import shown

_REGION = re.compile(r"[a-z0-9-]{3,40}")
_REFERENCE = re.compile(
    r"[A-Za-z0-9-]{1,64}|alias/[A-Za-z0-9/_-]{1,250}"
    r"|arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]{1,256}"
)
_ARN = re.compile(r"arn:[a-z0-9-]{1,40}:kms:[a-z0-9-]{1,40}:[0-9]{12}:key/[A-Za-z0-9-]{1,128}")
_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,128}")
_ALGORITHM = "SYMMETRIC_DEFAULT"
_MAX_WRAPPED_BYTES = 6144

# DescribeKey's Origin: material that AWS did not make, or does not hold.
_ORIGINS = {
    "EXTERNAL": "has imported material",
    "AWS_CLOUDHSM": "is held by a CloudHSM cluster",
    "EXTERNAL_KEY_STORE": "is held by an external key store",
}
_DISABLED = {"DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException"}
_CONTEXT = {"InvalidCiphertextException", "IncorrectKeyException"}
_CREDENTIALS = {
    "ExpiredTokenException",
    "IncompleteSignatureException", "InvalidClientTokenId", "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorized", "SignatureDoesNotMatch", "UnrecognizedClientException",
}  # fmt: skip
_NO_RIGHT = {"AccessDeniedException", "OptInRequired"}
_THROTTLED = {"LimitExceededException", "Throttling", "ThrottlingException"}


class AwsProvider(HttpProvider):
    """The keys of one account and region."""

    opens_copies = False  # a ciphertext names its key

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        self._region = options["region"]
        if options["ca_file"] is not None:
            check_public(Path(options["ca_file"]))
        self._address = options["endpoint"] or f"https://{host_of('kms', self._region)}"
        self.location = self._address
        self._http = HttpClient(
            name,
            self._address,
            connect_seconds=options["connect_seconds"],
            total_seconds=options["total_seconds"],
            tls=TlsFiles(ca=options["ca_file"]),
        )
        self._credentials = CredentialSource(name, options)

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "aws")
        if not _REGION.fullmatch(options["region"]):
            raise ProviderRefused(f"[providers.{name}] of the provider file: region is not valid")
        if options["credentials"] not in (None, *AWS_SOURCES):
            raise ProviderRefused(
                f"[providers.{name}] of the provider file: credentials is one of "
                f"{', '.join(AWS_SOURCES)}"
            )
        return cls(name, options)

    def check_files(self) -> None:
        """See that the credentials file has the access key of the profile."""
        self._credentials.check_files()

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Check that our credentials are accepted. They need not be allowed to list keys."""
        answer = self._answer("ListKeys", {"Limit": 1})
        if answer.status != 200 and _failure(answer) not in _NO_RIGHT:
            raise self.refusal(answer, None)

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up, by its id, ARN or alias; its id here is the ARN of the key itself."""
        found = self.metadata(reference)
        if found.get("KeySpec", _ALGORITHM) != _ALGORITHM:
            raise ProviderRefused(
                f'key "{reference}" of provider "{self.name}" is of {shown(found["KeySpec"])}',
                hint=f"Use a symmetric key of {_ALGORITHM}. Other keys cannot bind an encryption "
                "context.",
            )
        origin = _ORIGINS.get(str(found.get("Origin")))
        return KeyDescription(found["Arn"], _ALGORITHM, origin=origin)

    def metadata(self, reference: str) -> dict[str, Any]:
        """Return what KMS tells of a key that can be used, with its ARN."""
        key = self.call("DescribeKey", {"KeyId": _checked(reference, self.name)}, reference)
        found = key.get("KeyMetadata")
        if not isinstance(found, dict) or not _ARN.fullmatch(str(found.get("Arn"))):
            raise self.wrong_answer()
        if found.get("KeyState") == "PendingDeletion":
            raise KeyDisabled(
                f'key "{reference}" of provider "{self.name}" is scheduled for deletion',
                hint="Cancel its deletion in AWS KMS at once. Otherwise everything under it "
                "becomes permanently unreadable.",
            )
        if found.get("Enabled") is not True:
            raise self._disabled(reference)
        return found

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key and its alias; raises ``Conflict`` where the alias is taken."""
        if algorithm not in (None, _ALGORITHM):
            raise ProviderRefused(
                f'provider "{self.name}" creates keys of {_ALGORITHM}, not of "{algorithm}"'
            )
        self.create_as({}, reference)
        return self.describe(reference)

    def create_as(self, kind: dict[str, str], reference: str) -> None:
        """Make a key of a usage and spec, and its alias; raises ``Conflict``."""
        if not _checked(reference, self.name).startswith("alias/"):
            raise BadArgument(
                f'provider "{self.name}" creates keys only under an alias',
                hint="Use an alias such as alias/customers.",
            )
        self.check_free(reference, lambda: self.metadata(reference))
        made = self.call("CreateKey", {"Description": f"kwtools {reference}", **kind}, reference)
        metadata = made.get("KeyMetadata")
        if not isinstance(metadata, dict) or not _KEY_ID.fullmatch(str(metadata.get("KeyId"))):
            raise self.wrong_answer()
        alias = {"AliasName": reference, "TargetKeyId": metadata["KeyId"]}
        answer = self._answer("CreateAlias", alias)  # it says nothing
        if answer.status != 200:
            raise self.refusal(answer, reference)

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Encrypt leg keys, one a request: KMS has no batches."""
        return [self._encrypted(key, item) for item in items]

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Decrypt leg keys, one a request. What KMS says of one wrap stands in its place."""
        return [self._decrypted(key, item) for item in items]

    def _encrypted(self, key: KeyName, item: WrapItem) -> bytes:
        request = {
            "KeyId": key.external_id,
            "Plaintext": base64.b64encode(item.data).decode(),
            "EncryptionContext": _encryption_context(item),
        }
        answer = self.call("Encrypt", request, key.reference)
        wrapped = self.bytes_of(answer, "CiphertextBlob")
        if not 0 < len(wrapped) <= _MAX_WRAPPED_BYTES:
            raise self.wrong_answer()
        return wrapped

    def _decrypted(self, key: KeyName, item: WrapItem) -> bytes | ProviderError:
        request = {
            "KeyId": key.external_id,
            "CiphertextBlob": base64.b64encode(item.data).decode(),
            "EncryptionContext": _encryption_context(item),
        }
        try:
            answer = self.call("Decrypt", request, key.reference)
        except ContextRefused as error:
            return error
        leg_key = self.bytes_of(answer, "Plaintext")
        return leg_key if len(leg_key) == LEG_KEY_BYTES else self.wrong_answer()

    def bytes_of(self, answer: dict[str, Any], member: str) -> bytes:
        """Return the bytes of a member in base64; raises ``WrongAnswer``."""
        try:
            return base64.b64decode(answer.get(member, ""), validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise self.wrong_answer() from None

    # -- requests and their failures ------------------------------------------------------

    def call(self, action: str, request: dict[str, Any], reference: str) -> dict[str, Any]:
        """Return what KMS answers to a request about a key; raises ``ProviderError``."""
        return self.content(self._answer(action, request), reference)

    def _answer(self, action: str, request: dict[str, Any]) -> Answer:
        """Return the answer of KMS. Fetch credentials that it rejects again, once.

        The deadline is one request's, since a batch is as many of them as it has items.
        """
        deadline = self._http.deadline()
        body = json.dumps(request).encode()

        def send() -> Answer:
            return self._send(action, body, deadline)

        used = self._credentials.current(deadline)
        answer = retried(deadline, send, _is_throttled)
        if _are_credentials_refused(answer):
            self._credentials.forget()
            if not self._credentials.current(deadline).are_those_of(used):
                answer = retried(deadline, send, _is_throttled)
        return answer

    def _send(self, action: str, body: bytes, deadline: Deadline) -> Answer:
        request = AWSRequest(
            "POST",
            f"{self._address}/",
            data=body,
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"TrentService.{action}",
            },
        )
        SigV4Auth(self._credentials.current(deadline), "kms", self._region).add_auth(request)
        return self._http.request("POST", "/", deadline, dict(request.headers.items()), body)

    def refusal(self, answer: Answer, reference: str | None) -> ProviderError:
        """Name what an error of KMS means. Its own words are looked at, never repeated."""
        failure = _failure(answer)
        if answer.status == 403 or failure in _CREDENTIALS or failure in _NO_RIGHT:
            return self.credentials_refused(
                reference,
                "Check the access key or role, its policy and the policy of the key.",
            )
        if reference is not None:
            if failure == "NotFoundException":
                return self.lost(reference)
            if failure in _DISABLED:
                return self._disabled(reference)
            if failure in _CONTEXT:
                return self.context_refused(reference)
        if _is_throttled(answer):
            return self.throttled()
        if failure == "KeyUnavailableException":
            return self.out_of_service(f"status {answer.status}")
        return self.refusal_by_status(
            answer,
            "Check region and endpoint in the provider file.",
            is_known=failure is not None,
        )

    def _disabled(self, reference: str) -> KeyDisabled:
        return KeyDisabled(
            f'key "{reference}" of provider "{self.name}" is disabled or not for this use',
            hint="Enable it in AWS KMS.",
        )


def _checked(reference: str, provider: str) -> str:
    if not _REFERENCE.fullmatch(reference):
        raise BadArgument(
            f'"{reference}" cannot name a key of provider "{provider}"',
            hint="Give the id of a key, an alias as alias/customers, or an ARN of either.",
        )
    return reference


def _encryption_context(item: WrapItem) -> dict[str, str]:
    """Return what CloudTrail logs in clear: whose wrap it is, and the digest of its context."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(item.context).digest())
    return {"kwtools:wrapper": str(UUID(bytes=item.wrapper)), "kwtools:context": digest.decode()}


def _failure(answer: Answer) -> str | None:
    """Return the name of an error, without its namespace."""
    named = (answer.json or {}).get("__type")
    return named.rpartition("#")[2] if isinstance(named, str) else None


def _are_credentials_refused(answer: Answer) -> bool:
    failure = _failure(answer)
    return failure in _CREDENTIALS or (answer.status == 403 and failure not in _NO_RIGHT)


def _is_throttled(answer: Answer) -> bool:
    return answer.status == 429 or (answer.status == 400 and _failure(answer) in _THROTTLED)
