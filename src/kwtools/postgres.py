"""Where PostgreSQL is on this machine, and which user its server runs as."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kwshared.servers import POSTGRESQL

from kwtools.errors import KwtoolsError

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
    why: str = "the only one that kwtools supports"
    """Why it was taken, to be said after its name."""
    others: tuple[int, ...] = ()
    """The major versions beside it that were not taken."""

    def path(self, option: str) -> Path:
        """Return what its ``pg_config OPTION`` says."""
        return Path(_asked(self.program, option))


def installed(program: str | None = None) -> Installed:
    """Return the PostgreSQL to work with: the one of ``program`` or PG_CONFIG, else the newest.

    Raises ``KwtoolsError`` where there is none, or none that kwtools supports.
    """
    found = _found()
    named = program or os.environ.get("PG_CONFIG")
    if named:
        major, why = _major(named), f"as {'--pg-config' if program else 'PG_CONFIG'} says"
        found[major] = named
        _check_support({major: named})
    else:
        _check_support(found)
        major, why = _newest(found)
    return Installed(found[major], major, why, tuple(sorted(found.keys() - {major})))


def all_installed() -> list[Installed]:
    """Return every PostgreSQL on this machine that kwtools supports, the oldest first.

    Raises ``KwtoolsError`` where there is none.
    """
    found = _found()
    _check_support(found)
    return [
        Installed(found[major], major, others=tuple(sorted(found.keys() - {major})))
        for major in sorted(found.keys() & set(POSTGRESQL))
    ]


def pg_config(option: str) -> Path:
    """Return what pg_config of the PostgreSQL to work with says; see ``installed``."""
    return installed().path(option)


def plpython(server: Installed) -> Path:
    """Return the library of PL/Python of a server, which may not be installed."""
    return server.path("--pkglibdir") / "plpython3.so"


def listed(majors: Iterable[int]) -> str:
    """Return major versions for a message, as in "15, 16 and 17"."""
    *most, last = map(str, sorted(majors))
    return f"{', '.join(most)} and {last}" if most else last


def _found() -> dict[int, str]:
    """Return the pg_config of each major version on this machine."""
    found = {
        int(path.parts[-3]): str(path)
        for path in _VERSIONS.glob("*/bin/pg_config")
        if path.parts[-3].isdigit()
    }
    elsewhere = None if found else shutil.which("pg_config")
    return found if elsewhere is None else {_major(elsewhere): elsewhere}


def _check_support(found: dict[int, str]) -> None:
    """Raise ``KwtoolsError`` where kwtools supports none of these versions."""
    if not found:
        raise KwtoolsError(
            "PostgreSQL is not installed: pg_config was not found",
            "Install Debian's package postgresql, or name the program in the variable PG_CONFIG.",
        )
    if found.keys().isdisjoint(POSTGRESQL):
        raise KwtoolsError(
            f"kwtools does not support PostgreSQL {listed(found)}"
            f" ({', '.join(found[major] for major in sorted(found))})",
            f"Install one of {listed(POSTGRESQL)}, or name its pg_config in"
            " the variable PG_CONFIG or, for kwtools install, with --pg-config.",
        )


def _newest(found: dict[int, str]) -> tuple[int, str]:
    """Return the newest supported version, of those with PL/Python where one has it, and why."""
    supported = sorted(found.keys() & set(POSTGRESQL))
    complete = [major for major in supported if plpython(Installed(found[major], major)).exists()]
    taken = (complete or supported)[-1]
    if len(supported) == 1:
        return taken, "the only one that kwtools supports"
    return taken, f"the newest that {'has PL/Python' if complete else 'kwtools supports'}"


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
            "Install Debian's package postgresql-common, which makes the user postgres.",
        ) from None
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
