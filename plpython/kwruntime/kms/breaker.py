"""The circuit breaker: a KMS that has just failed is not asked again for a short time.

Kept by the session. Only a leg that another can stand in for is skipped.
"""

from time import monotonic
from typing import NamedTuple

from kwruntime.errors import KwError, ProviderUnreachable
from kwruntime.kms.provider_file import Configuration, Entry
from kwruntime.session import Session

_FIRST_SECONDS = 5.0
_MOST_SECONDS = 60.0


class Skipped(ProviderUnreachable):
    """The provider was not asked, because it has just failed."""


class _Open(NamedTuple):
    until: float
    seconds: float
    entry: Entry | None
    """What the provider file said of it: another address has not failed."""


class Breakers:
    """The providers that have just failed this session, by name."""

    def __init__(self, session: Session) -> None:
        self._configuration = session.of(Configuration)
        self._open: dict[str, _Open] = {}

    def skip(self, provider: str) -> Skipped | None:
        """Return why a provider is not to be asked now, or null where it is."""
        found = self._open.get(provider)
        if found is None or monotonic() >= found.until or found.entry != self._entry(provider):
            return None
        return Skipped(
            f'provider "{provider}" failed recently and is not retried for {found.seconds:g} s'
        )

    def failed(self, provider: str) -> None:
        """Note that a provider failed: it is skipped for 5 s, and twice as long after each try."""
        found = self._open.get(provider)
        seconds = _FIRST_SECONDS if found is None else min(found.seconds * 2, _MOST_SECONDS)
        self._open[provider] = _Open(monotonic() + seconds, seconds, self._entry(provider))

    def answered(self, provider: str) -> None:
        """Note that a provider is there."""
        self._open.pop(provider, None)

    def _entry(self, provider: str) -> Entry | None:
        try:
            file = self._configuration.providers_file()
            found = self._configuration.load(file).get("providers", {}).get(provider)
        except KwError:  # who asks the provider says why
            return None
        return found if isinstance(found, dict) else None
