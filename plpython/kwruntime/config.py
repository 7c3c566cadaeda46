"""The server's configuration: site.toml beside the runtime, and the providers file it names.

Both belong to root or to the server's own user, and nobody else may write them. Their
place is fixed by the installation: no setting of a session leads elsewhere.
"""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from kwruntime.errors import NotFound, ProviderRefused

# <module path>/<version>/cp311/kwruntime/config.py
_SITE = Path(__file__).resolve().parents[3] / "site.toml"

Entry = dict[str, Any]


class _Read(NamedTuple):
    signature: tuple[int, ...]
    content: Entry


_cache: dict[Path, _Read] = {}


def provider_entry(name: str, kind: str) -> Entry:
    """Return the entry of a provider; raises ``NotFound`` or ``ProviderRefused``."""
    path = providers_file()
    entry = _load(path).get("providers", {}).get(name)
    if not isinstance(entry, dict):
        raise NotFound(
            f"the server's provider file has no provider {name!r}",
            hint=f"An administrator of the server adds [providers.{name}] to {path}.",
        )
    if entry.get("kind") != kind:
        raise NotFound(
            f"provider {name!r} is not of kind {kind!r} in the server's provider file",
            hint=f"See [providers.{name}] in {path}.",
        )
    return entry


def providers_file() -> Path:
    """Return the path of the providers file."""
    path = _load(_SITE).get("providers_file")
    if not isinstance(path, str) or not path.startswith("/"):
        raise ProviderRefused(f"{_SITE} does not name the providers file by an absolute path")
    return Path(path)


def _load(path: Path) -> Entry:
    known = _cache.get(path)
    try:
        if known is not None and known.signature == _signature(path.stat()):
            return known.content
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if status.st_uid not in (0, os.geteuid()) or status.st_mode & (
                stat.S_IWGRP | stat.S_IWOTH
            ):
                raise ProviderRefused(
                    f"{path} can be changed by others than root and the server's user",
                    hint=f"chown root {path}; chmod go-w {path}",
                )
            content = tomllib.load(file)
    except OSError as error:
        raise ProviderRefused(
            f"{path} cannot be read: {error.strerror}", hint="Run make install, or kwtools doctor."
        ) from None
    except ValueError:  # its text quotes the file, which holds credentials
        raise ProviderRefused(f"{path} is not TOML") from None
    _cache[path] = _Read(_signature(status), content)
    return content


def _signature(status: os.stat_result) -> tuple[int, ...]:
    """What changes when a file, its owner or its mode does."""
    return (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)
