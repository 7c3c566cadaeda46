"""Where the files of a run are: in memory if there is room.

Each test makes a database, which is some 300 files. On a disk that takes most of the time of
many tests, whatever PostgreSQL's settings are.
"""

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108
_NAME = "kwtools-{}"  # of the process that owns the folder
_ROOM = 4 << 30  # bytes: a run of the whole suite needs less than half of it


def begin() -> Path | None:
    """Make a folder in memory and have all temporary files go there; return it.

    A caller who sets TMPDIR decides; without enough memory nothing changes. Both return null.
    """
    if "TMPDIR" in os.environ or not _has_room():
        return None
    for left in _MEMORY.glob(_NAME.format("*")):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
    folder = _MEMORY / _NAME.format(os.getpid())
    folder.mkdir()
    folder.chmod(0o755)  # the server runs as another user
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    return folder


def end(folder: Path) -> None:
    """Remove the folder."""
    del os.environ["TMPDIR"]
    tempfile.tempdir = None
    shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    with contextlib.suppress(OSError):
        status = os.statvfs(_MEMORY)
        available = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
        return (
            os.access(_MEMORY, os.W_OK | os.X_OK)
            and not status.f_flag & os.ST_NOEXEC  # the runtime's shared libraries are there
            and status.f_bavail * status.f_frsize >= _ROOM
            and available is not None
            and int(available[1]) << 10 >= 2 * _ROOM
        )
    return False
