"""The entries of the log, read with the proof that its tree has them. Runs as the owner."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from kwshared.changes import BadChanges, changes_root
from kwshared.tlog.compact_range import CompactRange
from kwshared.tlog.merkle import leaf_hash
from kwshared.tlog.tile_tree import TileTree

from kwruntime.admin import sealing
from kwruntime.call import Call
from kwruntime.errors import NotAuthentic
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.store import logs
from kwruntime.store.logs import Log

_PAGE = 1000

Said = dict[str, Any]
"""The members of an entry."""


def newest(call: Call, log: Log, size: int, actions: Collection[str]) -> tuple[int, Said] | None:
    """Return the last of the first entries that is of some actions, with its place.

    Nothing is proved of it: that takes ``since`` of its place.
    """
    marks = [f'"action":"{action}"'.encode() for action in actions]
    end = size
    while rows := call.execute(logs.ENTRIES_BEFORE, log.id, log.first_entry, end, _PAGE):
        check_interrupts()
        for row in rows:
            data = row["entry"] or b""
            # An entry in another spelling is not of the tree.
            found = said(data) if any(mark in data for mark in marks) else {}
            if found.get("action") in actions:
                return row["leaf_index"], found
        end = rows[-1]["leaf_index"]
    return None


def since(call: Call, log: Log, place: int) -> Iterator[tuple[int, Said, CompactRange]]:
    """Yield the entries from a place on, each with the tree that it is the last entry of.

    Raises ``NotAuthentic`` at the end if the tree is not that of the log.
    """
    is_there = 0 <= place < log.size or place == log.size == 0
    before = place if is_there else 0
    tree = CompactRange(before, b"".join(_heads(sealing.tree_of(call, log, log.size), before)))
    for index, data in _entries(call, log, place):
        if index != tree.size or data is None:
            break
        tree.append(leaf_hash(data))
        yield index, said(data), tree
    if not is_there or tree.size != log.size or tree.heads != log.heads:
        raise NotAuthentic(
            f"entries of the log after {place} are not those of its tree",
            hint="Its tables were changed. Compare them with an export of the log: "
            "kwtools audit verify.",
        )


def said(data: bytes | None) -> Said:
    """Return the members of an entry; none of what no function has written."""
    try:
        found = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or not isinstance(found.get("action", ""), str):
        return {}
    details = found.get("details")
    return found if isinstance(details, dict) else found | {"details": {}}


def _entries(call: Call, log: Log, start: int) -> Iterator[tuple[int, bytes | None]]:
    while True:
        check_interrupts()
        rows = call.execute(logs.ENTRIES, log.id, start, start + _PAGE - 1)
        for row in rows:
            yield row["leaf_index"], row["entry"]
        if len(rows) < _PAGE:
            return
        start += _PAGE


def _heads(tree: TileTree, size: int) -> Iterator[bytes]:
    """Yield the heads of the complete subtrees of the first leaves, the largest first."""
    start = 0
    while start < size:
        end = start + (1 << (size - start).bit_length() - 1)
        yield tree.head(start, end)
        start = end


def root_of(changes: bytes | None) -> str | None:
    """Return the root hash of changes, as an entry has it; of what is none a text without hash."""
    try:
        return None if changes is None else changes_root(changes).hex()
    except BadChanges as error:
        return str(error)
