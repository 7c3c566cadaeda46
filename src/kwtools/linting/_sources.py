"""The extension's SQL as rules look at it: files, statements, functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pglast

from kwtools import build
from kwtools.edges import statements
from kwtools.errors import CheckFailed
from kwtools.install_script import Function, functions


def kind(node: Any) -> str:
    """Return the name of a node's class."""
    return type(node).__name__


class Statement(NamedTuple):
    """A statement of a file, as pglast parsed it."""

    file: str
    node: Any
    text: str


class Defined(NamedTuple):
    """A function, with all of its overloads, and the file that defines it."""

    file: str
    function: Function
    definition: Statement


@dataclass(frozen=True)
class Sources:
    """The files under ``extension/``: as they are written, and as the build joins them."""

    folder: Path
    texts: dict[str, str]
    """Every source of SQL but what was released, by its path."""
    pieces: dict[str, str]
    """What the build makes of each file of the install script."""
    steps: dict[str, str]
    """What the build makes of each file of ``upgrade/``."""

    @classmethod
    def read(cls, folder: Path, version: str) -> "Sources":
        """Read the sources below ``folder``; raises ``CheckFailed`` where they cannot be built."""
        paths = (path.relative_to(folder) for path in sorted(folder.rglob("*.sql")))
        names = [path.as_posix() for path in paths if path.parts[0] != "released"]
        return cls(
            folder,
            {name: (folder / name).read_text() for name in names},
            build.pieces(folder, version),
            build.steps(folder, version),
        )

    @cached_property
    def installed(self) -> tuple[Statement, ...]:
        """The statements of the install script."""
        return tuple(_parsed(self.pieces))

    @cached_property
    def every(self) -> tuple[Statement, ...]:
        """The statements of the install script, and the steps of upgrades."""
        return (*self.installed, *_parsed(self.steps))

    @cached_property
    def functions(self) -> tuple[Defined, ...]:
        """The functions and procedures that the install script makes."""
        definitions: dict[str, Statement] = {}
        for one in self.installed:
            if kind(one.node) == "CreateFunctionStmt":
                definitions.setdefault(one.node.funcname[-1].sval, one)
        known = functions("\n".join(self.pieces.values()))
        return tuple(
            Defined(definitions[name].file, function, definitions[name])
            for name, function in known.items()
        )


def _parsed(texts: dict[str, str]) -> Iterator[Statement]:
    for file, text in texts.items():
        try:
            parsed = pglast.parse_sql(text)
        except pglast.parser.ParseError as error:
            raise CheckFailed(f"extension/{file} cannot be parsed: {error}") from None
        for raw, statement in zip(parsed, statements(text), strict=True):
            yield Statement(file, raw.stmt, statement)
