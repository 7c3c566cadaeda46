"""The servers of this machine that run a PostgreSQL's programs, and how to reach them."""

import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import NamedTuple

from psycopg.conninfo import make_conninfo

from kwtools.errors import KwtoolsError
from kwtools.postgres import Installed, server_user


class Running(NamedTuple):
    """A server that runs."""

    data: Path
    """Its data directory."""
    dsn: str
    """How its database ``postgres`` is reached; empty where another user than the server's runs it,
    whose answers prove nothing."""


def running(server: Installed) -> list[Running]:
    """Return the servers that run the programs of ``server``.

    Raises ``KwtoolsError`` where a process cannot be looked at.
    """
    program = server.path("--bindir") / "postgres"
    found: set[Running] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if not _runs(process, program):
                continue
            data = (process / "cwd").readlink()
            if not _is_trusted(process):
                found.add(Running(data, ""))
                continue
            lines = _lines(process / "cwd" / "postmaster.pid")
        except PermissionError:
            raise KwtoolsError(
                f"process {process.name} (postgres) belongs to another user", "Run it as root."
            ) from None
        except OSError:  # it has ended, or is none that has a data directory
            continue
        if lines[:1] == [process.name]:  # not one that the server has started
            _, _, _, port, socket, address, *_ = [*lines, "", "", ""]
            host = socket or ("localhost" if address in ("", "*") else address)
            dsn = make_conninfo(host=host, port=port, dbname="postgres")
            found.add(Running(data, dsn))
    return sorted(found)


def _is_trusted(process: Path) -> bool:
    """Return whether a server is of root or of the server's user: what it writes is believed."""
    return process.stat().st_uid in (0, server_user().uid, os.geteuid())


def _lines(path: Path) -> list[str]:
    """Read a file; a pipe in its place is an ``OSError``, and not waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise FileNotFoundError(path)
        return file.read().splitlines()


def _runs(process: Path, program: Path) -> bool:
    if (process / "comm").read_text().strip() != "postgres":
        return False
    link = process / "exe"
    # An upgrade of its package replaces the program of a server that goes on running.
    return str(link.readlink()) == f"{program} (deleted)" or link.samefile(program)


def stopped(server: Installed) -> list[str]:
    """Return Debian's names of the clusters that exist and do not run, such as ``15/main``."""
    program = shutil.which("pg_lsclusters")
    if program is None:
        return []
    listed = subprocess.run([program, "--no-header"], capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [
        f"{row[0]}/{row[1]}"
        for row in rows
        if row[0] == str(server.major) and row[3].startswith("down")
    ]
