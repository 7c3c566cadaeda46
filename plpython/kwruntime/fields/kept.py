"""The ciphers that a session keeps."""

from typing import NamedTuple

from kwruntime.crypto.field_cipher import FieldCipher


class Kept(NamedTuple):
    """The cipher of a binding's generation, and what it was checked against.

    ``version`` is that of the rows of binding and wrapper: while it is the same, so is all
    that stands in them, statuses and coordinates too.
    """

    version: str
    epoch: int
    expires: float
    keys: tuple[int, ...]
    binding_id: int
    is_current: bool
    entity: str
    named: str | None
    field: str | None
    wrapper: str
    wrapper_status: str
    opens: bool
    """Whether the wrapper was opened; else this session made it, and it only encrypts."""
    cipher: FieldCipher

    def __repr__(self) -> str:
        return "Kept(…)"
