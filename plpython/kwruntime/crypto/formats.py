"""The formats of wrappers and of their ciphertexts (docs/format.md).

A wrapper keeps its format for life. Every label that is hashed or authenticated begins with the
name of a format, so that nothing of one format opens as the other.
"""

from kwruntime.crypto.encoding import lp


class Format:
    """One format. There are two, and each is equal to itself only."""

    __slots__ = ("magic", "name", "version")

    def __init__(self, version: int) -> None:
        self.version = version
        """The first byte of its payloads."""
        self.name = f"kwtools/{version}"
        """What crypto_suite calls it."""
        self.magic = 0xC0 + version
        """The first byte of its field ciphertexts."""

    def __repr__(self) -> str:
        return self.name

    def label(self, what: str) -> bytes:
        """Return what separates one use of a key or a hash from the others."""
        return lp(f"{self.name} {what}".encode())


FORMAT_1, FORMAT_2 = Format(1), Format(2)
FORMATS = (FORMAT_2, FORMAT_1)
"""The newest first."""
NEWEST = FORMAT_2
"""That of every new wrapper."""
BY_NAME = {one.name: one for one in FORMATS}
BY_VERSION = {one.version: one for one in FORMATS}
BY_MAGIC = {one.magic: one for one in FORMATS}


def labels(what: str, *fixed: bytes) -> dict[Format, bytes]:
    """Return a label by the format that it is of, each with what always follows it."""
    return {one: b"".join((one.label(what), *fixed)) for one in FORMATS}


_NAMES = tuple((one, f'"format": "{one.name}"') for one in FORMATS)


def form_in(suite: str) -> Format | None:
    """Return the format that a stored suite names, which nothing has checked yet; or null."""
    for one, name in _NAMES:
        if name in suite:
            return one
    return None
