"""SHA-256 of installed files, in the form that ``sha256sum --check`` reads."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

NAME = "SHA256SUMS"
"""The file that lists the others of its folder, by paths relative to it."""


def of_files(folder: Path) -> dict[str, str]:
    """Return the digest, in hexadecimal, of every file below a folder but ``NAME``."""
    return {
        str(path.relative_to(folder)): of_bytes(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / NAME
    }


def of_bytes(content: bytes) -> str:
    """Return the digest of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def listed(digests: Mapping[str, str]) -> str:
    """Return the text that lists these digests."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))
