"""The runtime of this version that is installed on this machine, as a source of its packages."""

import re
from collections.abc import Collection
from importlib import metadata
from pathlib import Path

from kwtools import checksums, sources
from kwtools.output import tell
from kwtools.postgres import installed

_MODULE_PATH = re.compile(r"^module_pathname = '(.+)'$", re.MULTILINE)
_PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def packages(tag: str, locks: Collection[Path]) -> Path | None:
    """Return the folder of the runtime for a Python's tag, if it has the packages of these locks.

    It is the one that the server of ``postgres.installed`` loads. One whose files are not those
    that it was installed with is left alone.
    """
    folder = _folder(tag)
    if folder is None or not _pinned(locks) <= _there(folder):
        return None
    try:
        listed = (folder / checksums.NAME).read_text()
        is_whole = listed == checksums.listed(checksums.of_files(folder))
    except OSError:
        return None
    if not is_whole:
        tell(f"{folder} is not used: its files differ from its {checksums.NAME}")
        return None
    return folder


def _folder(tag: str) -> Path | None:
    """Return where the control file says that the runtime is, if it is of this version."""
    control = installed().path("--sharedir") / "extension" / "kwtools.control"
    try:
        found = _MODULE_PATH.search(control.read_text())
    except OSError:
        return None
    folder = Path(found[1], sources.version(), tag) if found else None
    return folder if folder is not None and folder.is_dir() else None


def _pinned(locks: Collection[Path]) -> set[tuple[str, str]]:
    return {
        (_normal(name), version)
        for lock in locks
        for name, version in _PINNED.findall(lock.read_text())
    }


def _there(folder: Path) -> set[tuple[str, str]]:
    return {(_normal(one.name), one.version) for one in metadata.distributions(path=[str(folder)])}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
