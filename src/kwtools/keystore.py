"""The keystore as the command uses it (``kwshared.keystore``): to list, add, back up and clean."""

import errno
import os
import re
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kwshared.keyfile import Key, KeystoreError, file_of, parse
from kwshared.keystore import MODES, SUFFIX, BadReference, KeyFolder, check, read_file

from kwtools.errors import BadUsage, CheckFailed, KwtoolsError
from kwtools.postgres import server_user

_LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.tmp|\.kwtools-[0-9a-f]{1,16}")
_LEFT_AFTER_SECONDS = 60.0  # a younger one may be a writer's at work
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


class Keystore:
    """A folder of key files, each of this owner, group and mode."""

    def __init__(self, directory: Path, owner: int, group: int, file_mode: int) -> None:
        self.directory = directory
        self._folder = KeyFolder(directory, owner, file_mode, group)

    def path(self, reference: str) -> Path:
        """Return the file of a reference; raises ``BadUsage`` where it cannot be one."""
        with _told():
            return Path(self._folder.path(reference))

    def references(self) -> list[str]:
        """Return the references of all key files, sorted."""
        return [
            name.removesuffix(SUFFIX)
            for name in self._names()
            if name.endswith(SUFFIX) and not name.startswith(".")
        ]

    def read(self, reference: str) -> tuple[Key, bytes]:
        """Return a key and the bytes of its file; raises ``CheckFailed``, naming the file."""
        data = self._read(reference)
        with _told():
            return parse(str(self.path(reference)), data), data

    def _names(self) -> list[str]:
        try:
            return self._folder.names()
        except OSError as error:
            raise KwtoolsError(*_said(self.directory, "cannot be read", error)) from None

    def _read(self, reference: str) -> bytes:
        try:
            with _told():
                return self._folder.read_bytes(reference)
        except OSError as error:
            path = self.path(reference)
            raise CheckFailed(*_said(path, "cannot be read", error)) from None

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
                raise CheckFailed(f"key is already in the keystore: {self.path(other)}")
        if not self._put(reference, file_of(key)):
            raise CheckFailed(
                f"{path} already exists", "Choose another name. A key file is never overwritten."
            )
        return path

    def copy_in(self, reference: str, data: bytes) -> bool:
        """Put a key file's bytes here and verify them; return whether they were missing.

        Raises ``CheckFailed`` where another key stands there.
        """
        written = self._put(reference, data)
        _, found = self.read(reference)
        if found != data:
            raise CheckFailed(
                f"{self.path(reference)} differs from the key of that name",
                "Copy to another folder, and check which of the two is right.",
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
        try:
            is_replaced = self._folder.replace(
                reference, file_of(key), lambda: self._read(reference) == data
            )
        except OSError as error:
            raise KwtoolsError(*_said(path, "cannot be written", error)) from None
        if not is_replaced:
            raise CheckFailed(f"{path} was modified at the same time", "Run it again.")
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
                    "Link it under another name if it is needed. Otherwise use --all.",
                )
            path.unlink()
        except CheckFailed as error:
            problem = f"{error.message}. {error.hint}"
        except OSError as error:
            problem = f"{path} cannot be removed: {error.strerror}"
        return Cleaned(path.name, key, not problem, problem)

    def _put(self, reference: str, data: bytes) -> bool:
        """Write a file durably; return whether it is new. An existing one stays as it is."""
        path = self.path(reference)
        try:
            self._folder.put(reference, data)
        except FileExistsError:
            return False
        except OSError as error:
            raise KwtoolsError(*_said(path, "cannot be written", error)) from None
        return True


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
            f"keystore {directory} does not exist", "Create it with kwtools keys create."
        ) from None
    if sql_may_create is None:
        mode = stat.S_IMODE(status.st_mode)
        if mode not in dict(MODES.values()):
            raise CheckFailed(
                f"{directory} has mode {mode:04o}",
                "Set 0700 (owner the server's user) or 0750 (owner root, the server's group).",
            )
        file_mode = dict(MODES.values())[mode]
        owner = status.st_uid if mode == MODES[True][0] else 0
    else:
        mode, file_mode = MODES[sql_may_create]
        owner = server_user().uid if sql_may_create else 0
    with _told():
        check(str(directory), status, owner, mode, is_folder=True)
    return Keystore(directory, owner, status.st_gid, file_mode)


def make_keystore(directory: Path, *, sql_may_create: bool) -> None:
    """Make a new keystore folder for the server's user, or for root where SQL may not create."""
    user = server_user()
    if not sql_may_create and os.geteuid() != 0:
        raise KwtoolsError(f"only root can create {directory}, because SQL may not write to it")
    directory.mkdir(mode=0o700, parents=True)
    os.chown(directory, user.uid if sql_may_create else 0, user.gid)
    directory.chmod(MODES[sql_may_create][0])
    sync_folder(directory.parent)


def sync_folder(directory: Path) -> None:
    """Make the entries of a folder durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    """Raise what is wrong with a keystore as an error of the command."""
    try:
        yield
    except BadReference as error:
        raise BadUsage(error.message, error.hint) from None
    except KeystoreError as error:
        raise CheckFailed(error.message, error.hint) from None


def _said(path: Path, how: str, error: OSError) -> tuple[str, str]:
    """Return message and hint for what the system said of a file."""
    return f"{path} {how}: {error.strerror}", _HINTS.get(error.errno or 0, "")


def _secret_of(path: Path) -> bytes | None:
    """Return the key of a file that a killed writer left; null where it holds no whole key."""

    def is_file(status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise CheckFailed(f"{path} is not a file", "Move it away.")

    try:
        return parse(str(path), read_file(str(path), is_file)).secret
    except KeystoreError:
        return None
    except OSError as error:
        raise CheckFailed(f"{path} cannot be read: {error.strerror}", "Look at it.") from None
