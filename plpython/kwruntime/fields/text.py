"""Texts that come out of ciphertexts, and whether the database's encoding can hold them.

PostgreSQL's own error for a text that it cannot convert quotes its bytes. So PostgreSQL is
asked first, where its error can be caught: no error may show what was decrypted.
"""

from kwruntime.call import Call
from kwruntime.postgres.backend import ENCODING


def from_bytes(call: Call, value: bytes) -> str:
    """Return the text of a value; raises ``UnicodeError`` where there is none."""
    text = value.decode()
    if "\0" in text:
        raise UnicodeError
    if not text.isascii() and ENCODING not in ("UTF8", "SQL_ASCII") and not call.server.holds(text):
        raise UnicodeError
    return text
