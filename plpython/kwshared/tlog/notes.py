"""Signed notes (C2SP signed-note): a text, a blank line, and a line for each signature.

The text counts only once a known key's signature is verified: see ``signatures``.
"""

import re
from typing import NamedTuple

from kwshared.tlog.text import FormatError, base64, check_name, encoded, from_base64, lines_of

KEY_ID_BYTES = 4
MAX_SIGNATURES = 100
MAX_BYTES = 1_000_000
"""The limits of golang.org/x/mod/sumdb/note; the specification requires 16 signatures."""

_DASH = "— "
_ESCAPED_DASH = "\\u2014 "


def with_dashes(text: str) -> str:
    """Return a note, or what holds one, with the dashes that ``without_dashes`` escaped."""
    return re.sub(r"^\\u2014 ", _DASH, text, flags=re.MULTILINE)


def without_dashes(text: str) -> str:
    """Return it with an escape for the dash of each signature line.

    So a database holds it whose encoding lacks the dash.
    """
    return re.sub(f"^{_DASH}", lambda _: _ESCAPED_DASH, text, flags=re.MULTILINE)


class Signature(NamedTuple):
    """A signature line: name and id of the key, and the bytes that follow the id."""

    name: str
    key_id: bytes
    data: bytes

    def __str__(self) -> str:
        if len(self.key_id) != KEY_ID_BYTES or not self.data:
            raise FormatError("signature has no data, or a key id of a wrong length")
        return f"{_DASH}{check_name(self.name)} {base64(self.key_id + self.data)}\n"


class Note(NamedTuple):
    """A text that ends in a newline, and signatures, of which none is verified."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        data = encoded("".join([self.text, "\n", *map(str, self.signatures)]))
        if parse(data) != self:
            raise FormatError("note does not end its text with a newline")
        return data


def parse(data: bytes) -> Note:
    """Read a note of at most 1,000,000 bytes and 100 signatures."""
    if len(data) > MAX_BYTES:
        raise FormatError("note is too long")
    text, blank, signed = lines_of(data).rpartition("\n\n")
    if not blank:
        raise FormatError("note has no blank line before its signatures")
    if not signed.endswith("\n"):
        raise FormatError("note does not end with a signature line")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise FormatError("note has too many signatures")
    return Note(text + "\n", tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] + " " != _DASH:
        raise FormatError("a line after the note's blank line is not a signature")
    data = from_base64(parts[2])
    if len(data) <= KEY_ID_BYTES:
        raise FormatError("a signature of the note is too short")
    return Signature(check_name(parts[1]), data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])
