"""The server side's Python in one folder: hashed packages, ``kwruntime`` and ``kwshared``."""

import errno
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from filelock import FileLock
from kwshared.servers import PYTHON

from kwtools import checksums, installed_runtime, room, sources
from kwtools.errors import KwtoolsError
from kwtools.postgres import Installed, installed, plpython

# The system's interpreter: PL/Python embeds it, or another one in its folder.
_SYSTEM_PYTHON = "/usr/bin/python3"
_EMBEDDED = re.compile(rb"\0libpython3\.(\d+)\S*?\.so")

PACKAGES = ("kwruntime", "kwshared")
"""What is ours there."""

STAGING = ".new-"
"""What the name of a folder begins with in which a runtime is made."""

_VERSION_FILE = "kwruntime/_version.py"
_LEFT_OUT = "__pycache__"
_NOT_PACKAGES = (*PACKAGES, checksums.NAME)  # what an installed runtime has beside them
_FETCHING = 40 << 20  # bytes that pip needs to download and unpack the packages of one lock


def embedded_python(server: Installed) -> str:
    """Return the interpreter of the Python that PL/Python of a server embeds.

    Without PL/Python it is the system's, which Debian's PL/Python embeds. Raises ``KwtoolsError``
    where the runtime cannot run by it.
    """
    library = plpython(server)
    found = _EMBEDDED.search(library.read_bytes()) if library.exists() else None
    if found is None:
        return _SYSTEM_PYTHON
    program = f"{_SYSTEM_PYTHON}.{int(found[1])}"
    if int(found[1]) < PYTHON:
        raise KwtoolsError(
            f"PL/Python of PostgreSQL {server.major} embeds Python 3.{int(found[1])} ({library})",
            f"Install a PL/Python that embeds Python 3.{PYTHON} or later.",
        )
    if not Path(program).exists():
        raise KwtoolsError(
            f"{program}, which PL/Python of PostgreSQL {server.major} embeds, does not exist",
            f"Install Debian's package python3.{int(found[1])}.",
        )
    return program


@functools.cache
def server_python() -> str:
    """Return the interpreter of the server of ``postgres.installed``."""
    return embedded_python(installed())


def kinds_with_packages() -> tuple[str, ...]:
    """Return the kinds of provider that need packages of their own; each has a lock file."""
    locks = sources.plpython().glob("requirements-*.lock")
    return tuple(sorted(path.stem.removeprefix("requirements-") for path in locks))


def locks(kinds: Collection[str] = ()) -> list[Path]:
    """Return the lock files of the runtime with these kinds of provider.

    Raises ``KwtoolsError`` where a kind has none.
    """
    unknown = set(kinds) - set(kinds_with_packages())
    if unknown:
        raise KwtoolsError(
            f"providers of kind {', '.join(sorted(unknown))} have no packages of their own",
            f"Use one of {', '.join(kinds_with_packages())}.",
        )
    names = ["requirements.lock", *(f"requirements-{kind}.lock" for kind in sorted(set(kinds)))]
    return [sources.plpython() / name for name in names]


def prepare(
    kinds: Collection[str] = (),
    python: str | None = None,
    wheelhouse: Path | None = None,
    *,
    reuse: bool = False,
) -> Path:
    """Install the packages of the lock files once under the build folder; return their folder.

    ``kinds`` are the kinds of provider whose packages are wanted too. ``python`` is the
    interpreter that they are for; without one, ``server_python``. They come from ``wheelhouse``
    where one is given. With ``reuse``, the folder may be a runtime that is installed on this
    machine: then it has ``PACKAGES``, too. Raises ``KwtoolsError`` where a kind has none, or where
    pip fails.
    """
    python = python or server_python()
    wanted = locks(kinds)
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in wanted)).hexdigest()[:16]
    packages = sources.build_directory() / "packages" / f"{python_tag(python)}-{digest}"
    if packages.is_dir():  # put there whole; the folder may be one that the caller only reads
        return packages
    if reuse and wheelhouse is None:
        there = installed_runtime.packages(python_tag(python), wanted)
        if there is not None:
            return there
    packages.parent.mkdir(parents=True, exist_ok=True)
    source = [] if wheelhouse is None else ["--no-index", "--find-links", str(wheelhouse)]
    needed = _FETCHING * (1 + len(wanted))
    with (
        room.needed(needed, packages.parent, Path(tempfile.gettempdir())),
        FileLock(packages.parent / ".lock"),
    ):
        if not packages.is_dir():
            with tempfile.TemporaryDirectory(dir=packages.parent) as scratch:
                made = Path(scratch) / "packages"
                pip(
                    python, "install", "--quiet", "--root-user-action=ignore", "--no-deps",
                    "--require-hashes", "--only-binary=:all:", "--no-compile", *source,
                    "--target", str(made), *requirement_options(wanted),
                )  # fmt: skip
                _compile(made, python)
                made.rename(packages)
    return packages


def place(folder: Path, version: str, packages: Path, python: str) -> None:
    """Put the whole runtime into ``folder``, replacing what is there when all of it is ready.

    ``packages`` is what ``prepare`` returned, ``python`` is the interpreter that runs it. Nobody
    but the caller may write what is placed; everybody may read it. ``SHA256SUMS`` lists it.
    Raises ``KwtoolsError``, and leaves what is there, where the disk is full or a copy differs
    from its source.
    """
    ours = [sources.plpython() / name for name in PACKAGES]
    with (
        room.needed(room.size(packages, *ours), folder.parent),
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=STAGING) as scratch,
    ):
        made = Path(scratch) / "new"
        shutil.copytree(
            packages,
            made,
            ignore=lambda folder, _: _NOT_PACKAGES if Path(folder) == packages else (),
        )
        for source in ours:
            shutil.copytree(
                source, made / source.name, ignore=shutil.ignore_patterns(_LEFT_OUT)
            )  # fmt: skip
        (made / _VERSION_FILE).write_text(
            f'"""Written by the installation."""\n\nVERSION = "{version}"\n'
        )
        for name in PACKAGES:
            _compile(made / name, python)
        digests = checksums.of_files(made)
        _compare(made, digests, packages, ours)
        (made / checksums.NAME).write_text(checksums.listed(digests))
        _open_to_readers(made)
        _replace(folder, made, Path(scratch) / "old")


def _compare(made: Path, digests: dict[str, str], packages: Path, ours: list[Path]) -> None:
    """Raise ``KwtoolsError`` where a file differs from its source, or has none."""
    expected = {
        path: digest
        for path, digest in checksums.of_files(packages).items()
        if path.partition("/")[0] not in _NOT_PACKAGES
    }
    for source in ours:
        expected |= {
            f"{source.name}/{path}": digest
            for path, digest in checksums.of_files(source).items()
            if _LEFT_OUT not in path
        }
    wrong = [path for path, digest in expected.items() if digests.get(path) != digest]
    wrong += [
        path
        for path in digests.keys() - expected.keys()
        if _LEFT_OUT not in path and path != _VERSION_FILE
    ]
    if wrong:
        raise KwtoolsError(
            f"{made / min(wrong)} differs from its source after copying",
            "Check the disk, and run it again. What was installed before is unchanged.",
        )


def _replace(folder: Path, made: Path, old: Path) -> None:
    """Put a folder in the place of another one. A running session keeps what it has loaded."""
    for path in (*made.rglob("*"), made):  # on the disk before the name is
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    if not folder.exists():
        made.rename(folder)
        return
    folder.rename(old)
    try:
        made.rename(folder)
    except BaseException:  # Ctrl-C too
        old.rename(folder)
        raise


def new_kem_key(algorithm: str) -> bytes:
    """Return the file of a new key of a KEM, by its standard name, made by the runtime."""
    path = f"{sources.plpython()}:{prepare(reuse=True)}"
    done = subprocess.run(
        [server_python(), "-s", "-P", "-m", "kwruntime.kms.new_kem_key", algorithm],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    if done.returncode != 0:
        raise KwtoolsError("the runtime cannot create a key", done.stderr.decode().strip()[-200:])
    return done.stdout


@functools.cache
def python_tag(python: str | None = None) -> str:
    """Return the tag of an interpreter, by default of ``server_python``, such as ``cp311``."""
    asked = "import sys; print('cp%d%d' % sys.version_info[:2])"
    return _run(python or server_python(), "-c", asked).strip()


def _compile(folder: Path, python: str) -> None:
    # Unchecked: the files are only ever replaced together, and a first call need not stat them.
    # Names relative to the folder: the same files give the same bytes, wherever they are compiled.
    _run(
        python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
        "-s", str(folder), str(folder),
    )  # fmt: skip


def _open_to_readers(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def requirement_options(lock_files: Collection[Path]) -> list[str]:
    """Return pip's options that name these lock files."""
    return [part for lock in lock_files for part in ("--requirement", str(lock))]


def pip(python: str, *arguments: str) -> None:
    """Run pip for an interpreter: the command's own, or the interpreter's where it has none.

    Raises ``KwtoolsError`` where it fails, and ``OSError`` where it found no room.
    """
    hint = (
        "Allow access to the package index the first time, or name a folder of packages with"
        " --wheelhouse."
    )
    if importlib.util.find_spec("pip") is None:
        how = [python, "-m", "pip"]
        hint = f"Install Debian's package python3-pip. {hint}"
    else:  # Debian's Python has no pip of its own until one is installed
        how = [sys.executable, "-m", "pip", "--python", python]
    _run(*how, "--disable-pip-version-check", *arguments, hint=hint)


def _run(python: str, *arguments: str, hint: str = "") -> str:
    """Run an interpreter, shielded from the caller's Python settings; return its output."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    try:
        done = subprocess.run(
            [python, "-I", *arguments], env=environment, capture_output=True, text=True
        )
    except OSError as error:
        raise KwtoolsError(
            f"{python} cannot run: {error.strerror}", "Install Debian's package python3."
        ) from None
    if done.returncode != 0:
        if room.says_full(done.stdout + done.stderr):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        lines = done.stderr.strip().splitlines() or ["no message"]
        told = next((line for line in lines if line.startswith("ERROR: ")), lines[-1])
        raise KwtoolsError(f"{python} {' '.join(arguments[:2])} failed: {told}", hint)
    return done.stdout
