"""Keys in the one spelling that the type of their column prints.

What is equal for PostgreSQL must be one key for us. So where an entity is a table with a primary
key, the text of a key is brought to that spelling here, without SQL and whatever the session's
settings. Types whose equal values print in several ways have no form.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import NamedTuple

Spell = Callable[[str], str]
"""Brings a text to its spelling, or raises ``ValueError``."""

_MAX_KEY = 64
_HASHED = re.compile(r"#[A-Za-z0-9_-]{43}")  # of kw.entity_key; no type with a form prints one
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no text of a database holds


def _never(_text: str) -> bool:
    return False


class Part(NamedTuple):
    """The spelling of one column of a primary key."""

    name: str
    """The name of the form: types of the same form print the same texts."""
    type_name: str
    is_spelled: Callable[[str], object]
    """Whether a text is spelled so already: the quick way."""
    spell: Spell
    others: Callable[[str], tuple[str, ...]]
    """Other texts of the same value that earlier versions may have been given."""
    are_spelled: Callable[[str], object] = _never
    """Whether texts, each with a NUL after it, which none holds, are all spelled so."""


class Form(NamedTuple):
    """The spelling of the keys of a table."""

    name: str
    parts: tuple[Part, ...]

    @property
    def is_as_given(self) -> bool:
        """Whether every text is a key of its own."""
        return all(part.name == "text" for part in self.parts) and len(self.parts) == 1

    def spell(self, key: str) -> str:
        """Return a key as the column prints it; raises ``BadKey``."""
        if len(self.parts) == 1:
            return _spell(self.parts[0], key)
        return self._joined(key)

    def _joined(self, key: str) -> str:
        """Spell each part of a key of several columns, as kw.entity_key joins them."""
        texts = _split(key)
        if texts is None or len(texts) != len(self.parts):
            return key
        spelled = [_spell(part, text) for part, text in zip(self.parts, texts, strict=True)]
        return key if spelled == texts and key == join(spelled) else hashed(join(spelled))

    def others(self, key: str) -> tuple[str, ...]:
        """Return further texts that may stand for a key in what earlier versions wrote."""
        return self.parts[0].others(key) if len(self.parts) == 1 else ()


class BadKey(ValueError):
    """A text that is not a key of its column's type."""

    def __init__(self, type_name: str, text: str) -> None:
        super().__init__(text)
        self.type_name = type_name
        self.text = text


def _spell(part: Part, text: str) -> str:
    if part.is_spelled(text) or _HASHED.fullmatch(text):
        return text
    try:
        return part.spell(text)
    except (ValueError, OverflowError):
        raise BadKey(part.type_name, text) from None


def join(parts: Sequence[str]) -> str:
    """Join the parts of a key, as ``kw.entity_key`` does."""
    return json.dumps(list(parts), ensure_ascii=False)


def hashed(key: str) -> str:
    """Return a key, hashed as ``kw.entity_key`` does where it is too long."""
    if len(key) <= _MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode()).digest()
    return "#" + urlsafe_b64encode(digest).decode().rstrip("=")


def _split(key: str) -> list[str] | None:
    if not key.startswith("["):
        return None
    try:
        texts = json.loads(key)
    except (ValueError, RecursionError):
        return None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return None
    return None if _SURROGATE.search("".join(texts)) else texts


# -- the spellings of types ---------------------------------------------------------------------

_WHITE = " \t\n\v\f\r"  # what the input functions of PostgreSQL skip


def _no_others(_key: str) -> tuple[str, ...]:
    return ()


def _each(pattern: str) -> Callable[[str], object]:
    return re.compile(rf"(?:(?:{pattern})\0)*+").fullmatch


_INTEGER = re.compile(r"[+-]?[0-9]{1,64}")
_BITS = {"int2": 16, "int4": 32, "int8": 64}


def _integer(type_name: str, digits: int) -> Part:
    bits = _BITS[type_name]

    def spell(text: str) -> str:
        text = text.strip(_WHITE)
        if not _INTEGER.fullmatch(text):
            raise ValueError
        number = int(text)
        if not -(1 << bits - 1) <= number < 1 << bits - 1:
            raise ValueError
        return str(number)

    spelled = rf"0|-?[1-9][0-9]{{0,{digits - 1}}}+"
    is_spelled = re.compile(spelled).fullmatch
    return Part("integer", _SHOWN[type_name], is_spelled, spell, _no_others, _each(spelled))


_UUID = re.compile(r"\{?[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}\}?")
_SPELLED_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _uuid(text: str) -> str:
    low = text.lower()
    if not text.isascii() or not _UUID.fullmatch(low) or ("{" in low) != ("}" in low):
        raise ValueError
    digits = low.strip("{}").replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _other_uuids(key: str) -> tuple[str, ...]:
    bare = key.replace("-", "")
    return key.upper(), bare, bare.upper(), f"{{{key}}}", f"{{{key.upper()}}}"


def _is_bare(text: str) -> bool:
    return text[-1:] != " "


def _bare(text: str) -> str:
    """Drop what a character(n) pads, as its cast to text does."""
    return text.rstrip(" ")


_TRUE = ("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1")
_FALSE = ("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0")


def _boolean(text: str) -> str:
    low = text.strip(_WHITE).lower()
    if low in _TRUE:
        return "t"
    if low in _FALSE:
        return "f"
    raise ValueError


def _other_booleans(key: str) -> tuple[str, ...]:
    return ("true",) if key == "t" else ("false",)


_HEX = re.compile(r"\\{1,2}x((?:[0-9a-fA-F]{2})*)")


def _bytea(text: str) -> str:
    found = _HEX.fullmatch(text)  # with two backslashes it comes from kw.entity_key
    if found is None:
        raise ValueError
    return f"\\x{found[1].lower()}"


def _other_bytes(key: str) -> tuple[str, ...]:
    return f"\\{key}", key.upper().replace("X", "x")


_NUMBER = re.compile(r"([+-]?)([0-9]{0,64})(?:\.([0-9]{0,64}))?(?:[eE]([+-]?[0-9]{1,3}))?")


def _numeric(precision: int, scale: int) -> Part:
    def spell(text: str) -> str:
        text = text.strip(_WHITE)
        if text.lower() == "nan":
            return "NaN"
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise ValueError
        sign, whole, fraction, exponent = found.groups(default="")
        number = int(whole + fraction)
        shift = int(exponent or 0) - len(fraction) + scale
        number, rest = (number * 10**shift, 0) if shift >= 0 else divmod(number, 10**-shift)
        if rest or number >= 10**precision:
            raise ValueError
        digits = str(number).rjust(scale + 1, "0")
        spelled = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
        return f"-{spelled}" if sign == "-" and number else spelled

    name = f"numeric({precision},{scale})"
    return Part(name, name, _never, spell, _other_numbers)


def _other_numbers(key: str) -> tuple[str, ...]:
    return (key.rstrip("0").rstrip("."),) if "." in key else ()


_DATE = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_TIME = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{0,6}))?)?"
_OFFSET = r"(?:([zZ])|([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?::?([0-9]{2}))?)"
_DATES = re.compile(_DATE)
_TIMES = re.compile(_TIME)
_STAMPS = re.compile(rf"{_DATE}(?:[ tT]{_TIME})?")
_ZONED = re.compile(rf"{_DATE}[ tT]{_TIME} ?{_OFFSET}")
_ENDLESS = ("infinity", "-infinity")


def _date(text: str) -> str:
    text = text.strip(_WHITE).lower()
    if text in _ENDLESS:
        return text
    found = _DATES.fullmatch(text)
    if found is None:
        raise ValueError
    return date(*map(int, found.groups())).isoformat()


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> time:
    micros = int((fraction or "").ljust(6, "0"))
    return time(int(hour), int(minute), int(second or 0), micros)


def _time(text: str) -> str:
    found = _TIMES.fullmatch(text.strip(_WHITE))
    if found is None:
        raise ValueError
    return _short(_clock(*found.groups()).isoformat())


def _short(text: str) -> str:
    """Drop the zeros at the end of a fraction, as PostgreSQL does."""
    return text.rstrip("0") if "." in text else text


def _stamp(text: str) -> str:
    text = text.strip(_WHITE)
    if text.lower() in _ENDLESS:
        return text.lower()
    found = _STAMPS.fullmatch(text)
    if found is None:
        raise ValueError
    day = date(*map(int, found.groups()[:3]))
    clock = _clock(*found.groups()[3:7]) if found[4] else time()
    return _short(datetime.combine(day, clock).isoformat(" "))


def _zoned(text: str) -> str:
    """Bring a timestamptz to UTC. One without an offset would depend on the session."""
    text = text.strip(_WHITE)
    if text.lower() in _ENDLESS:
        return text.lower()
    found = _ZONED.fullmatch(text)
    if found is None:
        raise ValueError
    day = date(*map(int, found.groups()[:3]))
    clock = _clock(*found.groups()[3:7])
    zulu, sign, *numbers = found.groups()[7:]
    hours, minutes, seconds = (int(number or 0) for number in numbers)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not zulu and (minutes > 59 or seconds > 59 or hours > 15):
        raise ValueError
    zone = timezone(-offset if sign == "-" else offset)
    moment = datetime.combine(day, clock, zone).astimezone(UTC)
    return _short(moment.replace(tzinfo=None).isoformat(" ")) + "+00"


_SHOWN = {
    "int2": "smallint", "int4": "integer", "int8": "bigint",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
}  # fmt: skip


_SIMPLE: dict[str, Part] = {
    "int2": _integer("int2", 4),
    "int4": _integer("int4", 9),
    "int8": _integer("int8", 18),
    "uuid": Part(
        "uuid",
        "uuid",
        re.compile(_SPELLED_UUID).fullmatch,
        _uuid,
        _other_uuids,
        _each(_SPELLED_UUID),
    ),
    "bool": Part("boolean", "boolean", ("t", "f").__contains__, _boolean, _other_booleans),
    "bytea": Part("bytea", "bytea", _never, _bytea, _other_bytes),
    "date": Part("date", "date", _never, _date, _no_others),
    "time": Part("time", _SHOWN["time"], _never, _time, _no_others),
    "timestamp": Part("timestamp", _SHOWN["timestamp"], _never, _stamp, _no_others),
    "timestamptz": Part("timestamptz", _SHOWN["timestamptz"], _never, _zoned, _no_others),
}  # fmt: skip


def _text(type_name: str) -> Part:
    return Part("text", type_name, lambda _: True, str, _no_others)


class Column(NamedTuple):
    """A column of a primary key, by the base type below its domains."""

    type_name: str
    """Of pg_type; empty where the type is not one of PostgreSQL's own."""
    shown: str
    typmod: int
    is_enum: bool
    is_bytewise: bool
    """Whether its collation is deterministic, or it has none."""


def form(columns: Sequence[Column]) -> Form | None:
    """Return the form of the keys of these columns; null where a type has none."""
    parts = tuple(_part(column) for column in columns)
    there = tuple(part for part in parts if part is not None)
    return Form(", ".join(part.name for part in there), there) if len(there) == len(parts) else None


@cache
def _part(column: Column) -> Part | None:
    if not column.is_bytewise:
        return None
    if column.is_enum:  # two labels are two values
        return _text(column.shown)
    if column.type_name in ("text", "varchar", "name"):
        return _text(column.shown)
    if column.type_name == "bpchar":
        length = column.typmod - 4
        return Part("character", column.shown, _is_bare, _bare, lambda key: (key.ljust(length),))
    if column.type_name == "numeric" and column.typmod >= 4:
        precision, scale = (column.typmod - 4) >> 16, (column.typmod - 4) & 0x7FF
        return _numeric(precision, scale) if scale <= precision else None
    return _SIMPLE.get(column.type_name)
