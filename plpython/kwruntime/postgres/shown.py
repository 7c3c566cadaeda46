"""PostgreSQL's errors as PL/Python has to read them, and encodings as Python calls them."""

import codecs
import re
import sys
from collections.abc import Callable


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


def read_errors_in(encoding: str, folder: str) -> None:
    """Let PL/Python read PostgreSQL's errors when code in ``folder`` calls the server.

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
        ours = caller is not None and caller.f_code.co_filename.startswith(folder)
        if ours and isinstance(error, UnicodeDecodeError):
            rest = error.object[error.start :]
            return rest.decode(codec, "backslashreplace"), len(error.object)
        return strict(error)

    codecs.register_error("strict", handle)
