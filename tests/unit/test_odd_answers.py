"""Whatever a KMS answers, a provider takes it or raises an error of ours: never one of Python's."""

import base64
import contextlib
import json
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kwruntime.errors import KeyDisabled, KeyLost, KwError
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Secret
from kwruntime.kms.providers import (
    KeyName,
    RemoteProvider,
    WrapItem,
    _kmip,
    _vault,
    made_of,
    signer_of,
)
from kwruntime.kms.providers import _ttlv as ttlv
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._kmip_client import KmipClient, Reason, Result, Tag
from kwruntime.kms.providers._signer import Signer
from kwshared.algorithms import SIGNATURES

RING = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1"
AZURE_WRAP = b"RSA-OAEP-256:" + b"0" * 32 + b":" + b"A" * 43
# kind: a reference, the recorded id, a wrapped key of the right form, and the entry's options
KINDS: dict[str, tuple[str, str, bytes, dict[str, object]]] = {
    "vault": ("k", "c//transit/k", b"vault:v1:" + b"A" * 40, {"address": "http://127.0.0.1:1"}),
    "aws": ("alias/k", KEY_ARN, b"wrapped", {"region": "eu-central-1"}),
    "gcp": (RING, RING, b"wrapped", {}),
    "azure": ("k", "h/k", AZURE_WRAP, {"address": "http://127.0.0.1:1"}),
}
# What any of them reads in an answer.
MEMBERS = [
    "data", "batch_results", "plaintext", "ciphertext", "error", "errors", "type", "derived",
    "cluster_id", "auth", "client_token", "lease_duration", "access_token", "expires_in",
    "AccessKeyId", "SecretAccessKey", "Token", "Expiration", "KeyMetadata", "Arn", "KeyId",
    "Enabled", "KeySpec", "KeyState", "CiphertextBlob", "Plaintext", "__type", "name", "purpose",
    "primary", "state", "status", "code", "innererror", "plaintextCrc32c", "ciphertextCrc32c",
    "verifiedPlaintextCrc32c", "key", "attributes", "kty", "key_ops", "enabled", "nbf", "exp",
    "kid", "value", "keys", "latest_version", "public_key", "signature", "signatureCrc32c",
    "Signature", "PublicKey", "KeyUsage", "algorithm", "pem", "pemCrc32c", "crv", "x", "y",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["AAAA", "\ud800", "ENABLED", "RSA", "aes256-gcm96", "2030-01-01", "a\r\nb"]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6)
    ),
    max_leaves=12,
)
# Right but for one member.
NEARLY: list[dict[str, Any]] = [
    {"data": "x"},
    {"data": {"batch_results": [{"plaintext": "\ud800"}]}},
    {"data": {"type": "aes256-gcm96", "derived": False}, "cluster_id": []},
    {"auth": {"client_token": "t", "lease_duration": "x"}},
    {"auth": {"client_token": "t", "lease_duration": []}},
    {"access_token": "t", "expires_in": 10**400},
    {"KeyMetadata": {"Arn": "a", "Enabled": True, "KeySpec": []}},
    {"error": {"code": "a", "innererror": {"code": []}}},
    {"key": {"kty": [], "key_ops": []}, "attributes": {}},
    {"key": {"kty": "RSA", "key_ops": 7}, "attributes": {}},
    {"key": {"kty": "RSA", "key_ops": [[]]}, "attributes": {}},
    *(
        {
            "key": {"kty": "RSA", "key_ops": ["wrapKey", "unwrapKey"]},
            "attributes": {"enabled": True, time: "x"},
        }
        for time in ("nbf", "exp")
    ),
]
_PAIR = {"enabled": True}, {"kty": "EC", "crv": "P-256", "key_ops": ["sign"]}
_ARN = "arn:aws:kms:eu-central-1:123456789012:key/k"
_OF_SIGNING = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
_VERSIONS: tuple[Any, ...] = ([], {}, *({"public_key": one} for one in (7, "AAAA", "?")))
# The same, of keys that sign.
NEARLY += [
    *(
        {
            "cluster_id": "c",
            "data": {"type": kind, "derived": False, "latest_version": 1, "keys": {"1": found}},
        }
        for kind in ("ed25519", "ecdsa-p256")
        for found in _VERSIONS
    ),
    {"cluster_id": "c", "data": {"type": "ed25519", "derived": False, "latest_version": []}},
    *(
        {"data": {"batch_results": [{"signature": signature}]}}
        for signature in (7, "vault:v1:AAAA", f"vault:v1:{'A' * 88}", f"vault:v1:{'=' * 88}")
    ),
    *({"Signature": signature} for signature in (7, "?", "AAAA", "MAYCAQECAQE=")),
    *(
        {"KeyMetadata": {"Arn": _ARN, "Enabled": True, **_OF_SIGNING}, "PublicKey": public}
        for public in (7, "?", "AAAA")
    ),
    {"algorithm": "EC_SIGN_ED25519", "pem": 7},
    {"algorithm": "EC_SIGN_ED25519", "pem": "x", "pemCrc32c": "2324772522"},
    {"signature": "AAAA", "signatureCrc32c": "2324772522"},
    *(
        {"attributes": _PAIR[0], "key": {**_PAIR[1], "kid": f"k/{32 * '0'}", "x": x, "y": "AAAA"}}
        for x in (7, "?", "A" * 43, "A" * 200)
    ),
]
bodies = st.one_of(
    st.binary(max_size=20),
    st.sampled_from([b"[" * 2000, b'{"data":' * 2000, b"9" * 5000, b""]),
    st.dictionaries(st.sampled_from(MEMBERS), values, max_size=8).map(
        lambda content: json.dumps(content).encode()
    ),
)
STATUSES = [200, 204, 400, 401, 403, 404, 429, 500]
answers = st.lists(
    st.tuples(st.sampled_from(STATUSES), bodies),
    min_size=1,
    max_size=6,
)
ITEM = WrapItem(UUID(int=1).bytes, bytes(32), b"context")


def calls(provider: RemoteProvider, key: KeyName, wrapped: bytes) -> list[Callable[[], object]]:
    """Everything that the rest of the runtime asks of a provider."""
    return [
        provider.probe,
        lambda: provider.describe(key.reference),
        lambda: provider.create(key.reference, None),
        lambda: provider.wrap_many(key, [ITEM]),
        lambda: provider.unwrap_keys(key, [ITEM._replace(data=wrapped)]),
    ]


def signing_calls(signer: Signer, key: KeyName) -> list[Callable[[], object]]:
    """Everything that it asks of what signs."""
    held = KeyName(key.reference, f"{key.external_id}/1#0123456789abcdef")

    def sign(algorithm: str) -> None:
        check_signed(signer.sign_many(held, SIGNATURES[algorithm], [b"data"]))

    return [
        lambda: signer.describe(key.reference),
        lambda: signer.registered(held),
        lambda: signer.create(key.reference, "ECDSA-P-256"),
        lambda: sign("ECDSA-P-256"),
        lambda: sign(signer.algorithms[0]),
    ]


def check_signed(made: Sequence[object]) -> None:
    """See that what is verified next has a form that can be."""
    assert len(made) == 1
    assert made[0] is None or isinstance(made[0], bytes)


CALLS = 10


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A credential that vault and aws take from a file."""
    path = tmp_path_factory.mktemp("odd") / "secret"
    path.write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
    path.chmod(0o600)
    return path


TOKEN = Answer(200, {}, b'{"access_token": "t", "expires_in": 60, "auth": {"client_token": "t"}}')


def ask(
    kind: str, secret: Path, said: list[tuple[int, bytes]], call: int, *, gets_a_token: bool
) -> None:
    """Call a provider whose server answers what it is told to, the last for ever."""
    reference, external_id, wrapped, options = KINDS[kind]
    if kind == "vault":
        options = {**options, "role_id_file": str(secret), "secret_id_file": str(secret)}
    if kind == "aws" and gets_a_token:
        options = {**options, "credentials_file": str(secret)}
    queue = iter(said)

    def request(_: HttpClient, __: str, path: str, *___: object) -> Answer:
        if gets_a_token and path.partition("?")[0].endswith(("/token", "/login")):
            return TOKEN
        status, body = next(queue, said[-1])
        return Answer(status, {}, body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpClient, "request", request)
        patch.setattr(_vault, "read_secret", lambda _: Secret("x", ()))
        patch.setattr(Deadline, "pause", lambda *_: None)
        provider = made_of("odd", kind, {"kind": kind, **options})
        assert isinstance(provider, RemoteProvider)
        with contextlib.suppress(KwError):
            key = KeyName(reference, external_id)
            signing = signing_calls(signer_of(provider, kind), key)
            made = [*calls(provider, key, wrapped), *signing]
            assert len(made) == CALLS
            made[call]()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=100, deadline=None)
@given(said=answers, call=st.integers(0, CALLS - 1), gets_a_token=st.booleans())
def test_any_answer_over_http_is_right_or_an_error_of_ours(
    kind: str, secret: Path, said: list[tuple[int, bytes]], call: int, gets_a_token: bool
) -> None:
    ask(kind, secret, said, call, gets_a_token=gets_a_token)


@pytest.mark.parametrize("content", NEARLY, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_is_wrong_in_one_member_is_an_error_of_ours(
    kind: str, secret: Path, content: dict[str, object]
) -> None:
    body = json.dumps(content).encode()
    for status, call, gets_a_token in product(STATUSES, range(CALLS), (True, False)):
        ask(kind, secret, [(status, body)], call, gets_a_token=gets_a_token)


OPENED = {
    "gcp": {"plaintext": base64.b64encode(bytes(32)).decode(), "plaintextCrc32c": "2324772522"},
    "azure": {"value": "A" * 43},
}


@pytest.mark.parametrize(
    ("kind", "status", "failure", "error"),
    [
        ("gcp", 400, {"error": {"code": 400, "status": "FAILED_PRECONDITION"}}, KeyDisabled),
        ("azure", 403, {"error": {"code": "Forbidden", "innererror": {"code": "KeyDisabled"}}},
         KeyDisabled),
        ("azure", 404, {"error": {"code": "KeyNotFound"}}, KeyLost),
    ],
)  # fmt: skip
def test_a_version_of_a_key_that_is_gone_does_not_hide_what_others_wrapped(
    kind: str, status: int, failure: dict[str, object], error: type[KwError]
) -> None:
    reference, external_id, wrapped, options = KINDS[kind]
    said = iter([(status, failure), (200, OPENED[kind])])

    def request(_: HttpClient, __: str, path: str, *___: object) -> Answer:
        if path.partition("?")[0].endswith("/token"):
            return TOKEN
        code, content = next(said)
        return Answer(code, {}, json.dumps(content).encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpClient, "request", request)
        provider = made_of("odd", kind, {"kind": kind, **options})
        assert isinstance(provider, RemoteProvider)
        item = ITEM._replace(data=wrapped)
        first, second = provider.unwrap_keys(KeyName(reference, external_id), [item, item])
    assert isinstance(first, error)
    assert second == bytes(32)


items = st.recursive(
    st.one_of(
        st.builds(ttlv.integer, st.sampled_from(list(Tag)), st.integers(-(2**31), 2**31 - 1)),
        st.builds(ttlv.enumeration, st.sampled_from(list(Tag)), st.sampled_from(list(Reason))),
        st.builds(ttlv.text, st.sampled_from(list(Tag)), st.text(max_size=8)),
        st.builds(ttlv.octets, st.sampled_from(list(Tag)), st.binary(max_size=60)),
    ),
    lambda inner: st.builds(
        lambda tag, members: ttlv.structure(tag, *members),
        st.sampled_from(list(Tag)),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    payload=st.lists(items, max_size=5),
    reason=st.sampled_from([None, *Reason, 7777]),
    call=st.integers(0, 4),
)
def test_any_answer_over_kmip_is_right_or_an_error_of_ours(
    payload: list[ttlv.Item], reason: int | None, call: int
) -> None:
    body = ttlv.structure(Tag.RESPONSE_PAYLOAD, *payload)
    result = Result(body if reason is None else None, reason)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KmipClient, "ask", lambda _, __, payloads, ___: [result] * len(payloads))
        patch.setattr(_kmip, "read_private", lambda _: Secret("x", ()))
        options = {"address": "127.0.0.1:1", "client_certificate_file": "/x"}
        provider = made_of("odd", "kmip", {"kind": "kmip", **options})
        assert isinstance(provider, RemoteProvider)
        with contextlib.suppress(KwError):
            calls(provider, KeyName("k", "127.0.0.1:1/7"), bytes(60))[call]()
