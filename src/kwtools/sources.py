"""Where the sources of the extension and of its runtime are: in a checkout or in the wheel."""

import os
import tomllib
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "kwtools-postgresql"
"""The name that pip knows the command by."""

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]
_PACKAGED = _PACKAGE / "_sources"


def in_checkout() -> bool:
    """Return whether this is a checkout, not an installed wheel."""
    return not _PACKAGED.is_dir()


def _root() -> Path:
    return _CHECKOUT if in_checkout() else _PACKAGED


def extension() -> Path:
    """Return the folder of the extension's SQL sources."""
    return _root() / "extension"


def plpython() -> Path:
    """Return the folder of the server side's Python: ``kwruntime`` and its lock file."""
    return _root() / "plpython"


def requirements() -> Path:
    """Return the lock file of the packages that the command needs."""
    return _root() / "requirements.lock"


def build_directory() -> Path:
    """Return where to build: ``build/`` of the checkout, or the user's cache folder."""
    if in_checkout():
        return _CHECKOUT / "build"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "kwtools" / version()


def version() -> str:
    """Return the version of the command, the extension and the runtime: they go together."""
    if in_checkout():  # an editable install's metadata would lag behind
        project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())
        return str(project["project"]["version"])
    return metadata.version(DISTRIBUTION)


def rank(version: str) -> tuple[int, ...]:
    """Return what sorts versions: 0.10.0 comes after 0.9.0."""
    return tuple(int(part) for part in version.split("."))
