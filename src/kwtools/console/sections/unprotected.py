"""What is not protected yet: a guess, with its reasons."""

from collections.abc import Mapping
from typing import NamedTuple

from kwtools.connections import Connection
from kwtools.console.parameters import limit, number
from kwtools.console.section import Section
from kwtools.personal_data import guesses
from kwtools.personal_data.columns import MOST_COLUMNS
from kwtools.personal_data.guesses import Guess, Guesses

_ROWS = 200


class Unprotected(NamedTuple):
    """The guesses, and which of them a page shows; ``after`` is null on the last page."""

    guesses: Guesses
    shown: list[Guess]
    first: int
    after: int | None
    most_columns: int


def read(connection: Connection, query: Mapping[str, str]) -> Guesses:
    """Return all guesses."""
    return guesses.read(connection)


def choose(found: Guesses, query: Mapping[str, str]) -> Unprotected:
    """Return the guesses from the one that ``start`` counts on."""
    most = len(found.found)
    first = number(query, "start", 0, most)
    end = first + limit(query, _ROWS)
    return Unprotected(
        found, found.found[first:end], first, end if end < most else None, MOST_COLUMNS
    )


SECTION = Section(
    "unprotected", "Not protected yet", read, "unprotected.html", kept_seconds=0.0, choose=choose
)
