"""Branch keys: key-encrypting keys that are expanded from a wrapper's DEK, kept for a time."""

import os
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import DekClass, Keks
from kwruntime.errors import KwError, NotAuthentic, ProviderRefused
from kwruntime.keys.absent import is_drill, opened_keys
from kwruntime.keys.failures import as_provider_error, warn_of_late_use
from kwruntime.keys.graph import MAX_DEPTH
from kwruntime.keys.opened import Opened
from kwruntime.kms.providers import DirectProvider, KeyDescription, KeyName
from kwruntime.session import Epoch
from kwruntime.store import key_wrappers
from kwruntime.store.key_wrappers import WrapperRow

_RENEW_AT = (0.8, 1.0)  # of cache_seconds; drawn, so that sessions do not ask a KMS again together
_LATE_AGAIN_SECONDS = 5.0  # between two tries to renew a branch key that is used late

OpenBranch = Callable[[WrapperRow, tuple[UUID, ...]], Opened | KwError]
"""Opens the wrapper of a branch beneath the branches whose uuids are given."""


def seconds_to_keep(call: Call) -> float:
    """Return how long a key that was just opened may be kept."""
    first, last = _RENEW_AT
    drawn = int.from_bytes(os.urandom(2), "big") / 0xFFFF  # random takes 1 ms to load
    return call.settings["cache_seconds"] * (first + (last - first) * drawn)


class _Branch(NamedTuple):
    """An opened branch key."""

    expires: float
    renewal_was_due: float
    keks: Keks

    def __repr__(self) -> str:
        return "_Branch(…)"


class BranchKeys:
    """The branch keys that were opened in this epoch, by the wrapper_uuid of the branch."""

    def __init__(self, epoch: Epoch) -> None:
        self.kept: Cache[str, _Branch] = Cache(epoch.settings["cache_keys"])

    def is_fresh(self, reference: str) -> bool:
        """Whether a branch key serves without its KMS being asked."""
        held = self.kept.get(reference)
        return held is not None and monotonic() < held.expires


class BranchProvider(DirectProvider):
    """Provider ``wrapper``: the key-encrypting key is expanded from a wrapper's DEK."""

    name = "wrapper"

    def __init__(self, call: Call, above: tuple[UUID, ...], open_branch: OpenBranch) -> None:
        self._call = call
        self._above = above
        self._open = open_branch
        self._keys = opened_keys(call).of(BranchKeys)

    def probe(self) -> None:
        """Nothing to reach: branches are rows of this database."""

    def describe(self, reference: str) -> KeyDescription:
        """Not asked for: branches are made by kw.create_kms_key."""
        raise ProviderRefused("a branch cannot be registered")

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Not asked for: making a branch needs a policy."""
        raise ProviderRefused("creating a branch requires a policy")

    def keks(self, key: KeyName) -> Keks:
        """Return the KEKs of a branch, opening its wrapper at most once in its time."""
        reference = key.reference
        held, now = self._keys.kept.get(reference), monotonic()
        if held is not None and now < held.expires:
            return held.keks
        row = self._row(reference)
        opened = self._open(row, (*self._above, row.uuid))
        if isinstance(opened, KwError):
            if held is None or not opened.is_outage or not self._may_be_used_late(held, now):
                raise as_provider_error(opened)
            warn_of_late_use(self._call, row.uuid, opened)
            again = monotonic() + _LATE_AGAIN_SECONDS  # the try may have taken longer than that
            self._keys.kept.put(reference, held._replace(expires=again))
            return held.keks
        keks = envelope.branch_keks(opened.prk, row.uuid)
        expires = now + seconds_to_keep(self._call)
        self._keys.kept.put(reference, _Branch(expires, expires, keks))
        return keks

    def _row(self, reference: str) -> WrapperRow:
        rows = self._call.execute(key_wrappers.WRAPPERS_BY_UUID, [reference])
        if not rows:
            raise ProviderRefused(f"branch {reference} does not exist")
        row = WrapperRow.of(rows[0])
        if row.uuid in self._above or len(self._above) >= MAX_DEPTH:
            raise NotAuthentic(
                f"branch {row.uuid} is part of a cycle or more than {MAX_DEPTH} deep"
            )
        if row.dek_class is not DekClass.BRANCH:
            raise NotAuthentic(f"wrapper {row.uuid} is not a branch")
        return row

    def _may_be_used_late(self, held: _Branch, now: float) -> bool:
        """Whether an admin's grace lets it serve while the KMS above it is not there."""
        if is_drill(self._call):  # which asks whether it opens, not whether it did
            return False
        return now - held.renewal_was_due < self._call.settings["branch_grace_seconds"]
