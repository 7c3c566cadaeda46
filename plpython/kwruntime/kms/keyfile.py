"""Key files of the local keystore: JSON Web Keys (RFC 7517), as docs/format.md describes them.

The ``kid`` of a new ``oct`` key is its check value, so that a file whose key was changed is
noticed. A file of an earlier release has a random ``kid``; once converted, ``check`` is beside it.
"""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Any, NamedTuple

from kwruntime.crypto import kem
from kwruntime.crypto.kdf import expand
from kwruntime.crypto.kem import KEMS
from kwruntime.errors import KeyChanged, ProviderRefused

KEY_BYTES = 32
MAX_FILE_BYTES = 4096
_CHECK = re.compile(r"[A-Za-z0-9_-]{43}")
_RANDOM_KID = re.compile(r"[A-Za-z0-9_-]{22}")
_MADE_BY = re.compile(r"[0-9/]{1,40}")
_LABEL = b"kwtools/1 local key check"


class LocalKey(NamedTuple):
    """A key of the keystore: its immutable id and its 32 bytes.

    ``is_checked`` says whether the file tells its key; ``made_by`` which database made it.
    """

    kid: str
    secret: bytes
    is_checked: bool = True
    made_by: str | None = None

    def __repr__(self) -> str:
        return f"LocalKey({self.kid!r})"


class LocalKemKey(NamedTuple):
    """A KEM key of the keystore: the thumbprint of its public key (RFC 7638), and the pair."""

    kid: str
    algorithm: str
    public: bytes
    private: bytes
    made_by: str | None = None

    @property
    def is_checked(self) -> bool:
        """The public key must be the private one's, so its thumbprint tells both."""
        return True

    def __repr__(self) -> str:
        return f"LocalKemKey({self.kid!r})"


def new_key(made_by: str | None = None) -> LocalKey:
    """Make a key."""
    secret = secrets.token_bytes(KEY_BYTES)
    return LocalKey(check_value(secret), secret, made_by=made_by)


def new_kem_key(algorithm: str, made_by: str | None = None) -> LocalKemKey:
    """Make a KEM key; the algorithm has its standard name."""
    one = KEMS[algorithm]
    private = kem.generate(one)
    public = one.public_bytes_of(private)
    return LocalKemKey(thumbprint(algorithm, public), algorithm, public, private, made_by)


def check_value(secret: bytes) -> str:
    """Return what tells a key and gives nothing of it away: a key expanded from it, encoded."""
    return _encode(expand(secret, _LABEL))


def thumbprint(algorithm: str, public: bytes) -> str:
    """Return the thumbprint of a public key (RFC 7638), 43 characters: the ``kid`` of its file."""
    members = f'{{"alg":"{algorithm}","kty":"AKP","pub":"{_encode(public)}"}}'
    return _encode(sha256(members.encode()).digest())


def file_of(key: LocalKey | LocalKemKey) -> bytes:
    """Return the file of a key that was just made."""
    if isinstance(key, LocalKey):
        members = {"kty": "oct", "kid": key.kid, "k": _encode(key.secret)}
    else:
        members = {
            "kty": "AKP",
            "alg": key.algorithm,
            "kid": key.kid,
            "pub": _encode(key.public),
            "priv": _encode(key.private),
            "check": check_value(key.private),
        }
    if key.made_by is not None:
        members["made_by"] = key.made_by
    return json.dumps(members, indent=1).encode()


def parse(path: Path, data: bytes) -> LocalKey | LocalKemKey:
    """Read a key file; raises ``ProviderRefused`` or ``KeyChanged``, naming the file."""
    refused = ProviderRefused(
        f"{path} is not a key file",
        hint="docs/format.md says what a key file holds. Put the right one back from a backup.",
    )
    if len(data) > MAX_FILE_BYTES:
        raise refused
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_duplicates)
        made_by, check = _optional(found, "made_by", _MADE_BY), _optional(found, "check", _CHECK)
        is_kem = found["kty"] == "AKP"
        key = _kem_key(found, made_by) if is_kem else _key(path, found, check, made_by)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refused from None  # the cause could hold the key's text
    if key is None:
        raise refused
    secret = key.private if isinstance(key, LocalKemKey) else key.secret
    if check is not None and not compare_digest(check_value(secret), check):
        raise _changed(path, key.kid)
    return key


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands there twice")
    return found


def _optional(found: dict[str, Any], name: str, form: re.Pattern[str]) -> str | None:
    if name not in found:
        return None
    value: str = found.pop(name)
    if not form.fullmatch(value):
        raise ValueError(f"{name} has another form")
    return value


def _key(
    path: Path, found: Mapping[str, str], check: str | None, made_by: str | None
) -> LocalKey | None:
    kid, secret = found["kid"], _decode(found["k"])
    tells_key = _CHECK.fullmatch(kid) is not None
    if (
        found.keys() != {"kty", "kid", "k"}
        or found["kty"] != "oct"
        or _encode(secret) != found["k"]
        or not (tells_key or _RANDOM_KID.fullmatch(kid))
    ):
        return None
    if len(secret) != KEY_BYTES:
        raise ProviderRefused(f"the key in {path} has {len(secret)} bytes, not {KEY_BYTES}")
    if tells_key and not compare_digest(check_value(secret), kid):
        raise _changed(path, kid)
    return LocalKey(kid, secret, tells_key or check is not None, made_by)


def _changed(path: Path, kid: str) -> KeyChanged:
    return KeyChanged(
        f"the key in {path} was changed: it is not the one that the file names as {kid}",
        hint="Put the right file back from a backup.",
    )


def _kem_key(found: Mapping[str, str], made_by: str | None) -> LocalKemKey | None:
    """Read a KEM key: the public key must be the private one's, and the kid its thumbprint."""
    one, private, public = KEMS[found["alg"]], _decode(found["priv"]), _decode(found["pub"])
    if (
        found.keys() != {"kty", "alg", "kid", "pub", "priv"}
        or len(private) != one.private_bytes
        or _encode(private) != found["priv"]
        or one.public_bytes_of(private) != public
        or _encode(public) != found["pub"]
        or thumbprint(one.name, public) != found["kid"]
    ):
        return None
    return LocalKemKey(found["kid"], one.name, public, private, made_by)


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encode(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
