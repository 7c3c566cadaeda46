"""The local keystore: a folder of key files, ``<reference>.jwk`` (``keyfile``).

Who owns the folder says who owns its files. Mode 0700: the server's user, files 0600, SQL may make
keys. Mode 0750: root, files 0640, readable by the server's group, SQL may not. What the system
refuses is raised as ``OSError``, so that the caller can say what helps.
"""

import errno
import os
import re
import stat
from collections.abc import Callable

from kwshared.keyfile import MAX_FILE_BYTES, Key, KeystoreError, parse

SUFFIX = ".jwk"
MODES = {True: (0o700, 0o600), False: (0o750, 0o640)}
"""Of a folder and of its files, by whether SQL may make keys there."""

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NO_TMPFILE = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)


class BadReference(KeystoreError):
    """No key can be called so."""


class Unsafe(KeystoreError):
    """A file or folder has another kind, owner or mode than it has to have."""


class KeyFolder:
    """A folder of key files, each of this owner, group and mode; group null: as they are made."""

    def __init__(
        self, directory: str | os.PathLike[str], owner: int, file_mode: int, group: int | None
    ) -> None:
        self.directory = _plain(os.fspath(directory))
        self.owner = owner
        self.group = group
        self.file_mode = file_mode

    def path(self, reference: str) -> str:
        """Return the file of a reference; raises ``BadReference``."""
        if not _REFERENCE.fullmatch(reference):
            raise BadReference(
                f'"{reference}" cannot name a key of a local keystore',
                "Use at most 100 letters, digits, '.', '_' and '-', beginning with a letter or "
                "digit.",
            )
        return os.path.join(self.directory, reference + SUFFIX)

    def check(self, directory_mode: int) -> None:
        """Raise ``Unsafe`` where the folder is, and ``OSError``."""
        check(self.directory, os.lstat(self.directory), self.owner, directory_mode, is_folder=True)

    def read(self, reference: str) -> Key:
        """Read and check a key; raises ``KeystoreError`` and ``OSError``."""
        return parse(self.path(reference), self.read_bytes(reference))

    def read_bytes(self, reference: str) -> bytes:
        """Return the bytes of a file of the right kind, owner and mode, as ``read`` does."""
        path = self.path(reference)
        return read_file(path, lambda status: check(path, status, self.owner, self.file_mode))

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return sorted(os.listdir(self.directory))

    def put(self, reference: str, data: bytes) -> None:
        """Make a file durably, whole or not at all; raises ``FileExistsError``.

        It gets its name when it is complete, so a writer that is killed leaves nothing. A file
        system without O_TMPFILE needs a name before: it begins with a dot.
        """
        name = os.path.basename(self.path(reference))
        folder = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._put(folder, name, data)
            os.fsync(folder)
        finally:
            os.close(folder)

    def _put(self, folder: int, name: str, data: bytes) -> None:
        flags = os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC
        try:
            descriptor = os.open(".", flags, 0o600, dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
            self._put_by_name(folder, name, data)
            return
        try:
            self._fill(descriptor, data)
            # Unlike a rename, a link never overwrites.
            source = f"/proc/self/fd/{descriptor}"
            os.link(source, name, dst_dir_fd=folder, follow_symlinks=True)
        except FileNotFoundError:  # /proc is missing
            self._put_by_name(folder, name, data)
        finally:
            os.close(descriptor)

    def _put_by_name(self, folder: int, name: str, data: bytes) -> None:
        temporary = self._temporary(folder, data)
        try:
            os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        finally:
            os.unlink(temporary, dir_fd=folder)

    def replace(self, reference: str, data: bytes, is_wanted: Callable[[], bool]) -> bool:
        """Put a file in the place of another, durably, if that is still wanted; return that."""
        name = os.path.basename(self.path(reference))
        folder = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            temporary = self._temporary(folder, data)
            is_replaced = False
            try:
                if is_wanted():
                    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                    is_replaced = True
            finally:
                if not is_replaced:
                    os.unlink(temporary, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)
        return is_replaced

    def _temporary(self, folder: int, data: bytes) -> str:
        """Write a whole file under a name that says what it is, and return that."""
        temporary = f".kwtools-{os.urandom(8).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
        try:
            self._fill(descriptor, data)
        except BaseException:
            os.unlink(temporary, dir_fd=folder)
            raise
        finally:
            os.close(descriptor)
        return temporary

    def _fill(self, descriptor: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        if self.group is not None and (self.owner, self.group) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, self.owner, self.group)
        os.fchmod(descriptor, self.file_mode)
        os.fsync(descriptor)


def _plain(path: str) -> str:
    """Return a path without what would make the system follow a link at its end."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return "/" * path.startswith("/") + "/".join(parts)


def check(
    path: str, status: os.stat_result, owner: int, mode: int, *, is_folder: bool = False
) -> None:
    """Raise ``Unsafe`` unless a file or folder has this kind, owner and mode."""
    kind = stat.S_ISDIR if is_folder else stat.S_ISREG
    if not kind(status.st_mode):
        raise Unsafe(f"{path} is not a {'folder' if is_folder else 'regular file'}")
    if status.st_uid != owner:
        raise Unsafe(
            f"{path} belongs to uid {status.st_uid}, not to uid {owner}",
            f"Make sure that nobody else could have changed it, then run: chown USER {path}",
        )
    if stat.S_IMODE(status.st_mode) != mode:
        raise Unsafe(
            f"{path} has mode {stat.S_IMODE(status.st_mode):04o}, not {mode:04o}",
            f"Run: chmod {mode:04o} {path}",
        )


def read_file(path: str, checked: Callable[[os.stat_result], object]) -> bytes:
    """Return what a file holds that passes a check, and of a long one a byte too many to parse."""
    # O_NONBLOCK: a pipe in the place of a key file must not hang the server.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        checked(os.fstat(descriptor))
        data = b""
        while len(data) <= MAX_FILE_BYTES:
            part = os.read(descriptor, MAX_FILE_BYTES + 1 - len(data))
            if not part:
                break
            data += part
        return data
    finally:
        os.close(descriptor)
