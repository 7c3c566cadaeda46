"""The changes of the events of a log, compared with what its entries name. Runs as the owner.

They are read a few events at a time: a batch of events can have more than memory holds.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kwshared.tlog.compact_range import CompactRange

from kwruntime.admin import log_entries, sealing
from kwruntime.admin.log_entries import Said
from kwruntime.batches import by_size
from kwruntime.call import Call
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.store import states
from kwruntime.store.logs import Log

_PAGE = 1000


class Entry(NamedTuple):
    """An entry of the log, and the changes of its event."""

    place: int
    said: Said
    tree: CompactRange
    """The tree that it is the last entry of."""
    changes: bytes | None
    is_same: bool
    """Whether the changes are those that the entry names."""


def after(call: Call, log: Log, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the changes of the events after an entry that have any, with the entries of these."""
    last = place
    while found := call.execute(states.CHANGE_SIZES, log.id, last, log.size, _PAGE):
        check_interrupts()
        last = found[-1]["leaf_index"]
        sizes = ((row["leaf_index"], row["size"]) for row in found if row["size"] is not None)
        for leaves in by_size(sizes, sealing.BYTES_AT_ONCE):
            for row in call.execute(states.CHANGES, log.id, leaves):
                yield row["leaf_index"], row["changes"]


def compared(call: Call, log: Log, place: int, *, with_changes: bool = True) -> Iterator[Entry]:
    """Yield the entries from a place on, as ``log_entries.since`` does, with changes after it."""
    changed = after(call, log, place) if with_changes else iter(())
    following = next(changed, None)
    for index, said, tree in log_entries.since(call, log, place):
        changes = None
        if following is not None and following[0] == index:
            changes, following = following[1], next(changed, None)
        is_same = (
            index == place
            or not with_changes
            or log_entries.root_of(changes) == said.get("changes_root")
        )
        yield Entry(index, said, tree, changes, is_same)
