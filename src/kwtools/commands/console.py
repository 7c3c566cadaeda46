"""``kwtools console``."""

import argparse

from kwtools.commands._parser import Subparsers, whole_number
from kwtools.commands.upgrade import add_targets
from kwtools.output import flush, say, tell
from kwtools.targets import Target, targets

_LOOPBACK = ("127.0.0.1", "::1")


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "console",
        help="show keys, health, jobs and audit as a web page of this machine",
        description="Serves a web page that only reads, with the rights of the role that it"
        " connects as: a kw_auditor sees all of it. It listens on loopback only, and prints the"
        " address, which has a token, until Ctrl-C.",
    )
    add_targets(parser)
    parser.add_argument(
        "--address", choices=_LOOPBACK, default=_LOOPBACK[0],
        help="the address of loopback to listen on (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--port", type=_port, default=0, metavar="PORT",
        help="the port, 1024 to 65535 (default: one that is free)",
    )  # fmt: skip
    parser.set_defaults(run=_run)


_port = whole_number(1024, 65535)


def _run(options: argparse.Namespace) -> int:
    # Only here: what they load would make each start of the command slower.
    from kwtools.console.admission import Admission
    from kwtools.console.app import Application
    from kwtools.console.databases import Databases, with_extension
    from kwtools.console.sections import SECTIONS
    from kwtools.console.serving import Server

    def look() -> list[Target]:
        return targets("console", options.dsn, all_databases=options.all_databases)

    databases = Databases(with_extension(look()), look=look if options.all_databases else None)
    server = Server(options.address, options.port)
    admission = Admission(server.port)
    application = Application(databases, SECTIONS, admission)
    say(f"{server.address}?token={admission.token}")
    flush()
    tell("console: open this address in a browser of this machine. Ctrl-C ends it.")
    server.run(application, databases.cancel)
    return 0
