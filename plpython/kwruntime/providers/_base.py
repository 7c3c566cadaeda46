"""What a KMS does for a wrapper's leg. Bytes in, bytes out; each kind is a private module."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from kwruntime.envelope import DIRECT_OVERHEAD, DIRECT_WRAP, direct_unwrap, direct_wrap
from kwruntime.errors import ProviderError


class KeyName(NamedTuple):
    """A key in its KMS: what it is called, and the immutable id it had when registered."""

    reference: str
    external_id: str | None


class KeyDescription(NamedTuple):
    """What a KMS says of a key."""

    external_id: str | None
    algorithm: str | None


class WrapItem(NamedTuple):
    """One wrapper's part: the body to wrap, or the wrap to open, and its context as AAD."""

    wrapper: UUID
    data: bytes
    context: bytes

    def __repr__(self) -> str:
        return f"WrapItem({self.wrapper})"


class Provider(ABC):
    """One KMS. Batches go in one call, so that a remote one costs one round trip.

    Whatever fails for a key as a whole is raised as a ``ProviderError``; what fails for
    one item of an opening stands in its place in the result.
    """

    suite: str
    """How its legs are wrapped, as contexts and crypto_suite name it."""

    @abstractmethod
    def describe(self, reference: str) -> KeyDescription:
        """Look a key up."""

    @abstractmethod
    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key."""

    @abstractmethod
    def body_bytes(self, wrap: bytes) -> int:
        """Return the length of what a wrap of this length holds, in bytes."""

    @abstractmethod
    def wrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Wrap each body."""

    @abstractmethod
    def unwrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Open each wrap."""


class DirectProvider(Provider):
    """A provider whose key-encrypting keys the server itself holds."""

    suite = DIRECT_WRAP

    @abstractmethod
    def kek(self, key: KeyName) -> bytes:
        """Return the 32 bytes of the key-encrypting key."""

    def body_bytes(self, wrap: bytes) -> int:
        """Return the length of what a wrap of this length holds, in bytes."""
        return max(len(wrap) - DIRECT_OVERHEAD, 0)

    def wrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Wrap each body."""
        kek = self.kek(key)
        return [direct_wrap(kek, item.wrapper, item.data, item.context) for item in items]

    def unwrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Open each wrap."""
        kek = self.kek(key)
        opened: list[bytes | ProviderError] = []
        for wrapper, data, context in items:
            try:
                opened.append(direct_unwrap(kek, wrapper, data, context))
            except ProviderError as error:
                opened.append(error)
        return opened
