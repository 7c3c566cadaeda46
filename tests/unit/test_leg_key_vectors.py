"""The published legs under a key of each kind of provider: what their KMS receives, and opening."""

import base64
import copy
import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import LegKeyWrap
from kwruntime.crypto.formats import BY_NAME
from kwruntime.kms.providers import KINDS
from kwruntime.kms.providers._base import WrapItem

from tests import one_direct_wrap
from tests.decoder.run import decode
from tests.vectors.make_leg_key_vectors import FILES
from tests.vectors.published_kms import KEY, PROVIDERS, Kms, provider_of

CONTENTS = [json.loads(file.read_text()) for file in FILES.values()]
LEGS = [{**leg, "format": content["format"]} for content in CONTENTS for leg in content["legs"]]
LOCAL = [leg for leg in LEGS if leg["provider"] == "local"]
REMOTE = [leg for leg in LEGS if leg["provider"] != "local"]


def name_of(leg: dict[str, Any]) -> str:
    return f"{leg['format']}: {leg['name']}"


def item(leg: dict[str, Any], data: bytes) -> WrapItem:
    return WrapItem(
        UUID(leg["wrapper_uuid"]).bytes,
        data,
        bytes.fromhex(leg["context"]),
        BY_NAME[leg["format"]],
    )


def wrapped(leg: dict[str, Any]) -> bytes:
    return bytes.fromhex(leg["wrapped_leg_key"])


@pytest.mark.parametrize("leg", LOCAL, ids=name_of)
def test_a_leg_under_a_local_key_opens(leg: dict[str, Any]) -> None:
    secret = base64.urlsafe_b64decode(leg["key"]["k"] + "=")
    one, keks = item(leg, bytes.fromhex(leg["dek_wrap"])), envelope.local_keks(secret)
    body = one_direct_wrap.unwrap(keks, one.wrapper, one.data, one.context, one.form)
    assert body.hex() == leg["body"]


@pytest.mark.parametrize("leg", REMOTE, ids=name_of)
def test_a_leg_opens_by_the_request_that_is_published(leg: dict[str, Any]) -> None:
    kms = Kms(leg["key"])
    opened = provider_of(leg["provider"], kms).unwrap_many(
        KEY, [item(leg, bytes.fromhex(leg["dek_wrap"]))]
    )
    assert opened == [bytes.fromhex(leg["body"])]
    assert kms.request == leg["requests"]["unwrap"]
    assert LegKeyWrap.unpack(bytes.fromhex(leg["dek_wrap"])).wrapped_key == wrapped(leg)


@pytest.mark.parametrize("leg", REMOTE, ids=name_of)
def test_a_leg_key_is_wrapped_by_the_request_that_is_published(
    leg: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    nonce = bytes.fromhex(leg["requests"]["wrap"].get("nonce", "00" * 12))
    kms = Kms(copy.deepcopy(leg["key"]))
    provider = provider_of(leg["provider"], kms)
    one = item(leg, bytes.fromhex(leg["leg_key"]))
    with monkeypatch.context() as fixed:
        fixed.setattr(os, "urandom", lambda size: (nonce * 8)[:size])
        (made,) = provider.wrap_keys(KEY, [one])
    assert kms.request == leg["requests"]["wrap"]
    assert provider.unwrap_keys(KEY, [item(leg, made)]) == [one.data]
    if "nonce" in leg["requests"]["wrap"]:
        assert made == wrapped(leg)


def test_every_kind_of_provider_has_a_leg() -> None:
    for content in CONTENTS:
        found = {leg["provider"] for leg in content["legs"]}
        assert found == {"local", *PROVIDERS} == {*KINDS} - {"wrapper"}


@pytest.mark.parametrize("file", FILES.values(), ids=lambda file: str(file.name))
def test_the_independent_decoder_opens_the_legs(file: Path) -> None:
    done = decode(file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"{len(LEGS) // len(FILES)} passed, 0 failed"


@pytest.mark.parametrize("member", ["context", "dek_wrap", "wrapped_leg_key", "leg_key", "body"])
@pytest.mark.parametrize("content", CONTENTS, ids=lambda one: str(one["format"]))
def test_the_independent_decoder_refuses_a_leg_with_a_byte_changed(
    content: dict[str, Any], member: str, tmp_path: Path
) -> None:
    changed = [copy.deepcopy(leg) for leg in content["legs"] if member in leg]
    for leg in changed:
        leg[member] = leg[member][:-2] + f"{int(leg[member][-2:], 16) ^ 1:02x}"
    file = tmp_path / "changed.json"
    file.write_text(json.dumps({**content, "legs": changed}))
    assert decode(file).stdout.splitlines()[-1] == f"0 passed, {len(changed)} failed"
