"""The guesses: which columns look like personal data or secrets, why, and the next command."""

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from kwtools.connections import Connection
from kwtools.personal_data.columns import (
    MOST_COLUMNS,
    MOST_WITH_STATISTICS,
    Column,
    Matches,
    statistics,
    unprotected,
)
from kwtools.personal_data.names import Vocabulary
from kwtools.personal_data.types import NUMBER, STRING, kind_of_type, may_hold

_FEWEST_VALUES = 5
_SHARE = 0.8
"""Of the values that are looked at: one number in ten passes Luhn's check by chance."""


class Guess(NamedTuple):
    """A column that looks like a kind of data; ``command`` is empty where none applies."""

    table: str
    column: str
    type: str
    kind: str
    reasons: tuple[str, ...]
    command: str


class Guesses(NamedTuple):
    """All guesses, and what they are based on."""

    found: list[Guess]
    columns: int
    is_cut: bool
    begun: int
    with_statistics: int
    not_permitted: int
    not_looked_at: int


def read(connection: Connection) -> Guesses:
    """Return the guesses of a database, by schema, table and place."""
    columns = unprotected(connection)
    is_cut = len(columns) > MOST_COLUMNS
    columns = columns[:MOST_COLUMNS]
    open_ = [one for one in columns if not one.is_begun]
    countable = [one for one in open_ if one.family in (STRING, NUMBER)]
    readable = [one for one in countable if one.may_read]
    matches = dict(statistics(connection, readable[:MOST_WITH_STATISTICS])) if readable else {}
    vocabulary = Vocabulary.load()
    found: list[Guess] = []
    for one in open_:
        reasons = list(_reasons(one, matches.get((one.relation, one.number)), vocabulary))
        if reasons:
            found.append(_guess(one, reasons))
    return Guesses(
        found=found,
        columns=len(columns),
        is_cut=is_cut,
        begun=len(columns) - len(open_),
        with_statistics=len(matches),
        not_permitted=len(countable) - len(readable),
        not_looked_at=len(readable) - len(matches),
    )


def _guess(column: Column, reasons: list[tuple[str, str]]) -> Guess:
    """Return the guess of a column: the first reason decides what it looks like."""
    kind = reasons[0][0]
    return Guess(
        table=f"{column.schema}.{column.table}",
        column=column.column,
        type=column.type,
        kind=kind,
        reasons=tuple(reason for one, reason in reasons if one == kind),
        command=_command(column) if column.is_table else "",
    )


def _reasons(
    column: Column, matches: Matches | None, vocabulary: Vocabulary
) -> Iterator[tuple[str, str]]:
    """Yield what a column looks like and why: its values first, then its type and its name."""
    if matches is not None and matches.looked >= _FEWEST_VALUES:
        for kind, count in matches.kinds.items():
            if count >= _SHARE * matches.looked:
                yield kind, "its statistics have values of this form"
    by_type = kind_of_type(column.type, column.column, vocabulary, is_domain=column.is_domain)
    if by_type is not None:
        yield by_type, f"its type is {column.type}"
    by_name = vocabulary.kind_of(column.column, column.table)
    if by_name is not None and may_hold(column.family, by_name):
        yield by_name, "its name says so"


def _command(column: Column) -> str:
    """Return the command that shows what a protection would do; its words are quoted for sh."""
    name = f"{column.schema}.{column.table}"
    if '"' in name or name.count(".") > 1:
        name = ".".join(
            '"' + part.replace('"', '""') + '"' for part in (column.schema, column.table)
        )
    words = ["kwtools", "encrypt-column", "--plan"]
    if name.startswith("-") or column.column.startswith("-"):
        words.append("--")
    return shlex.join([*words, name, column.column])
