"""The kinds of KMS. One private module each; ``provider_for`` is the registry."""

from kwruntime.config import Entry, provider_entry
from kwruntime.errors import ProviderRefused
from kwruntime.providers._base import DirectProvider, KeyDescription, KeyName, Provider, WrapItem
from kwruntime.providers._local import LocalProvider

__all__ = [
    "DirectProvider",
    "KeyDescription",
    "KeyName",
    "Provider",
    "WrapItem",
    "provider_for",
    "suite_of",
]

_made: dict[str, tuple[Entry, Provider]] = {}
_SUITES = {"local": LocalProvider.suite, "wrapper": DirectProvider.suite}


def suite_of(kind: str) -> str:
    """Return how legs under a kind of provider are wrapped; needs no provider to be there."""
    return _SUITES.get(kind, "")


def provider_for(name: str, kind: str) -> Provider:
    """Return the provider that the server's provider file names; raises ``ProviderError``."""
    if kind == "local":
        entry = provider_entry(name, kind)
        made = _made.get(name)
        if made is None or made[0] is not entry:  # the file was read again
            made = _made[name] = entry, LocalProvider.from_entry(name, entry)
        return made[1]
    raise ProviderRefused(
        f"provider {name!r} is of kind {kind!r}, which this version cannot use",
        hint="See kw.version().",
    )
