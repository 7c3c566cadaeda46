"""Provider ``vault``: the Transit engine of HashiCorp Vault or OpenBao, over its HTTP API.

https://openbao.org/api-docs/secret/transit/ and https://openbao.org/api-docs/auth/approle/
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, Self

from kwruntime.crypto.envelope import LEG_KEY_BYTES
from kwruntime.errors import (
    BadArgument,
    ContextRefused,
    CredentialsRefused,
    KeyDisabled,
    ProviderError,
    ProviderRefused,
)
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Entry, check_public, read_secret
from kwruntime.kms.providers._base import KeyDescription, KeyName, WrapItem
from kwruntime.kms.providers._bearer import is_throttled
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._http_provider import HttpProvider
from kwruntime.kms.providers._options import read_options
from kwruntime.kms.providers._timing import renewal, retried
from kwruntime.kms.strict import Malformed, life, shown, token

_ALGORITHMS = ("aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305")
_NEW_KEY = "aes256-gcm96"
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_HEALTH = "/v1/sys/health?standbyok=true&perfstandbyok=true"  # a standby says 429 or 473 else
_SEAL = "/v1/sys/seal-status"
_WRAPPED = re.compile(r"vault:v[1-9][0-9]{0,9}:[A-Za-z0-9+/=]{40,400}")
_CLUSTER = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_MARK = re.compile(r"@([0-9]{1,10}):([0-9]{1,20})\Z")
_ID = re.compile(r"(.*?)(@[0-9]{1,10}:[0-9]{1,20})?", re.DOTALL)
_SEEN_SECONDS = 60.0
_MAX_WORDS = 64 * 1024
_ENDLESS_SECONDS = 3600.0  # a token without a lease is renewed none the less


class _Token(NamedTuple):
    """A token, and until when it is used; what it came from, to notice a change."""

    value: str
    expires: float
    source: tuple[tuple[int, ...], ...]

    def __repr__(self) -> str:
        return "_Token(…)"


class VaultProvider(HttpProvider):
    """One Transit mount of one server."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name = name
        self._options = options
        self.items_of_a_call = options["batch_items"]
        if options["ca_file"] is not None:
            check_public(Path(options["ca_file"]))
        self._http = HttpClient(
            name,
            options["address"],
            connect_seconds=options["connect_seconds"],
            total_seconds=options["total_seconds"],
            tls=TlsFiles(ca=options["ca_file"]),
        )
        self._mount = options["mount"].strip("/")
        self.location = f"{options['address']} mount {self._mount}"
        self.tenant = options["namespace"]
        self._token: _Token | None = None
        self._seen: dict[KeyName, float] = {}

    @classmethod
    def from_entry(cls, name: str, entry: Entry) -> Self:
        """Make it from its entry in the provider file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "vault")
        by_role = options["role_id_file"], options["secret_id_file"]
        if (options["token_file"] is None) is (by_role == (None, None)) or (
            by_role.count(None) == 1
        ):
            raise ProviderRefused(
                f"[providers.{name}] of the provider file requires token_file, or both "
                "role_id_file "
                "and secret_id_file"
            )
        return cls(name, options)

    # -- keys -----------------------------------------------------------------------------

    def probe(self) -> None:
        """Have our token looked up, and see that the mount is one of Transit."""
        deadline = self.deadline()
        self._checked(self._call("GET", "/v1/auth/token/lookup-self", deadline), None)
        answer = self._call("GET", f"/v1/sys/internal/ui/mounts/{self._mount}", deadline)
        if answer.status == 200:
            data = self.json_of(answer).get("data")
            kind = data.get("type") if isinstance(data, dict) else None
            if isinstance(kind, str) and kind != "transit":
                raise self._no_engine(f"an engine of type {shown(kind)}")
        elif answer.status == 403:  # said of what is not there, and of what we have no right on
            listed = self._call("GET", f"/v1/{self._mount}/keys?list=true", deadline)
            if _is_no_mount(listed):
                raise self._no_engine("nothing")
            if listed.status == 403:
                raise self.credentials_refused(None, self._rights())

    def describe(self, reference: str) -> KeyDescription:
        """Look a key up; its id names the cluster, so that one server is one root key.

        It also says which is the oldest version there and when it was made: a key that is deleted
        and made again is another one.
        """
        deadline = self.deadline()
        algorithm, mark, origin = self._read_key(reference, deadline)
        return KeyDescription(
            f"{self.place_of(reference, deadline)}{mark}", algorithm, origin=origin
        )

    def place_of(self, reference: str, deadline: Deadline) -> str:
        """Return the cluster, namespace and mount of a key, and its name."""
        # Without a namespace, since no other than the root's answers it, and so without our token.
        answer = self._http.request("GET", _HEALTH, deadline, {"X-Vault-Request": "true"})
        cluster = self._checked(answer, None).get("cluster_id")
        if not isinstance(cluster, str) or not _CLUSTER.fullmatch(cluster):
            raise self.wrong_answer()
        namespace = (self._options["namespace"] or "").strip("/")
        return f"{cluster}/{namespace}/{self._mount}/{reference}"

    def depends_on(self) -> str | None:
        """Return what unseals the server, where that is another key."""
        deadline = self.deadline()
        answer = self._http.request("GET", _SEAL, deadline, {"X-Vault-Request": "true"})
        kind = (answer.json or {}).get("type") if answer.status == 200 else None
        if not isinstance(kind, str) or kind == "shamir":
            return None
        return f"its seal is of type {shown(kind)}"

    def is_same(self, recorded: str | None, found: str | None) -> bool:
        """Return whether they are one key, of which old versions may have been trimmed."""
        was, now = (_ID.fullmatch(one or "") for one in (recorded, found))
        return bool(was and now and was[1] == now[1]) and _may_be_same(recorded, found)

    def check_same(self, key: KeyName) -> None:
        """Raise ``KeyChanged`` where the key was deleted and made again."""
        self._check_mark(key, self._read_key(key.reference, self.deadline())[1])

    def _check_mark(self, key: KeyName, mark: str) -> None:
        if not _may_be_same(key.external_id, mark):
            raise self.changed(key.reference)

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key, never exportable; raises ``Conflict`` where there is one."""
        if algorithm not in (None, *_ALGORITHMS):
            raise ProviderRefused(
                f'provider "{self.name}" creates keys of {", ".join(_ALGORITHMS)}, not '
                f'"{algorithm}"'
            )
        deadline = self.deadline()
        self.check_free(reference, lambda: self._read_key(reference, deadline))
        body = {"type": algorithm or _NEW_KEY, "exportable": False}
        self.write("keys", reference, body, deadline)
        return self.describe(reference)

    def _read_key(self, reference: str, deadline: Deadline) -> tuple[str, str, str | None]:
        """Return the algorithm of a key; its mark: ``@``, its oldest version, ``:``, and when that
        was made; and what is told of its origin. Raises ``KeyLost``, or ``ProviderRefused``."""
        data = self.key_data(reference, deadline)
        if data["type"] not in _ALGORITHMS or data.get("derived") is not False:
            raise ProviderRefused(
                f'key "{reference}" of provider "{self.name}" is of type {shown(data["type"])}'
                f"{', derived' if data.get('derived') else ''}: it cannot bind a context",
                hint=f"Use a key of type {', '.join(_ALGORITHMS)} that is not derived.",
            )
        return str(data["type"]), _mark(data.get("keys")), _origin(data)

    def key_data(self, reference: str, deadline: Deadline) -> dict[str, Any]:
        """Return what Transit tells of a key, with its type; raises ``KeyLost``."""
        answer = self._call("GET", self._path("keys", reference), deadline)
        data = self._checked(answer, reference).get("data")
        if not isinstance(data, dict) or not isinstance(data.get("type"), str):
            raise self.wrong_answer()
        return data

    # -- wrapping -------------------------------------------------------------------------

    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Encrypt leg keys, a batch a request."""
        deadline = self.deadline()
        self._check_exists(key, deadline)
        wrapped: list[bytes] = []
        for batch in self._batches(items):
            found = self._batch("encrypt", "plaintext", key.reference, batch, deadline)
            for result in found:
                ciphertext = result.get("ciphertext")
                if not isinstance(ciphertext, str):
                    raise self._item_failure(key.reference, result)
                if not _WRAPPED.fullmatch(ciphertext):
                    raise self.wrong_answer()
                wrapped.append(ciphertext.encode())
        return wrapped

    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Decrypt leg keys, a batch a request."""
        deadline = self.deadline()
        opened: list[bytes | ProviderError] = []
        for batch in self._batches(items):
            found = self._batch("decrypt", "ciphertext", key.reference, batch, deadline)
            opened += [self._leg_key(key.reference, result) for result in found]
        if any(isinstance(one, ContextRefused) for one in opened):
            self._check_mark(key, self._read_key(key.reference, deadline)[1])
        return opened

    def _check_exists(self, key: KeyName, deadline: Deadline) -> None:
        """Look a key up before it wraps: Transit makes a key that is not there, without a word."""
        now = monotonic()
        if now >= self._seen.get(key, 0.0):
            self._check_mark(key, self._read_key(key.reference, deadline)[1])
            self._seen[key] = now + _SEEN_SECONDS

    def _batches(self, items: Sequence[WrapItem]) -> Iterator[Sequence[WrapItem]]:
        size = self.items_of_a_call
        for start in range(0, len(items), size):
            yield items[start : start + size]

    def _batch(
        self,
        action: str,
        member: str,
        reference: str,
        items: Sequence[WrapItem],
        deadline: Deadline,
    ) -> list[dict[str, Any]]:
        batch = [
            {
                member: _text(item.data) if action == "encrypt" else _ascii(item.data),
                "associated_data": _text(item.context),
            }
            for item in items
        ]
        return self.batch_results(action, reference, {"batch_input": batch}, deadline)

    # -- what signing keys use, too -------------------------------------------------------

    def deadline(self) -> Deadline:
        """Return the deadline of one call, which may take several requests."""
        return self._http.deadline()

    def write(
        self, action: str, reference: str, body: dict[str, Any], deadline: Deadline
    ) -> dict[str, Any]:
        """Have the engine do something with a key; raises ``ProviderError``."""
        answer = self._call("POST", self._path(action, reference), deadline, body)
        return self._checked(answer, reference)

    def batch_results(
        self, action: str, reference: str, body: dict[str, Any], deadline: Deadline
    ) -> list[dict[str, Any]]:
        """Return the results of a batch, one for each item; an item that failed has an error."""
        answer = self._call("POST", self._path(action, reference), deadline, body)
        # Where some items fail, the status is 400 and the results stand beside it.
        content = self.json_of(answer) if answer.status == 400 else self._checked(answer, reference)
        data = content.get("data")
        results = data.get("batch_results") if isinstance(data, dict) else None
        if results is None and answer.status == 400:
            raise self.refusal(answer, reference)
        if (
            not isinstance(results, list)
            or len(results) != len(body["batch_input"])
            or not all(isinstance(result, dict) for result in results)
        ):
            raise self.wrong_answer()
        return results

    def _leg_key(self, reference: str, result: dict[str, Any]) -> bytes | ProviderError:
        plaintext = result.get("plaintext")
        if not isinstance(plaintext, str) or result.get("error"):
            return self._item_failure(reference, result)
        try:
            leg_key = base64.b64decode(plaintext, validate=True)
        except (binascii.Error, ValueError):
            return self.wrong_answer()
        return leg_key if len(leg_key) == LEG_KEY_BYTES else self.wrong_answer()

    # -- requests and their failures ------------------------------------------------------

    def _path(self, what: str, reference: str) -> str:
        if not _REFERENCE.fullmatch(reference):
            raise BadArgument(
                f'"{reference}" cannot name a key of provider "{self.name}"',
                hint="Use letters, digits, '.', '_' and '-', beginning with a letter or digit.",
            )
        return f"/v1/{self._mount}/{what}/{reference}"

    def _call(
        self, method: str, path: str, deadline: Deadline, body: dict[str, Any] | None = None
    ) -> Answer:
        """Send a request with our token: once more where it is refused and there is another, and
        again after a pause, while the deadline allows it, where the server throttles."""

        def answer_to(used: str) -> Answer:
            return retried(
                deadline, lambda: self._send(method, path, deadline, body, used), is_throttled
            )

        used = self._current_token(deadline)
        answer = answer_to(used)
        if answer.status == 403:
            self._token = None
            other = self._current_token(deadline)
            if other != used:
                answer = answer_to(other)
        return answer

    def _send(
        self, method: str, path: str, deadline: Deadline, body: dict[str, Any] | None, used: str
    ) -> Answer:
        headers = {"X-Vault-Request": "true", "Content-Type": "application/json"}
        if used:
            headers["X-Vault-Token"] = used
        if self._options["namespace"]:
            headers["X-Vault-Namespace"] = self._options["namespace"]
        data = None if body is None else json.dumps(body).encode()
        return self._http.request(method, path, deadline, headers, data)

    def _current_token(self, deadline: Deadline) -> str:
        """Return a token: from its file, read again when it changes, or of a login by AppRole."""
        if self._options["token_file"] is not None:
            return read_secret(Path(self._options["token_file"])).text
        role_id, secret_id = (
            read_secret(Path(self._options[name])) for name in ("role_id_file", "secret_id_file")
        )
        source = role_id.signature, secret_id.signature
        held = self._token
        if held is not None and held.source == source and monotonic() < held.expires:
            return held.value
        path = f"/v1/auth/{self._options['auth_mount'].strip('/')}/login"
        body = {"role_id": role_id.text, "secret_id": secret_id.text}
        answer = self._send("POST", path, deadline, body, "")
        if answer.status in (400, 403):
            raise CredentialsRefused(
                f'provider "{self.name}" does not accept the AppRole of the provider file',
                hint="Check role_id_file, secret_id_file and auth_mount; a secret_id can expire.",
            )
        if answer.status == 404:
            raise ProviderRefused(
                f'provider "{self.name}" has no AppRole method at "{self._options["auth_mount"]}"',
                hint="Check auth_mount and namespace in the provider file.",
            )
        login = self._checked(answer, None).get("auth")
        if not isinstance(login, dict):
            raise self.wrong_answer()
        try:
            value = token(login.get("client_token"))
            lease = login.get("lease_duration", 0)
            seconds = _ENDLESS_SECONDS if lease is None else life(lease) or _ENDLESS_SECONDS
        except Malformed:
            raise self.wrong_answer() from None
        self._token = _Token(value, renewal(seconds), source)
        return value

    def _checked(self, answer: Answer, reference: str | None) -> dict[str, Any]:
        if answer.status in (200, 204):
            return self.json_of(answer) if answer.body else {}
        raise self.refusal(answer, reference)

    def refusal(self, answer: Answer, reference: str | None) -> ProviderError:
        """Name what a status means. The server's own words are looked at, never repeated."""
        words = answer.body[:_MAX_WORDS].decode("utf-8", "replace").lower()
        if answer.status == 403:
            return self.credentials_refused(reference, self._rights())
        if _is_no_mount(answer):
            return self._no_engine("nothing")
        if reference is not None and (answer.status == 404 or "key not found" in words):
            return self.lost(reference)
        return self.refusal_by_status(
            answer,
            "Check address, mount and namespace in the provider file; a batch over the server's "
            "request limits needs a smaller batch_items.",
            state=" (it is sealed)" if "sealed" in words else "",
        )

    def _rights(self) -> str:
        return (
            "Check the token or AppRole of the provider file, its policy, and that "
            f"{shown(self._mount)} is where Transit is mounted."
        )

    def _no_engine(self, found: str) -> ProviderRefused:
        namespace = self._options["namespace"]
        where = f' in namespace "{namespace}"' if namespace else ""
        return ProviderRefused(
            f'provider "{self.name}" has no Transit engine at "{self._mount}"{where}: there is '
            f"{found}",
            hint="Check mount and namespace in the provider file. The keys are where Transit is "
            "mounted.",
        )

    def _item_failure(self, reference: str, result: dict[str, Any]) -> ProviderError:
        words = str(result.get("error", "")).lower()
        if "key not found" in words:
            return self.lost(reference)
        if "disallowed by policy" in words or "version is disallowed" in words:
            return KeyDisabled(
                f'provider "{self.name}" cannot open with this old version of key "{reference}"',
                hint="Lower its min_decryption_version, then use kw.rewrap for the wrappers under "
                "it.",
            )
        if "authentication failed" in words or "invalid ciphertext" in words:
            return self.context_refused(reference)
        return self.wrong_answer()


def _origin(data: dict[str, Any]) -> str | None:
    if data.get("imported_key"):
        return "has imported material"
    if data.get("exportable") or data.get("allow_plaintext_backup"):
        return "may leave its KMS in plaintext"
    return None


def _mark(versions: object) -> str:
    """Return which version of a key is the oldest, and when it was made; empty where not told."""
    if not isinstance(versions, dict):
        return ""
    made = {
        int(number): int(when)
        for number, when in versions.items()
        if _NUMBER.fullmatch(str(number)) and type(when) is int and when > 0
    }
    return f"@{min(made)}:{made[min(made)]}" if made else ""


def _may_be_same(recorded: str | None, found: str | None) -> bool:
    """Return whether marks are of one key: old versions may be trimmed, but never come back."""
    was, now = (_MARK.search(one or "") for one in (recorded, found))
    if was is None or now is None:  # registered by an earlier release
        return True
    return int(now[1]) > int(was[1]) or now.groups() == was.groups()


def _is_no_mount(answer: Answer) -> bool:
    """Return whether a server says that nothing is mounted where it was asked."""
    words = answer.body[:_MAX_WORDS].lower()
    return answer.status == 404 and (
        b"no handler for route" in words or b"unsupported path" in words
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _ascii(wrapped: bytes) -> str:
    """A stored ciphertext; one that was edited is what Vault refuses."""
    return wrapped.decode("ascii", "replace")
