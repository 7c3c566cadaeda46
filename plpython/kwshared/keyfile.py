"""Key files of the local keystore: JSON Web Keys (RFC 7517), as docs/format.md describes them.

The ``kid`` of a new ``oct`` key is its check value, so that a file whose key was changed is
noticed. A file of an earlier release has a random ``kid``; once converted, ``check`` is beside it.
No message holds key material.
"""

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, NamedTuple

from kwshared.algorithms import KEMS

KEY_BYTES = 32
MAX_FILE_BYTES = 4096

CHECK_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
RANDOM_KID = re.compile(r"[A-Za-z0-9_-]{22}")
_MADE_BY = re.compile(r"[0-9/]{1,40}")
_LABEL = b"kwtools/1 local key check"
_MEMBERS = {"oct": {"kty", "kid", "k"}, "AKP": {"kty", "alg", "kid", "pub", "priv"}}
_PUTS_BACK = "Restore the right file from a backup."


class KeystoreError(Exception):
    """A key file or its folder cannot be used; the message names it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadKeyFile(KeystoreError):
    """The file is not a key file."""


class ChangedKey(KeystoreError):
    """The file holds another key than the one that it names."""


class Key(NamedTuple):
    """What a key file holds: an immutable id and a secret, which it never shows.

    The secret of a KEM key is its private key, and its id the thumbprint of its public key.
    ``is_checked`` says whether a check value in the file tells its secret; ``made_by`` which
    database made it.
    """

    kid: str
    secret: bytes
    is_checked: bool = True
    made_by: str | None = None
    algorithm: str | None = None
    """The standard name of the KEM; null if it is not a KEM key."""
    public: bytes | None = None

    def __repr__(self) -> str:
        return f"Key({self.kid!r})"


def new_key(secret: bytes | None = None, made_by: str | None = None) -> Key:
    """Return a key of this secret, a fresh random one where none is given."""
    secret = os.urandom(KEY_BYTES) if secret is None else secret
    return Key(check_value(secret), secret, made_by=made_by)


def kem_key(algorithm: str, public: bytes, private: bytes, made_by: str | None = None) -> Key:
    """Return the key of a pair of a KEM."""
    kid = thumbprint(algorithm, public)
    return Key(kid, private, made_by=made_by, algorithm=algorithm, public=public)


def check_value(secret: bytes) -> str:
    """Return what tells a key and gives nothing of it away (HKDF-Expand, RFC 5869), encoded."""
    return encode(digest(secret, _LABEL + b"\x01", "sha256"))


def thumbprint(algorithm: str, public: bytes) -> str:
    """Return the thumbprint of a public key (RFC 7638), 43 characters: the ``kid`` of its file."""
    return thumbprint_of({"alg": algorithm, "kty": "AKP", "pub": encode(public)})


def thumbprint_of(members: dict[str, str]) -> str:
    """Return the thumbprint of a key of which these members say all."""
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return encode(sha256(text.encode()).digest())


def file_of(key: Key) -> bytes:
    """Return a key file, which tells its key: where the kid does not, by a check value."""
    check = check_value(key.secret)
    if key.algorithm is None or key.public is None:
        members = {"kty": "oct", "kid": key.kid, "k": encode(key.secret)}
    else:
        members = {
            "kty": "AKP",
            "alg": key.algorithm,
            "kid": key.kid,
            "pub": encode(key.public),
            "priv": encode(key.secret),
        }
    if key.kid != check:
        members["check"] = check
    if key.made_by is not None:
        members["made_by"] = key.made_by
    return json.dumps(members, indent=1).encode()


def parse(path: str, data: bytes) -> Key:
    """Read a key file; raises ``BadKeyFile`` or ``ChangedKey``, naming the file.

    Whether the public key of a KEM key is the private one's takes a package of ciphers to see.
    """
    try:
        found = members_of(data)
        key, check = _key(found), found.get("check")
        if found.keys() - {"check", "made_by"} != _MEMBERS[found["kty"]]:
            raise ValueError("members are missing or too many")
        if "check" in found and not CHECK_VALUE.fullmatch(found["check"]):
            raise ValueError("check has an unknown form")
        if "made_by" in found and not _MADE_BY.fullmatch(found["made_by"]):
            raise ValueError("made_by has an unknown form")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise not_a_key_file(path) from None  # the cause could hold the key's text
    if key.algorithm is None:
        check_length(path, key.secret)
    tells = [] if check is None else [check]
    if key.algorithm is None and CHECK_VALUE.fullmatch(key.kid):
        tells.append(key.kid)
    if not all(compare_digest(check_value(key.secret), one) for one in tells):
        raise changed(path, key.kid, _PUTS_BACK)
    return key._replace(is_checked=bool(tells))


def members_of(data: bytes) -> dict[str, Any]:
    """Return the members of a JSON object; raises ``ValueError``, ``TypeError`` and others."""
    if len(data) > MAX_FILE_BYTES:
        raise ValueError("too long")
    found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_duplicates)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def not_a_key_file(path: str) -> BadKeyFile:
    """Return the error."""
    return BadKeyFile(
        f"{path} is not a key file", f"See docs/format.md for the form of a key file. {_PUTS_BACK}"
    )


def check_length(path: str, secret: bytes) -> None:
    """Raise ``BadKeyFile`` unless a secret has the length of a key."""
    if len(secret) != KEY_BYTES:
        raise BadKeyFile(f"the key in {path} has {len(secret)} bytes, not {KEY_BYTES}", _PUTS_BACK)


def changed(path: str, kid: str, hint: str) -> ChangedKey:
    """Return the error."""
    return ChangedKey(
        f"the key in {path} was modified: it is not the key that the file names as {kid}", hint
    )


def _key(found: dict[str, Any]) -> Key:
    """Return the key that members of a file are; raises ``ValueError``, ``KeyError`` and others."""
    kid, made_by = found["kid"], found.get("made_by")
    if found["kty"] == "oct":
        if not (CHECK_VALUE.fullmatch(kid) or RANDOM_KID.fullmatch(kid)):
            raise ValueError("kid has an unknown form")
        return Key(kid, decode(found["k"]), made_by=made_by)
    kem, public, private = KEMS[found["alg"]], decode(found["pub"]), decode(found["priv"])
    if (len(public), len(private)) != (kem.public_bytes, kem.private_bytes):
        raise ValueError("a key has a wrong length")
    if not compare_digest(thumbprint(kem.name, public), kid):
        raise ValueError("kid is not the thumbprint of the public key")
    return Key(kid, private, made_by=made_by, algorithm=kem.name, public=public)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member occurs twice")
    return found


def encode(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of unpadded base64url; raises ``ValueError`` for any other spelling."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise ValueError("not base64url")
    return data
