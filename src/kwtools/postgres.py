"""Where PostgreSQL is on this machine, and which user its server runs as."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from kwtools.errors import KwtoolsError


class ServerUser(NamedTuple):
    """The operating system's user that a server runs as."""

    name: str
    uid: int
    gid: int


def pg_config(option: str) -> Path:
    """Return what ``pg_config OPTION`` says; the variable PG_CONFIG names another program.

    Raises ``KwtoolsError`` where PostgreSQL is not installed.
    """
    newest = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_config"), key=lambda path: path.parts[4].zfill(3)
    )
    program = os.environ.get("PG_CONFIG") or (
        str(newest[-1]) if newest else shutil.which("pg_config")
    )
    if program is None:
        raise KwtoolsError(
            "PostgreSQL is not installed: there is no pg_config",
            "Run make setup, or name the program in the variable PG_CONFIG.",
        )
    try:
        asked = subprocess.run([program, option], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise KwtoolsError(f"{program} {option} failed: {error}") from None
    return Path(asked.stdout.strip())


def server_user() -> ServerUser:
    """Return the user a server of ours runs as: ``postgres`` for root, else the caller.

    PostgreSQL refuses to run as root. Raises ``KwtoolsError`` where root finds no such user.
    """
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam("postgres") if uid == 0 else pwd.getpwuid(uid)
    except KeyError:
        raise KwtoolsError(
            "there is no operating system user for the server"
            + (" (postgres)" if uid == 0 else ""),
            "Install Debian's package postgresql-15, which makes the user postgres.",
        ) from None
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
