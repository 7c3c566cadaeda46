"""The programs of PostgreSQL that the command runs: which one, how it connects, what it says."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from psycopg import pq

from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.postgres import pg_config

_DEBIAN = "/usr/lib/postgresql/{major}/bin/{name}"
_LINES = 200  # of what a program says, kept for its error
_FOR_THE_CALLER_ONLY = 0o077


def program(name: str, major: int | None = None) -> str:
    """Return the path of a program of PostgreSQL.

    That is the one of version ``major`` where it is installed, else the one of the server to work
    with (``postgres.installed``), else that of PATH. Raises ``KwtoolsError`` without any.
    """
    own = None if major is None else Path(_DEBIAN.format(major=major, name=name))
    if own is not None and own.exists():
        return str(own)
    beside = None
    with contextlib.suppress(KwtoolsError):
        beside = pg_config("--bindir") / name
    if beside is not None and beside.exists():
        return str(beside)
    found = shutil.which(name)
    if found is None:
        raise KwtoolsError(f"{name} is not installed", "Install the client of PostgreSQL.")
    return found


def environment(dsn: str) -> dict[str, str]:
    """Return the variables that let a program connect as ``dsn`` says: no argument shows them."""
    given = {
        option.envvar.decode(): option.val.decode()
        for option in (pq.Conninfo.parse(dsn.encode()) if dsn else ())
        if option.val is not None and option.envvar is not None
    }
    return {**os.environ, **given}


def run(
    command: Sequence[str],
    variables: Mapping[str, str],
    hear: Callable[[str], None],
    reads: Path | None = None,
) -> None:
    """Run a program; ``hear`` is told of each line that it says on stderr.

    Its standard input is the file ``reads``, which this process opens. An exception, such as
    Ctrl-C, ends the program, too. Files that it makes are readable for their owner only. Raises
    ``CheckFailed`` with its error where it fails.
    """
    told: list[str] = []
    with (reads or Path(os.devnull)).open("rb") as stdin, subprocess.Popen(
        command, env=variables, stdin=stdin, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, errors="replace", umask=_FOR_THE_CALLER_ONLY,
    ) as running:  # fmt: skip
        assert running.stderr is not None
        try:
            for line in running.stderr:
                told.append(line)
                del told[:-_LINES]
                hear(line)
        except BaseException:  # Ctrl-C and signals, too
            running.terminate()
            raise
    if running.returncode != 0:
        raise CheckFailed(error_of("".join(told)))


def error_of(told: str) -> str:
    """Return the error among what a program told, with its detail."""
    said = [line.strip() for line in told.splitlines() if line.strip()]
    first = next((i for i, line in enumerate(said) if re.search(r"\b(error|ERROR):", line)), None)
    if first is None:
        return said[-1] if said else "no message"
    return " ".join(said[first : first + 2])
