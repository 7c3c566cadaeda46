"""The spellings of the types that a column of a primary key may have, but dates and times.

Patterns that few calls need are texts, which ``re`` compiles when they are first used.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

Spell = Callable[[str], str]
"""Brings a text to its spelling, or raises ``ValueError``."""

WHITE = " \t\n\v\f\r"  # what the input functions of PostgreSQL skip


def never(_text: str) -> bool:
    """Whether a text is known to be spelled right: no, bring it to its spelling."""
    return False


def no_others(_key: str) -> tuple[str, ...]:
    """Return no other texts of a value."""
    return ()


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
    are_spelled: Callable[[str], object] = never
    """Whether texts, each with a NUL after it, which none holds, are all spelled so."""


def _each(pattern: str) -> Callable[[str], object]:
    return re.compile(rf"(?:(?:{pattern})\0)*+").fullmatch


INTEGERS = {"int2": "smallint", "int4": "integer", "int8": "bigint"}
_INTEGER = r"[+-]?[0-9]{1,64}"
_BITS_AND_DIGITS = {"int2": (16, 4), "int4": (32, 9), "int8": (64, 18)}


def integer(type_name: str) -> Part:
    """Return the spelling of smallint, integer or bigint."""
    bits, digits = _BITS_AND_DIGITS[type_name]

    def spell(text: str) -> str:
        text = text.strip(WHITE)
        if not re.fullmatch(_INTEGER, text):
            raise ValueError
        number = int(text)
        if not -(1 << bits - 1) <= number < 1 << bits - 1:
            raise ValueError
        return str(number)

    spelled = rf"0|-?[1-9][0-9]{{0,{digits - 1}}}+"
    is_spelled = re.compile(spelled).fullmatch
    return Part("integer", INTEGERS[type_name], is_spelled, spell, no_others, _each(spelled))


_UUID = r"\{?[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}\}?"
_SPELLED_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def uuid() -> Part:
    """Return the spelling of uuid."""
    is_spelled = re.compile(_SPELLED_UUID).fullmatch
    return Part("uuid", "uuid", is_spelled, _uuid, _other_uuids, _each(_SPELLED_UUID))


def _uuid(text: str) -> str:
    low = text.lower()
    if not text.isascii() or not re.fullmatch(_UUID, low) or ("{" in low) != ("}" in low):
        raise ValueError
    digits = low.strip("{}").replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _other_uuids(key: str) -> tuple[str, ...]:
    bare = key.replace("-", "")
    return key.upper(), bare, bare.upper(), f"{{{key}}}", f"{{{key.upper()}}}"


def text(type_name: str) -> Part:
    """Return the spelling of a type whose every text is a value of its own."""
    return Part("text", type_name, lambda _: True, str, no_others)


def character(type_name: str, length: int) -> Part:
    """Return the spelling of character(n)."""
    return Part("character", type_name, _is_bare, _bare, lambda key: (key.ljust(length),))


def _is_bare(text: str) -> bool:
    return text[-1:] != " "


def _bare(text: str) -> str:
    """Drop what a character(n) pads, as its cast to text does."""
    return text.rstrip(" ")


_TRUE = ("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1")
_FALSE = ("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0")


def _boolean(text: str) -> str:
    low = text.strip(WHITE).lower()
    if low in _TRUE:
        return "t"
    if low in _FALSE:
        return "f"
    raise ValueError


def _other_booleans(key: str) -> tuple[str, ...]:
    return ("true",) if key == "t" else ("false",)


BOOLEAN = Part("boolean", "boolean", ("t", "f").__contains__, _boolean, _other_booleans)

_HEX = r"\\{1,2}x((?:[0-9a-fA-F]{2})*)"


def _bytea(text: str) -> str:
    found = re.fullmatch(_HEX, text)  # with two backslashes it comes from kw.entity_key
    if found is None:
        raise ValueError
    return f"\\x{found[1].lower()}"


def _other_bytes(key: str) -> tuple[str, ...]:
    return f"\\{key}", key.upper().replace("X", "x")


BYTEA = Part("bytea", "bytea", never, _bytea, _other_bytes)

_NUMBER = r"([+-]?)([0-9]{0,64})(?:\.([0-9]{0,64}))?(?:[eE]([+-]?[0-9]{1,3}))?"


def numeric(precision: int, scale: int) -> Part:
    """Return the spelling of numeric(p,s)."""

    def spell(text: str) -> str:
        text = text.strip(WHITE)
        if text.lower() == "nan":
            return "NaN"
        found = re.fullmatch(_NUMBER, text)
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
    return Part(name, name, never, spell, _other_numbers)


def _other_numbers(key: str) -> tuple[str, ...]:
    return (key.rstrip("0").rstrip("."),) if "." in key else ()
