"""``kwtools install``."""

import argparse
from pathlib import Path

from kwtools import runtime
from kwtools.commands._parser import Subparsers, absolute, add_provider_file, add_wheelhouse
from kwtools.errors import KwtoolsError
from kwtools.install import Layout, install
from kwtools.output import say, tell
from kwtools.postgres import (
    Installed,
    all_installed,
    installed,
    listed,
    plpython,
    server_user,
)


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "install",
        help="put extension and runtime into the server's folders",
        description="Puts the extension into PostgreSQL's folder, its runtime into --module-path"
        " and, where there are none, makes the providers file and the local keystore."
        " Run it as root. Then run kwtools init for each database.",
    )
    add_provider_file(
        parser,
        file="file that names the KMSs for SQL",
        runtime="folder of the runtime; it must not depend on PostgreSQL's version",
    )
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
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--pg-config", metavar="PROGRAM",
        help="pg_config of the server to install into (PG_CONFIG, or that of the newest server)",
    )  # fmt: skip
    which.add_argument(
        "--all", action="store_true",
        help="install into every PostgreSQL of this machine that has PL/Python",
    )  # fmt: skip
    add_wheelhouse(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.all:
        servers = _with_plpython()
    else:
        servers = [installed(options.pg_config)]
        _tell_which(servers[0])
    layouts = [
        Layout(
            extension_directory=server.path("--sharedir") / "extension",
            module_path=options.module_path,
            providers_file=options.providers_file,
            keystore=options.keystore,
            stage=options.destdir,
            kinds=tuple(options.kinds),
            python=runtime.embedded_python(server),
            wheelhouse=options.wheelhouse,
        )
        for server in servers
    ]
    for layout in layouts:
        for path in install(layout, server_user()):
            say(path)
    say("Next, for each database: kwtools init --dsn dbname=NAME")
    return 0


def _with_plpython() -> list[Installed]:
    """Return the servers that have PL/Python, and say of each whether it is taken, and why."""
    taken = []
    for server in all_installed():
        library = plpython(server)
        if library.exists():
            taken.append(server)
            tell(f"installing into PostgreSQL {server.major}, which has PL/Python")
        else:
            tell(
                f"leaving out PostgreSQL {server.major}: it has no PL/Python ({library});"
                f" Debian's package is postgresql-plpython3-{server.major}"
            )
    if not taken:
        raise KwtoolsError(
            "no PostgreSQL of this machine has PL/Python",
            "Install it, or name a server with --pg-config.",
        )
    return taken


def _tell_which(server: Installed) -> None:
    """Say which server is taken and why, where there are several."""
    if server.others:
        are = "are" if len(server.others) > 1 else "is"
        tell(
            f"installing into PostgreSQL {server.major}, {server.why}; {listed(server.others)}"
            f" {are} installed, too. --pg-config takes another"
        )
