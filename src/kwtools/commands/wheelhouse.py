"""``kwtools wheelhouse``."""

import argparse

from kwtools import runtime, sources, wheelhouse
from kwtools.commands._parser import Subparsers, absolute
from kwtools.output import say
from kwtools.postgres import installed


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "wheelhouse",
        help="fill a folder of packages, to install on a machine without an index",
        description="Downloads into DIR what kwtools needs: the packages of the runtime and those"
        " of the command, each of a locked version and with its checksum compared, and the wheel of"
        " the command itself. They are for a machine with the same architecture and, in its server,"
        " the same version of Python.",
    )
    parser.add_argument("directory", type=absolute, metavar="DIR", help="the folder")
    parser.add_argument(
        "--provider", action="append", default=[], metavar="KIND", dest="kinds",
        choices=runtime.kinds_with_packages(),
        help="download the packages of this kind of provider too; may be given again"
        " (%(choices)s)",
    )  # fmt: skip
    parser.add_argument(
        "--pg-config", metavar="PROGRAM",
        help="pg_config of the server whose Python the packages are for (PG_CONFIG, or that of the"
        " newest server)",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    python = runtime.embedded_python(installed(options.pg_config))
    for path in wheelhouse.fill(options.directory, options.kinds, python):
        say(path)
    say("Next, on the other machine, with this folder:")
    say(f"  pip install --no-index --find-links DIR {sources.DISTRIBUTION}")
    say("  kwtools install --wheelhouse DIR")
    return 0
