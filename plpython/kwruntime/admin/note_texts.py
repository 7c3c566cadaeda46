"""Signed notes as values of type text, in every encoding of a database."""

from kwshared.tlog import notes

from kwruntime.postgres.backend import ENCODING


def stored(text: str) -> str:
    """Return a note, or what holds one, as this database can hold it.

    The dash that begins a signature line is not in most encodings.
    """
    plain = notes.with_dashes(text)
    return plain if ENCODING in ("UTF8", "SQL_ASCII") else notes.without_dashes(plain)
