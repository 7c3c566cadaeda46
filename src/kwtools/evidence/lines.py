"""Strict reading of the text formats' lines, in bytes: base64, decimals, names of keys."""

import base64
import re

LIMIT = 1 << 63
"""Sizes, indexes and times are below it."""

_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(rb"0|[1-9][0-9]{0,18}")
_NOT_OF_A_NAME = re.compile(r"[\s+]")


class BadForm(Exception):
    """Bytes are not in their format; the message says why, and names no file."""


def check_text(data: bytes) -> None:
    """Raise ``BadForm`` unless bytes are UTF-8 with newlines as their only control characters."""
    if _CONTROL.search(data):
        raise BadForm("it has a control character")
    try:
        data.decode()
    except UnicodeDecodeError:
        raise BadForm("it is not valid UTF-8") from None


def decoded(text: bytes) -> bytes:
    """Return the bytes, one or more, of base64 in its only canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data) != text:
        raise BadForm("it has a value that is not base64")
    return data


def decimal(text: bytes) -> int:
    """Return a number below 2⁶³ without leading zeros."""
    if not _DECIMAL.fullmatch(text) or int(text) >= LIMIT:
        raise BadForm("it has a value that is not a number below 2^63")
    return int(text)


def key_name(text: bytes) -> str:
    """Return the name of a key: not empty, without Unicode spaces and plus signs."""
    name = text.decode()
    if not name or _NOT_OF_A_NAME.search(name):
        raise BadForm("the name of a key is empty, or has a space or a plus sign")
    return name
