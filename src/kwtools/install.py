"""Installing: extension, runtime, providers file and keystore, into a server or a private copy."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kwtools import checksums, room, runtime, sources
from kwtools.build import MODULE_PATH, build
from kwtools.errors import KwtoolsError
from kwtools.postgres import ServerUser

CONTROL = "kwtools.control"
SUMS = "kwtools.sha256"
"""Lists the extension's files and their checksums, beside them."""
_STAGING = ".kwtools-"

PROVIDERS = """\
# The KMSs that SQL may name. Addresses and credentials live only here.
[providers.local]
kind = "local"
directory = "{keystore}"
sql_may_create = true  # kw.create_kms_key may make key files there
"""


@dataclass(frozen=True)
class Layout:
    """Where an installation stands. All paths are absolute, as the server will see them.

    ``stage`` is put before every path when writing: for packagers, and for throw-away servers.
    ``kinds`` are the kinds of provider whose packages go with the runtime. ``python`` is the
    interpreter that runs it; without one, that of the server of ``postgres.installed``.
    """

    extension_directory: Path
    module_path: Path = Path("/usr/local/lib/kwtools")
    providers_file: Path = Path("/etc/kwtools/providers.toml")
    keystore: Path = Path("/var/lib/kwtools/keys")
    stage: Path = Path("/")
    kinds: tuple[str, ...] = ()
    python: str | None = None
    wheelhouse: Path | None = None
    """The folder that the runtime's packages come from, instead of an index."""
    reuse: bool = False
    """Whether they may come from the runtime that is installed on this machine."""

    def staged(self, path: Path) -> Path:
        """Return where ``path`` is written."""
        return self.stage / path.relative_to("/")


def install(layout: Layout, user: ServerUser) -> list[Path]:
    """Install this version for a server that runs as ``user``; return what was written.

    An existing providers file and an existing keystore are left as they are. The control file is
    replaced last, so that until all is there the server finds the version that it had. Raises
    ``KwtoolsError``, before it writes anything, where rights are missing.
    """
    _check_rights(layout, user)
    _check_the_server_gets_there(layout, user)
    version = sources.version()
    python = layout.python or runtime.server_python()
    packages = runtime.prepare(layout.kinds, python, layout.wheelhouse, reuse=layout.reuse)
    runtime_folder = layout.staged(layout.module_path) / version / runtime.python_tag(python)
    _make_folders(runtime_folder.parent)
    with _alone(runtime_folder.parent, runtime.STAGING):
        runtime.place(runtime_folder, version, packages, python)
    site = layout.staged(layout.module_path / "site.toml")
    _write(site, f'providers_file = "{layout.providers_file}"\n')
    written = [runtime_folder, site]
    for folder in (site.parent, runtime_folder.parent):
        folder.chmod(0o755)

    keystore = layout.staged(layout.keystore)
    if not keystore.exists():
        _make_folders(keystore.parent)
        keystore.mkdir()
        keystore.chmod(0o700)
        _give(keystore, user.uid, user.gid)
        written.append(keystore)
    providers = layout.staged(layout.providers_file)
    if not providers.exists():
        _write(providers, PROVIDERS.format(keystore=layout.keystore), mode=0o640)
        _give(providers, os.geteuid(), user.gid)
        written.append(providers)
    return [*written, *_install_extension(layout, version)]


def _install_extension(layout: Layout, version: str) -> list[Path]:
    target = layout.staged(layout.extension_directory)
    with tempfile.TemporaryDirectory() as scratch:
        built = build(sources.extension(), version, Path(scratch))
        older_edges = (sources.extension() / "released").glob("kwtools--*--*.sql")
        files = sorted((*older_edges, *built), key=lambda path: path.name)
        texts = {path.name: path.read_bytes() for path in files}
    texts[CONTROL] = texts[CONTROL].replace(MODULE_PATH.encode(), bytes(layout.module_path))
    digests = {name: checksums.of_bytes(text) for name, text in texts.items()}
    texts[SUMS] = checksums.listed(digests).encode()
    texts[CONTROL] = texts.pop(CONTROL)  # last
    _make_folders(target)
    with (
        room.needed(sum(map(len, texts.values())), target),
        _alone(target, _STAGING),
        tempfile.TemporaryDirectory(dir=target, prefix=_STAGING) as staged,
    ):
        for name, text in texts.items():
            _write_whole(Path(staged, name), text)
        found = checksums.of_files(Path(staged))
        for name, digest in digests.items():
            if found[name] != digest:
                raise KwtoolsError(
                    f"{Path(staged, name)} differs from its source after copying",
                    "Check the disk, and run it again. What was installed before is unchanged.",
                )
        for name in texts:
            Path(staged, name).replace(target / name)
    return [target / name for name in texts]


def _write_whole(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)


@contextlib.contextmanager
def _alone(folder: Path, staging: str) -> Iterator[None]:
    """Let one installation at a time work in a folder; remove what a killed one has left there.

    That is a folder whose name begins with ``staging``.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in folder.glob(f"{staging}*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(descriptor)


def _check_rights(layout: Layout, user: ServerUser) -> None:
    """Refuse to begin what cannot be finished."""
    paths = [layout.extension_directory, layout.module_path, layout.keystore.parent]
    if not layout.staged(layout.providers_file).exists():
        paths.append(layout.providers_file.parent)
    closed = []
    for path in map(layout.staged, paths):
        nearest = next(folder for folder in (path, *path.parents) if folder.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            closed.append(str(path))
    if closed:
        raise KwtoolsError(
            f"permission denied to write to {', '.join(closed)}",
            "Run it as root, or stage the files with --destdir.",
        )
    if os.geteuid() != 0 and user.uid != os.geteuid() and layout.stage == Path("/"):
        raise KwtoolsError(
            f"only root can give the keystore to {user.name}",
            "Run it as root, or stage the files with --destdir.",
        )


def _check_the_server_gets_there(layout: Layout, user: ServerUser) -> None:
    """Refuse places below a folder that is closed to the server."""
    if layout.stage != Path("/"):
        return
    places = (
        layout.module_path, layout.providers_file, layout.keystore, layout.extension_directory,
    )  # fmt: skip
    closed = {
        str(folder)
        for path in places
        for folder in path.parents
        if folder.exists() and not _may_enter(folder.stat(), user)
    }
    if closed:
        raise KwtoolsError(
            f"user {user.name} of the server cannot enter {', '.join(sorted(closed))}",
            f"Run chmod a+x {' '.join(sorted(closed))}, or choose other folders (TMPDIR for a"
            " throw-away server).",
        )


def _may_enter(folder: os.stat_result, user: ServerUser) -> bool:
    if user.uid == 0 or folder.st_uid == user.uid:
        return user.uid == 0 or bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid in os.getgrouplist(user.name, user.gid):
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _give(path: Path, uid: int, gid: int) -> None:
    """Give ``path`` to its owner; a stage that an ordinary user fills stays the user's."""
    if os.geteuid() == 0 or gid in (os.getegid(), *os.getgroups()):
        os.chown(path, uid, gid)


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file in one step: a reader sees the old one or the new one."""
    _make_folders(path.parent)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            os.fchmod(descriptor, mode)
        shutil.move(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _make_folders(folder: Path) -> None:
    """Make missing folders, open to readers whatever the umask."""
    for missing in [path for path in (folder, *folder.parents) if not path.exists()][::-1]:
        missing.mkdir()
        missing.chmod(0o755)
