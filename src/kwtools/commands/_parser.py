"""What the subcommands share."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from kwtools.install import Layout

# argparse has no public name for what add_subparsers() returns.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


MOST_ID = 2**63 - 1
"""The largest bigint."""


def absolute(text: str) -> Path:
    """Return an argument as an absolute path."""
    return Path(text).absolute()


def file(text: str) -> Path:
    """Return the name of a file that is written, as an absolute path; refuses ``-``."""
    if text == "-":
        raise argparse.ArgumentTypeError(
            "- is not supported: give the name of a file (./- is the file of that name)"
        )
    return absolute(text)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number of an option, and names the range where it is outside."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least} to {most}")
        return value

    return read


def positive_number(most: int) -> Callable[[str], float]:
    """Return what reads a number above 0 of an option, and names the range where it is outside."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number above 0, up to {most}")
        return value

    return read


def add_dsn(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where the server is."""
    parser.add_argument(
        "--dsn", default="", metavar="DSN",
        help="the database, as a connection string or URI (default: PGHOST, PGDATABASE, …)",
    )  # fmt: skip


def add_pace(parser: argparse.ArgumentParser, most_rows: int) -> None:
    """Add the options of work in batches of rows."""
    parser.add_argument(
        "--batch", type=whole_number(1, most_rows), default=1000, metavar="N",
        help=f"rows of one transaction at most, 1 to {most_rows} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--rate", type=whole_number(1, 1_000_000), metavar="N",
        help="at most that many rows a second",
    )  # fmt: skip


def add_provider_file(
    parser: argparse.ArgumentParser,
    file: str = "the provider file",
    runtime: str = "where the runtime is installed",
) -> None:
    """Add the options that say where the server has its provider file and the runtime."""
    parser.add_argument(
        "--providers-file", type=absolute, default=Layout.providers_file, metavar="FILE",
        help=f"{file} (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--module-path", type=absolute, default=Layout.module_path, metavar="DIR",
        help=f"{runtime} (%(default)s)",
    )  # fmt: skip


def add_wheelhouse(parser: argparse._ActionsContainer) -> None:
    """Add the option that names a folder of packages."""
    parser.add_argument(
        "--wheelhouse", type=_wheelhouse, metavar="DIR",
        help="take the runtime's packages from this folder, which kwtools wheelhouse has filled,"
        " and not from an index",
    )  # fmt: skip


def _wheelhouse(text: str) -> Path:
    folder = absolute(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(
            f"{folder} is not a folder: fill one with kwtools wheelhouse"
        )
    return folder


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object that an option gives."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("must be a JSON object")
    return found
