"""Verification of the logs of several incarnations of a deployment, and of what links them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kwshared.tlog.text import FormatError

from kwtools import audit_database, audit_exporting
from kwtools.audit_database import DatabaseFiles
from kwtools.audit_verifying import Verification
from kwtools.connections import Connection
from kwtools.errors import BadUsage
from kwtools.evidence import incarnations
from kwtools.evidence.checkpoints import Checkpoint, Trust
from kwtools.evidence.tile_files import Folder


class Export(NamedTuple):
    """An export of a log, with its checkpoint."""

    folder: Path
    note: bytes


def verified(
    exports: Sequence[Export], trusts: Mapping[str, Trust], older: Sequence[tuple[str, bytes]]
) -> list[Verification]:
    """Verify exports, the newest incarnation first: each one says what the one before was."""
    by_log: dict[str, Export] = {}
    for export in exports:
        origin = _origin(export.note) or str(export.folder)
        if origin in by_log:
            raise BadUsage(f"{export.folder} is of the same log as {by_log[origin].folder}")
        by_log[origin] = export
    newest_first = _newest_first(by_log)
    kept = _by_log(older, newest_first)
    claims: dict[str, list[Checkpoint]] = {}
    found: list[Verification] = []
    for origin in newest_first:
        trust = trusts.get(origin) or next(iter(trusts.values()))
        work = Verification(trust, after=found[-1] if found else None)
        export = by_log[origin]
        work.run(Folder(export.folder), export.note, kept.get(origin, ()), claims.get(origin, ()))
        if work.acknowledged is not None:
            said = work.acknowledged.checkpoint, work.acknowledged.restored
            claims.setdefault(said[0].origin, []).extend(said)
        if found and origin not in claims:
            work.add(f"{origin} is not the log before one that is given: verify it alone")
        found.append(work)
    return found


def in_database(
    connection: Connection,
    trusts: Mapping[str, Trust],
    older: Sequence[tuple[str, bytes]],
    export: Export | None,
) -> list[Verification]:
    """Verify the logs of a database, the newest incarnation of which a key is given first.

    Its first entry proves what the restored database had of the log before, without a key of that
    one. ``export``: of the newest one, in place of the database's entries.
    """
    newest_first = _newest_first(trusts)
    kept = _by_log(older, newest_first)
    newest = Verification(trusts[newest_first[0]], connection)
    if export is None:
        log = audit_database.find(connection, newest.origin)
        newest.run(DatabaseFiles(connection, log), log.checkpoint, kept.get(newest.origin, ()))
    else:
        newest.run(Folder(export.folder), export.note, kept.get(newest.origin, ()))
    found = [newest]
    while (restore := found[-1].acknowledged) is not None:
        origin = restore.restored.origin
        work = Verification(trusts.get(origin), connection, origin=origin, after=found[-1])
        notes = list(kept.get(origin, ()))
        log_before = audit_database.named(connection, origin)
        if log_before is None:
            work.add(f"the database does not have the log {origin}")
        else:
            if log_before.checkpoint and work.trust is not None:
                notes.append(("kw.log_checkpoints", log_before.checkpoint))
            work.run_restored(DatabaseFiles(connection, log_before), restore.restored, notes)
        found.append(work)
    verified = [work.origin for work in found]
    for origin in newest_first:
        if origin not in verified:
            newest.add(f"{origin} is not a log before {newest.origin}: verify it alone")
    for other, log_id, count in audit_database.in_other_logs(connection, verified):
        newest.add(
            f"{count} events say that they are in log {log_id}, which does not exist"
            if other is None
            else f"{count} events are in the log {other}, which was not verified: give its keys"
        )
    return found


def _newest_first(origins: Iterable[str]) -> list[str]:
    return sorted(origins, key=lambda one: incarnations.number_of(one) or 0, reverse=True)


def _by_log(
    older: Sequence[tuple[str, bytes]], newest_first: Sequence[str]
) -> dict[str, list[tuple[str, bytes]]]:
    """Return checkpoints that were kept, by log; those of others with those of the newest one."""
    kept: dict[str, list[tuple[str, bytes]]] = {}
    for name, note in older:
        origin = _origin(note)
        kept.setdefault(origin if origin in newest_first else newest_first[0], []).append(
            (name, note)
        )
    return kept


def _origin(note: bytes) -> str:
    """Return which log a checkpoint says that it is of; an empty text if it cannot be read."""
    try:
        return audit_exporting.text_of(note).origin
    except FormatError:
        return ""
