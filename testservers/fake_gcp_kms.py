"""A fake of Google Cloud KMS and of the service that gives tokens, with real ciphers.

It follows the published REST protocol: resource names, states of key versions, checksums,
canonical error codes, and tokens for assertions that a service account signed (RFC 7523).
"""

import base64
import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

import google_crc32c
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from google.auth import jwt

from testservers.fake_server import Asked, Failed, FakeServer

RING = "projects/acme/locations/europe-west3/keyRings/customers"
_KEY = re.compile(rf"/v1/({RING}/cryptoKeys/[A-Za-z0-9_-]+)(?::(encrypt|decrypt))?")
_SIGNING = re.compile(
    rf"/v1/({RING}/cryptoKeys/[A-Za-z0-9_-]+)/cryptoKeyVersions/1(/publicKey|:asymmetricSign)"
)
_AUDIENCE = "https://oauth2.googleapis.com/token"  # whatever the token_uri
_NONCE_BYTES = 12


class FakeGcpKms(FakeServer):
    """One project with one key ring."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._accounts: dict[str, bytes] = {}
        self._tokens: dict[str, str] = {}
        self._keys: dict[str, tuple[bytes, str]] = {}
        self._signing: dict[str, Any] = {}

    # -- accounts -------------------------------------------------------------------------

    def service_account(self, name: str, *, known: bool = True) -> str:
        """Make a service account; return its credentials file. Only a ``known`` one gets tokens."""
        private = rsa.generate_private_key(65537, 2048)
        email = f"{name}@acme.iam.gserviceaccount.com"
        if known:
            self._accounts[email] = private.public_key().public_bytes(
                Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
            )
        return json.dumps(
            {
                "type": "service_account",
                "client_email": email,
                "private_key_id": name,
                "private_key": private.private_bytes(
                    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
                ).decode(),
                "token_uri": f"{self.address}/token",
            }
        )

    def revoke(self, name: str) -> None:
        """Delete a service account and the tokens that it has."""
        email = f"{name}@acme.iam.gserviceaccount.com"
        self._accounts.pop(email, None)
        self.revoke_tokens(name)

    def revoke_tokens(self, name: str) -> None:
        """Let a service account's tokens expire."""
        email = f"{name}@acme.iam.gserviceaccount.com"
        self._tokens = {token: of for token, of in self._tokens.items() if of != email}

    def set_state(self, key: str, state: str) -> None:
        """Set the state of a key's version: ENABLED, DISABLED, DESTROYED."""
        self._keys[key] = self._keys[key][0], state

    # -- requests -------------------------------------------------------------------------

    def answer(self, asked: Asked) -> dict[str, Any]:
        """Answer as Google does."""
        if asked.path == "/token":
            return self._token(asked.form)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            raise _failed(401, "UNAUTHENTICATED")
        if asked.path == "/v1/projects/-/locations":
            raise _failed(403, "PERMISSION_DENIED")
        if asked.method == "POST" and asked.path == f"/v1/{RING}/cryptoKeys":
            return self._create(f"{RING}/cryptoKeys/{asked.query['cryptoKeyId']}", asked.json)
        signing = _SIGNING.fullmatch(asked.path)
        if signing is not None:
            return self._of_version(signing[1], signing[2], asked)
        found = _KEY.fullmatch(asked.path)
        if found is None:
            raise _failed(404, "NOT_FOUND")
        if found[1] not in self._keys:
            raise _failed(404, "NOT_FOUND")
        if found[2] is None:
            return self._described(found[1])
        return getattr(self, f"_{found[2]}")(found[1], asked.json)  # type: ignore[no-any-return]

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        try:
            unverified = jwt.decode(form["assertion"], verify=False)
            certificate = self._accounts[unverified["iss"]]
            claims = jwt.decode(form["assertion"], certs=certificate)
        except (KeyError, ValueError):
            raise Failed(400, {"error": "invalid_grant"}) from None
        if claims["aud"] != _AUDIENCE or claims["exp"] < time.time():
            raise Failed(400, {"error": "invalid_grant"})
        token = secrets.token_urlsafe(24)
        self._tokens[token] = claims["iss"]
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def _create(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        if name in self._keys:
            raise _failed(409, "ALREADY_EXISTS")
        if body["purpose"] == "ASYMMETRIC_SIGN":
            self._signing[name] = (
                ed25519.Ed25519PrivateKey.generate()
                if body["versionTemplate"]["algorithm"] == "EC_SIGN_ED25519"
                else ec.generate_private_key(ec.SECP256R1())
            )
        self._keys[name] = AESGCM.generate_key(256), "ENABLED"
        return self._described(name)

    def _described(self, name: str) -> dict[str, Any]:
        state = self._keys[name][1]
        if name in self._signing:
            return {"name": name, "purpose": "ASYMMETRIC_SIGN"}
        primary = {"name": f"{name}/cryptoKeyVersions/1", "state": state}
        return {"name": name, "purpose": "ENCRYPT_DECRYPT", "primary": primary}

    def _of_version(self, name: str, action: str, asked: Asked) -> dict[str, Any]:
        """Give the public key, or sign."""
        if name not in self._keys:
            raise _failed(404, "NOT_FOUND")
        self._usable(name)
        key = self._signing.get(name)
        if key is None:
            raise _failed(400, "INVALID_ARGUMENT")
        is_edwards = isinstance(key, ed25519.Ed25519PrivateKey)
        version = f"{name}/cryptoKeyVersions/1"
        if action == "/publicKey":
            pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return {
                "name": version,
                "algorithm": "EC_SIGN_ED25519" if is_edwards else "EC_SIGN_P256_SHA256",
                "pem": pem.decode(),
                "pemCrc32c": str(google_crc32c.value(pem)),
            }
        body = asked.json
        if is_edwards:
            signature = key.sign(_checked(body, "data"))
        else:
            digest = {**body["digest"], "sha256Crc32c": body["digestCrc32c"]}
            signature = key.sign(_checked(digest, "sha256"), ec.ECDSA(Prehashed(hashes.SHA256())))
        return {"name": version, **_with_checksum("signature", signature)}

    def _encrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        key, aad = self._usable(name), _checked(body, "additionalAuthenticatedData")
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = nonce + AESGCM(key).encrypt(nonce, _checked(body, "plaintext"), aad)
        return {
            "name": f"{name}/cryptoKeyVersions/1",
            **_with_checksum("ciphertext", ciphertext),
            "verifiedPlaintextCrc32c": "plaintextCrc32c" in body,
            "verifiedAdditionalAuthenticatedDataCrc32c": "additionalAuthenticatedDataCrc32c"
            in body,
        }

    def _decrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        key, aad = self._usable(name), _checked(body, "additionalAuthenticatedData")
        ciphertext = _checked(body, "ciphertext")
        try:
            plaintext = AESGCM(key).decrypt(
                ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], aad
            )
        except (InvalidTag, ValueError):
            raise _failed(400, "INVALID_ARGUMENT") from None
        return {**_with_checksum("plaintext", plaintext), "usedPrimary": True}

    def _usable(self, name: str) -> bytes:
        key, state = self._keys[name]
        if state != "ENABLED":
            raise _failed(400, "FAILED_PRECONDITION")
        return key


def _failed(code: int, status: str) -> Failed:
    return Failed(
        code, {"error": {"code": code, "status": status, "message": "not to be repeated"}}
    )


def _checked(body: dict[str, Any], member: str) -> bytes:
    data = base64.b64decode(body.get(member, ""))
    checksum = body.get(f"{member}Crc32c")
    if checksum is not None and checksum != str(google_crc32c.value(data)):
        raise _failed(400, "INVALID_ARGUMENT")
    return data


def _with_checksum(member: str, data: bytes) -> dict[str, str]:
    return {
        member: base64.b64encode(data).decode(),
        f"{member}Crc32c": str(google_crc32c.value(data)),
    }
