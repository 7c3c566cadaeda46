"""What the text formats have in common: strict UTF-8, base64 (RFC 4648, section 4) and decimals.

A text has one form only, so that writing what was read gives the same bytes.
"""

import re
from binascii import Error, a2b_base64, b2a_base64

MAX_NUMBER = (1 << 63) - 1
"""The largest size, index and timestamp, as in C2SP tlog-cosignature."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class FormatError(ValueError):
    """A text or a file is not in its format; the message says what is wrong."""


def lines_of(data: bytes) -> str:
    """Return the text of bytes that are valid UTF-8 without control characters but newlines."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError("text is not valid UTF-8") from None
    if _CONTROL.search(text):
        raise FormatError("text has a control character")
    return text


def encoded(text: str) -> bytes:
    """Return the bytes of a text, for ``lines_of`` to refuse those of surrogates."""
    return text.encode("utf-8", "surrogatepass")


def base64(data: bytes) -> str:
    """Return the padded standard base64 of bytes."""
    return b2a_base64(data, newline=False).decode()


def from_base64(text: str) -> bytes:
    """Return the bytes of padded standard base64, of which only the canonical form is read."""
    try:
        data = a2b_base64(text.encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        raise FormatError("value is not base64") from None
    if base64(data) != text:
        raise FormatError("base64 is not canonical")
    return data


def number(text: str) -> int:
    """Return an ASCII decimal without leading zeros, at most 2⁶³ - 1."""
    found = int(text) if _NUMBER.fullmatch(text) else MAX_NUMBER + 1
    if found > MAX_NUMBER:
        raise FormatError("value is not a number without leading zeros below 2^63")
    return found


def check_number(value: int) -> int:
    """Return a number that can be written."""
    if not 0 <= value <= MAX_NUMBER:
        raise FormatError("number is negative, or not below 2^63")
    return value


def check_name(name: str) -> str:
    """Return a key's name: not empty, without Unicode spaces, plus signs, control characters."""
    lines_of(encoded(name))
    if not name or "+" in name or any(one.isspace() for one in name):
        raise FormatError("key name is empty, or has a space or a plus sign")
    return name
