"""The ciphers that a session keeps."""

from typing import NamedTuple

from kwruntime.crypto.field_cipher import FieldCipher

RowVersion = tuple[str, str, int]
"""Where a row stands (ctid), the transaction that wrote it (xmin), and its id."""


class Kept(NamedTuple):
    """The cipher of a binding's generation, and what it was checked against.

    The versions are those of the rows of binding and wrapper: while they are the same, so is all
    that stands in them, statuses and coordinates too.
    """

    binding_version: RowVersion
    wrapper_version: RowVersion
    epoch: int
    expires: float
    keys: tuple[int, ...]
    is_current: bool
    entity: str
    named: str | None
    field: str | None
    wrapper: str
    wrapper_status: str
    opens: bool
    """Whether the wrapper was opened; else this session made it, and it only encrypts."""
    cipher: FieldCipher

    @property
    def binding_id(self) -> int:
        """The id of its binding."""
        return self.binding_version[2]

    def __repr__(self) -> str:
        return "Kept(…)"
