"""Verification of the exports of several incarnations of a deployment, and of what links them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kwshared.tlog.text import FormatError

from kwtools import audit_exporting
from kwtools.audit_verifying import Verification
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
    newest_first = sorted(by_log, key=lambda one: incarnations.number_of(one) or 0, reverse=True)
    kept: dict[str, list[tuple[str, bytes]]] = {}
    for name, note in older:
        origin = _origin(note)
        kept.setdefault(origin if origin in by_log else newest_first[0], []).append((name, note))
    claims: dict[str, list[Checkpoint]] = {}
    found: list[Verification] = []
    for origin in newest_first:
        work = Verification(trusts.get(origin) or next(iter(trusts.values())))
        export = by_log[origin]
        work.run(Folder(export.folder), export.note, kept.get(origin, ()), claims.get(origin, ()))
        if work.acknowledged is not None:
            said = work.acknowledged.checkpoint, work.acknowledged.restored
            claims.setdefault(said[0].origin, []).extend(said)
        if found and origin not in claims:
            work.add(f"{origin} is not the log before one that is given: verify it alone")
        found.append(work)
    return found


def _origin(note: bytes) -> str:
    """Return which log a checkpoint says that it is of; an empty text if it cannot be read."""
    try:
        return audit_exporting.text_of(note).origin
    except FormatError:
        return ""
