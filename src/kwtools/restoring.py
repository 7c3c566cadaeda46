"""Restoring a dump with its keys: which commands, in which order, and what they say."""

import re
import secrets
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from psycopg.conninfo import make_conninfo

from kwtools import programs
from kwtools.errors import BadUsage, CheckFailed
from kwtools.programs import error_of, program

_HEAD = 64 * 1024  # bytes of a script: pg_dump --create connects at the top
_TAIL = 4 * 1024  # bytes of a script, which hold its last line
_KEYS = re.compile(r"TABLE DATA kw key_wrappers\b")
_EXTENSION = re.compile(r"EXTENSION - kwtools\b")
_TABLE_DATA = re.compile(r"^\d+; \d+ \d+ TABLE DATA ", re.MULTILINE)
_OF_A_SUPERUSER = re.compile(
    r"^\d+; \d+ \d+ (?:EVENT TRIGGER|FOREIGN DATA WRAPPER) - \S+ (.+)$", re.MULTILINE
)
# What a script of pg_dump has instead, each at the begin of a line.
_KEYS_OF_A_SCRIPT = b"-- Data for Name: key_wrappers; Type: TABLE DATA; Schema: kw;"
_EXTENSION_OF_A_SCRIPT = b"CREATE EXTENSION IF NOT EXISTS kwtools "
_END_OF_A_SCRIPT = b"\n-- PostgreSQL database dump complete\n"
# From it on psql refuses its own commands, such as those of the shell, until it is told the key.
_RESTRICTS_ITSELF = re.compile(rb"(?:--.*\n|\n)*\\restrict ([A-Za-z0-9]+)\n")
_LIFTS = re.compile(rb"(?<!\\)\\unrestrict")
_LOADING = "processing data for table"
_WHOLE = "Dump the whole database, not a schema or section of it: kwtools dump."


class Step(NamedTuple):
    """One command of a restore."""

    name: str
    command: list[str]
    reads: Path | None = None
    """What the command has as its standard input."""

    def as_shell(self) -> str:
        """Return the step as a shell runs it."""
        read = f" < {shlex.quote(str(self.reads))}" if self.reads else ""
        return shlex.join(self.command) + read


class Dump(NamedTuple):
    """A dump: whether psql runs it, how many tables it loads, whether -j works with it."""

    path: Path
    is_script: bool
    restricts_itself: bool = False
    """Whether a script begins with \\restrict, as those of newer programs do."""
    tables: int = 0
    is_parallel: bool = True
    superusers: frozenset[str] = frozenset()
    """Roles that own in an archive what only superusers can."""

    def steps(
        self, database: str, jobs: int, *, data_only: bool = False, for_a_look: bool = False
    ) -> list[Step]:
        """Return what restores it: keys in one transaction and before all other data.

        ``for_a_look``: tablespaces and replication are left out where they can be, as they mean
        nothing in a server that is thrown away. Owners stay: functions of indexes run as them.
        """
        target = make_conninfo(dbname=database)  # a name may look like a connection string
        if self.is_script:
            start = [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction"]
            if not self.restricts_itself:
                start += ["-c", f"\\restrict {secrets.token_hex(16)}"]
            return [Step("script", [*start, "-d", target, "-f", "-"], self.path)]
        start = [program("pg_restore"), "--exit-on-error", "--verbose", "-d", target]
        if for_a_look:
            start += ["--no-tablespaces", "--no-publications", "--no-subscriptions"]
        parallel = ["--jobs", str(jobs if self.is_parallel else 1)]
        options = {
            "schema": ["--single-transaction", "--section=pre-data"],
            "keys": ["--single-transaction", "--data-only", "--schema=kw"],
            "data": [*parallel, "--data-only", "--exclude-schema=kw"],
            # Policies name roles: a look makes those that are missing, and begins the step again.
            "indexes": [
                *(["--single-transaction"] if for_a_look else parallel),
                "--section=post-data",
            ],
        }
        wanted = ("keys", "data") if data_only else tuple(options)
        return [Step(name, [*start, *options[name], str(self.path)]) for name in wanted]


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
    restriction = _RESTRICTS_ITSELF.match(start)
    _check_script(path, restriction[1] if restriction else None)
    return Dump(path, is_script=True, restricts_itself=restriction is not None)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _check_script(path: Path, key: bytes | None) -> None:
    """Raise ``CheckFailed`` where a script lacks its end or the data of kwtools.

    ``key`` is that of its \\restrict: only the last line may lift it.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        if _END_OF_A_SCRIPT not in file.read():
            raise CheckFailed(
                f"{path} is incomplete: its last line is missing",
                "Copy it again, or use another dump.",
            )
        file.seek(0)
        has_extension = has_keys = False
        for line in file:
            has_keys = has_keys or line.startswith(_KEYS_OF_A_SCRIPT)
            has_extension = has_extension or line.startswith(_EXTENSION_OF_A_SCRIPT)
            if _LIFTS.search(line) and not _is_the_end(file, line, key):
                raise CheckFailed(
                    f"{path} has \\unrestrict before its end, which lets it run commands",
                    "Use a dump of another format, or see who changed it.",
                )
    if not has_keys:
        raise _without_keys(path, has_extension=has_extension)


def _is_the_end(file: BinaryIO, line: bytes, key: bytes | None) -> bool:
    return key is not None and line == b"\\unrestrict %s\n" % key and not file.read().strip()


def _read_archive(path: Path) -> Dump:
    listed = subprocess.run(
        [program("pg_restore"), "--list", str(path)], capture_output=True, text=True
    )
    if listed.returncode != 0:
        raise CheckFailed(
            f"{path} cannot be read: {error_of(listed.stderr)}",
            "It is damaged or not a dump, or a newer pg_dump wrote it: use that version.",
        )
    if not _KEYS.search(listed.stdout):
        raise _without_keys(path, has_extension=bool(_EXTENSION.search(listed.stdout)))
    return Dump(
        path,
        is_script=False,
        tables=len(_TABLE_DATA.findall(listed.stdout)),
        superusers=frozenset(_OF_A_SUPERUSER.findall(listed.stdout)),
    )


def _without_keys(path: Path, *, has_extension: bool) -> CheckFailed:
    has = "no data of kwtools" if has_extension else "no kwtools"
    return CheckFailed(f"{path} holds {has}", _WHOLE)


def run(step: Step, variables: Mapping[str, str], advance: Callable[[int], None]) -> None:
    """Run a step; ``advance`` is told whenever it begins a table. Raises ``CheckFailed``."""

    def hear(line: str) -> None:
        if _LOADING in line:
            advance(1)

    try:
        programs.run(step.command, variables, hear, step.reads)
    except CheckFailed as error:
        raise CheckFailed(
            f"step {step.name} failed: {error.message}",
            "Make the database empty again (dropdb, createdb), remove the cause, and run it again.",
        ) from None
