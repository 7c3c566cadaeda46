"""TTLV, the encoding of KMIP messages: tag, type, length, value (KMIP 1.4, section 9.1).

https://docs.oasis-open.org/kmip/spec/v1.4/os/kmip-spec-v1.4-os.html
"""

from enum import IntEnum
from struct import Struct
from struct import error as struct_error
from typing import NamedTuple

_HEAD = Struct(">I")  # a tag of 3 bytes and a type of 1; a length of 4 bytes follows
_LENGTH = Struct(">I")
_I32, _I64 = Struct(">i"), Struct(">q")
_ALIGNMENT = 8
_MAX_DEPTH = 32
HEADER_BYTES = 8


class Type(IntEnum):
    """How an item's value is written."""

    STRUCTURE = 1
    INTEGER = 2
    LONG_INTEGER = 3
    BIG_INTEGER = 4
    ENUMERATION = 5
    BOOLEAN = 6
    TEXT = 7
    BYTES = 8
    DATE_TIME = 9
    INTERVAL = 10


class Malformed(ValueError):
    """What came is not TTLV."""


Value = int | str | bytes | list["Item"]


class Item(NamedTuple):
    """One item. A big integer's value stays bytes; a boolean's is 0 or 1."""

    tag: int
    type: Type
    value: Value

    def __repr__(self) -> str:
        return f"Item({self.tag:#x})"

    def all(self, tag: int) -> "list[Item]":
        """Return the members of a structure that have a tag."""
        return [one for one in self.value if one.tag == tag] if isinstance(self.value, list) else []

    def find(self, *tags: int) -> "Item | None":
        """Return the first member of that tag, of the first member of the tag before it, …"""
        found: Item | None = self
        for tag in tags:
            found = next(iter(found.all(tag)), None) if found is not None else None
        return found

    def number(self, *tags: int) -> int | None:
        """Return the value of the member that ``find`` finds, where it is a number."""
        found = self.find(*tags)
        return found.value if found is not None and isinstance(found.value, int) else None

    def text(self, *tags: int) -> str | None:
        """Return the value of the member that ``find`` finds, where it is a text."""
        found = self.find(*tags)
        return found.value if found is not None and isinstance(found.value, str) else None

    def octets(self, *tags: int) -> bytes | None:
        """Return the value of the member that ``find`` finds, where it is bytes."""
        found = self.find(*tags)
        return found.value if found is not None and isinstance(found.value, bytes) else None


def structure(tag: int, *members: Item) -> Item:
    """Make a structure."""
    return Item(tag, Type.STRUCTURE, list(members))


def integer(tag: int, value: int) -> Item:
    """Make an integer of 32 bits."""
    return Item(tag, Type.INTEGER, value)


def enumeration(tag: int, value: int) -> Item:
    """Make a value of an enumeration."""
    return Item(tag, Type.ENUMERATION, value)


def text(tag: int, value: str) -> Item:
    """Make a text."""
    return Item(tag, Type.TEXT, value)


def octets(tag: int, value: bytes) -> Item:
    """Make bytes."""
    return Item(tag, Type.BYTES, value)


def encode(item: Item) -> bytes:
    """Return an item's bytes, a multiple of 8 of them."""
    value = item.value
    if isinstance(value, list):
        data = b"".join(map(encode, value))
    elif isinstance(value, str):
        data = value.encode()
    elif isinstance(value, bytes):
        data = value
    elif item.type in (Type.LONG_INTEGER, Type.BOOLEAN, Type.DATE_TIME):
        data = _I64.pack(value)
    elif item.type is Type.INTEGER:
        data = _I32.pack(value)
    else:
        data = _LENGTH.pack(value)
    head = _HEAD.pack(item.tag << 8 | item.type) + _LENGTH.pack(len(data))
    return head + data + bytes(-len(data) % _ALIGNMENT)


def body_bytes(header: bytes, tag: int) -> int:
    """Return how many bytes follow the header (8 bytes) of a structure; raises ``Malformed``."""
    if _HEAD.unpack_from(header)[0] != tag << 8 | Type.STRUCTURE:
        raise Malformed("not the structure that was expected")
    length: int = _LENGTH.unpack_from(header, 4)[0]
    return length


def decode(data: bytes) -> Item:
    """Return the item that the bytes are, all of them; raises ``Malformed``."""
    item, end = _decode(data, 0, len(data), 0)
    if end != len(data):
        raise Malformed("there is data after the item")
    return item


def _decode(data: bytes, start: int, end: int, depth: int) -> tuple[Item, int]:
    """Return the item at ``start`` and where the next one begins."""
    body = start + HEADER_BYTES
    if body > end or depth > _MAX_DEPTH:
        raise Malformed("an item is truncated or too deep")
    head, length = _HEAD.unpack_from(data, start)[0], _LENGTH.unpack_from(data, start + 4)[0]
    after = body + length + -length % _ALIGNMENT
    if after > end:
        raise Malformed("an item is longer than its container")
    try:
        kind = Type(head & 0xFF)
        return Item(head >> 8, kind, _value(data, body, length, kind, depth)), after
    except (ValueError, struct_error):
        raise Malformed("a value has an unknown form") from None


def _value(data: bytes, body: int, length: int, kind: Type, depth: int) -> Value:
    if kind is Type.STRUCTURE:
        members: list[Item] = []
        start = body
        while start < body + length:
            member, start = _decode(data, start, body + length, depth + 1)
            members.append(member)
        return members
    content = data[body : body + length]
    if kind is Type.TEXT:
        return content.decode()
    if kind in (Type.BYTES, Type.BIG_INTEGER):
        return content
    if kind in (Type.LONG_INTEGER, Type.BOOLEAN, Type.DATE_TIME):
        return int(_I64.unpack(content)[0])
    return int((_I32 if kind is Type.INTEGER else _LENGTH).unpack(content)[0])
