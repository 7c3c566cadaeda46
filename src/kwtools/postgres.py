"""Where PostgreSQL is on this machine, and which user its server runs as."""

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from kwtools.errors import KwtoolsError

MAJOR = 15
"""The version of PostgreSQL that this version of kwtools is for."""

_VERSIONS = Path("/usr/lib/postgresql")  # Debian's, a folder for each


class ServerUser(NamedTuple):
    """The operating system's user that a server runs as."""

    name: str
    uid: int
    gid: int


class Installed(NamedTuple):
    """A PostgreSQL on this machine."""

    program: str
    """Its pg_config."""
    major: int
    others: tuple[int, ...] = ()
    """The major versions beside it that were not taken."""
    named: bool = False
    """Whether the caller named it."""

    def path(self, option: str) -> Path:
        """Return what its ``pg_config OPTION`` says."""
        return Path(_asked(self.program, option))


def installed(program: str | None = None) -> Installed:
    """Return the PostgreSQL to work with: the one of ``program`` or PG_CONFIG, or that of MAJOR.

    Raises ``KwtoolsError`` where there is none, or none of MAJOR and none is named.
    """
    named = program or os.environ.get("PG_CONFIG")
    if named:
        return Installed(named, _major(named), named=True)
    found = {
        int(path.parts[-3]): str(path)
        for path in _VERSIONS.glob("*/bin/pg_config")
        if path.parts[-3].isdigit()
    }
    if MAJOR in found:
        return Installed(found[MAJOR], MAJOR, tuple(sorted(found.keys() - {MAJOR})))
    elsewhere = shutil.which("pg_config")
    if not found and elsewhere is None:
        raise KwtoolsError(
            "PostgreSQL is not installed: pg_config was not found",
            "Run make setup, or name the program in the variable PG_CONFIG.",
        )
    if not found and elsewhere is not None:
        major = _major(elsewhere)
        if major == MAJOR:
            return Installed(elsewhere, major)
        found[major] = elsewhere
    raise KwtoolsError(
        f"PostgreSQL {MAJOR} is not installed, which kwtools is for; found:"
        f" {', '.join(f'{major} ({path})' for major, path in sorted(found.items()))}",
        f"Install Debian's package postgresql-{MAJOR}, or name the pg_config of the one to take:"
        " in the variable PG_CONFIG or, for kwtools install, with --pg-config.",
    )


def pg_config(option: str) -> Path:
    """Return what pg_config of the PostgreSQL to work with says; see ``installed``."""
    return installed().path(option)


def _major(program: str) -> int:
    version = _asked(program, "--version")
    match = re.match(r"PostgreSQL (\d+)", version)
    if match is None:
        raise KwtoolsError(
            f'{program} --version says "{version}", which is not a version of PostgreSQL'
        )
    return int(match[1])


def _asked(program: str, option: str) -> str:
    try:
        asked = subprocess.run([program, option], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise KwtoolsError(f"{program} {option} failed: {error}") from None
    return asked.stdout.strip()


def server_user() -> ServerUser:
    """Return the user a server of ours runs as: ``postgres`` for root, else the caller.

    PostgreSQL refuses to run as root. Raises ``KwtoolsError`` where root finds no such user.
    """
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam("postgres") if uid == 0 else pwd.getpwuid(uid)
    except KeyError:
        raise KwtoolsError(
            "operating system user of the server does not exist"
            + (" (postgres)" if uid == 0 else ""),
            "Install Debian's package postgresql-15, which makes the user postgres.",
        ) from None
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
