"""The circuit breaker: a KMS that has just failed is not asked again for a short time.

Kept by the session. Only a leg that another can stand in for is skipped.
"""

from time import monotonic
from typing import NamedTuple

from kwruntime.config import Entry, load, providers_file
from kwruntime.errors import KwError, ProviderUnreachable

_FIRST_SECONDS = 5.0
_MOST_SECONDS = 60.0


class Skipped(ProviderUnreachable):
    """The provider was not asked, because it has just failed."""


class _Open(NamedTuple):
    until: float
    seconds: float
    entry: Entry | None
    """What the provider file said of it: another address has not failed."""


_open: dict[str, _Open] = {}


def skip(provider: str) -> Skipped | None:
    """Return why a provider is not to be asked now, or null where it is."""
    found = _open.get(provider)
    if found is None or monotonic() >= found.until or found.entry != _entry(provider):
        return None
    return Skipped(
        f"provider {provider!r} failed a moment ago and is not asked for {found.seconds:g} s"
    )


def failed(provider: str) -> None:
    """Note that a provider failed: it is skipped for 5 s, and twice as long after each try."""
    found = _open.get(provider)
    seconds = _FIRST_SECONDS if found is None else min(found.seconds * 2, _MOST_SECONDS)
    _open[provider] = _Open(monotonic() + seconds, seconds, _entry(provider))


def answered(provider: str) -> None:
    """Note that a provider is there."""
    _open.pop(provider, None)


def _entry(provider: str) -> Entry | None:
    try:
        found = load(providers_file()).get("providers", {}).get(provider)
    except KwError:  # who asks the provider says why
        return None
    return found if isinstance(found, dict) else None
