"""Keys in the one spelling that the type of their column prints.

What is equal for PostgreSQL must be one key for us. So where an entity is a table with a primary
key, the text of a key is brought to that spelling here, without SQL and whatever the session's
settings. Types whose equal values print in several ways have no form.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from kwruntime.fields import key_parts
from kwruntime.fields.key_parts import Part

_MAX_KEY = 64
_HASHED = r"#[A-Za-z0-9_-]{43}"  # of kw.entity_key; no type with a form prints one
_SURROGATE = "[\ud800-\udfff]"  # half a character, which no text of a database holds


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
    if part.is_spelled(text) or re.fullmatch(_HASHED, text):
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
    return None if re.search(_SURROGATE, "".join(texts)) else texts


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


_TEXTS = ("text", "varchar", "name")
_TIMES = ("date", "time", "timestamp", "timestamptz")


@cache
def _part(column: Column) -> Part | None:
    if not column.is_bytewise:
        return None
    name = column.type_name
    if column.is_enum or name in _TEXTS:  # two labels of an enum are two values
        return key_parts.text(column.shown)
    if name in key_parts.INTEGERS:
        return key_parts.integer(name)
    if name in _TIMES:
        from kwruntime.fields import key_times  # few keys are times, and a first call is short

        return key_times.part(name)
    if name == "bpchar":
        return key_parts.character(column.shown, column.typmod - 4)
    if name == "numeric" and column.typmod >= 4:
        precision, scale = (column.typmod - 4) >> 16, (column.typmod - 4) & 0x7FF
        return key_parts.numeric(precision, scale) if scale <= precision else None
    if name == "uuid":
        return key_parts.uuid()
    return {"bool": key_parts.BOOLEAN, "bytea": key_parts.BYTEA}.get(name)
