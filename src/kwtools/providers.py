"""The server's provider file: what SQL may name as a KMS."""

import os
import stat
import tomllib
from pathlib import Path
from typing import NamedTuple

from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.postgres import server_user


class LocalProvider(NamedTuple):
    """A provider of kind ``local``: its folder, and whether SQL may make keys there."""

    directory: Path
    sql_may_create: bool


def local_provider(file: Path, name: str) -> LocalProvider:
    """Return the provider ``name`` of the provider file.

    Raises ``CheckFailed`` where the file is unsafe or wrong, ``KwtoolsError`` where it or
    the provider is missing.
    """
    entry = _read(file).get(name)
    if not isinstance(entry, dict) or entry.get("kind") != "local":
        raise KwtoolsError(
            f"{file} has no provider {name!r} of kind local",
            f"Add [providers.{name}] there, or give --directory.",
        )
    directory = entry.get("directory")
    if not isinstance(directory, str) or not directory.startswith("/"):
        raise CheckFailed(f"[providers.{name}] in {file} needs an absolute directory")
    sql_may_create = entry.get("sql_may_create")
    if not isinstance(sql_may_create, bool):
        raise CheckFailed(f"[providers.{name}] in {file}: sql_may_create must be true or false")
    return LocalProvider(Path(directory), sql_may_create)


def _read(file: Path) -> dict[str, object]:
    try:
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            if status.st_uid not in (0, server_user().uid) or status.st_mode & (
                stat.S_IWGRP | stat.S_IWOTH
            ):
                raise CheckFailed(
                    f"{file} can be changed by others than root and the server's user",
                    f"chown root {file}; chmod go-w {file}",
                )
            providers = tomllib.load(opened).get("providers", {})
    except FileNotFoundError:
        raise KwtoolsError(
            f"there is no provider file {file}",
            "Run make install, or give --providers-file or --directory.",
        ) from None
    except ValueError:  # its text quotes the file, which may hold credentials
        raise CheckFailed(f"{file} is not TOML") from None
    return providers if isinstance(providers, dict) else {}
