"""What a KMS does for a signing key: it holds the private key, and signs. Bytes in, bytes out.

Each kind that can has its signer in ``_<kind>_signer``. A KMS signs with the bare algorithm: what
a signature is bound to is part of the data. For ECDSA it is given a digest only.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from hashlib import sha256
from typing import ClassVar

from kwshared.algorithms import SIGNATURES, Signature

from kwruntime.crypto import signatures
from kwruntime.errors import BadArgument, KeyChanged, ProviderRefused
from kwruntime.kms.providers._base import KeyDescription, KeyName, RemoteProvider

ECDSA = "ECDSA-P-256"
ED25519 = "Ed25519"
_PINNED = re.compile(r"(.+)#[0-9a-f]{16}")
_PIN_DIGITS = 16


class Signer(ABC):
    """The signing keys of one KMS. Whatever fails is raised as a ``ProviderError``."""

    algorithms: ClassVar[tuple[str, ...]]
    """Those that it signs with, by their names in the catalogue."""

    max_bytes: ClassVar[int] = 16_000_000
    """How many bytes it takes to sign, where it is not given a digest."""

    def __init__(self, provider: RemoteProvider) -> None:
        self.provider = provider

    @abstractmethod
    def describe(self, reference: str) -> KeyDescription:
        """Look a key up; its id names one version of it, and its public key."""

    def registered(self, key: KeyName) -> KeyDescription:
        """Look a registered key up, in the version that was registered."""
        return self.describe(key.reference)

    @abstractmethod
    def create(self, reference: str, algorithm: str) -> KeyDescription:
        """Make a key of one of ``algorithms``; raises ``Conflict`` where one exists."""

    @abstractmethod
    def sign_many(
        self, key: KeyName, algorithm: Signature, data: Sequence[bytes]
    ) -> Sequence[bytes | None]:
        """Sign each with the version that was registered, in the form of our format.

        None for what is not a signature of that form.
        """

    def check_algorithm(self, algorithm: str) -> None:
        """Raise ``ProviderRefused`` where it does not sign with an algorithm."""
        if algorithm not in self.algorithms:
            raise ProviderRefused(
                f'provider "{self.provider.name}" does not sign with {algorithm}',
                hint=f"Use {' or '.join(self.algorithms)}, or kw.create_signing_key with a key "
                "that wraps: it seals a private key of any algorithm.",
            )

    def check_sizes(self, algorithm: Signature, data: Sequence[bytes]) -> None:
        """Raise ``BadArgument`` where the KMS takes less than is to be signed."""
        longest = max(map(len, data), default=0)
        if algorithm.name != ECDSA and longest > self.max_bytes:
            raise BadArgument(
                f'provider "{self.provider.name}" signs at most {self.max_bytes} bytes with '
                f"{algorithm.name}, not {longest}",
                hint="Sign its SHA-256 digest, in a context that says so.",
            )

    def described(self, place: str, algorithm: str, public: bytes | None) -> KeyDescription:
        """Return the description of a key; raises ``WrongAnswer`` where its public key is none."""
        try:
            signatures.check_public(SIGNATURES[algorithm], public or b"")
        except BadArgument:
            raise self.provider.wrong_answer() from None
        return KeyDescription(_pinned(place, public or b""), algorithm, public)

    def from_spki(self, place: str, algorithm: str, data: bytes) -> KeyDescription:
        """Return the description of a key whose public key is PEM or DER."""
        read = signatures.read_public(data)
        return self.described(place, algorithm, read[1] if read and read[0] == algorithm else None)

    def changed(self, reference: str) -> KeyChanged:
        """Say that the reference names another key now."""
        return KeyChanged(
            f'provider "{self.provider.name}" has another key "{reference}" than the one that was '
            "registered",
            hint="Restore the registered key there from a backup, or create a signing key of the "
            "new one.",
        )

    def not_a_signing_key(self, reference: str, kind: str) -> ProviderRefused:
        """Say that a key is of a type that does not sign here."""
        return ProviderRefused(
            f'key "{reference}" of provider "{self.provider.name}" is of type {kind}, '
            "which does not sign",
            hint=f"Use a key of {' or '.join(self.algorithms)}.",
        )


def _pinned(place: str, public: bytes) -> str:
    """Return the id of a signing key: where it is, and a digest of its public key."""
    return f"{place}#{sha256(public).hexdigest()[:_PIN_DIGITS]}"


def place_of(key: KeyName) -> str:
    """Return where a key was when it was registered: its id without the digest."""
    found = _PINNED.fullmatch(key.external_id or "")
    return found[1] if found else ""
