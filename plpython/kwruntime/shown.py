"""Texts as people see them, and PostgreSQL's errors as PL/Python has to read them.

Names come from users, and texts of a KMS from its server: shown as they are they could steer
a terminal or forge a line of the log.
"""

import codecs
import re
import sys
import unicodedata
from collections.abc import Callable

# Controls, marks of direction and other formats, surrogates, ends of lines and paragraphs.
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain(shown: str) -> str:
    """Return a text with escapes for what steers a terminal or begins a line."""
    if shown.isprintable():
        return shown
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _ESCAPED else char
        for char in shown
    )


def ascii_only(shown: str) -> str:
    """Return a text with everything beyond ASCII escaped."""
    return shown.encode("ascii", "backslashreplace").decode()


def sqlstate_of(packed: int) -> str:
    """Return the five characters of an SQLSTATE from the number that PostgreSQL packs it into."""
    return "".join(chr((packed >> shift & 0x3F) + ord("0")) for shift in range(0, 30, 6))


_CODECS = {"EUC_CN": "gb2312", "KOI8R": "koi8_r", "KOI8U": "koi8_u", "SQL_ASCII": "utf_8"}


def codec_of(encoding: str) -> str:
    """Return Python's codec that is nearest to an encoding of PostgreSQL."""
    name = _CODECS.get(encoding) or re.sub(r"^WIN(?=\d)", "cp", encoding).lower()
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "ascii"


Handler = Callable[[UnicodeError], tuple[str | bytes, int]]


def read_errors_in(encoding: str, file: str) -> None:
    """Let PL/Python read PostgreSQL's errors when code of ``file`` calls the server.

    PL/Python takes a message for UTF-8. In a database of another encoding that fails, and its
    way out jumps over live frames of Python: the next call of PL/Python ends the server. The
    codec asks the handler "strict" before it fails, so this one reads the message (ADR 0013).
    For all other code it fails as ever.
    """
    strict: Handler = codecs.strict_errors
    if encoding == "UTF8":
        codecs.register_error("strict", strict)
        return
    codec = codec_of(encoding)

    def handle(error: UnicodeError) -> tuple[str | bytes, int]:
        caller = sys._getframe().f_back
        if isinstance(error, UnicodeDecodeError) and caller and caller.f_code.co_filename == file:
            rest = error.object[error.start :]
            return rest.decode(codec, "backslashreplace"), len(error.object)
        return strict(error)

    codecs.register_error("strict", handle)
