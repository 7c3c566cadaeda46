"""Reading what somebody else wrote: JSON, texts, tokens and times, each within bounds.

A KMS may be hostile or broken. What it says is read by these functions or refused.
"""

import json
import re
from math import isfinite
from typing import Any, NoReturn

MAX_DEPTH = 64
MAX_LIFE_SECONDS = 1e10
MAX_TOKEN = 32 * 1024
_MAX_DIGITS = 20
_MAX_SHOWN = 60
_DEEP = re.compile(rb'"(?:[^"\\]|\\.)*+"|[][{}]', re.DOTALL)


class Malformed(ValueError):
    """It has no form that is accepted. The text never quotes it."""


def read_json(data: bytes) -> Any:
    """Return what JSON in UTF-8 holds; raises ``Malformed``.

    Refused: members that stand twice, NaN and Infinity, numbers of more than 20 digits or beyond
    a float, half a surrogate pair, and more than 64 levels.
    """
    _check_depth(data)
    try:
        text = data.decode()
        content = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_refuse,
            parse_float=_float,
            parse_int=_int,
        )
        if "\\u" in text:
            json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Malformed("not JSON of an accepted form") from None
    return content


def read_object(data: bytes) -> dict[str, Any]:
    """Return the object that JSON holds; raises ``Malformed``."""
    content = read_json(data)
    if not isinstance(content, dict):
        raise Malformed("not a JSON object")
    return content


def life(value: object) -> float:
    """Return how many seconds something lives, from 0 to 300 years; raises ``Malformed``."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _MAX_DIGITS:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed("not a time")
    if not 0 <= value <= MAX_LIFE_SECONDS:  # NaN is not, either
        raise Malformed("a time out of range")
    return float(value)


def token(value: object) -> str:
    """Return a credential as a header can carry it; raises ``Malformed``."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TOKEN:
        raise Malformed("not a token")
    if not value.isascii() or not value.isprintable():
        raise Malformed("not a token")
    return value


def shown(value: object, most: int = _MAX_SHOWN) -> str:
    """Return a text of somebody else for a message: quoted, in ASCII, cut after 60 letters."""
    text = str(value) if isinstance(value, str | int | float) else type(value).__name__
    return ascii(text[:most]) + ("..." if len(text) > most else "")


def _check_depth(data: bytes) -> None:
    """Raise ``Malformed`` where brackets nest too deep; before parsing, which recurses."""
    if data.count(b"{") + data.count(b"[") <= MAX_DEPTH:
        return
    depth = 0
    for found in _DEEP.finditer(data):
        first = found[0][:1]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed("nested too deeply")
        elif first in b"]}":
            depth -= 1


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a member occurs twice")
    return members


def _refuse(_: str) -> NoReturn:
    raise Malformed("not a number")


def _float(digits: str) -> float:
    value = float(digits)
    if not isfinite(value):
        raise Malformed("a number beyond all bounds")
    return value


def _int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise Malformed("a number beyond all bounds")
    return int(digits)
