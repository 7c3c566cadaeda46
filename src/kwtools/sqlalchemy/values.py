"""The typed encoding of docs/format.md, for the types of Python whose text is plain to write."""

import datetime
import uuid
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy.types import DateTime, LargeBinary, Numeric, TypeEngine, Uuid

_AS_PRINTED: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: lambda value: _fixed(value),
    uuid.UUID: str,
    datetime.date: datetime.date.isoformat,
}


def is_binary(of: TypeEngine[Any]) -> bool:
    """Return whether values of a type are encrypted as bytes, and not as their texts."""
    return isinstance(of, LargeBinary)


def stored_form(value: Any, of: TypeEngine[Any]) -> Any:
    """Return the bytes of a binary value, and the text that PostgreSQL prints for any other."""
    if value is None or (is_binary(of) and isinstance(value, bytes)):
        return value
    if isinstance(value, datetime.datetime):
        return _instant(value, of)
    if isinstance(of, Numeric) and of.scale is not None and isinstance(value, Decimal | int):
        return _fixed(Decimal(value).quantize(Decimal(1).scaleb(-of.scale), ROUND_HALF_UP))
    if isinstance(of, Uuid) and isinstance(value, str):
        value = uuid.UUID(value)
    write = _AS_PRINTED.get(type(value))
    if write is None:
        raise TypeError(f"values of type {type(value).__name__} are not supported: give the text")
    return write(value)


def _fixed(value: Decimal) -> str:
    """Return a number without an exponent. PostgreSQL has no negative zero."""
    return format(value if value else abs(value), "f")


def _instant(value: datetime.datetime, of: TypeEngine[Any]) -> str:
    if isinstance(of, DateTime) and of.timezone == (value.tzinfo is None):
        raise TypeError("give a time its time zone where the type has one, and only there")
    if value.tzinfo is None:
        return _trimmed(value)
    return _trimmed(value.astimezone(datetime.UTC).replace(tzinfo=None)) + "+00"


def _trimmed(value: datetime.datetime) -> str:
    text = value.isoformat(sep=" ")
    return text.rstrip("0") if value.microsecond else text
