"""What the command prints: tables on a terminal, JSON or tab-separated lines for programs."""

import json
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, as_json: bool = False
) -> None:
    """Print ``rows``, each with one value a column."""
    if as_json:
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps(records, indent=2))
    elif sys.stdout.isatty():
        table = Table(*columns, box=box.SIMPLE_HEAD)
        for row in rows:
            table.add_row(*(Text(_shown(value)) for value in row))
        Console().print(table)
    else:
        for row in rows:
            print(*map(_shown, row), sep="\t", flush=True)


def clear_screen() -> None:
    """Begin at the top again, on a terminal."""
    Console().clear()


def _shown(value: object) -> str:
    return "" if value is None else str(value)
