"""The two files of a bundle: NAME.note and NAME.bundle."""

from pathlib import Path
from typing import NamedTuple

from kwshared import bundles
from kwshared.bundles import Item, Statement
from kwshared.tlog.text import FormatError

from kwtools.errors import BadUsage


class BundleFiles(NamedTuple):
    """A bundle as its files have it. Nothing of it is verified: the database does that."""

    name: Path
    note: bytes
    bundle: bytes
    signer: str
    said: Statement
    items: list[Item]


def named(name: Path, ending: str) -> Path:
    """Return the file of a bundle with an ending."""
    return name.with_name(f"{name.name}.{ending}")


def write(path: Path, data: bytes) -> None:
    """Write a new file: a bundle that was sent must stay what it was."""
    try:
        with path.open("xb") as opened:
            opened.write(data)
    except FileExistsError:
        raise BadUsage(f"{path} already exists", "Choose another name for each bundle.") from None


def read(name: Path) -> BundleFiles:
    """Read the files of a bundle; raises ``BadUsage``."""
    note, bundle = (named(name, ending).read_bytes() for ending in ("note", "bundle"))
    try:
        parsed, line = bundles.note_of(note)
        said, items = bundles.statement_of(parsed.text), bundles.items_of(bundle)
    except FormatError as error:
        raise BadUsage(f"{name} is not a bundle: {error}") from None
    return BundleFiles(name, note, bundle, line.name, said, items)
