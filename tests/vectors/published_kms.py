"""KMSs with published keys, each below its provider, in place of the connection.

They answer as the real ones do and keep the last request, so that a vector can show what a KMS
receives. AWS and Google do not publish the form of their ciphertexts: theirs are a table.
"""

import base64
import json
import os
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from google_crc32c import value as crc32c
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.providers import _ttlv as ttlv
from kwruntime.kms.providers._aws import AwsProvider
from kwruntime.kms.providers._azure import AzureProvider
from kwruntime.kms.providers._base import KeyName, RemoteProvider
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._gcp import GcpProvider
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._kmip import KmipProvider
from kwruntime.kms.providers._kmip_client import Operation, Result, Tag
from kwruntime.kms.providers._pkcs11 import Pkcs11Provider
from kwruntime.kms.providers._vault import VaultProvider

KEY = KeyName("published", "kms.example/published")
VERSION = "00112233445566778899aabbccddeeff"
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
_NONCE_BYTES, _TAG_BYTES = 12, 16
_OPAQUE_BYTES = 92  # as many as is usual


class Kms:
    """What the key of a vector does: ``aes`` or ``rsa`` is the key, ``opens`` a table."""

    def __init__(self, key: dict[str, Any]) -> None:
        self._key = key
        self.request: dict[str, Any] = {}

    @property
    def algorithm(self) -> str:
        """The algorithm of the key, where it has a choice."""
        return str(self._key["algorithm"])

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Return nonce, ciphertext and tag of AES-256-GCM."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self.seal_with(nonce, data, context)

    def seal_with(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
        """Return ciphertext and tag."""
        return AESGCM(self._aes).encrypt(nonce, data, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Open what ``seal`` gave."""
        return AESGCM(self._aes).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)

    def wrap(self, data: bytes) -> bytes:
        """Wrap without a context: by RFC 3394, or RSA-OAEP with SHA-256."""
        if "rsa" in self._key:
            return self._rsa.public_key().encrypt(data, _OAEP)
        return aes_key_wrap(self._aes, data)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Open what ``wrap`` gave."""
        if "rsa" in self._key:
            return self._rsa.decrypt(wrapped, _OAEP)
        return aes_key_unwrap(self._aes, wrapped)

    def hide(self, data: bytes, context: str) -> bytes:
        """Return random bytes that ``find`` gives the data for, in the same context."""
        opaque = os.urandom(_OPAQUE_BYTES)
        self._key["opens"][opaque.hex()] = {"context": context, "leg_key": data.hex()}
        return opaque

    def find(self, opaque: bytes, context: str) -> bytes:
        """Return what ``hide`` hid."""
        found = self._key["opens"][opaque.hex()]
        assert found["context"] == context
        return bytes.fromhex(found["leg_key"])

    @property
    def _aes(self) -> bytes:
        return bytes.fromhex(self._key["aes"])

    @property
    def _rsa(self) -> RSAPrivateKey:
        key = serialization.load_der_private_key(bytes.fromhex(self._key["rsa"]), None)
        return cast(RSAPrivateKey, key)


class _Vault(VaultProvider):
    def __init__(self, kms: Kms) -> None:
        self.name, self._mount, self._kms = "vault", "transit", kms
        self._options = {"batch_items": 1}
        self._http = HttpClient(
            "vault", "https://kms.example", connect_seconds=1, total_seconds=60, tls=TlsFiles()
        )

    def _check_exists(self, key: KeyName, deadline: Deadline) -> None:
        pass

    def _call(
        self, method: str, path: str, deadline: Deadline, body: dict[str, Any] | None = None
    ) -> Answer:
        (item,) = (body or {})["batch_input"]
        self._kms.request, context = item, _bytes(item["associated_data"])
        if "plaintext" in item:
            sealed = self._kms.seal(_bytes(item["plaintext"]), context)
            result = {"ciphertext": f"vault:v1:{_text(sealed)}"}
        else:
            sealed = _bytes(item["ciphertext"].removeprefix("vault:v1:"))
            result = {"plaintext": _text(self._kms.open(sealed, context))}
        return _answer({"data": {"batch_results": [result]}})


class _Aws(AwsProvider):
    def __init__(self, kms: Kms) -> None:
        self.name, self._kms = "aws", kms

    def _answer(self, action: str, request: dict[str, Any]) -> Answer:
        self._kms.request = request
        context = request["EncryptionContext"]["kwtools:context"]
        if action == "Encrypt":
            opaque = self._kms.hide(_bytes(request["Plaintext"]), context)
            return _answer({"CiphertextBlob": _text(opaque)})
        leg_key = self._kms.find(_bytes(request["CiphertextBlob"]), context)
        return _answer({"Plaintext": _text(leg_key)})


class _Gcp(GcpProvider):
    def __init__(self, kms: Kms) -> None:
        self.name, self._kms = "gcp", kms
        self._api = cast(Any, SimpleNamespace(answer=self._said))

    def _said(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        self._kms.request, context = body, body["additionalAuthenticatedData"]
        if path.endswith(":encrypt"):
            opaque = self._kms.hide(_bytes(body["plaintext"]), context)
            checked = ("verifiedPlaintextCrc32c", "verifiedAdditionalAuthenticatedDataCrc32c")
            return _answer(
                {"ciphertext": _text(opaque), "ciphertextCrc32c": str(crc32c(opaque))}
                | dict.fromkeys(checked, True)
            )
        leg_key = self._kms.find(_bytes(body["ciphertext"]), context)
        return _answer({"plaintext": _text(leg_key), "plaintextCrc32c": str(crc32c(leg_key))})


class _Azure(AzureProvider):
    def __init__(self, kms: Kms) -> None:
        self.name, self._kms = "azure", kms
        self._seen = {KEY: (float("inf"), kms.algorithm)}
        self._api = cast(Any, SimpleNamespace(answer=self._said))

    def _said(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        self._kms.request = body
        act = self._kms.wrap if "/wrapkey" in path else self._kms.unwrap
        value = base64.urlsafe_b64encode(act(base64.urlsafe_b64decode(body["value"] + "==")))
        kid = f"https://kms.example/keys/{KEY.reference}/{VERSION}"
        return _answer({"kid": kid, "value": value.rstrip(b"=").decode()})


class _Pkcs11(Pkcs11Provider):
    """Stands for the process of the module, too."""

    def __init__(self, kms: Kms) -> None:
        self.name, self._kms = "pkcs11", kms

    def ask(self, reference: str, do: str, **request: Any) -> Any:
        (item,) = request["items"]
        data, context = (_bytes(one) for one in item)
        act = self._wrapped if do == "wrap" else self._opened
        return [_text(act(data, context))]

    def _wrapped(self, data: bytes, context: bytes) -> bytes:
        if self._kms.algorithm == "AES-256-KW":
            self._kms.request = {"data": data.hex()}
            return b"\x02" + self._kms.wrap(data)
        sealed = self._kms.seal(data, context)
        nonce = sealed[:_NONCE_BYTES].hex()
        self._kms.request = {"data": data.hex(), "nonce": nonce, "aad": context.hex()}
        return b"\x01" + sealed

    def _opened(self, wrapped: bytes, context: bytes) -> bytes:
        form, rest = wrapped[0], wrapped[1:]
        if form == 2:
            self._kms.request = {"data": rest.hex()}
            return self._kms.unwrap(rest)
        nonce, data = rest[:_NONCE_BYTES].hex(), rest[_NONCE_BYTES:].hex()
        self._kms.request = {"data": data, "nonce": nonce, "aad": context.hex()}
        return self._kms.open(rest, context)


class _Kmip(KmipProvider):
    def __init__(self, kms: Kms) -> None:
        self.name, self._kms = "kmip", kms
        self._options = {"batch_items": 1}
        self._client = cast(Any, SimpleNamespace(deadline=lambda: Deadline(60, "kmip")))

    def _ask(
        self, operation: Operation, payloads: Sequence[Sequence[ttlv.Item]], deadline: Deadline
    ) -> list[Result]:
        (payload,) = payloads
        sent = {item.tag: item.value for item in payload}
        data, nonce, context, tag = (
            cast(bytes, sent.get(name, b""))
            for name in (
                Tag.DATA,
                Tag.IV_COUNTER_NONCE,
                Tag.AUTHENTICATED_ENCRYPTION_ADDITIONAL_DATA,
                Tag.AUTHENTICATED_ENCRYPTION_TAG,
            )
        )
        self._kms.request = {"data": data.hex(), "nonce": nonce.hex(), "aad": context.hex()}
        if operation == Operation.DECRYPT:
            self._kms.request["tag"] = tag.hex()
            opened = ttlv.octets(Tag.DATA, self._kms.open(nonce + data + tag, context))
            return [Result(ttlv.structure(Tag.RESPONSE_PAYLOAD, opened), None)]
        sealed = self._kms.seal_with(nonce, data, context)
        parts = (
            ttlv.octets(Tag.DATA, sealed[:-_TAG_BYTES]),
            ttlv.octets(Tag.AUTHENTICATED_ENCRYPTION_TAG, sealed[-_TAG_BYTES:]),
        )
        return [Result(ttlv.structure(Tag.RESPONSE_PAYLOAD, *parts), None)]


PROVIDERS: dict[str, Any] = {
    "vault": _Vault,
    "aws": _Aws,
    "gcp": _Gcp,
    "azure": _Azure,
    "pkcs11": _Pkcs11,
    "kmip": _Kmip,
}


def provider_of(kind: str, kms: Kms) -> RemoteProvider:
    """Return the runtime's provider of a kind, with this KMS behind it."""
    made: RemoteProvider = PROVIDERS[kind](kms)
    return made


def _answer(content: dict[str, Any]) -> Answer:
    return Answer(200, {}, json.dumps(content).encode())


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
