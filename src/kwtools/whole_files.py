"""Files that are there whole or not at all."""

import os
import secrets
from pathlib import Path

from kwtools.errors import BadUsage


def write_whole(path: Path, data: bytes) -> None:
    """Put a whole file in the place of what is there, or leave that as it is."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise BadUsage(f"{path} is not a file")
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with scratch.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)
