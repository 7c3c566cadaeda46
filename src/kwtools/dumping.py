"""A dump of a whole database by pg_dump, with its report: both are there, or neither."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import make_conninfo

from kwtools import dump_report, programs, restoring
from kwtools.connections import Connection, transaction
from kwtools.dump_report import Report
from kwtools.errors import BadUsage, CheckFailed
from kwtools.programs import environment, program

FORMATS = ("custom", "directory", "tar", "plain")
"""The formats of pg_dump."""

PARALLEL = "directory"
"""The format that several connections can write at once."""

_DUMPING = "dumping contents of table"
_TABLES = """
select count(*)
from pg_catalog.pg_class c
where c.relkind = 'r' and c.relpersistence <> 't' and c.oid >= 16384
"""


class Wanted(NamedTuple):
    """What to write, and how."""

    path: Path
    format: str
    jobs: int


def check_target(path: Path) -> None:
    """Raise ``BadUsage`` where something stands at a name that a dump is to have."""
    for one in (path, dump_report.beside(path)):
        if one.exists() or one.is_symlink():
            raise _taken(one)
    if not path.parent.is_dir():
        raise BadUsage(f"folder {path.parent} does not exist", "Create it first.")


def _taken(path: Path) -> BadUsage:
    return BadUsage(f"{path} already exists", "Choose another name, or remove it.")


def tables(connection: Connection) -> int:
    """Count the tables of a database."""
    with transaction(connection):
        ((count,),) = connection.execute(_TABLES)
    return int(count)


def dump(
    connection: Connection, dsn: str, wanted: Wanted, extension: str, advance: Callable[[int], None]
) -> Report:
    """Dump the database of a connection; ``advance`` is told of each table.

    Dump and report are of one snapshot. Whatever ends it early, no part of a dump is left. Raises
    ``CheckFailed`` where pg_dump fails, or what it wrote cannot be restored, and ``BadUsage`` where
    the name was taken meanwhile.
    """
    path = wanted.path
    # Others may be able to write where the dump is to stand, but not into this folder.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as own:
        partial = Path(own) / path.name
        with transaction(connection, isolation=IsolationLevel.REPEATABLE_READ):
            ((snapshot,),) = connection.execute("select pg_catalog.pg_export_snapshot()")
            report = _report(connection, extension, wanted.format)
            command = [
                program("pg_dump", connection.info.server_version // 10000), "--verbose",
                f"--snapshot={snapshot}", f"--format={wanted.format}", f"--jobs={wanted.jobs}",
                f"--file={partial}", f"--dbname={make_conninfo(dbname=connection.info.dbname)}",
            ]  # fmt: skip
            _run(command, dsn, advance)
        restoring.read(partial)
        report = replace(report, size=dump_report.size_of(partial))
        _keep(partial, path, report)
    return report


def _report(connection: Connection, extension: str, format_: str) -> Report:
    try:
        return Report.of(connection, extension, format_)
    except psycopg.errors.UndefinedTable:
        raise CheckFailed(
            f"extension kwtools {extension} lacks tables that a report is made from",
            "Use pg_dump of the whole database, or upgrade it first.",
        ) from None


def _run(command: list[str], dsn: str, advance: Callable[[int], None]) -> None:
    def hear(line: str) -> None:
        if _DUMPING in line:
            advance(1)

    try:
        programs.run(command, environment(dsn), hear)
    except CheckFailed as error:
        raise CheckFailed(
            f"pg_dump failed: {error.message}",
            "Remove the cause, and run it again: nothing was kept of this dump.",
        ) from None


def _keep(partial: Path, path: Path, report: Report) -> None:
    """Give a dump its name and its report; the one that makes the report has the name."""
    report_at = dump_report.beside(path)
    try:
        descriptor = os.open(report_at, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise _taken(report_at) from None
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(dump_report.written(report))
            file.flush()
            os.fsync(descriptor)
        partial.rename(path)  # pg_dump has written it to the disk already
    except BaseException:  # Ctrl-C and signals, too
        if partial.exists():
            report_at.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
