"""A hostile KMS gets neither memory nor time: every answer is bounded, whatever frames it."""

import json
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kwruntime.errors import KwError, ProviderUnreachable, WrongAnswer
from kwruntime.kms import strict
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Secret
from kwruntime.kms.providers import KeyName, WrapItem, _kmip, _pkcs11, _vault, made_of
from kwruntime.kms.providers import _ttlv as ttlv
from kwruntime.kms.providers._channel import MAX_ANSWER_BYTES, Channel, Host
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._kmip_client import KmipClient, Operation, Tag

from testservers.endless_server import ENDLESS, EndlessServer

PATIENCE = 120.0  # seconds: what has no bound would take memory for as long
BUFFERS = 16 * 1024 * 1024  # what the system may take from a sender that nobody reads


@pytest.mark.parametrize("fault", [name for name in ENDLESS if "KMIP" not in name])
def test_an_http_answer_without_an_end_is_a_wrong_answer_within_its_bytes(fault: str) -> None:
    with EndlessServer(fault) as server:
        client = HttpClient(
            "kms",
            f"http://127.0.0.1:{server.port}",
            connect_seconds=PATIENCE,
            total_seconds=PATIENCE,
        )
        tracemalloc.start()
        try:
            with pytest.raises(WrongAnswer, match='"kms"'):
                client.request("GET", "/", client.deadline(), {})
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert most < 8 * MAX_ANSWER_BYTES
        assert server.sent < MAX_ANSWER_BYTES + BUFFERS


@pytest.mark.parametrize("fault", [name for name in ENDLESS if "KMIP" in name])
def test_a_kmip_answer_without_an_end_is_a_wrong_answer_within_its_bytes(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(_: str, host: Host, __: object, deadline: Deadline, ___: float) -> Channel:
        ((_family, address),) = host.addresses(deadline)
        connected = socket.create_connection(address)
        connected.setblocking(False)
        return Channel("kms", connected, deadline, ())

    monkeypatch.setattr("kwruntime.kms.providers._kmip_client.connect", plain)
    with EndlessServer(fault) as server:
        client = KmipClient(
            "kms",
            f"127.0.0.1:{server.port}",
            tls=None,  # type: ignore[arg-type]  # plain, for this test
            connect_seconds=PATIENCE,
            total_seconds=PATIENCE,
        )
        with pytest.raises(WrongAnswer, match='"kms"'):
            client.ask(Operation.QUERY, [[ttlv.integer(0x420074, 1)]], client.deadline())
        assert server.sent < MAX_ANSWER_BYTES + BUFFERS


# -- JSON, times, tokens, texts -----------------------------------------------------------------

REFUSED = {
    "a member twice": b'{"a": 1, "a": 1}',
    "a member twice, deep": b'{"b": [{"a": 1, "\\u0061": 1}]}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a float beyond bounds": b'{"a": 1e999}',
    "an integer beyond bounds": b'{"a": ' + b"9" * 400 + b"}",
    "more digits than Python reads": b'{"a": ' + b"9" * 5000 + b"}",
    "deep objects": b'{"a":' * 70 + b"1" + b"}" * 70,
    "deep lists": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep behind a string": b'{"a": "[\\"", "b": ' + b"[" * 70 + b"]" * 70 + b"}",
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "half a surrogate pair in a name": b'{"\\udfff": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "no UTF-8": b'{"a": "\xff"}',
    "something after it": b'{"a": 1} {"a": 2}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_json_that_two_readers_may_read_otherwise_is_refused(name: str) -> None:
    with pytest.raises(strict.Malformed):
        strict.read_json(REFUSED[name])
    assert Answer(200, {}, REFUSED[name]).json is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values, st.booleans())
def test_ordinary_json_is_read_as_it_was_written(content: Any, is_ascii: bool) -> None:
    assert strict.read_json(json.dumps(content, ensure_ascii=is_ascii).encode()) == content


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_malformed(data: bytes) -> None:
    try:
        strict.read_json(data)
    except strict.Malformed:
        return


@given(st.text(), st.integers(0, 100_000))
def test_what_a_server_says_is_shown_short_and_in_ascii(text: str, more: int) -> None:
    for shown in (strict.shown(text), strict.shown(text + "\x1b[2J" + "x" * more)):
        assert shown.isascii()
        assert shown.isprintable()
        assert len(shown) <= 10 * 60 + 5


LIVES = {
    "too long": 10**12,
    "beyond a float": b"9" * 400,
    "1e400": b"1e400",
    "NaN": b"NaN",
    "negative": -1,
    "true": True,
    "a text": "soon",
    "a list": [],
}
TOKENS = {"empty": "", "a new line": "a\r\nb: c", "not ASCII": "tokén", "too long": "t" * 100_000}


def tokens_of(kind: str, tmp_path: Path) -> Callable[[], object]:
    """Return what asks a service of credentials for a token, by kind of provider."""
    file = tmp_path / "secret"
    file.write_text(
        json.dumps(
            {
                "type": "authorized_user",
                "client_id": "c",
                "client_secret": "s",
                "refresh_token": "r",
            }
        )
    )
    file.chmod(0o600)
    options: dict[str, dict[str, object]] = {
        "vault": {
            "address": "http://127.0.0.1:1",
            "role_id_file": str(file),
            "secret_id_file": str(file),
        },
        "azure": {"address": "https://x.vault.azure.net"},
        "gcp": {"credentials_file": str(file)},
    }
    provider: Any = made_of("kms", kind, {"kind": kind, **options[kind]})
    deadline = Deadline(PATIENCE, "all")
    if kind == "vault":
        return lambda: provider._current_token(deadline)
    return lambda: provider._api._tokens.current(deadline)


def answer_of(kind: str, token: object, life: object) -> bytes:
    """Return the answer of the service of credentials."""
    number = life.decode() if isinstance(life, bytes) else json.dumps(life)
    if kind == "vault":
        return (
            f'{{"auth": {{"client_token": {json.dumps(token)}, "lease_duration": {number}}}}}'
        ).encode()
    return f'{{"access_token": {json.dumps(token)}, "expires_in": {number}}}'.encode()


@pytest.mark.parametrize("kind", ["vault", "azure", "gcp"])
@pytest.mark.parametrize(
    ("token", "life"),
    [*(("t", life) for life in LIVES.values()), *((token, 60) for token in TOKENS.values())],
    ids=[*LIVES, *TOKENS],
)
def test_a_token_or_its_life_beyond_bounds_is_a_wrong_answer(
    kind: str, token: object, life: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = answer_of(kind, token, life)
    monkeypatch.setattr(HttpClient, "request", lambda *_: Answer(200, {}, body))
    with pytest.raises(WrongAnswer):
        tokens_of(kind, tmp_path)()


STS = (
    '<R xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Credentials>'
    "<AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey>"
    "<SessionToken>T</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>%s"
    "</Credentials></R>"
)
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
XML = {
    "entities": LAUGHS + "]>" + STS % "&i;",
    "an external entity": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + STS % "&a;",
    "a member twice": STS % "<AccessKeyId>B</AccessKeyId>",
    "depth": STS % ("<a>" * 200_000 + "</a>" * 200_000),
    "no XML": "Credentials",
    "an unknown encoding": '<?xml version="1.0" encoding="x"?>' + "<R/>",
}


@pytest.mark.parametrize("name", [*XML, "entities in UTF-16"])
def test_xml_that_expands_or_nests_is_a_wrong_answer(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = XML["entities"].encode("utf-16") if "UTF-16" in name else XML[name].encode()
    token = tmp_path / "token"
    token.write_text("t")
    token.chmod(0o600)
    monkeypatch.setattr(HttpClient, "request", lambda *_: Answer(200, {}, body))
    entry: dict[str, object] = {
        "kind": "aws", "region": "eu-central-1", "credentials": "web-identity",
        "role_arn": "arn:aws:iam::1:role/r", "web_identity_token_file": str(token),
    }  # fmt: skip
    provider: Any = made_of("kms", "aws", entry)
    with pytest.raises(WrongAnswer):
        provider._credentials.current(Deadline(PATIENCE, "all"))


LONG = "\x1b[2J\x00x'é" * 5000
SAID = [
    ("vault", {"data": {"type": LONG, "derived": False}}),
    ("vault", {"data": {"type": "aes256-gcm96", "derived": False}, "cluster_id": LONG}),
    ("aws", {"KeyMetadata": {"Arn": LONG, "Enabled": True}}),
    ("aws", {"KeyMetadata": {
        "Arn": "arn:aws:kms:eu-central-1:123456789012:key/1", "Enabled": True, "KeySpec": LONG}}),
    ("gcp", {"name": LONG, "purpose": LONG}),
    ("azure", {"key": {"kty": LONG, "key_ops": [LONG]}, "attributes": {}}),
    *((kind, {"error": {"code": LONG, "status": LONG}, "__type": LONG, "errors": [LONG]})
      for kind in ("vault", "aws", "gcp", "azure")),
]  # fmt: skip
OPTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "vault": ("k", {"address": "http://127.0.0.1:1", "token_file": "/x"}),
    "aws": ("alias/k", {"region": "eu-central-1", "credentials": "environment"}),
    "gcp": ("projects/p/locations/l/keyRings/r/cryptoKeys/k", {}),
    "azure": ("k", {"address": "https://x.vault.azure.net"}),
}


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(("kind", "content"), SAID, ids=lambda one: str(one)[:40])
def test_no_text_of_a_server_is_repeated_unbounded_or_with_control_characters(
    kind: str, content: dict[str, object], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setattr(_vault, "read_secret", lambda _: Secret("x", ()))
    body = json.dumps({"access_token": "t", "expires_in": 60, **content}).encode()

    def request(_: HttpClient, __: str, path: str, *___: object) -> Answer:
        is_token = "/token" in path
        return Answer(200 if is_token else status, {}, body)

    monkeypatch.setattr(HttpClient, "request", request)
    reference, options = OPTIONS[kind]
    provider = made_of("kms", kind, {"kind": kind, **options})
    with pytest.raises(KwError) as raised:
        provider.describe(reference)
    for text in (raised.value.message, raised.value.hint or "", raised.value.detail or ""):
        assert text.isascii()
        assert text.isprintable()
        assert len(text) < 600


# -- every kind of provider, by what a call returns or raises -------------------------------------

ESCAPES = {
    "a terminal's escape": "\x1b]0;owned\x07\x1b[2J",
    "a C1 control": "\x9b31m",
    "a new line": "a\r\nLOG:  forged",
    "a mark of direction": "\u202egnp.exe",
    "a null character": "a\x00b",
    "a separator of lines": "a\u2028b",
    "a digit that is not ASCII": "\u0663",
    "a trailing new line": "{}\n",
    "length": "x" * 10_000,
    "escapes at length": LONG[:5_000],
}
ARN = "arn:aws:kms:eu-central-1:123456789012:key/1"
GCP_KEY = OPTIONS["gcp"][0]
HEX = "0" * 32
WRAPPER = UUID(int=1)


def http_answers(kind: str, said: str) -> list[dict[str, object]]:
    """Return answers that hold a text wherever the kind's own answer has one."""
    version = {"kty": "RSA", "key_ops": ["wrapKey", "unwrapKey"]}
    texts: dict[str, list[dict[str, object]]] = {
        "vault": [
            {"data": {"type": "aes256-gcm96", "derived": False, "keys": keys, **more},
             "cluster_id": cluster, "type": said}
            for keys, more, cluster in (
                ({said: 1}, {}, "c"), ({"1": said}, {}, "c"), ({}, {}, said), (said, {}, "c"),
                ({}, {"imported_key": said, "name": said, "backup_info": said}, "c"),
            )
        ],
        "aws": [
            {"KeyMetadata": {"Arn": ARN, "Enabled": True, **more}}
            for more in (
                {"Arn": said.replace("{}", ARN)}, {"Arn": f"{ARN}{said}"}, {"Origin": said},
                {"KeyState": said}, {"Description": said, "KeyId": said},
            )
        ],
        "gcp": [
            {"name": GCP_KEY, "purpose": "ENCRYPT_DECRYPT", "primary": {"state": "ENABLED"}, **more}
            for more in (
                {"name": said}, {"primary": {"state": said}},
                {"primary": {"state": "ENABLED", "protectionLevel": said, "name": said,
                             "importJob": said}},
            )
        ],
        "azure": [
            {"key": {**version, "kid": kid, **more}, "attributes": {"enabled": True, **attributes}}
            for kid, more, attributes in (
                (said, {}, {}), (f"https://x/keys/k/{HEX}{said}", {}, {}),
                (f"https://x/keys/k/{said}/{HEX}", {"kty": said}, {"recoveryLevel": said}),
                (f"x/{HEX}", {"key_ops": [said]}, {"exp": said}),
            )
        ],
    }  # fmt: skip
    failures: list[dict[str, object]] = [
        {"error": {"code": said, "status": said, "message": said, "innererror": {"code": said}}},
        {"__type": said, "message": said, "Message": said},
        {"errors": [said], "warnings": [said]},
        {said: said},
    ]
    return [*texts[kind], *failures]


def check_plain(call: Callable[[], object]) -> None:
    """See that what a call returns or raises has no text that steers a terminal or a log."""
    said: Any
    try:
        said = call()
    except KwError as error:
        said = [error.message, error.hint, error.detail]
    for text in said if isinstance(said, list | tuple) else [said]:
        if isinstance(text, str):
            assert text.replace("…", "").isascii()  # as our own hints write it
            assert text.isprintable()
            assert len(text) < 1000


def check_calls(provider: Any, key: KeyName) -> None:
    """``check_plain`` for every call to a provider."""
    wraps = [b"vault:v1:" + b"A" * 60, b"x" * 60, b"\x01" + b"x" * 60, b""]
    items = [WrapItem(WRAPPER.bytes, wrap, b"context") for wrap in wraps]
    check_plain(lambda: provider.describe(key.reference))
    check_plain(lambda: provider.create(key.reference, None))
    check_plain(provider.probe)
    check_plain(provider.depends_on)
    check_plain(lambda: provider.check_same(key))
    check_plain(lambda: [str(one) for one in provider.wrap_keys(key, items[:1])])
    check_plain(lambda: [str(one) for one in provider.unwrap_keys(key, items)])


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("kind", OPTIONS)
def test_no_call_to_an_http_provider_returns_or_tells_a_text_of_its_server_as_it_is(
    kind: str, name: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setattr(_vault, "read_secret", lambda _: Secret("x", ()))
    answer: dict[str, object] = {}
    said = ESCAPES[name]

    def request(_: HttpClient, __: str, path: str, *___: object) -> Answer:
        is_token = "/token" in path
        body = {"access_token": "t", "expires_in": 60, **({} if is_token else answer)}
        return Answer(200 if is_token else status, {said: said}, json.dumps(body).encode())

    monkeypatch.setattr(HttpClient, "request", request)
    reference, options = OPTIONS[kind]
    for content in http_answers(kind, said):
        answer = content
        check_calls(made_of("kms", kind, {"kind": kind, **options}), KeyName(reference, None))


@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("where", ["identifier", "attribute", "message", "payload"])
def test_no_text_of_a_kmip_server_is_returned_or_told_as_it_is(
    where: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ESCAPES[name].replace("{}", "7")
    text = ttlv.text(Tag.UNIQUE_IDENTIFIER, said if where == "identifier" else "7")
    attributes = [
        ttlv.structure(
            Tag.ATTRIBUTE,
            ttlv.text(Tag.ATTRIBUTE_NAME, said if where == "attribute" else known),
            ttlv.text(Tag.ATTRIBUTE_VALUE, said),
        )
        for known in ("State", "Cryptographic Algorithm", "Name")
    ]

    def exchange(_: KmipClient, request: bytes, __: Deadline) -> bytes:
        asked = ttlv.decode(request)
        items = []
        for item in asked.all(Tag.BATCH_ITEM):
            of = ttlv.octets(Tag.UNIQUE_BATCH_ITEM_ID, item.octets(Tag.UNIQUE_BATCH_ITEM_ID) or b"")
            result = ttlv.enumeration(Tag.RESULT_STATUS, int(where == "message"))
            message = ttlv.text(0x42007D, said)  # Result Message
            payload = [] if where == "payload" else [text, *attributes]
            body = ttlv.structure(Tag.RESPONSE_PAYLOAD, *payload)
            items.append(ttlv.structure(Tag.BATCH_ITEM, of, result, message, body))
        return ttlv.encode(ttlv.structure(Tag.RESPONSE_MESSAGE, *items))

    monkeypatch.setattr(KmipClient, "_exchange", exchange)
    monkeypatch.setattr(_kmip, "check_public", lambda _: None)
    monkeypatch.setattr(_kmip, "read_private", lambda _: Secret("x", ()))
    options = {
        "address": "127.0.0.1:1",
        "ca_file": str(tmp_path / "ca"),
        "client_certificate_file": str(tmp_path / "pem"),
    }
    provider: Any = made_of("kms", "kmip", {"kind": "kmip", **options})
    check_calls(provider, KeyName("k", "127.0.0.1:1/7"))


@pytest.mark.parametrize("name", ESCAPES)
def test_no_text_of_a_pkcs11_module_is_returned_or_told_as_it_is(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ESCAPES[name].replace("{}", "ab")
    found = {"id": "ab", "bits": 256, "mode": 1, "check_value": "abcdef", "is_local": True}
    monkeypatch.setattr(_pkcs11, "check_public", lambda _: None)
    monkeypatch.setattr(_pkcs11, "find_spec", lambda _: True)
    options = {"library": "/x.so", "token": "t", "pin_file": "/x"}
    provider: Any = made_of("kms", "pkcs11", {"kind": "pkcs11", **options})
    results: list[object] = [
        {**found, member: value} for member in found for value in (said, [said])
    ]
    answers: list[dict[str, object]] = [
        *({"result": one} for one in results),
        {"result": said},
        {"result": [said]},
        {"failure": said},
        {"failure": [said]},
        {"failure": "MultipleTokensReturned", "tokens": [said] * 9},
        {"failure": "MultipleTokensReturned", "tokens": said},
        {},
    ]
    worker = Mock()
    monkeypatch.setattr(provider, "_logged_in", lambda _: worker)
    for answer in answers:
        worker.ask.return_value = answer
        check_calls(provider, KeyName("k", "t/ab"))


def test_a_server_that_drips_bytes_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = HttpClient(
            "kms",
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            connect_seconds=PATIENCE,
            total_seconds=0.3,
        )
        with pytest.raises(ProviderUnreachable):
            client.request("GET", "/", client.deadline(), {})
