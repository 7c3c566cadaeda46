"""The server's configuration: site.toml beside the runtime, and the providers file it names.

Both belong to root or to the server's own user, and nobody else may write them. Their
place is fixed by the installation: no setting of a session leads elsewhere.
"""

import os
import stat
from typing import Any, NamedTuple

from kwruntime.errors import NotFound, ProviderRefused
from kwruntime.kms import system
from kwruntime.session import Session

# <module path>/<version>/cp311/kwruntime/kms/provider_file.py
_SITE = os.path.realpath(__file__).rsplit("/", 5)[0] + "/site.toml"

_MAX_BYTES = 1024 * 1024

Entry = dict[str, Any]
Name = str | os.PathLike[str]
"""The path of a file. Not a ``Path``: a first call comes by, and pathlib takes its time to load."""


class _Read(NamedTuple):
    signature: tuple[int, ...]
    content: Entry


class Configuration:
    """What the session read of the configuration, each file again when it looks different."""

    def __init__(self, _: Session | None = None) -> None:
        self._known: dict[str, _Read] = {}

    def provider_entry(self, name: str, kind: str) -> Entry:
        """Return the entry of a provider; raises ``NotFound`` or ``ProviderRefused``."""
        path = self.providers_file()
        entries = self.load(path).get("providers", {})
        if not isinstance(entries, dict):
            raise ProviderRefused(f"{path}: providers is not a table")
        entry = entries.get(name)
        if not isinstance(entry, dict):
            raise NotFound(
                f'the server\'s provider file has no provider "{name}"',
                hint=f"Ask an administrator of the server to add [providers.{name}] to {path}.",
            )
        if entry.get("kind") != kind:
            raise NotFound(
                f'provider "{name}" is not of kind "{kind}" in the server\'s provider file',
                hint=f"Check [providers.{name}] in {path}.",
            )
        return entry

    def deployment_entry(self, database: str) -> Entry | None:
        """Return what is pinned of a database; raises ``ProviderRefused``. None: nothing is."""
        path = self.providers_file()
        entries = self.load(path).get("deployments", {})
        entry = entries.get(database) if isinstance(entries, dict) else entries
        if entry is not None and not isinstance(entry, dict):
            raise ProviderRefused(f"{path}: deployments is not a table of tables")
        return entry

    def providers_file(self) -> str:
        """Return the path of the providers file."""
        path = self.load(_SITE).get("providers_file")
        if not isinstance(path, str) or not path.startswith("/"):
            raise ProviderRefused(f"{_SITE} does not name the provider file by an absolute path")
        return path

    def load(self, path: str) -> Entry:
        """Return what a TOML file holds; raises ``ProviderRefused``."""
        known = self._known.get(path)
        try:
            if known is not None and known.signature == _signature(os.stat(path)):
                return known.content
        except OSError:
            pass  # reading it says why
        data, status = _read(path, stat.S_IWGRP | stat.S_IWOTH)
        import tomllib  # takes 10 ms to load, and many sessions only look keys up

        try:
            content = tomllib.loads(data.decode())
        except (ValueError, RecursionError):  # its text quotes the file, which holds credentials
            raise ProviderRefused(
                f"{path} is not TOML",
                hint="Run kwtools providers check, and see docs/providers.md.",
            ) from None
        self._known[path] = _Read(_signature(status), content)
        return content


class Secret(NamedTuple):
    """What a file that the provider file names holds, and what changes when the file does."""

    text: str
    signature: tuple[int, ...]

    def __repr__(self) -> str:
        return "Secret(…)"


def read_secret(path: Name) -> Secret:
    """Read a credential of one line; raises ``ProviderRefused``, as ``read_private`` does."""
    secret = read_private(path)
    text = secret.text.strip()
    if not text or "\n" in text:
        raise ProviderRefused(f"{path} does not have exactly one line")
    return Secret(text, secret.signature)


def read_private(path: Name) -> Secret:
    """Read credentials; raises ``ProviderRefused`` where others may read or write their file."""
    data, status = _read(path, stat.S_IWGRP | stat.S_IRWXO)
    try:
        return Secret(data.decode(), _signature(status))
    except UnicodeDecodeError:
        raise ProviderRefused(f"{path} is not text") from None


def check_public(path: Name) -> bytes:
    """Return a file that is not secret, as of a CA; raises ``ProviderRefused`` where others may
    write it."""
    return _read(path, stat.S_IWGRP | stat.S_IWOTH)[0]


def _read(path: Name, forbidden: int) -> tuple[bytes, os.stat_result]:
    """Read a file of the server's configuration, of root or the server's user."""
    try:
        # O_NONBLOCK: a pipe in its place must not hang the server.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if status.st_uid not in (0, os.geteuid()) or status.st_mode & forbidden:
                others = "read or changed" if forbidden & stat.S_IROTH else "changed"
                denied = "g-w,o-rwx" if forbidden & stat.S_IROTH else "go-w"
                raise ProviderRefused(
                    f"{path} can be {others} by users other than root and the server's user",
                    hint=f"Run: chown root {path}; chmod {denied} {path}",
                )
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        hint = "Run make install, or kwtools doctor."
        raise system.failure(f"{path} cannot be read", os.path.dirname(path), error, hint) from None
    if len(data) > _MAX_BYTES:
        raise ProviderRefused(f"{path} has more than {_MAX_BYTES} bytes")
    return data, status


def _signature(status: os.stat_result) -> tuple[int, ...]:
    """What changes when a file, its owner or its mode does."""
    return (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)
