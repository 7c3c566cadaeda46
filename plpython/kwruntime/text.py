"""Texts that come out of ciphertexts, and whether the database's encoding can hold them.

PostgreSQL's own error for a text that it cannot convert quotes its bytes. So PostgreSQL is
asked first, where its error can be caught: no error may show what was decrypted.
"""

from kwruntime import spi


def from_bytes(value: bytes, encoding: str) -> str:
    """Return the text of a value; raises ``UnicodeError`` where there is none.

    ``encoding`` is PostgreSQL's name of the database's.
    """
    text = value.decode()
    if "\0" in text:
        raise UnicodeError
    if not text.isascii() and encoding not in ("UTF8", "SQL_ASCII") and not spi.holds(text):
        raise UnicodeError
    return text
