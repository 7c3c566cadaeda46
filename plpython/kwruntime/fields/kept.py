"""The ciphers that a session keeps."""

from typing import NamedTuple

from kwruntime.crypto.field_cipher import FieldCipher

RowVersion = tuple[str, str, int]
"""Where a row stands (ctid), the transaction that wrote it (xmin), and its id."""


class Terms(NamedTuple):
    """The conditions of using a cipher. Ciphers that were opened together share them."""

    epoch: int
    expires: float
    """In seconds of ``monotonic()``."""
    keys: tuple[int, ...]
    """The KMS keys by which the wrapper was opened."""
    bound_as: str
    """The entity_table of the binding, which a rename of the table leaves as it is."""
    field: str | None
    """The field that the binding names; null for every one."""
    wrapper_status: str
    opens: bool
    """Whether the wrapper was opened; else this session made it, and it only encrypts."""


class Kept(NamedTuple):
    """The cipher of a binding's generation, and what it was checked against.

    The versions are those of the rows of binding and wrapper: while they are the same, so is all
    that stands in them, statuses and coordinates too.
    """

    terms: Terms
    binding_version: RowVersion
    wrapper_version: RowVersion
    named: str | None
    """The key that the binding names; null for every one."""
    cipher: FieldCipher

    @property
    def binding_id(self) -> int:
        """The id of its binding."""
        return self.binding_version[2]

    def __repr__(self) -> str:
        return "Kept(…)"
