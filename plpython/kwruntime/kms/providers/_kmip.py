"""Provider ``kmip``: a KMIP 1.4 server that encrypts and decrypts by AES-GCM, over mutual TLS.

https://docs.oasis-open.org/kmip/spec/v1.4/os/kmip-spec-v1.4-os.html. Get with key wrapping
is not used: it hands out keys, and has no counterpart that opens what it wrapped.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from kwruntime.crypto.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    CredentialsRefused,
    KeyDisabled,
    ProviderError,
    ProviderRefused,
)
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Entry, check_public, read_private
from kwruntime.kms.providers import _ttlv as ttlv
from kwruntime.kms.providers._base import KeyDescription, KeyName, RemoteProvider, WrapItem
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._kmip_client import KmipClient, Operation, Reason, Result, Tag
from kwruntime.kms.providers._options import read_options
from kwruntime.kms.providers._tls_files import check

_ALGORITHM = "AES-256-GCM"
_AES, _BITS, _GCM = 3, 256, 9
_SYMMETRIC_KEY, _UNINTERPRETED_TEXT, _QUERY_OPERATIONS = 2, 1, 1
_ENCRYPT_AND_DECRYPT = 4 | 8
_ACTIVE = 2
_STATES = {1: "pre-active", 3: "deactivated", 4: "compromised", 5: "destroyed", 6: "destroyed"}
_NONCE_BYTES, _TAG_BYTES = 12, 16
_WRAPPED_BYTES = _NONCE_BYTES + LEG_KEY_BYTES + _TAG_BYTES
_BY_ID = re.compile(r"id:([\x21-\x7e]{1,200})")
_MAX_NAME = 255
_PARAMETERS = ttlv.structure(
    Tag.CRYPTOGRAPHIC_PARAMETERS,
    ttlv.enumeration(Tag.BLOCK_CIPHER_MODE, _GCM),
    ttlv.enumeration(Tag.CRYPTOGRAPHIC_ALGORITHM, _AES),
    ttlv.integer(Tag.TAG_LENGTH, _TAG_BYTES),
)


class KmipProvider(RemoteProvider):
    """The keys that one client certificate may use on one server."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        self._options = options
        self.items_of_a_call = options["batch_items"]
        if options["ca_file"] is not None:
            check_public(Path(options["ca_file"]))
        self.location = options["address"]
        self._certificate: tuple[int, ...] = ()
        self._client = self._new_client()

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        return cls(name, read_options(name, entry, "kmip"))

    def _new_client(self) -> KmipClient:
        options = self._options
        return KmipClient(
            self.name,
            options["address"],
            tls=TlsFiles(options["ca_file"], options["client_certificate_file"]),
            connect_seconds=options["connect_seconds"],
            total_seconds=options["total_seconds"],
        )

    def check_files(self) -> None:
        """See that our certificate is one that we can show, and that its CA is a certificate."""
        options = self._options
        check(self.name, TlsFiles(options["ca_file"], options["client_certificate_file"]))

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Have our certificate accepted, and the server say that it encrypts and decrypts."""
        function = ttlv.enumeration(Tag.QUERY_FUNCTION, _QUERY_OPERATIONS)
        payload = self._one(Operation.QUERY, [function], None, self._client.deadline())
        offered = [item.value for item in payload.all(Tag.OPERATION)]
        if Operation.ENCRYPT not in offered or Operation.DECRYPT not in offered:
            raise self._unsupported()

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up by its Name, or by its Unique Identifier as ``id:`` and that."""
        deadline = self._client.deadline()
        key_id = self._located(reference, deadline)
        found = self._attributes(reference, key_id, deadline)
        if (found.get("Cryptographic Algorithm"), found.get("Cryptographic Length")) != (
            _AES,
            _BITS,
        ):
            raise ProviderRefused(f'key "{reference}" of provider "{self.name}" is not AES-256')
        self._check_active(reference, found)
        mask = found.get("Cryptographic Usage Mask") or 0
        if mask & _ENCRYPT_AND_DECRYPT != _ENCRYPT_AND_DECRYPT:
            raise KeyDisabled(
                f'key "{reference}" of provider "{self.name}" may not encrypt and decrypt',
                hint="Set Encrypt and Decrypt in its Cryptographic Usage Mask.",
            )
        return KeyDescription(f"{self._options['address']}/{key_id}", _ALGORITHM)

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make an AES-256 key and activate it; raises ``Conflict`` where the Name is taken."""
        if algorithm not in (None, _ALGORITHM):
            raise ProviderRefused(
                f'provider "{self.name}" creates keys of {_ALGORITHM}, not of "{algorithm}"'
            )
        if _BY_ID.fullmatch(reference):
            raise BadArgument("a new key requires a Name: the server chooses its Unique Identifier")
        deadline = self._client.deadline()
        self.check_free(reference, lambda: self._located(reference, deadline))
        template = ttlv.structure(
            Tag.TEMPLATE_ATTRIBUTE,
            _attribute("Cryptographic Algorithm", ttlv.enumeration(Tag.ATTRIBUTE_VALUE, _AES)),
            _attribute("Cryptographic Length", ttlv.integer(Tag.ATTRIBUTE_VALUE, _BITS)),
            _attribute(
                "Cryptographic Usage Mask",
                ttlv.integer(Tag.ATTRIBUTE_VALUE, _ENCRYPT_AND_DECRYPT),
            ),
            _name_attribute(reference),
        )
        kind = ttlv.enumeration(Tag.OBJECT_TYPE, _SYMMETRIC_KEY)
        made = self._one(Operation.CREATE, [kind, template], reference, deadline)
        key_id = made.text(Tag.UNIQUE_IDENTIFIER)
        if not key_id:
            raise self.wrong_answer()
        self._one(
            Operation.ACTIVATE, [ttlv.text(Tag.UNIQUE_IDENTIFIER, key_id)], reference, deadline
        )
        return self.describe(reference)

    def _located(self, reference: str, deadline: Deadline) -> str:
        """Return the Unique Identifier of a key; raises ``KeyLost``, or ``ProviderRefused``."""
        by_id = _BY_ID.fullmatch(reference)
        if by_id:
            return by_id[1]
        if not 0 < len(reference) <= _MAX_NAME or not reference.isprintable():
            raise BadArgument(f'"{reference}" cannot name a key of provider "{self.name}"')
        payload = self._one(Operation.LOCATE, [_name_attribute(reference)], reference, deadline)
        found = [str(item.value) for item in payload.all(Tag.UNIQUE_IDENTIFIER)]
        if not found:
            raise self.lost(reference)
        if len(found) > 1:
            raise ProviderRefused(
                f'provider "{self.name}" has more than one object "{reference}"',
                hint="Name the key by its Unique Identifier, such as id:7.",
            )
        if not _BY_ID.fullmatch(f"id:{found[0]}"):
            raise self.wrong_answer()
        return found[0]

    def _attributes(self, reference: str, key_id: str, deadline: Deadline) -> dict[str, int]:
        """Return the attributes of a key that are numbers."""
        names = (
            "Cryptographic Algorithm",
            "Cryptographic Length",
            "Cryptographic Usage Mask",
            "State",
        )
        asked = [ttlv.text(Tag.UNIQUE_IDENTIFIER, key_id)]
        asked += [ttlv.text(Tag.ATTRIBUTE_NAME, name) for name in names]
        payload = self._one(Operation.GET_ATTRIBUTES, asked, reference, deadline)
        return {
            name: value
            for attribute in payload.all(Tag.ATTRIBUTE)
            if (name := attribute.text(Tag.ATTRIBUTE_NAME)) is not None
            and (value := attribute.number(Tag.ATTRIBUTE_VALUE)) is not None
        }

    def _check_active(self, reference: str, attributes: dict[str, int]) -> None:
        state = attributes.get("State")
        if state != _ACTIVE:
            raise KeyDisabled(
                f'key "{reference}" of provider "{self.name}" is '
                f"{_STATES.get(state or 0, 'in no known state')}",
                hint="Activate it in its KMS, or restore what was destroyed from a backup.",
            )

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Encrypt leg keys, a batch a request."""
        deadline = self._client.deadline()
        key_id = self._key_id(key)
        wrapped: list[bytes] = []
        for batch in self._batches(items):
            nonces = [os.urandom(_NONCE_BYTES) for _ in batch]
            payloads = [
                _cipher_payload(key_id, item.data, nonce, item.context)
                for item, nonce in zip(batch, nonces, strict=True)
            ]
            results = self._ask(Operation.ENCRYPT, payloads, deadline)
            for nonce, result in zip(nonces, results, strict=True):
                if result.payload is None:
                    raise self._refusal(result, key.reference, key_id, deadline)
                wrapped.append(self._wrap(nonce, result.payload))
        return wrapped

    def _wrap(self, nonce: bytes, payload: ttlv.Item) -> bytes:
        used = payload.octets(Tag.IV_COUNTER_NONCE)
        ciphertext = payload.octets(Tag.DATA)
        tag = payload.octets(Tag.AUTHENTICATED_ENCRYPTION_TAG)
        wrap = nonce + (ciphertext or b"") + (tag or b"")
        if (
            used not in (None, nonce)
            or len(wrap) != _WRAPPED_BYTES
            or len(tag or b"") != _TAG_BYTES
        ):
            raise self.wrong_answer()
        return wrap

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Decrypt leg keys, a batch a request. What is said of one wrap stands in its place."""
        deadline = self._client.deadline()
        key_id = self._key_id(key)
        well_formed = [len(item.data) == _WRAPPED_BYTES for item in items]
        results: list[Result] = []
        for batch in self._batches(
            [item for item, good in zip(items, well_formed, strict=True) if good]
        ):
            payloads = [
                _cipher_payload(
                    key_id,
                    item.data[_NONCE_BYTES:-_TAG_BYTES],
                    item.data[:_NONCE_BYTES],
                    item.context,
                    item.data[-_TAG_BYTES:],
                )
                for item in batch
            ]
            results += self._ask(Operation.DECRYPT, payloads, deadline)
        refused = self._refusals(results, key.reference, key_id, deadline)
        opened = iter(results)
        return [
            self._leg_key(next(opened), refused) if good else self.context_refused(key.reference)
            for good in well_formed
        ]

    def _leg_key(self, result: Result, refused: dict[int, ProviderError]) -> bytes | ProviderError:
        if result.reason is not None:
            return refused[result.reason]
        leg_key = result.payload.octets(Tag.DATA) if result.payload is not None else None
        if leg_key is None or len(leg_key) != LEG_KEY_BYTES:
            return self.wrong_answer()
        return leg_key

    def _refusals(
        self, results: Sequence[Result], reference: str, key_id: str, deadline: Deadline
    ) -> dict[int, ProviderError]:
        """Return what each reason among the results means; raises what fails the whole key.

        KMIP has a reason for a wrap that does not open, but servers fail in general, too.
        Then the key is tried on a wrap that must open.
        """
        refused: dict[int, ProviderError] = {}
        for result in results:
            reason = result.reason
            if reason is None or reason in refused:
                continue
            if reason == Reason.GENERAL_FAILURE:
                self._check_opens(reference, key_id, deadline)
            elif reason != Reason.CRYPTOGRAPHIC_FAILURE:
                raise self._refusal(result, reference, key_id, deadline)
            refused[reason] = self.context_refused(reference)
        return refused

    def _check_opens(self, reference: str, key_id: str, deadline: Deadline) -> None:
        """Have the key encrypt and decrypt 32 zero bytes; raises where it does not."""
        nonce = os.urandom(_NONCE_BYTES)
        sent = _cipher_payload(key_id, bytes(LEG_KEY_BYTES), nonce, b"kwtools probe")
        made = self._one(Operation.ENCRYPT, sent, reference, deadline, key_id)
        wrap = self._wrap(nonce, made)
        opening = _cipher_payload(
            key_id, wrap[_NONCE_BYTES:-_TAG_BYTES], nonce, b"kwtools probe", wrap[-_TAG_BYTES:]
        )
        self._one(Operation.DECRYPT, opening, reference, deadline, key_id)

    def _key_id(self, key: KeyName) -> str:
        return (key.external_id or "").partition("/")[2]

    def _batches(self, items: Sequence[WrapItem]) -> Iterator[Sequence[WrapItem]]:
        size = self.items_of_a_call
        for start in range(0, len(items), size):
            yield items[start : start + size]

    # -- requests and their failures ------------------------------------------------------

    def _ask(
        self, operation: Operation, payloads: Sequence[Sequence[ttlv.Item]], deadline: Deadline
    ) -> list[Result]:
        """Ask; over a new connection where our certificate changed since the last one began."""
        certificate = read_private(Path(self._options["client_certificate_file"])).signature
        if certificate != self._certificate:
            self._client = self._new_client()
            self._certificate = certificate
        return self._client.ask(operation, payloads, deadline)

    def _one(
        self,
        operation: Operation,
        payload: Sequence[ttlv.Item],
        reference: str | None,
        deadline: Deadline,
        key_id: str | None = None,
    ) -> ttlv.Item:
        """Have one operation done; raises what its failure means."""
        (result,) = self._ask(operation, [payload], deadline)
        if result.reason is not None:
            raise self._refusal(result, reference, key_id, deadline)
        if result.payload is None:
            raise self.wrong_answer()
        return result.payload

    def _refusal(
        self, result: Result, reference: str | None, key_id: str | None, deadline: Deadline
    ) -> ProviderError:
        """Name what a reason means. The server's own words are not looked at."""
        reason = result.reason
        if reference is not None and reason in (
            Reason.ITEM_NOT_FOUND,
            Reason.OBJECT_NOT_FOUND,
            Reason.OBJECT_DESTROYED,
        ):
            return self.lost(reference)
        if reason in (Reason.WRONG_KEY_LIFECYCLE_STATE, Reason.OBJECT_ARCHIVED):
            return KeyDisabled(f'key "{reference}" of provider "{self.name}" is not active')
        if reason == Reason.PERMISSION_DENIED and reference is not None and key_id is not None:
            # Servers say this of a key that is not active, too.
            self._check_active(reference, self._attributes(reference, key_id, deadline))
        if reason in (
            Reason.PERMISSION_DENIED,
            Reason.NOT_AUTHORISED,
            Reason.AUTHENTICATION_NOT_SUCCESSFUL,
        ):
            return CredentialsRefused(
                f'provider "{self.name}" does not accept our certificate'
                + (f', or its rights on key "{reference}"' if reference else ""),
                hint="Check client_certificate_file, and the owner of the key.",
            )
        if reason == Reason.SERVER_LIMIT_EXCEEDED:
            return self.throttled()
        if reason == Reason.OPERATION_NOT_SUPPORTED:
            return self._unsupported()
        if reason in (
            Reason.GENERAL_FAILURE,
            Reason.INTERNAL_SERVER_ERROR,
            Reason.PROTECTION_STORAGE_UNAVAILABLE,
        ):
            return self.out_of_service(f"KMIP reason {reason:#x}")
        return ProviderRefused(
            f'provider "{self.name}" refused the request with KMIP reason {reason:#x}',
            hint="It has to take AES-GCM with a nonce of ours and associated data. A batch that "
            "is too large needs a smaller batch_items.",
        )

    def _unsupported(self) -> ProviderRefused:
        return ProviderRefused(
            f'provider "{self.name}" does not offer Encrypt and Decrypt',
            hint="Use a server that supports KMIP 1.4 and AES-GCM with associated data.",
        )


def _cipher_payload(
    key_id: str, data: bytes, nonce: bytes, context: bytes, tag: bytes | None = None
) -> list[ttlv.Item]:
    """Return what Encrypt is given, or with a tag Decrypt; the order of members is KMIP's."""
    payload = [
        ttlv.text(Tag.UNIQUE_IDENTIFIER, key_id),
        _PARAMETERS,
        ttlv.octets(Tag.DATA, data),
        ttlv.octets(Tag.IV_COUNTER_NONCE, nonce),
        ttlv.octets(Tag.AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA, context),
    ]
    if tag is not None:
        payload.append(ttlv.octets(Tag.AUTHENTICATED_ENCRYPTION_TAG, tag))
    return payload


def _attribute(name: str, value: ttlv.Item) -> ttlv.Item:
    return ttlv.structure(Tag.ATTRIBUTE, ttlv.text(Tag.ATTRIBUTE_NAME, name), value)


def _name_attribute(name: str) -> ttlv.Item:
    value = ttlv.structure(
        Tag.ATTRIBUTE_VALUE,
        ttlv.text(Tag.NAME_VALUE, name),
        ttlv.enumeration(Tag.NAME_TYPE, _UNINTERPRETED_TEXT),
    )
    return _attribute("Name", value)
