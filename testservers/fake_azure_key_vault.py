"""A fake of Azure Key Vault and of Entra ID's token endpoint, with real RSA, AES and ECDSA.

It follows the published REST protocol: versions of keys, attributes, soft delete, error codes,
and tokens for a client secret, or for an assertion signed with the client's certificate.
"""

import base64
import re
import secrets
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from cryptography.x509 import Certificate

from testservers.fake_server import Asked, Failed, FakeServer

TENANT = "0f6a1c2e-0000-4000-8000-000000000001"
_KEY = re.compile(r"/keys/([A-Za-z0-9-]+)(?:/([0-9a-f]{32}))?(?:/(create|wrapkey|unwrapkey|sign))?")
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class _Key:
    """A key: its versions, oldest first, and its attributes."""

    def __init__(self, kty: str) -> None:
        self.kty = kty
        self.versions: dict[str, Any] = {}
        self.attributes: dict[str, Any] = {"enabled": True}
        self.operations = ["sign", "verify"] if kty == "EC" else ["wrapKey", "unwrapKey"]
        self.rotate()

    def rotate(self) -> None:
        """Make a new version."""
        made: Any = secrets.token_bytes(32)
        if self.kty.startswith("RSA"):
            made = rsa.generate_private_key(65537, 2048)
        elif self.kty == "EC":
            made = ec.generate_private_key(ec.SECP256R1())
        self.versions[secrets.token_hex(16)] = made


class FakeAzureKeyVault(FakeServer):
    """One vault, and the tenant whose applications may use it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._secrets: dict[str, str] = {}
        self._certificates: dict[str, Certificate] = {}
        self._tokens: dict[str, str] = {}
        self.keys: dict[str, _Key] = {}
        self.deleted: set[str] = set()

    # -- applications ---------------------------------------------------------------------

    def application(self, client_id: str) -> str:
        """Register an application, or give it another secret; return the secret."""
        self._secrets[client_id] = secrets.token_urlsafe(24)
        return self._secrets[client_id]

    def trust(self, client_id: str, certificate: Certificate) -> None:
        """Take assertions that a certificate's key signed for an application."""
        self._certificates[client_id] = certificate

    def revoke(self, client_id: str) -> None:
        """Take away an application's secret, and its tokens."""
        self._secrets.pop(client_id, None)
        self.revoke_tokens(client_id)

    def revoke_tokens(self, client_id: str) -> None:
        """Let an application's tokens expire."""
        self._tokens = {token: of for token, of in self._tokens.items() if of != client_id}

    def make(self, name: str, kty: str) -> _Key:
        """Make a key."""
        self.keys[name] = _Key(kty)
        return self.keys[name]

    # -- requests -------------------------------------------------------------------------

    def answer(self, asked: Asked) -> dict[str, Any]:
        """Answer as Azure does."""
        if asked.path == f"/{TENANT}/oauth2/v2.0/token":
            return self._token(asked.form)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            raise _failed(401, "Unauthorized")
        assert asked.query["api-version"] == "7.4"
        if asked.path == "/keys":
            raise _failed(403, "Forbidden", "ForbiddenByRbac")
        found = _KEY.fullmatch(asked.path)
        if found is None:
            raise _failed(404, "NotFound")
        name, version, action = found.groups()
        if action == "create":
            return self._create(name, asked.json)
        if name not in self.keys or name in self.deleted:
            raise _failed(404, "KeyNotFound")
        key = self.keys[name]
        if action is None:
            if version and version not in key.versions:
                raise _failed(404, "KeyNotFound")
            return self._described(name, version)
        if key.attributes["enabled"] is not True:
            raise _failed(403, "Forbidden", "KeyDisabled")
        chosen = version or list(key.versions)[-1]
        if chosen not in key.versions:
            raise _failed(404, "KeyNotFound")
        return {
            "kid": f"{self.address}/keys/{name}/{chosen}",
            "value": _text(self._use(key.versions[chosen], action, asked.json)),
        }

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        client = form.get("client_id", "")
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == "https://vault.azure.net/.default"
        if "client_assertion" in form:
            self._check(client, form["client_assertion"])
        elif form.get("client_secret") != self._secrets.get(client, object()):
            raise Failed(401, {"error": "invalid_client"})
        token = secrets.token_urlsafe(24)
        self._tokens[token] = client
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def _check(self, client: str, assertion: str) -> None:
        certificate = self._certificates.get(client)
        if certificate is None:
            raise Failed(401, {"error": "invalid_client"})
        thumbprint = _text(certificate.fingerprint(hashes.SHA256()))
        try:
            public: Any = certificate.public_key()
            audience = f"{self.address}/{TENANT}/oauth2/v2.0/token"
            claims = jwt.decode(assertion, public, ["PS256"], audience=audience)
        except jwt.PyJWTError:
            raise Failed(401, {"error": "invalid_client"}) from None
        header = jwt.get_unverified_header(assertion)
        if header["x5t#S256"] != thumbprint or not claims["iss"] == claims["sub"] == client:
            raise Failed(401, {"error": "invalid_client"})

    def _create(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        if name in self.deleted:
            raise _failed(409, "Conflict", "ObjectIsDeletedButRecoverable")
        if name in self.keys:
            self.keys[name].rotate()
        else:
            self.make(name, body["kty"]).operations = body["key_ops"]
        return self._described(name)

    def _described(self, name: str, version: str | None = None) -> dict[str, Any]:
        key = self.keys[name]
        version = version or list(key.versions)[-1]
        kid = f"{self.address}/keys/{name}/{version}"
        curve = {}
        if key.kty == "EC":
            public = key.versions[version].public_key().public_numbers()
            curve = {name: _text(getattr(public, name).to_bytes(32, "big")) for name in "xy"}
            curve["crv"] = "P-256"
        return {
            "key": {"kid": kid, "kty": key.kty, "key_ops": key.operations, **curve},
            "attributes": {"created": int(time.time()), **key.attributes},
        }

    def _use(self, key: Any, action: str, body: dict[str, Any]) -> bytes:
        data = base64.urlsafe_b64decode(body["value"] + "==")
        if isinstance(key, ec.EllipticCurvePrivateKey):
            if (body["alg"], action) != ("ES256", "sign"):
                raise _failed(400, "BadParameter")
            r, s = decode_dss_signature(key.sign(data, ec.ECDSA(Prehashed(hashes.SHA256()))))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        is_rsa = isinstance(key, rsa.RSAPrivateKey)
        if body["alg"] != ("RSA-OAEP-256" if is_rsa else "A256KW"):
            raise _failed(400, "BadParameter")
        try:
            if action == "wrapkey":
                wrapped: bytes = (
                    key.public_key().encrypt(data, _OAEP) if is_rsa else aes_key_wrap(key, data)
                )
                return wrapped
            opened: bytes = key.decrypt(data, _OAEP) if is_rsa else aes_key_unwrap(key, data)
        except (ValueError, InvalidUnwrap):
            raise _failed(400, "BadParameter") from None
        return opened


def _failed(status: int, code: str, inner: str | None = None) -> Failed:
    error: dict[str, Any] = {"code": code, "message": "not to be repeated"}
    if inner is not None:
        error["innererror"] = {"code": inner}
    return Failed(status, {"error": error})


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
