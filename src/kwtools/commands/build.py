"""``kwtools build``."""

import argparse
from pathlib import Path

from kwtools import runtime, sources
from kwtools.build import build
from kwtools.commands._parser import Subparsers
from kwtools.output import say


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "build",
        help="build the extension's SQL scripts and fetch the server's Python packages",
        description="Writes the control file, the install script and the edge from the last"
        " release, and installs the hashed packages that run inside the server.",
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="where the SQL goes (default: build/extension)"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    output = options.output or sources.build_directory() / "extension"
    for path in build(sources.extension(), sources.version(), output):
        say(path)
    say(runtime.prepare())
    return 0
