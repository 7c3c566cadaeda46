"""``kwtools uninstall``."""

import argparse
import shlex
from pathlib import Path

from kwtools import running, uninstall
from kwtools.commands._parser import Subparsers, absolute
from kwtools.errors import CheckFailed
from kwtools.install import Layout
from kwtools.output import say, tell
from kwtools.postgres import Installed, all_installed, installed, listed
from kwtools.uninstall import Unasked


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "uninstall",
        help="remove extension and runtime from the server's folders",
        description="Removes the extension's files and the runtimes that kwtools install has put,"
        " and never keys or the providers file. Refuses while a database of a server of this"
        " machine has the extension, and while a server cannot be asked.",
    )
    parser.add_argument(
        "--module-path", type=absolute, default=Layout.module_path, metavar="DIR",
        help="folder of the runtime (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--destdir", type=absolute, default=Path("/"), metavar="DIR",
        help="remove below this folder instead of /; no server is asked then",
    )  # fmt: skip
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--pg-config", metavar="PROGRAM",
        help="pg_config of the server to remove it from (PG_CONFIG, or that of the newest server)",
    )  # fmt: skip
    which.add_argument(
        "--all", action="store_true", help="remove it from every PostgreSQL of this machine"
    )
    parser.add_argument(
        "--accept", action="append", default=[], metavar="NAME",
        help="remove it although this server or database could not be asked; may be given again",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    def layout(server: Installed) -> Layout:
        return Layout(
            extension_directory=server.path("--sharedir") / "extension",
            module_path=options.module_path,
            stage=options.destdir,
        )

    servers = [installed(options.pg_config)]
    if options.all:
        having = [one for one in all_installed() if uninstall.is_there(layout(one))]
        servers = having or servers
    majors = {server.major for server in servers}
    others = {one.major: layout(one) for one in all_installed() if one.major not in majors}
    # Where there is nothing, no server need be asked, and one that cannot be does not matter.
    removed = uninstall.files([layout(one) for one in servers], others=others.values())
    if options.destdir == Path("/"):
        _refuse_what_is_used([(layout(one), one) for one in servers], options.accept)
    staying = uninstall.kept(layout(servers[0]))
    uninstall.remove(layout(servers[0]), removed)
    for path in removed:
        say(path)
    if staying:
        tell(
            f"{', '.join(map(str, staying))} are kept: without the keys, what is encrypted in"
            " backups of the databases cannot be decrypted"
        )
    left = [major for major, other in others.items() if uninstall.is_there(other)]
    if left:
        tell(f"PostgreSQL {listed(left)} still has it. --all removes it there, too")
    return 0


def _refuse_what_is_used(servers: list[tuple[Layout, Installed]], accepted: list[str]) -> None:
    used: list[str] = []
    unasked: list[Unasked] = []
    for layout, server in servers:
        using, silent = uninstall.uses(layout, running.running(server))
        used += using
        unasked += silent
        unasked += [Unasked(name, "the cluster does not run") for name in running.stopped(server)]
    unasked = [one for one in unasked if one.name not in accepted]
    if used:
        raise CheckFailed(
            f"kwtools is in use: {', '.join(used)}",
            "Drop the extension there first. What is still encrypted is lost with it.",
        )
    if unasked:
        named = ", ".join(f"{one.name} ({one.why})" for one in unasked)
        accept = " ".join(f"--accept {shlex.quote(one.name)}" for one in unasked)
        raise CheckFailed(
            f"it is not known whether kwtools is in use: {named}",
            f"Start it or let it be asked, or accept it as it is: {accept}.",
        )
