"""Provider ``azure``: keys of Azure Key Vault or a Managed HSM, over their REST API 7.4.

https://learn.microsoft.com/rest/api/keyvault/keys/operation-groups
"""

import base64
import binascii
import re
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, time
from typing import Any, Self
from urllib.parse import urlsplit

from kwruntime.crypto.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    Conflict,
    ContextRefused,
    KeyDisabled,
    KeyLost,
    ProviderError,
    ProviderRefused,
    WrongAnswer,
)
from kwruntime.kms.provider_file import Entry, check_public
from kwruntime.kms.providers._azure_credentials import EntraTokens
from kwruntime.kms.providers._base import KeyDescription, KeyName, WrapItem
from kwruntime.kms.providers._bearer import BearerClient
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._http_provider import HttpProvider
from kwruntime.kms.providers._options import read_options

_API = "api-version=7.4"
_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,127}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,100}")
_VERSION = re.compile(r"[0-9a-f]{32}")
# What is stored: the algorithm, the key's version, and what it wrapped.
_WRAPPED = re.compile(rb"(RSA-OAEP-256|A256KW):([0-9a-f]{32}):([A-Za-z0-9_-]{40,1400})")
_ALGORITHMS = {
    "RSA": "RSA-OAEP-256",
    "RSA-HSM": "RSA-OAEP-256",
    "oct-HSM": "A256KW",
}
_MANAGED_HSM = "https://managedhsm.azure.net"
_VAULT = "https://vault.azure.net"
_RSA_BITS = 3072
_SEEN_SECONDS = 60.0
# Forbidden to everyone from where the server is, or, without a code, not by Azure.
_KEPT_OUT = {"ForbiddenByFirewall", "ForbiddenByConnection", None}
_NOT_USABLE = {"KeyDisabled", "KeyNotYetValid", "KeyExpired", "KeyOperationForbidden"}


class AzureProvider(HttpProvider):
    """One vault or Managed HSM."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        if options["ca_file"] is not None:
            check_public(Path(options["ca_file"]))
        self.location = options["address"]
        self.tenant = options["tenant_id"]
        self._host = urlsplit(options["address"]).hostname or ""
        http = HttpClient(
            name,
            options["address"],
            connect_seconds=options["connect_seconds"],
            total_seconds=options["total_seconds"],
            tls=TlsFiles(ca=options["ca_file"]),
        )
        self._is_hsm = ".managedhsm." in self._host
        resource = options["resource"] or (_MANAGED_HSM if self._is_hsm else _VAULT)
        self._tokens = EntraTokens(name, options, resource)
        self._api = BearerClient(http, self._tokens)
        self._seen: dict[KeyName, tuple[float, str]] = {}

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "azure")
        files = [value for option, value in options.items() if option.endswith("_file")]
        given = len([file for file in files if file]) - bool(options["ca_file"])
        where = f"[providers.{name}] of the provider file"
        if given > 1:
            raise ProviderRefused(
                f"{where} must have at most one of client_secret_file, client_certificate_file and "
                "federated_token_file"
            )
        if given and not (options["tenant_id"] and options["client_id"]):
            raise ProviderRefused(f"{where} requires tenant_id and client_id")
        for option in ("tenant_id", "client_id"):
            if options[option] is not None and not _ID.fullmatch(options[option]):
                raise ProviderRefused(f"{where}: {option} is not valid")
        return cls(name, options)

    def check_files(self) -> None:
        """See that a certificate of the application is one, and that the key is its own."""
        self._tokens.check_files()

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Check that our token is accepted. It need not be allowed to list keys."""
        answer = self._api.answer("GET", f"/keys?maxresults=1&{_API}")
        may_not_list = answer.status == 403 and _code(answer) not in _KEPT_OUT
        if answer.status != 200 and not may_not_list:
            raise self.refusal(answer, None)

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up; its id names the vault, so that one vault is one root.

        It also names the newest version: a key that was purged and made again has it no more.
        """
        algorithm, version = self._read_key(reference)
        place = f"{self._host}/{reference}@{version}"
        return KeyDescription(place, algorithm)  # imports: not told

    def place_of(self, reference: str, version: str) -> str:
        """Return the vault, the name and the version of a key that signs."""
        return f"{self._host.lower()}/{reference}/{version}"

    def is_same(self, recorded: str | None, found: str | None) -> bool:
        """Return whether they are of one name; ``check_same`` says whether that is one key."""
        was, now = ((one or "").partition("@")[0].lower() for one in (recorded, found))
        return was == now

    def check_same(self, key: KeyName) -> None:
        """Raise ``KeyChanged`` where the key lacks the version that it had when registered."""
        version = (key.external_id or "").partition("@")[2]
        if not _VERSION.fullmatch(version):  # registered by an earlier release
            return
        answer = self._api.answer("GET", f"/keys/{key.reference}/{version}?{_API}")
        if answer.status == 404:
            raise self.changed(key.reference)

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key; raises ``Conflict`` where there is one: else it would get a new version."""
        made = algorithm or ("A256KW" if self._is_hsm else "RSA-OAEP-256")
        if made not in _ALGORITHMS.values() or (made == "A256KW" and not self._is_hsm):
            raise ProviderRefused(
                f'provider "{self.name}" cannot create keys for "{algorithm}"',
                hint="RSA-OAEP-256, or in a Managed HSM A256KW.",
            )
        self.check_free(reference, lambda: self.describe(reference))
        kind: dict[str, Any] = {"kty": "oct-HSM", "key_size": 256}
        if made == "RSA-OAEP-256":
            kind = {"kty": self.kind_of("RSA"), "key_size": _RSA_BITS}
        self.create_as(kind, ["wrapKey", "unwrapKey"], reference)
        return self.describe(reference)

    def kind_of(self, kind: str) -> str:
        """Return the type of new keys: those of a Managed HSM have types of their own."""
        return f"{kind}-HSM" if self._is_hsm else kind

    def create_as(self, kind: dict[str, Any], uses: list[str], reference: str) -> None:
        """Make a key of a type for some operations; raises ``Conflict`` where one is deleted."""
        path = f"/keys/{reference}/create?{_API}"
        answer = self._api.answer("POST", path, {**kind, "key_ops": uses})
        if answer.status == 409:
            raise Conflict(
                f'key "{reference}" of provider "{self.name}" is deleted, and can be recovered',
                hint="Recover it in Azure and register it, or purge it.",
            )
        self.content(answer, reference)

    def _read_key(self, reference: str) -> tuple[str, str]:
        """Return how a key wraps, and its newest version.

        Raises ``KeyLost``, ``KeyDisabled`` or ``ProviderRefused``.
        """
        if not _REFERENCE.fullmatch(reference):
            raise BadArgument(
                f'"{reference}" cannot name a key of provider "{self.name}"',
                hint="Use at most 127 letters, digits and '-'.",
            )
        key, version = self.key_of(reference, None)
        algorithm, uses = _ALGORITHMS.get(str(key.get("kty"))), key.get("key_ops")
        if not isinstance(uses, list | None):
            raise self.wrong_answer()
        if algorithm is None or not all(use in (uses or ()) for use in ("wrapKey", "unwrapKey")):
            raise ProviderRefused(
                f'key "{reference}" of provider "{self.name}" is not for wrapKey and unwrapKey',
                hint="Use a key of type RSA, RSA-HSM or oct-HSM with both operations.",
            )
        return algorithm, version

    def key_of(self, reference: str, version: str | None) -> tuple[dict[str, Any], str]:
        """Return what Azure tells of a key that can be used, and the version that this is of."""
        path = f"/keys/{reference}/{version}" if version else f"/keys/{reference}"
        found = self.content(self._api.answer("GET", f"{path}?{_API}"), reference)
        key, attributes = found.get("key"), found.get("attributes")
        if not isinstance(key, dict) or not isinstance(attributes, dict):
            raise self.wrong_answer()
        now = time()
        begins, ends = (attributes.get(name) or now for name in ("nbf", "exp"))
        if not isinstance(begins, int | float) or not isinstance(ends, int | float):
            raise self.wrong_answer()
        if attributes.get("enabled") is not True or not begins <= now <= ends:
            raise self._disabled(reference)
        of = str(key.get("kid")).rpartition("/")[2]
        if not _VERSION.fullmatch(of) or version not in (None, of):
            raise self.wrong_answer()
        return key, of

    def use(self, path: str, request: dict[str, Any], reference: str) -> object:
        """Return the value that an operation of a key gives; raises ``ProviderError``."""
        answer = self._api.answer("POST", f"/keys/{path}?{_API}", request)
        return self.content(answer, reference).get("value")

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Wrap leg keys by the key's newest version, one a request: there are no batches."""
        seen, algorithm = self._seen.get(key, (0.0, ""))
        if monotonic() >= seen + _SEEN_SECONDS:
            algorithm, _ = self._read_key(key.reference)
            self.check_same(key)
            self._seen[key] = monotonic(), algorithm
        return [self._wrapped(key.reference, algorithm, item.data) for item in items]

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Unwrap leg keys by the version that wrapped each, one a request."""
        opened: list[bytes | ProviderError] = []
        for item in items:
            try:
                opened.append(self._opened(key.reference, item.data))
            except (ContextRefused, KeyDisabled, KeyLost, WrongAnswer) as error:  # of one version
                opened.append(error)
        return opened

    def _wrapped(self, reference: str, algorithm: str, leg_key: bytes) -> bytes:
        request = {"alg": algorithm, "value": _text(leg_key)}
        answer = self._api.answer("POST", f"/keys/{reference}/wrapkey?{_API}", request)
        content = self.content(answer, reference)
        version = str(content.get("kid")).rpartition("/")[2]
        wrapped = f"{algorithm}:{version}:{content.get('value')}".encode()
        if not _VERSION.fullmatch(version) or not _WRAPPED.fullmatch(wrapped):
            raise self.wrong_answer()
        return wrapped

    def _opened(self, reference: str, wrapped: bytes) -> bytes:
        parts = _WRAPPED.fullmatch(wrapped)
        if parts is None:
            raise self.context_refused(reference)
        algorithm, version, value = (part.decode() for part in parts.groups())
        request = {"alg": algorithm, "value": value}
        answer = self._api.answer("POST", f"/keys/{reference}/{version}/unwrapkey?{_API}", request)
        if answer.status == 400 and _code(answer) is not None:
            raise self.context_refused(reference)
        try:
            given = self.content(answer, reference).get("value")
            leg_key = base64.urlsafe_b64decode(f"{given}===")
        except (binascii.Error, ValueError):
            raise self.wrong_answer() from None
        if len(leg_key) != LEG_KEY_BYTES:
            raise self.wrong_answer()
        return leg_key

    # -- requests and their failures ------------------------------------------------------

    def refusal(self, answer: Answer, reference: str | None) -> ProviderError:
        """Name what a status means. Azure's own words are never repeated."""
        if reference is not None and answer.status == 403 and _code(answer) in _NOT_USABLE:
            return self._disabled(reference)
        if answer.status in (401, 403):
            return self.credentials_refused(
                reference,
                "Check the identity, its role (Key Vault Crypto User, or Managed HSM Crypto "
                "User) and the firewall of the vault.",
            )
        if reference is not None and answer.status == 404:
            return KeyLost(
                f'provider "{self.name}" has no key "{reference}", or not the version it needs',
                hint="Recover a deleted key in Azure before its retention ends.",
            )
        return self.refusal_by_status(
            answer, "Check address in the provider file.", is_known=_code(answer) is not None
        )

    def _disabled(self, reference: str) -> KeyDisabled:
        return KeyDisabled(
            f'key "{reference}" of provider "{self.name}", or the version it needs, is disabled or'
            " out of its time",
            hint="Enable it in Azure, or change its activation and expiration.",
        )


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _code(answer: Answer) -> str | None:
    """Return the innermost code of an error, such as KeyDisabled; None where it has no form."""
    code, error = None, (answer.json or {}).get("error")
    while isinstance(error, dict) and isinstance(error.get("code"), str):
        code, error = error["code"], error.get("innererror")
    return code
