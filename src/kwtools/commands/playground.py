"""``kwtools playground``."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from kwtools.cluster import Cluster, set_up
from kwtools.commands._parser import Subparsers
from kwtools.errors import BadUsage

_WELCOME = """\
A throw-away server with the extension, the keys playground-1 and playground-2 and the policy
default (mode either). Try:  select kw.encrypt_text('notes', '1', 'body', 'hello');
It is gone when you leave.
"""


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "playground",
        help="try the extension on a throw-away server",
        usage="kwtools playground [-h] [-- COMMAND ...]",
        description="Starts a throw-away server with the extension, two local KMS keys and a"
        " policy, runs COMMAND with PGHOST, PGPORT, PGUSER and PGDATABASE set, and leaves"
        " nothing behind. Returns COMMAND's exit code.",
    )
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run (psql)"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with Cluster() as cluster:
        with cluster.place.connect() as connection:
            set_up(connection, "playground")
        if not command and sys.stdin.isatty():
            print(_WELCOME, file=sys.stderr)
        code = _run_command(command or ["psql"], cluster.place.environment())
        # From here on a second signal must not keep the server and its folder alive.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    return code


def _run_command(command: list[str], environment: dict[str, str]) -> int:
    """Run ``command`` to its end; return its exit code, as a shell would."""
    try:
        child = subprocess.Popen(command, env={**os.environ, **environment})
    except FileNotFoundError:
        raise BadUsage(f"there is no command {command[0]}") from None
    with _passing_signals_to(child):
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextmanager
def _passing_signals_to(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """While it runs, signals are for the command: its end is ours."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and sys.stdin.isatty():
            return  # the terminal gave it to the command too; psql cancels a query with it
        child.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, pass_on) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End in order, through every ``with``."""
    sys.exit(128 + number)
