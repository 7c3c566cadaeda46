"""What the subcommands share."""

import argparse
from pathlib import Path
from typing import TypeAlias

# argparse has no public name for what add_subparsers() returns.
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def absolute(text: str) -> Path:
    """Return an argument as an absolute path."""
    return Path(text).absolute()


def add_dsn(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where the server is."""
    parser.add_argument(
        "--dsn", default="", metavar="DSN",
        help="the database, as a connection string or URI (default: PGHOST, PGDATABASE, …)",
    )  # fmt: skip
