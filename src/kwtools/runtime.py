"""The server side's Python in one folder: hashed packages, ``kwruntime`` and ``kwshared``."""

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path

from filelock import FileLock

from kwtools import sources
from kwtools.errors import KwtoolsError

# The interpreter that PL/Python embeds on Debian.
SERVER_PYTHON = "/usr/bin/python3"

PACKAGES = ("kwruntime", "kwshared")
"""What is ours there."""


def kinds_with_packages() -> tuple[str, ...]:
    """Return the kinds of provider that need packages of their own; each has a lock file."""
    locks = sources.plpython().glob("requirements-*.lock")
    return tuple(sorted(path.stem.removeprefix("requirements-") for path in locks))


def prepare(kinds: Collection[str] = ()) -> Path:
    """Install the packages of the lock files once under the build folder; return their folder.

    ``kinds`` are the kinds of provider whose packages are wanted too. Raises
    ``KwtoolsError`` where one has none, or where pip fails.
    """
    unknown = set(kinds) - set(kinds_with_packages())
    if unknown:
        raise KwtoolsError(
            f"providers of kind {', '.join(sorted(unknown))} have no packages of their own",
            f"Use one of {', '.join(kinds_with_packages())}.",
        )
    names = ["requirements.lock", *(f"requirements-{kind}.lock" for kind in sorted(set(kinds)))]
    locks = [sources.plpython() / name for name in names]
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()[:16]
    packages = sources.build_directory() / "packages" / f"{python_tag()}-{digest}"
    if packages.is_dir():  # put there whole; the folder may be one that the caller only reads
        return packages
    packages.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(packages.parent / ".lock"):
        if not packages.is_dir():
            with tempfile.TemporaryDirectory(dir=packages.parent) as scratch:
                made = Path(scratch) / "packages"
                _run(
                    "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                    "--root-user-action=ignore", "--no-deps", "--require-hashes",
                    "--only-binary=:all:", "--no-compile", "--target", str(made),
                    *(part for lock in locks for part in ("--requirement", str(lock))),
                )  # fmt: skip
                _compile(made)
                made.rename(packages)
    return packages


def place(folder: Path, version: str, kinds: Collection[str] = ()) -> None:
    """Put the whole runtime into ``folder``, replacing what is there in one step.

    ``kinds`` are the kinds of provider whose packages are wanted too.
    Nobody but the caller may write what is placed; everybody may read it.
    """
    packages = prepare(kinds)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
        made = Path(scratch) / "new"
        shutil.copytree(packages, made)
        leave_out = shutil.ignore_patterns("__pycache__")
        for name in PACKAGES:
            shutil.copytree(sources.plpython() / name, made / name, ignore=leave_out)
        (made / "kwruntime" / "_version.py").write_text(
            f'"""Written by the installation."""\n\nVERSION = "{version}"\n'
        )
        for name in PACKAGES:
            _compile(made / name)
        _open_to_readers(made)
        if folder.exists():  # a running session keeps what it has loaded
            folder.rename(Path(scratch) / "old")
        made.rename(folder)


def new_kem_key(algorithm: str) -> bytes:
    """Return the file of a new key of a KEM, by its standard name, made by the runtime."""
    path = f"{prepare()}:{sources.plpython()}"
    done = subprocess.run(
        [SERVER_PYTHON, "-s", "-P", "-m", "kwruntime.kms.new_kem_key", algorithm],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    if done.returncode != 0:
        raise KwtoolsError("the runtime cannot create a key", done.stderr.decode().strip()[-200:])
    return done.stdout


@functools.cache
def python_tag() -> str:
    """Return the tag of the server's Python, such as ``cp311``."""
    return _run("-c", "import sys; print('cp%d%d' % sys.version_info[:2])").strip()


def _compile(folder: Path) -> None:
    # Unchecked: the files are only ever replaced together, and a first call need not stat them.
    _run("-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder))


def _open_to_readers(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _run(*arguments: str) -> str:
    """Run the server's Python, shielded from the caller's Python settings; return its output."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    try:
        done = subprocess.run(
            [SERVER_PYTHON, "-I", *arguments], env=environment, capture_output=True, text=True
        )
    except OSError as error:
        raise KwtoolsError(
            f"{SERVER_PYTHON} cannot run: {error.strerror}", "Install Debian's package python3."
        ) from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise KwtoolsError(
            f"{SERVER_PYTHON} {' '.join(arguments[:2])} failed: {lines[-1]}",
            "Install Debian's package python3-pip, and allow access to the package index the "
            "first time.",
        )
    return done.stdout
