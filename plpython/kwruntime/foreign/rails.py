"""Active Record Encryption (Rails 7 and later): AES-256-GCM in a JSON envelope.

``{"p": ciphertext, "h": {"iv": …, "at": tag}}``, each in base64. Headers: ``c`` compressed by zlib,
``e`` the text's encoding, ``i`` the beginning of the SHA-1 of the key, ``k`` a data key of envelope
encryption, itself such a message. Keys are PBKDF2 of the configured passwords with the configured
salt: 65,536 rounds of SHA-256, or of SHA-1 before Rails 7.1.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha1
from typing import Any

from cryptography.exceptions import InvalidTag

from kwruntime.crypto.aes_gcm import AESGCM
from kwruntime.errors import BadArgument
from kwruntime.foreign.findings import DOES_NOT_OPEN, NOT_THIS_FORMAT, NotOpened
from kwruntime.foreign.options import Options, from_base64

OPTIONS = ("digest",)
_ROUNDS = 2**16
_TAG = 16
_MAX_BYTES = 500_000_000
_DIGESTS = ("sha256", "sha1")
_BINARY = "ASCII-8BIT"
# Names of Ruby that Python has too; a name from the data goes to no other codec.
_ENCODINGS = ("UTF-8", "US-ASCII", "Shift_JIS", "EUC-JP", "UTF-16LE", "UTF-16BE")
_FAMILIES = ("ISO-8859-", "Windows-125")


class Rails:
    """Opens the values of a column; it tries each configured key, deterministic or not."""

    def __init__(self, key: bytes, options: Options) -> None:
        self._passwords, self._salt = _configured(key)
        digest = options.text("digest")
        if digest is not None and digest not in _DIGESTS:
            raise BadArgument("digest is not supported", hint=f"Use {' or '.join(_DIGESTS)}.")
        self._digests = (digest,) if digest else _DIGESTS
        self._derived: dict[tuple[str, str], bytes] = {}

    def open(self, value: bytes, nonce: bytes | None, associated: bytes | None) -> bytes:
        """Return the plaintext of a value, text in UTF-8; raises ``NotOpened``."""
        message = _message(_parsed(value))
        headers = message["h"]
        if "k" in headers:
            data_key = self._opened(_message(headers["k"]), headers.get("i"))
            plain = _decrypted(message, data_key) if len(data_key) == 32 else None
            if plain is None:
                raise NotOpened(DOES_NOT_OPEN)
        else:
            plain = self._opened(message, headers.get("i"))
        if headers.get("c"):
            plain = _inflated(plain)
        return _in_utf8(plain, headers.get("e"))

    def _opened(self, message: Mapping[str, Any], key_id: object) -> bytes:
        wanted = None if key_id is None else _bytes(key_id)
        for secret in self._secrets():
            if wanted is None or _id(secret) == wanted:
                plain = _decrypted(message, secret)
                if plain is not None:
                    return plain
        raise NotOpened(DOES_NOT_OPEN)

    def _secrets(self) -> Iterator[bytes]:
        """Yield the keys; each is derived when it is first needed."""
        for digest in self._digests:
            for password in self._passwords:
                place = digest, password
                if place not in self._derived:
                    self._derived[place] = _derived(password, self._salt, digest)
                yield self._derived[place]


def _configured(key: bytes) -> tuple[list[str], str]:
    """Return the passwords and the salt of a configuration in JSON."""
    wrong = BadArgument(
        "key of Rails must be JSON with primary_key or deterministic_key, and key_derivation_salt",
        hint='Give the object of "active_record_encryption" in the credentials, as JSON.',
    )
    try:
        given = json.loads(key)
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(given, dict):
        raise wrong
    passwords: list[object] = []
    for name in ("primary_key", "deterministic_key"):
        found = given.pop(name, None) or []
        passwords += reversed(found) if isinstance(found, list) else [found]
    salt = given.pop("key_derivation_salt", None)
    texts = [one for one in (*passwords, salt) if isinstance(one, str) and _is_text(one)]
    if given or not passwords or len(texts) != len(passwords) + 1:
        raise wrong
    return texts[:-1], texts[-1]


def _is_text(text: str) -> bool:
    """Whether a text is not empty, and UTF-8 has it: JSON can spell half a character."""
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _derived(password: str, salt: str, digest: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256  # few sessions need them
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    hashed = SHA256() if digest == "sha256" else SHA1()  # noqa: S303
    return PBKDF2HMAC(hashed, 32, salt.encode(), _ROUNDS).derive(password.encode())


def _id(secret: bytes) -> bytes:
    """Return what Rails stores as a reference to a key."""
    return sha1(secret, usedforsecurity=False).hexdigest()[:4].encode()


# -- the envelope ---------------------------------------------------------------------------------


def _parsed(value: bytes) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise NotOpened(NOT_THIS_FORMAT) from None


def _message(found: object) -> Mapping[str, Any]:
    """Return a message that has its payload and its headers iv and at."""
    if isinstance(found, dict) and isinstance(found.get("p"), str):
        headers = found.get("h")
        if isinstance(headers, dict) and {"iv", "at"} <= headers.keys():
            return found
    raise NotOpened(NOT_THIS_FORMAT)


def _bytes(text: object) -> bytes:
    if not isinstance(text, str) or not text.isascii():
        raise NotOpened(NOT_THIS_FORMAT)
    return from_base64(text.encode())


def _decrypted(message: Mapping[str, Any], secret: bytes) -> bytes | None:
    """Return the plaintext of a message, or None if it is not of this key."""
    headers = message["h"]
    nonce, tag = _bytes(headers["iv"]), _bytes(headers["at"])
    if len(nonce) != 12 or len(tag) != _TAG:
        raise NotOpened(NOT_THIS_FORMAT)
    try:
        return bytes(AESGCM(secret).decrypt(nonce, _bytes(message["p"]) + tag, None))
    except InvalidTag:
        return None


def _inflated(data: bytes) -> bytes:
    inflating = zlib.decompressobj()
    try:
        plain = inflating.decompress(data, _MAX_BYTES)
    except zlib.error:
        raise NotOpened(DOES_NOT_OPEN) from None
    if not inflating.eof:
        raise NotOpened(DOES_NOT_OPEN)
    return plain


def _in_utf8(plain: bytes, encoding: object) -> bytes:
    """Return a text in UTF-8; bytes that are no text as they are."""
    if encoding is None:
        return plain
    name = _bytes(encoding).decode("ascii", "replace")
    if name == _BINARY:
        return plain
    if name not in _ENCODINGS and not name.startswith(_FAMILIES):
        raise NotOpened(NOT_THIS_FORMAT)
    try:
        return plain.decode(name).encode()
    except (LookupError, UnicodeError):
        raise NotOpened(DOES_NOT_OPEN) from None
