"""Statements with names that the text of a query cannot have: PL/Python hands it over as UTF-8."""

import re

from kwruntime.postgres.query import Query
from kwruntime.postgres.server import Server

# A parameter is converted to the encoding of the database.
_KEEP = Query("select set_config('kwtools.statement', $1, true)", ("text",))
_RUN = Query("do $run$ begin execute current_setting('kwtools.statement'); end $run$")


def run(server: Server, text: str) -> None:
    """Run a statement that returns no rows, as DDL. It has no plan, so none is kept."""
    server.execute(_KEEP, text)
    server.execute(_RUN)


def in_ascii(text: str) -> str:
    """Return a query whose quoted names have escapes where they are not ASCII."""
    return text if text.isascii() else re.sub(r'"((?:[^"]|"")*)"', _escaped, text)


def _escaped(name: re.Match[str]) -> str:
    if name[0].isascii():
        return name[0]
    shown = (
        one if one.isascii() and one != "\\" else f"\\+{ord(one):06x}" if one != "\\" else r"\\"
        for one in name[1]
    )
    return f'U&"{"".join(shown)}"'
