"""Make kwtools-1-leg-keys.json and kwtools-2-leg-keys.json, once.

They hold a leg under a key of each kind of provider.

RSA-OAEP draws its own randomness, so that they cannot be made again.
``PYTHONPATH=plpython .venv/bin/python -m tests.vectors.make_leg_key_vectors`` writes a file where
there is none; the tests open what it holds.
"""

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import DekClass, Leg, LegKeyWrap, Mode, Payload
from kwruntime.crypto.formats import FORMAT_1, FORMAT_2, Format
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.layers import Layers
from kwruntime.kms.providers._base import WrapItem

from tests import one_direct_wrap
from tests.vectors.make_vectors import b64
from tests.vectors.published_kms import KEY, Kms, provider_of

FILES = {
    one: Path(__file__).parent / f"kwtools-{one.version}-leg-keys.json"
    for one in (FORMAT_1, FORMAT_2)
}


def _context(wrap: str, wrapper: UUID, payload: Payload) -> bytes:
    body = payload.pack()
    form = payload.form
    commitment = envelope.commitment(form, Prf(payload.prk()), wrapper.bytes)
    leg = Leg(1, 1, uuid4(), wrap)
    digest = Layers.of([]).digest(form)
    return envelope.context(
        form, wrapper, leg, Mode.SINGLE, len(body), DekClass.FIELD, commitment, digest
    )


def _local(form: Format) -> dict[str, Any]:
    wrapper, payload, secret = uuid4(), Payload.new(DekClass.FIELD, None, form), os.urandom(32)
    context = _context(envelope.DIRECT_WRAP, wrapper, payload)
    keks = envelope.local_keks(secret)
    wrap = one_direct_wrap.wrap(keks, wrapper.bytes, payload.pack(), context, form)
    return {
        "name": "local",
        "provider": "local",
        "key": {"k": b64(secret)},
        "wrapper_uuid": str(wrapper),
        "context": context.hex(),
        "body": payload.pack().hex(),
        "dek_wrap": wrap.hex(),
    }


def _remote(form: Format, name: str, kind: str, key: dict[str, Any]) -> dict[str, Any]:
    wrapper, payload, kms = uuid4(), Payload.new(DekClass.FIELD, None, form), Kms(key)
    provider = provider_of(kind, kms)
    context = _context(envelope.LEG_KEY_WRAP, wrapper, payload)
    leg_key = os.urandom(32)
    (wrapped,) = provider.wrap_keys(KEY, [WrapItem(wrapper.bytes, leg_key, context)])
    to_wrap = kms.request
    assert provider.unwrap_keys(KEY, [WrapItem(wrapper.bytes, wrapped, context)]) == [leg_key]
    sealed = envelope.leg_key_seal(form, leg_key, payload.pack(), context)
    return {
        "name": name,
        "provider": kind,
        "key": key,
        "wrapper_uuid": str(wrapper),
        "context": context.hex(),
        "body": payload.pack().hex(),
        "leg_key": leg_key.hex(),
        "wrapped_leg_key": wrapped.hex(),
        "dek_wrap": LegKeyWrap(wrapped, sealed).pack().hex(),
        "requests": {"wrap": to_wrap, "unwrap": kms.request},
    }


def _aes(algorithm: str) -> dict[str, Any]:
    return {"algorithm": algorithm, "aes": os.urandom(32).hex()}


def _rsa() -> dict[str, Any]:
    form = serialization.PrivateFormat.PKCS8
    der = rsa.generate_private_key(65537, 3072).private_bytes(
        serialization.Encoding.DER, form, serialization.NoEncryption()
    )
    return {"algorithm": "RSA-OAEP-256", "rsa": der.hex()}


def _legs(form: Format) -> list[dict[str, Any]]:
    return [
        _local(form),
        _remote(form, "vault", "vault", _aes("aes256-gcm96")),
        _remote(form, "aws", "aws", {"opens": {}}),
        _remote(form, "gcp", "gcp", {"opens": {}}),
        _remote(form, "azure, RSA", "azure", _rsa()),
        _remote(form, "azure, AES", "azure", _aes("A256KW")),
        _remote(form, "pkcs11, AES-GCM", "pkcs11", _aes("AES-256-GCM")),
        _remote(form, "pkcs11, key wrap", "pkcs11", _aes("AES-256-KW")),
        _remote(form, "kmip", "kmip", _aes("AES-256-GCM")),
    ]


if __name__ == "__main__":
    for each, path in FILES.items():
        if not path.exists():
            content = {"format": each.name, "legs": _legs(each)}
            path.write_text(json.dumps(content, indent=1) + "\n")
