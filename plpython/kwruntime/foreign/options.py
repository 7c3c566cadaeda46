"""The options of a format, and the forms in which texts hold bytes."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kwruntime.errors import BadArgument
from kwruntime.foreign.findings import NOT_THIS_FORMAT, NotOpened


class Options:
    """The members of a jsonb object, each asked for by its name and type."""

    def __init__(self, given: object, known: Sequence[str]) -> None:
        if not isinstance(given, Mapping):
            raise BadArgument("options must be a JSON object")
        for name in given:
            if name not in known:
                raise BadArgument(
                    f'option "{name}" does not exist for this source',
                    hint=f"Use {', '.join(known)}." if known else "Give no options.",
                )
        self._given: Mapping[str, Any] = given

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return an option that is a text."""
        value = self._given.get(name, default)
        if value is not None and not isinstance(value, str):
            raise BadArgument(f'option "{name}" must be a string')
        return value

    def required(self, name: str) -> str:
        """Return an option that is a text and must be there."""
        value = self.text(name)
        if not value:
            raise BadArgument(f'option "{name}" is missing')
        return value

    def flag(self, name: str) -> bool:
        """Return an option that is true or false; false where it is missing."""
        value = self._given.get(name, False)
        if not isinstance(value, bool):
            raise BadArgument(f'option "{name}" must be true or false')
        return value

    def number(self, name: str, default: int) -> int:
        """Return an option that is a whole number."""
        value = self._given.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadArgument(f'option "{name}" must be a whole number')
        return value

    def decoder(self, default: str) -> Callable[[bytes], bytes]:
        """Return what decodes values: by option ``encoding``, else by the source's usual form."""
        name = self.text("encoding", default)
        if name is None or name not in DECODERS:
            raise BadArgument("encoding is not supported", hint=f"Use {', '.join(DECODERS)}.")
        return DECODERS[name]


def from_base64(text: bytes) -> bytes:
    """Decode base64, with line breaks as ``encode(…, 'base64')`` of PostgreSQL makes them."""
    try:
        return base64.b64decode(text.translate(None, b"\r\n"), validate=True)
    except (binascii.Error, ValueError):
        raise NotOpened(NOT_THIS_FORMAT) from None


def from_hex(text: bytes) -> bytes:
    """Decode hexadecimal digits, with or without the prefix of a bytea's text."""
    try:
        return binascii.unhexlify(text.removeprefix(b"\\x"))
    except (binascii.Error, ValueError):
        raise NotOpened(NOT_THIS_FORMAT) from None


def as_they_are(value: bytes) -> bytes:
    """Return a value of which the bytes are the ciphertext."""
    return value


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "raw": as_they_are,
    "base64": from_base64,
    "hex": from_hex,
}


def without_line_end(key: bytes) -> bytes:
    """Return key material that is a text, without the line end that an editor adds."""
    return key.removesuffix(b"\n").removesuffix(b"\r")
