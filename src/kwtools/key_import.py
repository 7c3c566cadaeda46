"""Keys made elsewhere, taken in as key files (``kwshared.keyfile``)."""

from pathlib import Path

from kwshared.keyfile import (
    CHECK_VALUE,
    KEY_BYTES,
    MAX_FILE_BYTES,
    RANDOM_KID,
    Key,
    changed,
    check_value,
    decode,
    members_of,
    new_key,
    thumbprint_of,
)

from kwtools.errors import CheckFailed


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
        members = members_of(data)
        kid, check = members.get("kid"), members.get("check")
        if members["kty"] != "oct":
            raise ValueError
        secret = decode(members["k"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CheckFailed(
            f"{path} is not a JSON Web Key of kty oct",
            "Use a file with kty and k, or --raw for a file of 32 bytes.",
        ) from None  # the cause could hold the key's text
    _of_right_length(path, secret)
    told = [one for one in (kid, check) if isinstance(one, str) and CHECK_VALUE.fullmatch(one)]
    if not set(told) <= {check_value(secret), thumbprint_of({"k": members["k"], "kty": "oct"})}:
        error = changed(
            str(path), told[0],
            "Import the right file, or remove kid and check to import it as another key.",
        )  # fmt: skip
        raise CheckFailed(error.message, error.hint)
    key = new_key(secret)
    if isinstance(kid, str) and RANDOM_KID.fullmatch(kid):
        return key._replace(kid=kid)
    return key


def _of_right_length(path: Path, secret: bytes) -> bytes:
    if len(secret) != KEY_BYTES:
        raise CheckFailed(f"the key in {path} has {len(secret)} bytes, not {KEY_BYTES}")
    return secret
