"""What comes out of a wrapper, and what goes into one."""

from binascii import unhexlify
from typing import NamedTuple
from uuid import UUID

from kwruntime.crypto import envelope
from kwruntime.crypto.envelope import DekClass, Payload
from kwruntime.crypto.formats import Format
from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.layers import NO_LAYERS, Layers, Sealed


class Opened(NamedTuple):
    """An opened wrapper: its payload, prk, the keys that opened it, and its layers, if any."""

    packed: bytes
    prk: Prf
    keys: tuple[int, ...]
    sealed: Sealed | None

    def __repr__(self) -> str:
        return "Opened(…)"

    @property
    def form(self) -> Format:
        """Its format."""
        return envelope.form_of(self.packed)

    @property
    def payload(self) -> Payload:
        """Its payload, which was checked when it was opened."""
        return Payload.unpack(self.packed)


class PendingWrapper(NamedTuple):
    """A wrapper to be wrapped: its name, payload, and the versions of its legs."""

    name: str
    """Its wrapper_uuid."""
    wrapper: bytes
    """The 16 bytes of that."""
    packed: bytes
    """The payload, which was checked or made here."""
    dek_class: DekClass
    versions: tuple[int, ...]
    prk: Prf
    commitment: bytes
    sealed: Sealed | None
    """The payload behind layers, where it has some."""

    def __repr__(self) -> str:
        return f"PendingWrapper({self.name})"

    @classmethod
    def of(
        cls,
        name: str,
        packed: bytes,
        dek_class: DekClass,
        versions: tuple[int, ...],
        sealed: Sealed | None = None,
    ) -> "PendingWrapper":
        """Make it of a payload."""
        wrapper, prk = unhexlify(name.replace("-", "")), envelope.prk_of(packed)
        commitment = envelope.commitment(envelope.form_of(packed), prk, wrapper)
        return cls(name, wrapper, packed, dek_class, versions, prk, commitment, sealed)

    @property
    def form(self) -> Format:
        """Its format, which it keeps."""
        return envelope.form_of(self.packed)

    @property
    def uuid(self) -> UUID:
        """Its wrapper_uuid."""
        return UUID(bytes=self.wrapper)

    @property
    def layers(self) -> Layers:
        """Its layers, often none."""
        return self.sealed.layers if self.sealed else NO_LAYERS


class Wrapped(NamedTuple):
    """What to store of a new or renewed wrapper."""

    wraps: list[bytes | None]
    """Null for a leg that keeps the wrap that it has."""
    suite: str
