"""``kwtools playground``."""

import argparse
import os
import signal
import subprocess
import sys
import sysconfig
from types import FrameType

from kwtools.cluster import Cluster, set_up
from kwtools.commands._parser import Subparsers, add_wheelhouse
from kwtools.errors import BadUsage
from kwtools.interrupts import ended_in_order
from kwtools.isolation import isolated

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_WELCOME = """\
A throw-away server with the extension, the keys playground-1 and playground-2 and the policy
default (mode either). It is gone when you leave. Try:

  create table people (id bigint primary key, email kw.ciphertext);
  select kw.bind('people', '*', 'email');
  insert into people values (1, kw.encrypt_text('people', 1, 'email', 'ada@example.org'));
  select id, email, kw.decrypt_text('people', id, 'email', email::bytea) from people;
"""


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "playground",
        help="try the extension on a throw-away server",
        usage="kwtools playground [-h] [--wheelhouse DIR] [-- COMMAND ...]",
        description="Starts a throw-away server with the extension, two local KMS keys and a"
        " policy, runs COMMAND with PGHOST, PGPORT, PGUSER and PGDATABASE set, and leaves"
        " nothing behind. Every other variable of libpq and psql (PGSERVICE, PGHOSTADDR, …) is"
        " taken out, and the files of services and passwords are not read. Returns COMMAND's"
        " exit code.",
    )
    add_wheelhouse(parser)
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="COMMAND", help="the command to run (psql -X)"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        with ended_in_order(), Cluster(wheelhouse=options.wheelhouse) as cluster:
            with cluster.place.connect() as connection:
                set_up(connection, "playground")
            if not command and sys.stdin.isatty():
                print(_WELCOME, file=sys.stderr)
            code = _run_command(command or ["psql", "-X"], cluster.place.environment())
            # From here on a second signal must not keep the server and its folder alive.
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGINT, interrupt)
    return code


def _path() -> str:
    """Return the caller's PATH, and last where this command is: it may be in a clone's .venv."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])


def _run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run ``command`` to its end; return its exit code, as a shell would.

    Meanwhile signals are for the command: its end is ours.
    """
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        elif number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)
        # A terminal's Ctrl-C reached the command by itself; psql cancels a query with it.

    before = [signal.signal(number, pass_on) for number in _SIGNALS]
    try:
        child = subprocess.Popen(
            command, env={**isolated(os.environ), "PATH": _path(), **environment}
        )
        for number in early:
            child.send_signal(number)
        code = child.wait()
    except FileNotFoundError:
        raise BadUsage(f"command {command[0]} does not exist") from None
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
