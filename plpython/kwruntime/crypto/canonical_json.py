"""JSON in the one form of RFC 8785, so that it can be hashed.

Values are those of ``json.loads``. A number is a double there; one that is none, such as 1e400,
is written as its text.
"""

import json
from json.encoder import encode_basestring
from typing import Any

_SAFE = 2**53
_MAX_DIGITS = 300  # Python refuses to read more than some thousand


def canonical(value: Any) -> bytes:
    """Return the JSON of a value, in UTF-8."""
    return _written(value).encode("utf-8", "replace")


def parsed(text: str) -> Any:
    """Return the value of a JSON text, whatever numbers it has."""
    return json.loads(text, parse_float=_double_of, parse_int=_whole)


def _double_of(text: str) -> float | str:
    value = float(text)
    return text if value in (float("inf"), float("-inf")) else value


def _whole(text: str) -> int | float | str:
    return int(text) if len(text) < _MAX_DIGITS else _double_of(text)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        members = sorted(value.items(), key=_utf_16)
        return "{" + ",".join([f"{encode_basestring(k)}:{_written(v)}" for k, v in members]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and abs(value) < _SAFE:
        return str(value)
    try:
        return _double(float(value))
    except OverflowError:
        return encode_basestring(str(value))


def _utf_16(member: tuple[str, Any]) -> bytes:
    """Return what members are sorted by: UTF-16 code units."""
    return member[0].encode("utf-16-be", "surrogatepass")


def _double(value: float) -> str:
    """Return a double as ECMAScript writes it: Number::toString, with the shortest digits."""
    if not value:
        return "0"
    from decimal import Decimal  # sessions that only read come by here, too

    sign, figures, exponent = Decimal(repr(value)).as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, figures))
    digits = written.rstrip("0")
    point = len(written) + exponent  # where the point stands, counted from the first digit
    minus = "-" if sign else ""
    if len(digits) <= point <= 21:
        return f"{minus}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{minus}{digits[0]}{rest}e{point - 1:+d}"
