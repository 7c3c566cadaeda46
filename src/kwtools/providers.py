"""The server's provider file: what SQL may name as a KMS."""

import json
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from kwtools import runtime, sources
from kwtools.errors import CheckFailed, KwtoolsError
from kwtools.postgres import server_user

KINDS = ("local", "vault", "aws", "gcp", "azure", "pkcs11", "kmip")
"""The kinds of KMS that the provider file can name."""

_INSPECT = "kwruntime.kms.providers.inspect"
_WEBHOOK = "kwruntime.kms.providers.webhook"


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
            f'provider "{name}" of kind local does not exist in {file}',
            f"Add [providers.{name}] there, or use --directory.",
        )
    directory = entry.get("directory")
    if not isinstance(directory, str) or not directory.startswith("/"):
        raise CheckFailed(f"[providers.{name}] in {file} requires an absolute directory")
    sql_may_create = entry.get("sql_may_create")
    if not isinstance(sql_may_create, bool):
        raise CheckFailed(f"[providers.{name}] in {file}: sql_may_create must be true or false")
    return LocalProvider(Path(directory), sql_may_create)


def kinds_with_packages(file: Path) -> tuple[str, ...]:
    """Return which kinds of the provider file need packages of their own; raises as above."""
    entries = [entry for entry in _read(file).values() if isinstance(entry, dict)]
    named = {entry.get("kind") for entry in entries}
    return tuple(kind for kind in runtime.kinds_with_packages() if kind in named)


def _read(file: Path) -> dict[str, object]:
    try:
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            if status.st_uid not in (0, server_user().uid) or status.st_mode & (
                stat.S_IWGRP | stat.S_IWOTH
            ):
                raise CheckFailed(
                    f"{file} can be changed by users other than root and the server's user",
                    f"Run: chown root {file}; chmod go-w {file}",
                )
            providers = tomllib.load(opened).get("providers", {})
    except FileNotFoundError:
        raise KwtoolsError(
            f"provider file {file} does not exist",
            "Run kwtools install, or use --providers-file or --directory.",
        ) from None
    except (ValueError, RecursionError):  # its text quotes the file, which may hold credentials
        raise CheckFailed(f"{file} is not TOML") from None
    return providers if isinstance(providers, dict) else {}


def example(kind: str) -> str:
    """Return an entry of a kind with every option."""
    return _run([sys.executable], sources.plpython(), _INSPECT, "example", kind)


def checked_entries(file: Path, module_path: Path, *, reach: bool) -> list[dict[str, Any]]:
    """Return the entries of a provider file and what the installed runtime says of each.

    It runs as the server's user where this process is root's. Raises ``CheckFailed`` where
    the file cannot be read so, ``KwtoolsError`` if the runtime is missing.
    """
    arguments = ["check", str(file), *(["--reach"] if reach else [])]
    found = json.loads(_as_server(module_path, _INSPECT, *arguments))
    if isinstance(found, dict):
        raise CheckFailed(found["problem"], found["hint"] or "")
    rows: list[dict[str, Any]] = found
    return rows


def send_to_webhook(file: Path, module_path: Path, name: str, note: bytes) -> None:
    """Send a checkpoint to a webhook of a provider file, by the installed runtime.

    It runs as above. Raises ``CheckFailed`` where the webhook did not take it.
    """
    found = json.loads(_as_server(module_path, _WEBHOOK, str(file), name, given=note))
    if found:
        raise CheckFailed(found["problem"], found["hint"] or "")


def _as_server(module_path: Path, module: str, *arguments: str, given: bytes = b"") -> str:
    """Run a module of the installed runtime as the server's user; return what it prints."""
    folder = module_path / sources.version() / runtime.python_tag()
    if not folder.is_dir():
        raise KwtoolsError(
            f"runtime of version {sources.version()} does not exist in {module_path}",
            "Run kwtools install, or use --module-path.",
        )
    user = server_user()
    python = [runtime.server_python()]
    if user.uid != os.geteuid():
        python[:0] = ["setpriv", f"--reuid={user.name}", f"--regid={user.gid}", "--init-groups"]
    return _run(python, folder, module, *arguments, given=given)


def _run(python: list[str], folder: Path, module: str, *arguments: str, given: bytes = b"") -> str:
    """Run a module of the runtime, apart from this process; return what it prints."""
    done = subprocess.run(
        [*python, "-s", "-P", "-m", module, *arguments],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(folder)},
        input=given,
        capture_output=True,
    )
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise KwtoolsError(f"the runtime in {folder} cannot run: {lines[-1]}")
    return done.stdout.decode()
