"""The local keystore: a folder of key files, ``<reference>.jwk`` (``keyfile``)."""

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from kwruntime.errors import BadArgument, Conflict, KeyLost, ProviderError, ProviderRefused
from kwruntime.kms import system
from kwruntime.kms.keyfile import (
    MAX_FILE_BYTES,
    LocalKemKey,
    LocalKey,
    file_of,
    new_kem_key,
    new_key,
    parse,
)

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NO_TMPFILE = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)


class Keystore:
    """A folder of key files. ``sql_may_create`` says whose the folder and its files are:

    the server's own (0700 and 0600), or root's, readable by the server's group (0750 and 0640).
    ``provider`` is the name that errors give.
    """

    def __init__(self, directory: Path, *, sql_may_create: bool, provider: str = "local") -> None:
        self.directory = directory
        self._provider = provider
        self._paths: dict[str, Path] = {}
        self.sql_may_create = sql_may_create
        self._owner = os.geteuid() if sql_may_create else 0
        self._file_mode = 0o600 if sql_may_create else 0o640
        self._directory_mode = 0o700 if sql_may_create else 0o750

    def path(self, reference: str) -> Path:
        """Return the file of a reference; raises ``BadArgument``."""
        known = self._paths.get(reference)
        if known is not None:
            return known
        if not _REFERENCE.fullmatch(reference):
            raise BadArgument(
                f"{reference!r} cannot name a key of a local keystore",
                hint="Use letters, digits, '.', '_' and '-', 100 at most, first a letter or digit.",
            )
        path = self._paths[reference] = self.directory / f"{reference}.jwk"
        return path

    def signature(self, reference: str) -> tuple[int, ...] | None:
        """Return what changes when the file does, or null where there is none."""
        try:
            status = os.lstat(self.path(reference))
        except OSError:
            return None
        return (
            status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size,
            status.st_mode, status.st_uid,
        )  # fmt: skip

    def read(self, reference: str) -> LocalKey | LocalKemKey:
        """Read and check a key; raises ``ProviderError``, naming the file."""
        path = self.path(reference)
        self.check_directory()
        try:
            # O_NONBLOCK: a pipe in the place of a key file must not hang the server.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                self._check(path, os.fstat(descriptor), self._file_mode, stat.S_ISREG)
                data = _read_all(descriptor)
            finally:
                os.close(descriptor)
        except FileNotFoundError:
            raise KeyLost(
                f"key {reference!r} of provider {self._provider!r} is lost: "
                f"there is no file {path}",
                hint="Put the file back from a backup (kwtools keys backup makes them).",
            ) from None
        except OSError as error:
            raise self._failure(f"key {reference!r}", "cannot be read", path, error) from None
        return parse(path, data)

    def create(self, reference: str, made_by: str | None = None) -> LocalKey:
        """Make a new key file, durably; raises ``Conflict`` where one exists."""
        key = new_key(made_by)
        self._write(reference, file_of(key))
        return key

    def create_kem(self, reference: str, algorithm: str, made_by: str | None = None) -> LocalKemKey:
        """Make the file of a new KEM key, durably; raises ``Conflict`` where one exists."""
        key = new_kem_key(algorithm, made_by)
        self._write(reference, file_of(key))
        return key

    def leftovers(self) -> list[str]:
        """Return the hidden files, which may hold keys: what killed writers and editors left."""
        self.check_directory()
        try:
            return sorted(path.name for path in self.directory.iterdir() if path.name[0] == ".")
        except OSError as error:
            raise self._failure("the keystore", "cannot be read", self.directory, error) from None

    def _write(self, reference: str, data: bytes) -> None:
        path = self.path(reference)
        if not self.sql_may_create:
            raise ProviderRefused(
                f"the keystore {self.directory} does not let SQL create keys",
                hint="Run kwtools keys create on the server, then kw.add_kms_key.",
            )
        self.check_directory()
        try:
            folder = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                _put(folder, path.name, data, self._file_mode)
                os.fsync(folder)
            finally:
                os.close(folder)
        except FileExistsError:
            raise Conflict(
                f"key {reference!r} of provider {self._provider!r} exists already: {path}",
                hint="Register it with kw.add_kms_key, or give if_not_exists => true.",
            ) from None
        except OSError as error:
            raise self._failure(f"key {reference!r}", "cannot be made", path, error) from None

    def _failure(self, what: str, how: str, path: Path, error: OSError) -> ProviderError:
        message = f"{what} of provider {self._provider!r} {how}: {path}"
        return system.failure(message, self.directory, error)

    def check_directory(self) -> None:
        """Raise ``KeyLost`` or ``ProviderRefused`` where the folder is missing or unsafe."""
        try:
            status = self.directory.lstat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise KeyLost(
                f"the keystore {self.directory} cannot be read: {error.strerror}",
                hint="Mount it, or put it back from a backup.",
            ) from None
        except OSError as error:
            raise self._failure("the keystore", "cannot be read", self.directory, error) from None
        self._check(self.directory, status, self._directory_mode, stat.S_ISDIR)

    def _check(
        self, path: Path, status: os.stat_result, mode: int, kind: Callable[[int], bool]
    ) -> None:
        if not kind(status.st_mode):
            raise ProviderRefused(f"{path} is not of the right kind")
        if status.st_uid != self._owner:
            raise ProviderRefused(
                f"{path} belongs to uid {status.st_uid}, not to uid {self._owner}",
                hint=f"chown it, after making sure that nobody else could have changed it: {path}",
            )
        if stat.S_IMODE(status.st_mode) != mode:
            raise ProviderRefused(
                f"{path} has mode {stat.S_IMODE(status.st_mode):04o}, not {mode:04o}",
                hint=f"chmod {mode:04o} {path}",
            )


def _read_all(descriptor: int) -> bytes:
    """Return what a file holds, and of one that is too long a byte more than is allowed."""
    data = b""
    while len(data) <= MAX_FILE_BYTES:
        part = os.read(descriptor, MAX_FILE_BYTES + 1 - len(data))
        if not part:
            break
        data += part
    return data


def _put(folder: int, name: str, data: bytes, mode: int) -> None:
    """Make a file in a folder, whole or not at all; raises ``FileExistsError``.

    It gets its name when it is complete, so a writer that is killed leaves nothing. A file
    system without O_TMPFILE needs a name before: there ``leftovers`` finds what was left.
    """
    try:
        descriptor = os.open(".", os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except OSError as error:
        if error.errno not in _NO_TMPFILE:
            raise
        _put_by_name(folder, name, data, mode)
        return
    try:
        _fill(descriptor, data, mode)
        # Unlike a rename, a link never overwrites.
        os.link(f"/proc/self/fd/{descriptor}", name, dst_dir_fd=folder, follow_symlinks=True)
    except FileNotFoundError:  # there is no /proc
        _put_by_name(folder, name, data, mode)
    finally:
        os.close(descriptor)


def _put_by_name(folder: int, name: str, data: bytes, mode: int) -> None:
    temporary = f".kwtools-{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
    try:
        try:
            _fill(descriptor, data, mode)
        finally:
            os.close(descriptor)
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    finally:
        os.unlink(temporary, dir_fd=folder)


def _fill(descriptor: int, data: bytes, mode: int) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fchmod(descriptor, mode)
    os.fsync(descriptor)
