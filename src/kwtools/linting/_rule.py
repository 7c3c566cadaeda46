"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from kwtools.linting._sources import Sources

Breaks: TypeAlias = Iterator[tuple[str, str]]
"""The file of each break, and the object with what is wrong with it."""


class Rule(NamedTuple):
    """A rule: its name, why it is one, how to keep it, and what finds the breaks."""

    name: str
    why: str
    remedy: str
    breaks: Callable[[Sources], Breaks]


class Finding(NamedTuple):
    """A place where a rule is broken."""

    rule: str
    file: str
    what: str
    remedy: str
