"""``kwtools install``."""

import argparse
from pathlib import Path

from kwtools import runtime
from kwtools.commands._parser import Subparsers, absolute
from kwtools.install import Layout, install
from kwtools.output import say, tell
from kwtools.postgres import MAJOR, Installed, installed, server_user


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "install",
        help="put extension and runtime into the server's folders",
        description="Puts the extension into PostgreSQL's folder, its runtime into --module-path"
        " and, where there are none, makes the providers file and the local keystore."
        " Run it as root. Then, in each database: CREATE EXTENSION kwtools CASCADE.",
    )
    parser.add_argument(
        "--module-path", type=absolute, default=Layout.module_path, metavar="DIR",
        help="folder of the runtime; it must not depend on PostgreSQL's version (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--providers-file", type=absolute, default=Layout.providers_file, metavar="FILE",
        help="file that names the KMSs for SQL (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--keystore", type=absolute, default=Layout.keystore, metavar="DIR",
        help="folder of the local keys (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--destdir", type=absolute, default=Path("/"), metavar="DIR",
        help="write below this folder instead of /, for packagers",
    )  # fmt: skip
    parser.add_argument(
        "--provider", action="append", default=[], metavar="KIND", dest="kinds",
        choices=runtime.kinds_with_packages(),
        help="install the packages of this kind of provider too; may be given again"
        " (%(choices)s)",
    )  # fmt: skip
    parser.add_argument(
        "--pg-config", metavar="PROGRAM",
        help=f"pg_config of the server to install into (PG_CONFIG, or that of PostgreSQL {MAJOR})",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    server = installed(options.pg_config)
    _tell_which(server)
    layout = Layout(
        extension_directory=server.path("--sharedir") / "extension",
        module_path=options.module_path,
        providers_file=options.providers_file,
        keystore=options.keystore,
        stage=options.destdir,
        kinds=tuple(options.kinds),
    )
    for path in install(layout, server_user()):
        say(path)
    say("Next, in each database: CREATE EXTENSION kwtools CASCADE;")
    return 0


def _tell_which(server: Installed) -> None:
    """Say which server is taken, where that is not plain."""
    if server.named and server.major != MAJOR:
        tell(
            f"installing into PostgreSQL {server.major}, as {server.program} says, though this"
            f" version of kwtools is for {MAJOR}"
        )
    elif server.others:
        others = " and ".join(str(major) for major in server.others)
        tell(
            f"installing into PostgreSQL {server.major}, which this version of kwtools is for;"
            f" {others} is installed, too. --pg-config takes another"
        )
