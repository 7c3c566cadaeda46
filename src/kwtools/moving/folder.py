"""The folder of a move: a manifest with its note, the carrier, and a file of rows a table."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import IO, NamedTuple

from kwshared.moves import MAX_BYTES, Manifest, manifest_of
from kwshared.tlog.text import FormatError

from kwtools.errors import BadUsage, CheckFailed
from kwtools.whole_files import write_whole

MANIFEST = "manifest"
NOTE = "manifest.note"
CARRIER_NOTE = "carrier.note"
CARRIER_BUNDLE = "carrier.bundle"


class Folder(NamedTuple):
    """What a folder says. Nothing of it is verified: the database verifies its notes."""

    path: Path
    manifest: Manifest
    manifest_bytes: bytes
    note: bytes
    carrier_note: bytes
    carrier_bundle: bytes

    @classmethod
    def read(cls, path: Path) -> "Folder":
        """Read it; raises ``BadUsage``, and ``CheckFailed`` where a file of rows is not whole."""
        manifest_bytes, note, carrier_note, carrier_bundle = (
            _beginning(path / name) for name in (MANIFEST, NOTE, CARRIER_NOTE, CARRIER_BUNDLE)
        )
        try:
            manifest = manifest_of(manifest_bytes)
        except FormatError as error:
            raise BadUsage(f"{path}: {error}") from None
        found = cls(
            path,
            manifest,
            manifest_bytes=manifest_bytes,
            note=note,
            carrier_note=carrier_note,
            carrier_bundle=carrier_bundle,
        )
        found._check_rows()
        return found

    def rows(self, number: int) -> Path:
        """Return the file of rows of a table, by its place in the manifest."""
        return rows_file(self.path, number)

    def _check_rows(self) -> None:
        for number, table in enumerate(self.manifest.tables):
            digest = sha256()
            with _opened(self.rows(number)) as file:
                while part := file.read(1 << 20):
                    digest.update(part)
            if digest.hexdigest() != table.sha256:
                raise CheckFailed(
                    f"{self.rows(number)} is not the file that the manifest names: its digest"
                    " differs",
                    "Copy it again from where it was exported.",
                )


def _beginning(path: Path) -> bytes:
    """Return a file, of a large one as much as shows that it is too large."""
    with _opened(path) as file:
        return file.read(MAX_BYTES + 1)


def _opened(path: Path) -> IO[bytes]:
    """Open a file of a folder that may come from anybody: a pipe or a device would never end."""
    if path.is_file():
        return path.open("rb")
    what = "not a file" if os.path.lexists(path) else "missing"
    raise BadUsage(
        f"{path.parent} is not a whole move: {path.name} is {what}",
        "Repeat kwtools wrappers export with another name.",
    )


def rows_file(folder: Path, number: int) -> Path:
    """Return the file of rows of a table, by its place in the manifest."""
    return folder / f"{number + 1}.rows"


@contextmanager
def made(path: Path) -> Iterator[None]:
    """Make a folder that only its owner reads; an error leaves none."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        raise BadUsage(f"{path} already exists", "Choose another name for each move.") from None
    try:
        yield
    except BaseException:
        rmtree(path, ignore_errors=True)
        raise


class Writer:
    """Lines of a file, counted into a digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()

    def write(self, line: bytes) -> None:
        """Add a line."""
        self._file.write(line)
        self._digest.update(line)

    @property
    def sha256(self) -> str:
        """Of all lines so far, in hexadecimal."""
        return self._digest.hexdigest()


def write(path: Path, name: str, data: bytes) -> None:
    """Write one of the small files."""
    write_whole(path / name, data)
