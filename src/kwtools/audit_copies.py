"""Copies of the newest checkpoint outside of the database: in a file, or in a second database."""

from pathlib import Path

import psycopg
from kwshared.tlog import notes

from kwtools.audit_database import DatabaseFiles, Log
from kwtools.audit_exporting import check_continues, read_checkpoint, text_of
from kwtools.connections import Connection, connect, transaction
from kwtools.errors import CheckFailed
from kwtools.whole_files import write_whole

_NEWEST = """
select c.size, c.note
from public.kwtools_checkpoints c
where c.origin = %s
order by c.size desc
limit 1
"""
_ADD = """
insert into public.kwtools_checkpoints (origin, size, note) values (%s, %s, %s)
on conflict (origin, size) do nothing
"""


def check_file(path: Path, files: DatabaseFiles, log: Log) -> None:
    """Raise ``CheckFailed`` unless the log continues the checkpoint of a file, if that is there."""
    if path.exists():
        check_continues(str(path), read_checkpoint(path), files, text_of(log.checkpoint))


def to_file(path: Path, files: DatabaseFiles, log: Log) -> None:
    """Write the checkpoint to a file, if the log continues the one that is there."""
    check_file(path, files, log)
    write_whole(path, log.checkpoint)


def to_database(dsn: str, files: DatabaseFiles, log: Log) -> None:
    """Insert the checkpoint into a table, if the log continues those that are there."""
    try:
        with connect(dsn, "audit") as connection, transaction(connection, writes=True):
            _insert(connection, files, log)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
        raise CheckFailed(
            f"the second database refuses the checkpoint: {error.diag.message_primary}",
            "Create public.kwtools_checkpoints as docs/evidence.md says, and grant INSERT and"
            " SELECT on it.",
        ) from None


def _insert(connection: Connection, files: DatabaseFiles, log: Log) -> None:
    newest = text_of(log.checkpoint)
    row = connection.execute(_NEWEST, (newest.origin,)).fetchone()
    if row is not None:
        place = f"the checkpoint of size {row[0]} in the second database"
        check_continues(place, text_of(notes.with_dashes(row[1]).encode()), files, newest)
    note = log.checkpoint.decode()
    if connection.info.parameter_status("server_encoding") not in ("UTF8", "SQL_ASCII"):
        note = notes.without_dashes(note)
    connection.execute(_ADD, (newest.origin, newest.size, note))
