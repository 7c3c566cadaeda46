"""File systems that are full: which one, and how much to free."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from kwtools.errors import KwtoolsError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_MEGABYTE = 1 << 20


def is_full(error: OSError) -> bool:
    """Return whether a file system, or a quota, was full."""
    if isinstance(error, shutil.Error):  # it has texts of errors only
        return says_full(str(error))
    return error.errno in _FULL


def says_full(text: str) -> bool:
    """Return whether the text of a Python error says that a file system was full."""
    return any(f"[Errno {number}]" in text for number in _FULL)


@contextlib.contextmanager
def needed(size: int, *folders: Path) -> Iterator[None]:
    """Name the fullest of these existing folders where the body found no room.

    ``size`` is what the body needs, in bytes. Raises ``KwtoolsError`` then.
    """
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        free, folder = min((shutil.disk_usage(folder).free, folder) for folder in folders)
        more = max(size - free, 0) // _MEGABYTE + 1
        raise KwtoolsError(
            f"no space left on device: the file system of {folder} has"
            f" {free // _MEGABYTE} MB free, and installing needs {size // _MEGABYTE + 1} MB",
            f"Free at least {more} MB there and run it again. What was installed before is"
            " unchanged.",
        ) from None


def size(*folders: Path) -> int:
    """Return the size of the files below these folders, in bytes of whole blocks."""
    return sum(
        path.stat().st_size + 4096
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    )
