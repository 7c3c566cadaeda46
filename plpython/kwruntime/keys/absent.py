"""Providers that a call does without: a drill, as if a KMS were gone.

They are not asked. What they opened before is not used either: a drill has branch keys and private
keys of its own.
"""

from kwruntime.call import Call
from kwruntime.errors import ProviderUnreachable
from kwruntime.session import Epoch, Lifetime
from kwruntime.store.kms_keys import KmsKey


class ProviderAbsent(ProviderUnreachable):
    """The provider is one that the call does without."""


class Absent:
    """The providers that a call does without, by name. Most calls do without none."""

    def __init__(self, _: Lifetime) -> None:
        self.providers: frozenset[str] = frozenset()


class DrillKeys:
    """What drills opened in this epoch: that of the last one, by the providers it did without."""

    def __init__(self, epoch: Epoch) -> None:
        self._epoch = epoch
        self._absent: frozenset[str] = frozenset()
        self._opened = epoch

    def without(self, absent: frozenset[str]) -> Epoch:
        """Return the lifetime of what is opened without these providers."""
        if absent != self._absent:
            self._absent = absent
            self._opened = Epoch(self._epoch.number, self._epoch.settings)
        return self._opened


def is_drill(call: Call) -> bool:
    """Return whether a call does without some provider."""
    return bool(call.of(Absent).providers)


def opened_keys(call: Call) -> Epoch:
    """Return the lifetime of the branch keys and private keys that a call may use."""
    absent = call.of(Absent).providers
    return call.epoch.of(DrillKeys).without(absent) if absent else call.epoch


def check_there(call: Call, kms_key: KmsKey) -> None:
    """Raise ``ProviderAbsent`` for a key of a provider that the call does without."""
    if kms_key.provider in call.of(Absent).providers:
        raise ProviderAbsent(f'provider "{kms_key.provider}" counts as gone')
