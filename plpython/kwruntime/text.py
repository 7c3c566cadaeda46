"""Texts that come out of ciphertexts, and whether the database's encoding can hold them.

PostgreSQL's own error for a text that it cannot convert quotes its bytes. So they are
looked at first: no error may show what was decrypted.
"""

import codecs
import re
from functools import cache

from kwruntime.errors import BadArgument

_NAMES = {"EUC_CN": "gb2312", "EUC_JIS_2004": "euc_jis_2004", "KOI8R": "koi8_r", "KOI8U": "koi8_u"}


def from_bytes(value: bytes, encoding: str) -> str:
    """Return the text of a value; raises ``UnicodeError`` where there is none.

    ``encoding`` is PostgreSQL's name of the database's. Raises ``BadArgument`` for one
    that cannot be checked.
    """
    text = value.decode()
    if "\0" in text:
        raise UnicodeError
    if encoding not in ("UTF8", "SQL_ASCII"):
        text.encode(_codec(encoding))
    return text


@cache
def _codec(encoding: str) -> str:
    name = _NAMES.get(encoding) or re.sub(r"^WIN(\d+)$", r"cp\1", encoding).lower()
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise BadArgument(
            f"text cannot be decrypted in a database of encoding {encoding}",
            hint="kw.decrypt returns the value as bytea, in UTF-8.",
        ) from None
