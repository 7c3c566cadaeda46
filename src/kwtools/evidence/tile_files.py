"""An exported log (C2SP tlog-tiles): the files of a folder, read strictly.

``tile/<level>/<number>`` has 256 hashes of 32 bytes, ``tile/entries/<number>`` their entries, each
behind its length in two bytes. A number has three digits a folder: ``x001/x234/067`` is 1,234,067.
"""

from pathlib import Path
from typing import Protocol

from kwtools.evidence.lines import BadForm
from kwtools.evidence.merkle import HASH_BYTES

WIDTH = 256
ENTRIES = "entries"
MAX_FILE_BYTES = WIDTH * 65_537
"""A bundle of the longest entries."""


class Missing(BadForm):
    """A file of a log is missing."""


class Files(Protocol):
    """Where the files of a log are."""

    def read(self, path: str) -> bytes | None:
        """Return a file, at most ``MAX_FILE_BYTES`` and one byte of it; null if it is missing."""


class Folder:
    """The files of a folder, which may come from anybody: nothing outside it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def read(self, path: str) -> bytes | None:
        """Return a file; null if it is missing, not a regular file, or a link to another folder."""
        try:
            found = (self._path / path).resolve()
        except (OSError, RuntimeError):  # links that lead to each other
            return None
        if not found.is_relative_to(self._path) or not found.is_file():
            return None
        with found.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)


def path_of(kind: int | str, number: int, width: int) -> str:
    """Return where a tile of a level, or a bundle of entries, of this width stands."""
    digits = f"{number:03d}"
    digits = "0" * (-len(digits) % 3) + digits
    folders = [f"x{digits[at : at + 3]}" for at in range(0, len(digits) - 3, 3)]
    partial = [] if width == WIDTH else [str(width)]
    name = digits[-3:] + (".p" if partial else "")
    return "/".join(["tile", str(kind), *folders, name, *partial])


def read_hashes(files: Files, level: int, number: int, width: int) -> list[bytes]:
    """Return the hashes of a tile; raises ``BadForm``.

    A log may delete a partial tile once the full one is there, which begins with it.
    """
    data = _read(files, level, number, width)
    if len(data) not in (width * HASH_BYTES, WIDTH * HASH_BYTES):
        raise BadForm(f"{path_of(level, number, width)} has a wrong length")
    return [data[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]


def read_entries(files: Files, number: int, width: int) -> list[bytes]:
    """Return the entries of a bundle; raises ``BadForm``."""
    data = _read(files, ENTRIES, number, width)
    entries, rest = list[bytes](), memoryview(data)
    while rest:
        length = 2 + int.from_bytes(rest[:2], "big")
        if len(rest) < length:
            raise BadForm(f"{path_of(ENTRIES, number, width)} ends within an entry")
        entries.append(bytes(rest[2:length]))
        rest = rest[length:]
    if len(entries) not in (width, WIDTH):
        raise BadForm(f"{path_of(ENTRIES, number, width)} has {len(entries)} entries, not {width}")
    return entries[:width]


def _read(files: Files, kind: int | str, number: int, width: int) -> bytes:
    path = path_of(kind, number, width)
    data = files.read(path)
    if data is None and width < WIDTH:
        data = files.read(path_of(kind, number, WIDTH))
    if data is None:
        raise Missing(f"{path} is missing")
    if len(data) > MAX_FILE_BYTES:
        raise BadForm(f"{path} is too long")
    return data
