"""Installing: extension, runtime, providers file and keystore, into a server or a private copy."""

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kwtools import runtime, sources
from kwtools.build import MODULE_PATH, build
from kwtools.errors import KwtoolsError
from kwtools.postgres import ServerUser

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
    ``kinds`` are the kinds of provider whose packages go with the runtime.
    """

    extension_directory: Path
    module_path: Path = Path("/usr/local/lib/kwtools")
    providers_file: Path = Path("/etc/kwtools/providers.toml")
    keystore: Path = Path("/var/lib/kwtools/keys")
    stage: Path = Path("/")
    kinds: tuple[str, ...] = ()

    def staged(self, path: Path) -> Path:
        """Return where ``path`` is written."""
        return self.stage / path.relative_to("/")


def install(layout: Layout, user: ServerUser) -> list[Path]:
    """Install this version for a server that runs as ``user``; return what was written.

    An existing providers file and an existing keystore are left as they are. Raises
    ``KwtoolsError``, before it writes anything, where rights are missing.
    """
    _check_rights(layout, user)
    _check_the_server_gets_there(layout, user)
    version = sources.version()
    written = _install_extension(layout, version)
    runtime_folder = layout.staged(layout.module_path) / version / runtime.python_tag()
    _make_folders(runtime_folder.parent)
    runtime.place(runtime_folder, version, layout.kinds)
    written.append(runtime_folder)
    site = layout.staged(layout.module_path / "site.toml")
    _write(site, f'providers_file = "{layout.providers_file}"\n')
    written.append(site)
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
    return written


def _install_extension(layout: Layout, version: str) -> list[Path]:
    target = layout.staged(layout.extension_directory)
    with tempfile.TemporaryDirectory() as scratch:
        built = build(sources.extension(), version, Path(scratch))
        older_edges = (sources.extension() / "released").glob("kwtools--*--*.sql")
        files = sorted((*older_edges, *built), key=lambda path: path.name)
        texts = {path.name: path.read_text() for path in files}
    texts["kwtools.control"] = texts["kwtools.control"].replace(
        MODULE_PATH, str(layout.module_path)
    )
    for name, text in texts.items():
        _write(target / name, text)
    return [target / name for name in texts]


def _check_rights(layout: Layout, user: ServerUser) -> None:
    """Refuse to begin what cannot be finished."""
    paths = (
        layout.extension_directory,
        layout.module_path,
        layout.providers_file.parent,
        layout.keystore.parent,
    )
    closed = []
    for path in map(layout.staged, paths):
        nearest = next(folder for folder in (path, *path.parents) if folder.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            closed.append(str(path))
    if closed:
        raise KwtoolsError(
            f"permission denied to write to {', '.join(closed)}",
            "Run it as root (sudo make install), or stage the files with --destdir.",
        )
    if os.geteuid() != 0 and user.uid != os.geteuid() and layout.stage == Path("/"):
        raise KwtoolsError(
            f"only root can give the keystore to {user.name}",
            "Run it as root (sudo make install), or stage the files with --destdir.",
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
