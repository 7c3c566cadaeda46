"""What a KMS does for a wrapper's leg. Bytes in, bytes out; each kind is a private module."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any, NamedTuple

from kwruntime.crypto.envelope import (
    DIRECT_OVERHEAD,
    DIRECT_WRAP,
    LEG_KEY_BYTES,
    LEG_KEY_WRAP,
    Keks,
    LegKeyWrap,
    direct_unwraps,
    direct_wraps,
    leg_key_open,
    leg_key_seal,
)
from kwruntime.crypto.formats import FORMAT_1, Format
from kwruntime.errors import (
    Conflict,
    ContextRefused,
    CredentialsRefused,
    KeyChanged,
    KeyLost,
    NotAuthentic,
    ProviderError,
    ProviderUnreachable,
    Throttled,
    WrongAnswer,
)

SEALS_ONLY = (
    "Decrypt where the private key is, or use kw.rotate to give the binding a new key for writing."
)
"""The hint where only the public key of a KEM key is at hand."""


class KeyName(NamedTuple):
    """A key in its KMS: what it is called, and the immutable id it had when registered."""

    reference: str
    external_id: str | None


class KeyDescription(NamedTuple):
    """What a KMS says of a key."""

    external_id: str | None
    algorithm: str | None
    public_key: bytes | None = None
    """Of a KEM key or a signing key."""

    is_checked: bool = True
    """Whether another key under the same id would be noticed."""

    material: str | None = None
    """What two names of one key have in common, where it can be told; never the key."""

    origin: str | None = None
    """What is told of its material that makes it possible that another KMS has it, too."""


class WrapItem(NamedTuple):
    """One wrapper's part: the body to wrap, or the wrap to open, and its context as AAD."""

    wrapper: bytes
    """The 16 bytes of its wrapper_uuid; of a KEM key's private key, those of its key_uuid."""

    data: bytes
    context: bytes
    form: Format = FORMAT_1
    """The format of the wrapper. Private keys are wrapped as by the first."""

    def __repr__(self) -> str:
        return f"WrapItem({self.wrapper.hex()})"


class Provider(ABC):
    """One KMS. Batches go in one call, so that a remote one costs one round trip.

    Whatever fails for a key as a whole is raised as a ``ProviderError``; what fails for
    one item of an opening stands in its place in the result.
    """

    name: str
    """What the provider file calls it."""

    suite: str
    """How its legs are wrapped, as contexts and crypto_suite name it."""

    location: str | None = None
    """Where it is, for people to read."""

    opens_copies: bool = True
    """Whether a copy of a key's material opens what the key wrapped, under whatever name."""

    items_of_a_call: int = 1
    """How many items of a batch it sends in one request."""

    tenant: str | None = None
    """Its project, tenant or namespace, for people to read."""

    @abstractmethod
    def probe(self) -> None:
        """Reach it, and have our credentials accepted; raises ``ProviderError``."""

    def check_reference(self, reference: str) -> None:  # noqa: B027  # most take any
        """Raise ``BadArgument`` where a key cannot be called so."""

    @abstractmethod
    def describe(self, reference: str) -> KeyDescription:
        """Look a key up."""

    def is_same(self, recorded: str | None, found: str | None) -> bool:
        """Return whether an id that a key has now is the one it had when it was registered."""
        return recorded == found

    def check_same(self, key: KeyName) -> None:  # noqa: B027  # where references are never reused
        """Raise ``KeyChanged`` where another key was made under the reference since.

        Wraps go by the reference in some KMSs: there it must be the key that was registered.
        """

    def depends_on(self) -> str | None:  # most tell nothing
        """Return the KMS that its keys also depend on, as it reports; raises ``ProviderError``."""
        return None

    def check_files(self) -> None:  # noqa: B027  # most have none
        """Raise ``ProviderError`` where what the entry names cannot work; reaches nothing."""

    @abstractmethod
    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key; raises ``Conflict`` where one of that name exists."""

    def create_for(self, database: str, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key for a database, which has none of that name registered.

        Where the KMS can tell that a transaction of that database made it and was rolled back,
        the key is taken up instead of raising ``Conflict``.
        """
        return self.create(reference, algorithm)

    def leftovers(self) -> list[str]:
        """Name what writers that were killed left here, and who runs the KMS should remove."""
        return []

    @abstractmethod
    def body_bytes(self, wrap: bytes) -> int:
        """Return the length of what a wrap of this length holds, in bytes."""

    @abstractmethod
    def wrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Wrap each body."""

    @abstractmethod
    def unwrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Open each wrap."""

    def check_wraps(self, key: KeyName, items: Sequence[WrapItem], wraps: Sequence[bytes]) -> None:
        """Open wraps that were just made of items; raises ``WrongAnswer`` where one differs."""
        made = [item._replace(data=wrap) for item, wrap in zip(items, wraps, strict=True)]
        opened = self.unwrap_many(key, made)
        if opened != [item.data for item in items]:
            raise _does_not_open(key)

    def private_key(self, key: KeyName, algorithm: str) -> Any:
        """Return the private key of a KEM key that is held here; raises ``ProviderError``."""
        raise KeyLost(
            f'the private key of "{key.reference}" is not available: only its public key is',
            hint=SEALS_ONLY,
        )


class DirectProvider(Provider):
    """A provider whose key-encrypting keys the server itself holds."""

    suite = DIRECT_WRAP

    @abstractmethod
    def keks(self, key: KeyName) -> Keks:
        """Return the key-encrypting keys of a key."""

    def body_bytes(self, wrap: bytes) -> int:
        """Return the length of what a wrap of this length holds, in bytes."""
        return max(len(wrap) - DIRECT_OVERHEAD, 0)

    def wrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Wrap each body."""
        return direct_wraps(self.keks(key), items)

    def unwrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Open each wrap."""
        return list(direct_unwraps(self.keks(key), items))


class RemoteProvider(Provider):
    """A provider whose key-encrypting keys stay in their KMS.

    The KMS wraps a fresh leg key of 32 bytes for each leg, and the leg key seals the body.
    So whatever a KMS can bind, and however little it can encrypt, every leg is bound to its
    whole context.
    """

    suite = LEG_KEY_WRAP

    @abstractmethod
    def wrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Have the KMS wrap each item's data, a leg key of 32 bytes. Raises ``ProviderError``."""

    @abstractmethod
    def unwrap_keys(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Have the KMS open each item's data, a wrapped leg key.

        What fails for the key as a whole is raised, what fails for one item stands in its place.
        """

    def body_bytes(self, wrap: bytes) -> int:
        """Return the length of what the wrap holds, in bytes; 0 where it has no known form."""
        return max(0, LegKeyWrap.body_bytes(wrap))

    def wrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes]:
        """Wrap each body, and have the KMS open each leg key again.

        A KMS that gives back anything else than it was given would lose what is wrapped.
        """
        leg_keys = [item._replace(data=os.urandom(LEG_KEY_BYTES)) for item in items]
        wrapped = self.wrap_keys(key, leg_keys)
        opened = self.unwrap_keys(
            key,
            [item._replace(data=data) for item, data in zip(items, wrapped, strict=True)],
        )
        wraps = []
        for item, leg_key, data, found in zip(items, leg_keys, wrapped, opened, strict=True):
            if isinstance(found, ProviderError):
                raise found
            if not compare_digest(found, leg_key.data):
                raise WrongAnswer(
                    f'provider "{self.name}" did not give back, under "{key.reference}", '
                    "the key that it had just wrapped",
                    hint="Nothing was stored. Check that KMS before you trust it again.",
                )
            sealed = leg_key_seal(item.form, leg_key.data, item.data, item.context)
            if self._open(found, LegKeyWrap(data, sealed), item) != item.data:
                raise _does_not_open(key)
            wraps.append(LegKeyWrap(data, sealed).pack())
        return wraps

    def check_wraps(self, key: KeyName, items: Sequence[WrapItem], wraps: Sequence[bytes]) -> None:
        """Do nothing: ``wrap_many`` has opened them, and the KMS the leg keys."""

    def unwrap_many(self, key: KeyName, items: Sequence[WrapItem]) -> list[bytes | ProviderError]:
        """Open each wrap. The KMS is not asked for one that has no known form."""
        parts = [_parts(item.data) for item in items]
        asked = [
            item._replace(data=part.wrapped_key)
            for item, part in zip(items, parts, strict=True)
            if isinstance(part, LegKeyWrap)
        ]
        leg_keys = iter(self.unwrap_keys(key, asked) if asked else ())
        return [
            self._open(next(leg_keys), part, item) if isinstance(part, LegKeyWrap) else part
            for item, part in zip(items, parts, strict=True)
        ]

    def check_free(self, reference: str, look_up: Callable[[], object]) -> None:
        """Raise ``Conflict`` unless looking a key up raises ``KeyLost``."""
        try:
            look_up()
        except KeyLost:
            return
        raise Conflict(
            f'key "{reference}" already exists in provider "{self.name}"',
            hint="Register it with kw.add_kms_key, or use if_not_exists => true.",
        )

    def lost(self, reference: str) -> KeyLost:
        """Return the error for a key that does not exist."""
        return KeyLost(
            f'provider "{self.name}" has no key "{reference}"',
            hint="Restore it there from a backup if it was deleted.",
        )

    def changed(self, reference: str) -> KeyChanged:
        """Say that the reference names another key now."""
        return KeyChanged(
            f'provider "{self.name}" has another key "{reference}" than the one that was '
            "registered: it was deleted and made again",
            hint="Restore the registered key there from a backup. The new key cannot open "
            "what that key wrapped.",
        )

    def context_refused(self, reference: str) -> ContextRefused:
        """Say that the KMS does not open a wrap."""
        return ContextRefused(
            f'provider "{self.name}": key "{reference}" cannot open this wrap in this context'
        )

    def credentials_refused(self, reference: str | None, hint: str) -> CredentialsRefused:
        """Say that the KMS does not let us in, or not to a key."""
        return CredentialsRefused(
            f'provider "{self.name}" does not accept our credentials'
            + (f', or their rights on key "{reference}"' if reference else ""),
            hint=hint,
        )

    def throttled(self) -> Throttled:
        """Say that the KMS takes no more requests for now."""
        return Throttled(f'provider "{self.name}" accepts no more requests for now')

    def out_of_service(self, said: object) -> ProviderUnreachable:
        """Say that the KMS answers, but cannot work; ``said`` is a status or reason."""
        return ProviderUnreachable(f'provider "{self.name}" is not available: {said}')

    def wrong_answer(self) -> WrongAnswer:
        """Say that an answer has no known form."""
        return WrongAnswer(f'provider "{self.name}" returned an answer of unknown form')

    def _open(
        self, leg_key: bytes | ProviderError, part: LegKeyWrap, item: WrapItem
    ) -> bytes | ProviderError:
        if isinstance(leg_key, ProviderError):
            return leg_key
        try:
            return leg_key_open(item.form, leg_key, part.sealed, item.context)
        except WrongAnswer as error:
            return WrongAnswer(f'provider "{self.name}": {error.message}')


def _does_not_open(key: KeyName) -> WrongAnswer:
    return WrongAnswer(
        f'a new wrap under "{key.reference}" does not open',
        hint="Nothing was stored. Check the memory of the server.",
    )


def _parts(wrap: bytes) -> LegKeyWrap | ProviderError:
    try:
        return LegKeyWrap.unpack(wrap)
    except NotAuthentic as error:
        return error
