"""The kinds of KMS. One private module each; ``provider_for`` is the registry."""

from kwruntime.config import provider_entry
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

_SUITES = {"local": LocalProvider.suite, "wrapper": DirectProvider.suite}


def suite_of(kind: str) -> str:
    """Return how legs under a kind of provider are wrapped; needs no provider to be there."""
    return _SUITES.get(kind, "")


def provider_for(name: str, kind: str) -> Provider:
    """Return the provider that the server's provider file names; raises ``ProviderError``."""
    if kind == "local":
        return LocalProvider.from_entry(name, provider_entry(name, kind))
    raise ProviderRefused(
        f"provider {name!r} is of kind {kind!r}, which this version cannot use",
        hint="See kw.version().",
    )
