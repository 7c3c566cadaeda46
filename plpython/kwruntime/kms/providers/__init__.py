"""The kinds of KMS. One private module each; ``provider_for`` is the registry.

``signer_for`` is that of the kinds that hold signing keys.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kwruntime.crypto.envelope import DIRECT_WRAP, LEG_KEY_WRAP
from kwruntime.errors import ProviderRefused
from kwruntime.kms.provider_file import Configuration, Entry
from kwruntime.kms.providers._base import (
    DirectProvider,
    KeyDescription,
    KeyName,
    Provider,
    RemoteProvider,
    WrapItem,
)
from kwruntime.session import Session

if TYPE_CHECKING:
    from kwruntime.kms.providers._signer import Signer

__all__ = [
    "KINDS",
    "DirectProvider",
    "KeyDescription",
    "KeyName",
    "Provider",
    "RemoteProvider",
    "WrapItem",
    "provider_for",
    "signer_for",
    "suite_of",
]

_MODULES = {
    "local": "_local.LocalProvider",
    "vault": "_vault.VaultProvider",
    "aws": "_aws.AwsProvider",
    "gcp": "_gcp.GcpProvider",
    "azure": "_azure.AzureProvider",
    "pkcs11": "_pkcs11.Pkcs11Provider",
    "kmip": "_kmip.KmipProvider",
}
_SIGNERS = {
    "vault": "_vault_signer.VaultSigner",
    "aws": "_aws_signer.AwsSigner",
    "gcp": "_gcp_signer.GcpSigner",
    "azure": "_azure_signer.AzureSigner",
    "pkcs11": "_pkcs11_signer.Pkcs11Signer",
}
KINDS = (*_MODULES, "wrapper")
"""The kinds of provider that this version knows."""


def suite_of(kind: str) -> str:
    """Return how legs under a kind of provider are wrapped; needs no provider to be there."""
    return DIRECT_WRAP if kind in ("local", "wrapper") else LEG_KEY_WRAP


class Providers:
    """The providers that a session has used, each made again when its entry changes."""

    def __init__(self, session: Session) -> None:
        self._configuration = session.of(Configuration)
        self._made: dict[str, tuple[Entry, Provider]] = {}

    def named(self, name: str, kind: str) -> Provider:
        """Return the provider of a name, as the provider file has it now."""
        entry = self._configuration.provider_entry(name, kind)
        made = self._made.get(name)
        if made is None or made[0] != entry:
            made = self._made[name] = entry, made_of(name, kind, entry)
        return made[1]


def provider_for(session: Session, name: str, kind: str) -> Provider:
    """Return the provider that the server's provider file names; raises ``ProviderError``."""
    if kind not in _MODULES:
        raise ProviderRefused(
            f'provider "{name}" is of kind "{kind}", which this version does not support',
            hint="Check the version with kw.version().",
        )
    return session.of(Providers).named(name, kind)


def signer_for(session: Session, name: str, kind: str) -> "Signer":
    """Return what signs with the keys that a provider holds; raises ``ProviderError``."""
    if kind not in _SIGNERS:
        raise ProviderRefused(
            f'provider "{name}" of kind "{kind}" does not hold signing keys',
            hint="Use kw.create_signing_key with a key that wraps: it seals the private key.",
        )
    return signer_of(provider_for(session, name, kind), kind)


def signer_of(provider: Provider, kind: str) -> "Signer":
    """Make the signer of a provider of a kind that holds signing keys."""
    found: type[Any] = _imported(_SIGNERS[kind])  # few sessions sign
    signer: Signer = found(provider)
    return signer


def made_of(name: str, kind: str, entry: Entry) -> Provider:
    """Make a provider of its entry; raises ``ProviderRefused``."""
    try:  # imported only where it is used: what a kind needs may not be installed
        found: type[Any] = _imported(_MODULES[kind])
        provider: Provider = found.from_entry(name, entry)
    except ModuleNotFoundError as error:
        raise ProviderRefused(
            f'provider "{name}" of kind "{kind}" requires package {error.name}, which '
            "is not installed",
            hint=f"Run kwtools install --provider {kind} on the server.",
        ) from None
    return provider


def _imported(place: str) -> Any:
    module, class_name = place.split(".")
    return getattr(import_module(f"kwruntime.kms.providers.{module}"), class_name)
