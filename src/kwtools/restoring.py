"""Restoring a dump with its keys: which commands, in which order, and what they say."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from psycopg import pq

from kwtools.errors import BadUsage, CheckFailed, KwtoolsError
from kwtools.postgres import pg_config

_HEAD = 64 * 1024  # of a script: pg_dump --create connects at the top
_KEYS = re.compile(r"TABLE DATA kw key_wrappers\b")
_EXTENSION = re.compile(r"EXTENSION - kwtools\b")
_TABLE_DATA = re.compile(r"^\d+; \d+ \d+ TABLE DATA ", re.MULTILINE)
_LOADING = "processing data for table"


class Step(NamedTuple):
    """One command of a restore."""

    name: str
    command: list[str]


class Dump(NamedTuple):
    """A dump: whether psql runs it, how many tables it loads, whether -j works with it."""

    path: Path
    is_script: bool
    tables: int = 0
    is_parallel: bool = True

    def steps(self, database: str, jobs: int, *, data_only: bool) -> list[Step]:
        """Return what restores it: keys in one transaction and before all other data."""
        if self.is_script:
            start = [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction"]
            return [Step("script", [*start, "-d", database, "-f", str(self.path)])]
        start = [program("pg_restore"), "--exit-on-error", "--verbose", "-d", database]
        parallel = ["--jobs", str(jobs if self.is_parallel else 1)]
        options = {
            "schema": ["--single-transaction", "--section=pre-data"],
            "keys": ["--single-transaction", "--data-only", "--schema=kw"],
            "data": [*parallel, "--data-only", "--exclude-schema=kw"],
            "indexes": [*parallel, "--section=post-data"],
        }
        wanted = ("keys", "data") if data_only else tuple(options)
        return [Step(name, [*start, *options[name], str(self.path)]) for name in wanted]


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL."""
    beside = None
    with contextlib.suppress(KwtoolsError):
        beside = pg_config("--bindir") / name
    if beside is not None and beside.exists():
        return str(beside)
    found = shutil.which(name)
    if found is None:
        raise KwtoolsError(f"{name} is not installed", "Install the client of PostgreSQL.")
    return found


def read(path: Path) -> Dump:
    """Look at a dump; raises ``BadUsage`` or ``CheckFailed`` where it cannot be restored."""
    if not path.exists():
        raise BadUsage(f"{path} does not exist", "Name the file or folder that pg_dump wrote.")
    start = b"" if path.is_dir() else _head(path)
    is_tar = start[257:262] == b"ustar"
    if path.is_dir() or is_tar or start.startswith(b"PGDMP"):
        return _read_archive(path)._replace(is_parallel=not is_tar)
    head = start.decode(errors="replace")
    if head.startswith("\x1f"):
        raise BadUsage(f"{path} is compressed", "Decompress it first (gunzip).")
    if "PostgreSQL database cluster dump" in head or re.search(r"^\\connect ", head, re.MULTILINE):
        raise BadUsage(
            f"{path} is a dump of all databases", "Run it with psql -f, then kw.check_restore()."
        )
    if "PostgreSQL database dump" not in head:
        raise BadUsage(f"{path} is not a dump of pg_dump")
    return Dump(path, is_script=True)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _read_archive(path: Path) -> Dump:
    listed = subprocess.run(
        [program("pg_restore"), "--list", str(path)], capture_output=True, text=True
    )
    if listed.returncode != 0:
        raise CheckFailed(f"{path} cannot be read: {_error(listed.stderr)}")
    if not _KEYS.search(listed.stdout):
        has = "no data of kwtools" if _EXTENSION.search(listed.stdout) else "no kwtools"
        raise CheckFailed(
            f"{path} holds {has}", "Dump the whole database, not a schema or section of it."
        )
    return Dump(path, is_script=False, tables=len(_TABLE_DATA.findall(listed.stdout)))


def environment(dsn: str) -> dict[str, str]:
    """Return the variables that let a program connect as ``dsn`` says: no argument shows them."""
    given = {
        option.envvar.decode(): option.val.decode()
        for option in (pq.Conninfo.parse(dsn.encode()) if dsn else ())
        if option.val is not None and option.envvar is not None
    }
    return {**os.environ, **given}


def run(step: Step, variables: Mapping[str, str]) -> Iterator[None]:
    """Run a step; yield whenever it begins to load a table. Raises ``CheckFailed``."""
    told: list[str] = []
    with subprocess.Popen(
        step.command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, errors="replace",
    ) as running:  # fmt: skip
        assert running.stderr is not None
        for line in running.stderr:
            told.append(line)
            del told[:-200]
            if _LOADING in line:
                yield
    if running.returncode != 0:
        raise CheckFailed(
            f"step {step.name} failed: {_error(''.join(told))}",
            "Make the database empty again (dropdb, createdb), remove the cause, and run it again.",
        )


def _error(told: str) -> str:
    """Return the error among what a program told, with its detail."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    first = next((i for i, line in enumerate(lines) if re.search(r"\b(error|ERROR):", line)), None)
    if first is None:
        return lines[-1] if lines else "no message"
    return " ".join(lines[first : first + 2])
