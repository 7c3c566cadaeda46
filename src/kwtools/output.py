"""All that the command prints: tables on a terminal, JSON or tab-separated lines for programs.

Names come from databases and files, where others chose them. So whatever is printed for people
goes through ``printable``, and a character that the terminal's encoding does not have is escaped.
"""

import contextlib
import io
import json
import os
import sys
import unicodedata
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Control and format characters, surrogates, and separators of lines and paragraphs.
_ESCAPED = ("Cc", "Cf", "Cs", "Zl", "Zp")


def printable(text: str) -> str:
    """Return ``text`` with escapes for what would steer a terminal or begin a new line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _ESCAPED
        else character
        for character in text
    )


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, as_json: bool = False
) -> None:
    """Print ``rows``, each with one value a column."""
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif is_terminal():
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for place, column in enumerate(columns):
            if all(isinstance(row[place], int | float | None) for row in rows):
                table.add_column(column, justify="right", no_wrap=True)
            else:
                table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(_shown(value)) for value in row))
        Console().print(table)
    else:
        for row in rows:
            print(*map(_shown, row), sep="\t", flush=True)


def print_json(value: object) -> None:
    """Print JSON, in ASCII."""
    print(json.dumps(value, indent=2))


def say(text: object) -> None:
    """Print one line of a result."""
    print(_shown(text))


def say_block(text: str) -> None:
    """Print a text of our own, which has lines."""
    print(text, end="")


def tell(text: str) -> None:
    """Print one line that is not the result, on stderr."""
    print(f"kwtools: {printable(text)}", file=sys.stderr, flush=True)


def is_terminal() -> bool:
    """Return whether results go to a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def clear_screen() -> None:
    """Begin at the top again, on a terminal."""
    Console().clear()


def flush() -> None:
    """Write what is left to be written; raises ``OSError`` where that fails."""
    if sys.stdout is not None:
        sys.stdout.flush()


def escape_what_cannot_be_written() -> None:
    """Let a stream whose encoding lacks a character get an escape, not an exception."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def give_up_stdout() -> None:
    """Write nothing more to a pipe that nobody reads."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def give_up_what_cannot_be_written() -> None:
    """Let the flush at exit not fail, which would end the command with exit code 120."""
    try:
        flush()
    except (OSError, ValueError):
        give_up_stdout()


def _shown(value: object) -> str:
    return "" if value is None else printable(str(value))
