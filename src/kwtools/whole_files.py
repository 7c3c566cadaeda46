"""Files that are there whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from kwtools.errors import BadUsage


def write_whole(path: Path, data: bytes) -> None:
    """Put a whole file in the place of what is there, or leave that as it is.

    A link stays: what it leads to is replaced.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise BadUsage(f"{path} is not a file")
    with _scratch(target, data) as scratch:
        scratch.replace(target)


def write_in_place(path: Path, data: bytes) -> None:
    """Do the same in a folder where others may write: a link is replaced, never followed."""
    with _scratch(path, data) as scratch:
        scratch.replace(path)


def write_new(path: Path, data: bytes) -> None:
    """Write a whole file where nothing is, not even a link; raises ``FileExistsError``."""
    with _scratch(path, data) as scratch:
        path.open("xb").close()  # takes the name, also where files cannot have two
        try:
            scratch.replace(path)
        except BaseException:
            path.unlink()
            raise


@contextlib.contextmanager
def _scratch(target: Path, data: bytes) -> Iterator[Path]:
    """Write a file beside another one, for as long as the block."""
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with scratch.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield scratch
    except OSError as error:  # the scratch file's name tells nobody anything
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        scratch.unlink(missing_ok=True)
