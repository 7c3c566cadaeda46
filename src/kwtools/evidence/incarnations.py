"""Incarnations of a deployment: how the log of one says which log was before it (format.md)."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kwtools.evidence.checkpoints import Checkpoint
from kwtools.evidence.lines import BadForm, decimal, decoded
from kwtools.evidence.merkle import HASH_BYTES

ACTION = "acknowledge_restore"
"""The action of the event that is the first entry of each log but that of incarnation 0."""

_ORIGIN = re.compile(r"(.+/kwtools/[^/]+)/([0-9]{1,18})")


class Acknowledged(NamedTuple):
    """A restore, as the log after it says."""

    checkpoint: Checkpoint
    """The last one of the log before that was kept outside."""
    restored: Checkpoint
    """What the restored database had of that log."""
    reason: str

    @property
    def lost(self) -> int:
        """How many entries of the log before the restored database did not have."""
        return max(0, self.checkpoint.size - self.restored.size)


def number_of(origin: str) -> int | None:
    """Return the incarnation that a log is of; null if its origin is not one of kwtools."""
    found = _ORIGIN.fullmatch(origin)
    return found and int(found[2])


def read(event: Mapping[str, Any], origin: str) -> Acknowledged:
    """Return the restore after which a log begins, out of its first entry; raises ``BadForm``."""
    details = event.get("details")
    if event.get("action") != ACTION or not isinstance(details, dict):
        raise BadForm("it does not acknowledge a restore")
    found = Acknowledged(
        _checkpoint(details.get("checkpoint")),
        _checkpoint(details.get("restored")),
        str(details.get("reason")),
    )
    before, after = (_ORIGIN.fullmatch(one) for one in (found.checkpoint.origin, origin))
    if before is None or after is None or before[1] != after[1] or int(before[2]) >= int(after[2]):
        raise BadForm("the log that it continues is not of an earlier incarnation")
    if found.restored.origin != found.checkpoint.origin:
        raise BadForm("it names two logs before it")
    return found


def _checkpoint(said: object) -> Checkpoint:
    if not isinstance(said, dict):
        raise BadForm("it does not name a checkpoint")
    size, root = decimal(str(said.get("size")).encode()), decoded(str(said.get("root")).encode())
    if len(root) != HASH_BYTES:
        raise BadForm("it names a root hash of a wrong length")
    return Checkpoint(str(said.get("origin")), size, root)
