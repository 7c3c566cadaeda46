"""Key files of the local keystore: JSON Web Keys (RFC 7517), as docs/format.md describes them.

The ``kid`` of a new ``oct`` key is its check value, so that a file whose key was changed is
noticed. A file of an earlier release tells its key once ``check`` is beside its ``kid``.
No message holds key material.
"""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path
from typing import Any

from kwtools.errors import CheckFailed

KEY_BYTES = 32
MAX_FILE_BYTES = 4096

_CHECK = re.compile(r"[A-Za-z0-9_-]{43}")
_RANDOM_KID = re.compile(r"[A-Za-z0-9_-]{22}")
_MADE_BY = re.compile(r"[0-9/]{1,40}")
_LABEL = b"kwtools/1 local key check"
_SECRETS = {"oct": "k", "AKP": "priv"}
_MEMBERS = {"oct": {"kty", "kid", "k"}, "AKP": {"kty", "alg", "kid", "pub", "priv"}}


@dataclass(frozen=True)
class Key:
    """A key: its immutable id, its bytes, which it never shows, and all members of its file.

    The id of a KEM key is the thumbprint of its public key, and its bytes are its private key's.
    """

    kid: str
    secret: bytes
    members: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Key({self.kid!r})"

    @property
    def is_checked(self) -> bool:
        """Whether the file tells its key: by its kid, or by its check value."""
        return self.kid == check_value(self.secret) or "check" in self.members

    def file_text(self) -> bytes:
        """Return the key file's content, with a check value where the kid is not one."""
        members = dict(self.members)
        if not self.is_checked:
            members["check"] = check_value(self.secret)
        return json.dumps(members, indent=1).encode()


def new_key(secret: bytes | None = None, kid: str | None = None) -> Key:
    """Return a key of this secret, a fresh random one where none is given."""
    secret = secrets.token_bytes(KEY_BYTES) if secret is None else secret
    kid = check_value(secret) if kid is None else kid
    return Key(kid, secret, {"kty": "oct", "kid": kid, "k": _encode(secret)})


def check_value(secret: bytes) -> str:
    """Return what tells a key and gives nothing of it away (HKDF-Expand, RFC 5869)."""
    return _encode(digest(secret, _LABEL + b"\x01", "sha256"))


def parse(path: Path, data: bytes) -> Key:
    """Read a key file; raises ``CheckFailed``, naming the file."""
    refused = CheckFailed(f"{path} is not a key file", "docs/format.md says what a key file holds.")
    if len(data) > MAX_FILE_BYTES:
        raise refused
    try:
        members = _members(data)
        kind, kid = members["kty"], members["kid"]
        secret = _decode(members[_SECRETS[kind]])
        if not _has_right_form(members, kind):
            raise refused
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refused from None  # the cause could hold the key's text
    if kind == "oct" and len(secret) != KEY_BYTES:
        raise CheckFailed(f"the key in {path} has {len(secret)} bytes, not {KEY_BYTES}")
    checks = [members["check"]] if "check" in members else []
    if kind == "oct" and _CHECK.fullmatch(kid):
        checks.append(kid)
    if not all(compare_digest(check_value(secret), check) for check in checks):
        raise CheckFailed(
            f"the key in {path} was changed: it is not the one that the file names as {kid}",
            "Put the right file back from a backup.",
        )
    return Key(kid, secret, members)


def imported_key(path: Path, *, raw: bool) -> Key:
    """Return the key of a file made elsewhere: a JSON Web Key, or with ``raw`` its 32 bytes.

    A ``kid`` of ours is kept, so that a key file can come back from anywhere; any other is
    replaced. Raises ``CheckFailed``.
    """
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if raw:
        return new_key(_of_right_length(path, data))
    try:
        members = _members(data) if len(data) <= MAX_FILE_BYTES else {}
        kid, check = members.get("kid"), members.get("check")
        if members["kty"] != "oct":
            raise ValueError
        secret = _decode(members["k"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CheckFailed(
            f"{path} is not a JSON Web Key of kty oct",
            "It needs kty and k; for a file of 32 bytes give --raw.",
        ) from None  # the cause could hold the key's text
    _of_right_length(path, secret)
    told = [one for one in (kid, check) if isinstance(one, str) and _CHECK.fullmatch(one)]
    if not set(told) <= {check_value(secret), _thumbprint({"k": members["k"], "kty": "oct"})}:
        raise CheckFailed(
            f"the key in {path} was changed: it is not the one that the file names as {told[0]}",
            "Take the right file. Without kid and check it is imported as a key of its own.",
        )
    return new_key(secret, kid if isinstance(kid, str) and _RANDOM_KID.fullmatch(kid) else None)


def _members(data: bytes) -> dict[str, Any]:
    found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_duplicates)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands there twice")
    return found


def _has_right_form(members: Mapping[str, str], kind: str) -> bool:
    kid = members["kid"]
    if kind == "AKP":
        _decode(members["pub"])
        public = {name: members[name] for name in ("alg", "kty", "pub")}
        is_id = compare_digest(_thumbprint(public), kid)
    else:
        is_id = bool(_CHECK.fullmatch(kid) or _RANDOM_KID.fullmatch(kid))
    return (
        is_id
        and members.keys() - {"check", "made_by"} == _MEMBERS[kind]
        and ("check" not in members or _CHECK.fullmatch(members["check"]) is not None)
        and ("made_by" not in members or _MADE_BY.fullmatch(members["made_by"]) is not None)
    )


def _thumbprint(members: Mapping[str, str]) -> str:
    """Return the thumbprint of a key (RFC 7638), of which these members say all."""
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return _encode(sha256(text.encode()).digest())


def _of_right_length(path: Path, secret: bytes) -> bytes:
    if len(secret) != KEY_BYTES:
        raise CheckFailed(f"the key in {path} does not have {KEY_BYTES} bytes but {len(secret)}")
    return secret


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Return the bytes of unpadded base64url; raises ``ValueError`` for any other spelling."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(data) != text:
        raise ValueError("not base64url")
    return data
