"""The local keystore: a folder of key files, ``<reference>.jwk`` (``keyfile``).

Who owns a folder says who owns its files. Mode 0700: the server's user, files 0600, SQL
may make keys. Mode 0750: root, files 0640, readable by the server's group, SQL may not.
No message holds key material.
"""

import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kwtools.errors import BadUsage, CheckFailed, KwtoolsError
from kwtools.keyfile import MAX_FILE_BYTES, Key, parse
from kwtools.postgres import server_user

SUFFIX = ".jwk"

_FILE_MODES = {0o700: 0o600, 0o750: 0o640}  # of the folder: of its files
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.tmp|\.kwtools-[0-9a-f]{1,16}")
_LEFT_AFTER_SECONDS = 60.0  # a younger one may be a writer's at work
_NO_TMPFILE = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)
_HINTS = {
    errno.ENOSPC: "Free space in its file system.",
    errno.EDQUOT: "Free space in its file system, or raise the quota.",
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f).",
    errno.EROFS: "Mount its file system read-write.",
    errno.EIO: "Check its disk: the kernel's log names it.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    errno.ENFILE: "Raise the machine's limit of open files (fs.file-max).",
    errno.EACCES: "Run it as root or as the server's user.",
    errno.EPERM: "Run it as root or as the server's user.",
}


class Listed(NamedTuple):
    """What ``Keystore.list`` says of one file. ``problem`` is empty where all is well."""

    reference: str
    kid: str
    mode: str
    owner: int
    problem: str
    is_checked: bool
    """Whether the file tells its key; True where it is not a key file."""


class Cleaned(NamedTuple):
    """What ``Keystore.clean`` did with a file that a killed writer left."""

    name: str
    key: str
    """The reference of the file that holds the same key, or empty."""
    is_removed: bool
    problem: str


@dataclass(frozen=True)
class Keystore:
    """A folder of key files, each of this owner, group and mode."""

    directory: Path
    owner: int
    group: int
    file_mode: int

    def path(self, reference: str) -> Path:
        """Return the file of a reference; raises ``BadUsage`` where it cannot be one."""
        if not _REFERENCE.fullmatch(reference):
            raise BadUsage(
                f"{reference!r} cannot name a key",
                "Use letters, digits, '.', '_' and '-', at most 100, the first a letter or digit.",
            )
        return self.directory / (reference + SUFFIX)

    def references(self) -> list[str]:
        """Return the references of all key files, sorted."""
        return [
            name.removesuffix(SUFFIX)
            for name in self._names()
            if name.endswith(SUFFIX) and not name.startswith(".")
        ]

    def read(self, reference: str) -> tuple[Key, bytes]:
        """Return a key and the bytes of its file; raises ``CheckFailed``, naming the file."""
        path = self.path(reference)
        data = self._read(path)
        return parse(path, data), data

    def _names(self) -> list[str]:
        try:
            return sorted(path.name for path in self.directory.iterdir())
        except OSError as error:
            raise KwtoolsError(
                f"{self.directory} cannot be read: {error.strerror}",
                _HINTS.get(error.errno or 0, ""),
            ) from None

    def _read(self, path: Path) -> bytes:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                _check(path, os.fstat(descriptor), stat.S_ISREG, self.owner, self.file_mode)
                return _read_all(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise CheckFailed(
                f"{path} cannot be read: {error.strerror}", _HINTS.get(error.errno or 0, "")
            ) from None

    def add(self, reference: str, key: Key) -> Path:
        """Write a new key file, durably, and return it.

        Raises ``CheckFailed`` where the reference is taken, or where another file holds the
        same key: two legs of a wrapper would then depend on one key.
        """
        path = self.path(reference)
        for other in self.references():
            try:
                known, _ = self.read(other)
            except CheckFailed:
                continue  # damaged; list and doctor say so
            if other != reference and (known.kid == key.kid or known.secret == key.secret):
                raise CheckFailed(f"the key is in the keystore already: {self.path(other)}")
        if not self._write(path, key.file_text()):
            raise CheckFailed(f"{path} exists already", "A key file is never overwritten.")
        return path

    def copy_in(self, reference: str, data: bytes) -> bool:
        """Put a key file's bytes here and verify them; return whether they were missing.

        Raises ``CheckFailed`` where another key stands there.
        """
        path = self.path(reference)
        written = self._write(path, data)
        _, found = self.read(reference)
        if found != data:
            raise CheckFailed(
                f"{path} differs from the key of that name",
                "Copy to another folder, and find out which of the two is right.",
            )
        return written

    def convert(self, reference: str) -> bool:
        """Let a key file of an earlier release tell its key; return whether it did not before.

        The ``kid`` stays, so it is the same key for every database. Raises ``CheckFailed``.
        """
        path = self.path(reference)
        key, data = self.read(reference)
        if key.is_checked:
            return False
        temporary = self._temporary(key.file_text())
        try:
            if self._read(path) != data:
                raise CheckFailed(f"{path} was changed at the same time", "Run it again.")
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(self.directory)
        return True

    def list(self) -> list[Listed]:
        """Return every file of the folder, with what is wrong with it."""
        rows = []
        seen: dict[str | bytes, str] = {}
        for name in self._names():
            path, is_checked = self.directory / name, True
            reference, kid, problem = name.removesuffix(SUFFIX), "", ""
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue  # a writer's, who is done
            try:
                if _LEFTOVER.fullmatch(name):
                    raise CheckFailed(
                        f"{path} was left by a writer that was killed, and may hold a key",
                        "Run kwtools keys clean.",
                    )
                if path.suffix != SUFFIX or name.startswith("."):
                    raise CheckFailed(f"{path} is not a key file", "Move it away.")
                key, _ = self.read(reference)
                kid, is_checked = key.kid, key.is_checked
                twin = seen.get(kid) or seen.get(key.secret)
                seen |= {kid: reference, key.secret: reference}
                if twin:
                    problem = f"{path} holds the same key or kid as {twin}"
            except KwtoolsError as error:
                problem = f"{error.message}. {error.hint}" if error.hint else error.message
            mode = f"{stat.S_IMODE(status.st_mode):04o}"
            rows.append(Listed(reference, kid, mode, status.st_uid, problem, is_checked))
        return rows

    def clean(self, *, everything: bool = False) -> Sequence[Cleaned]:
        """Remove what killed writers left, and return what was found.

        A file stays whose key is in no key file, since it may be the last copy of it, unless
        ``everything`` is to go; and one that is younger than a minute, which may be in use.
        """
        names = [name for name in self._names() if _LEFTOVER.fullmatch(name)]
        if not names:
            return []
        known: dict[bytes, str] = {}
        for reference in self.references():
            try:
                known[self.read(reference)[0].secret] = reference
            except CheckFailed:
                continue  # damaged; list says so
        return [self._clean(self.directory / name, known, everything=everything) for name in names]

    def remove_leftovers(self) -> None:
        """Remove the temporary files of writers that were killed, from a folder of copies."""
        for name in self._names():
            if _LEFTOVER.fullmatch(name):
                (self.directory / name).unlink()

    def _clean(self, path: Path, known: dict[bytes, str], *, everything: bool) -> Cleaned:
        key, problem = "", ""
        try:
            if time.time() - path.lstat().st_mtime < _LEFT_AFTER_SECONDS:
                raise CheckFailed(f"{path} is younger than a minute", "Run it again later.")
            secret = _secret_of(path)
            key = known.get(secret, "") if secret else ""
            if secret and not key and not everything:
                raise CheckFailed(
                    f"{path} holds a key that is in no key file",
                    "If it is needed, link it under a name of its own; else give --all.",
                )
            path.unlink()
        except CheckFailed as error:
            problem = f"{error.message}. {error.hint}"
        except OSError as error:
            problem = f"{path} cannot be removed: {error.strerror}"
        return Cleaned(path.name, key, not problem, problem)

    def _write(self, path: Path, data: bytes) -> bool:
        """Write a file durably; return whether it is new. An existing one stays as it is.

        It gets its name when it is complete, so a writer that is killed leaves nothing. A file
        system without O_TMPFILE needs a name before.
        """
        try:
            folder = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
            try:
                return self._link(folder, path, data)
            finally:
                os.close(folder)
        except OSError as error:
            raise self._not_written(path, error) from None

    def _link(self, folder: int, path: Path, data: bytes) -> bool:
        try:
            descriptor = os.open(self.directory, os.O_TMPFILE | os.O_WRONLY, 0o600)
            try:
                self._fill(descriptor, data)
                # Unlike a rename, a link never overwrites.
                source = f"/proc/self/fd/{descriptor}"
                os.link(source, path.name, dst_dir_fd=folder, follow_symlinks=True)
            finally:
                os.close(descriptor)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
            temporary = self._temporary(data)
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                return False
            finally:
                temporary.unlink()
        os.fsync(folder)
        return True

    def _temporary(self, data: bytes) -> Path:
        """Write a file under a name that ``clean`` knows."""
        temporary = self.directory / f".kwtools-{secrets.token_hex(8)}"
        try:
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600
            )
            try:
                self._fill(descriptor, data)
            except BaseException:
                temporary.unlink()
                raise
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._not_written(temporary, error) from None
        return temporary

    def _fill(self, descriptor: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        if (self.owner, self.group) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, self.owner, self.group)
        os.fchmod(descriptor, self.file_mode)
        os.fsync(descriptor)

    def _not_written(self, path: Path, error: OSError) -> KwtoolsError:
        return KwtoolsError(
            f"{path} cannot be written: {error.strerror}", _HINTS.get(error.errno or 0, "")
        )


def open_keystore(directory: Path, *, sql_may_create: bool | None = None) -> Keystore:
    """Return the keystore of an existing folder.

    ``sql_may_create`` is what the provider file says, None where nobody says. Raises
    ``CheckFailed`` where owner or mode of the folder are wrong, ``KwtoolsError`` where
    there is none.
    """
    try:
        status = directory.lstat()
    except FileNotFoundError:
        raise KwtoolsError(
            f"there is no keystore {directory}", "kwtools keys create makes it."
        ) from None
    mode = stat.S_IMODE(status.st_mode)
    if sql_may_create is None:
        if mode not in _FILE_MODES:
            raise CheckFailed(
                f"{directory} has mode {mode:04o}",
                "A keystore has 0700 (the server's user) or 0750 (root's, the server's group).",
            )
        owner = status.st_uid if mode == 0o700 else 0
    else:
        mode = 0o700 if sql_may_create else 0o750
        owner = server_user().uid if sql_may_create else 0
    _check(directory, status, stat.S_ISDIR, owner, mode)
    return Keystore(directory, owner, status.st_gid, _FILE_MODES[mode])


def make_keystore(directory: Path, *, sql_may_create: bool) -> None:
    """Make a new keystore folder for the server's user, or for root where SQL may not create."""
    user = server_user()
    if not sql_may_create and os.geteuid() != 0:
        raise KwtoolsError(f"only root can make {directory}, which SQL may not write to")
    directory.mkdir(mode=0o700, parents=True)
    os.chown(directory, user.uid if sql_may_create else 0, user.gid)
    directory.chmod(0o700 if sql_may_create else 0o750)
    sync_folder(directory.parent)


def sync_folder(directory: Path) -> None:
    """Make the entries of a folder durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(
    path: Path, status: os.stat_result, kind: Callable[[int], bool], owner: int, mode: int
) -> None:
    if not kind(status.st_mode):
        raise CheckFailed(f"{path} is not what it should be: a folder of files, no links")
    if status.st_uid != owner:
        raise CheckFailed(
            f"{path} belongs to uid {status.st_uid}, not to uid {owner}",
            "Give it back with chown, after making sure that nobody else changed it.",
        )
    if stat.S_IMODE(status.st_mode) != mode:
        raise CheckFailed(
            f"{path} has mode {stat.S_IMODE(status.st_mode):04o}, not {mode:04o}",
            f"chmod {mode:04o} {path}",
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


def _secret_of(path: Path) -> bytes | None:
    """Return the key of a file that a killed writer left; null where it holds no whole key."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise CheckFailed(f"{path} cannot be read: {error.strerror}", "Look at it.") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise CheckFailed(f"{path} is not a file", "Move it away.")
        return parse(path, _read_all(descriptor)).secret
    except CheckFailed:
        return None
    finally:
        os.close(descriptor)
