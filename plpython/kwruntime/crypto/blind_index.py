"""Tokens of blind indexes: equal values of a field have equal tokens (docs/format.md)."""

import re
from collections.abc import Callable
from struct import Struct
from unicodedata import normalize
from uuid import UUID

from kwruntime.crypto.encoding import lp
from kwruntime.crypto.formats import FORMAT_2
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.unicode_14 import unassigned
from kwruntime.errors import BadArgument

MIN_BITS, MAX_BITS = 8, 128
_MAGIC = 0xB2
_HEAD = Struct(">BI")
_BITS = Struct(">H")
_GENERATION = Struct(">I")
_LABEL = FORMAT_2.label("index key")
_SPACE = "\t\n\v\f\r "
_UPPER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_TO_DROP = re.compile("[\0-/:-\x7f\xa0\u2007\u202f\u2010-\u2015\u2212]+")
"""ASCII but digits, and the spaces and dashes that people write between digits."""


def _trim(text: str) -> str:
    return text.strip(_SPACE)


def _digits(text: str) -> str:
    found = _TO_DROP.sub("", text)
    if not found.isascii():
        raise BadArgument("value has a character that is neither ASCII nor a space or dash")
    return found


def _phone(text: str) -> str:
    return ("+" if _trim(text).startswith("+") else "") + _digits(text)


def _ascii_lower(text: str) -> str:
    return text.translate(_UPPER)


def _fold(text: str) -> str:
    """Return NFKC, full case folding, NFKC: the same in every version of Unicode since 14.0."""
    found = unassigned(text)
    if found is not None:
        raise BadArgument(f"value has U+{ord(found):04X}, which Unicode 14.0 does not assign")
    return normalize("NFKC", normalize("NFKC", text).casefold())


NORMALISERS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "trim": _trim,
    "digits": _digits,
    "phone": _phone,
    "ascii-lower": _ascii_lower,
    "unicode-14": _fold,
    "email": lambda text: _trim(_fold(text)),
}
"""What is done to a value before its token is made, by name. A name never gets another meaning."""


class IndexKey:
    """The key of one generation of a blind index."""

    def __init__(self, prk: Prf, index: UUID, normaliser: str, bits: int, generation: int) -> None:
        info = lp(index.bytes, normaliser.encode(), _BITS.pack(bits), _GENERATION.pack(generation))
        self._prf = Prf(prk.expand(_LABEL + info))
        self._normalise = NORMALISERS[normaliser]
        self._head = _HEAD.pack(_MAGIC, generation)
        self._bytes, unused = -(-bits // 8), -bits % 8
        self._last = 0xFF << unused & 0xFF

    def __repr__(self) -> str:
        return "IndexKey(…)"

    def token(self, value: str) -> bytes:
        """Return the token of a value; raises ``BadArgument`` where it cannot be normalised."""
        mac = self._prf.extract(self._normalise(value).encode())[: self._bytes]
        return self._head + mac[:-1] + bytes((mac[-1] & self._last,))
