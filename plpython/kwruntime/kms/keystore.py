"""The keystore of a provider of kind ``local``, as the server uses it (``kwshared.keystore``)."""

import os
from typing import NoReturn

from kwshared import keyfile
from kwshared.algorithms import KEMS
from kwshared.keyfile import ChangedKey, Key, KeystoreError
from kwshared.keystore import MODES, BadReference, KeyFolder

from kwruntime.crypto import kem
from kwruntime.errors import (
    BadArgument,
    Conflict,
    KeyChanged,
    KeyLost,
    ProviderError,
    ProviderRefused,
)
from kwruntime.kms import system


class Keystore:
    """A folder of key files. ``sql_may_create`` says whose the folder and its files are:

    the server's own (0700 and 0600), or root's, readable by the server's group (0750 and 0640).
    ``provider`` is the name that errors give.
    """

    def __init__(
        self, directory: str | os.PathLike[str], *, sql_may_create: bool, provider: str = "local"
    ) -> None:
        owner = os.geteuid() if sql_may_create else 0
        self._directory_mode, file_mode = MODES[sql_may_create]
        self._folder = KeyFolder(directory, owner, file_mode, None)
        self._provider = provider
        self._paths: dict[str, str] = {}
        self.directory = self._folder.directory
        self.sql_may_create = sql_may_create

    def path(self, reference: str) -> str:
        """Return the file of a reference; raises ``BadArgument``."""
        known = self._paths.get(reference)
        if known is not None:
            return known
        try:
            path = self._paths[reference] = self._folder.path(reference)
        except BadReference as error:
            raise BadArgument(error.message, hint=error.hint) from None
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

    def read(self, reference: str) -> Key:
        """Read and check a key; raises ``ProviderError``, naming the file."""
        path = self.path(reference)
        self.check_directory()
        try:
            key = self._folder.read(reference)
            _check_pair(path, key)
        except FileNotFoundError:
            raise KeyLost(
                f'key "{reference}" of provider "{self._provider}" is lost: '
                f"file {path} does not exist",
                hint="Restore the file from a backup (kwtools keys backup creates them).",
            ) from None
        except OSError as error:
            raise self._failure(f'key "{reference}"', "cannot be read", path, error) from None
        except KeystoreError as error:
            _refuse(error)
        return key

    def create(self, reference: str, made_by: str | None = None) -> Key:
        """Make a new key file, durably; raises ``Conflict`` where one exists."""
        return self._put(reference, keyfile.new_key(made_by=made_by))

    def create_kem(self, reference: str, algorithm: str, made_by: str | None = None) -> Key:
        """Make the file of a new KEM key, durably; raises ``Conflict`` where one exists."""
        return self._put(reference, new_kem_key(algorithm, made_by))

    def leftovers(self) -> list[str]:
        """Return the hidden files, which may hold keys: what killed writers and editors left."""
        self.check_directory()
        try:
            return [name for name in self._folder.names() if name[0] == "."]
        except OSError as error:
            raise self._failure("the keystore", "cannot be read", self.directory, error) from None

    def _put(self, reference: str, key: Key) -> Key:
        path = self.path(reference)
        if not self.sql_may_create:
            raise ProviderRefused(
                f"keystore {self.directory} does not allow SQL to create keys",
                hint="Run kwtools keys create on the server, then use kw.add_kms_key.",
            )
        self.check_directory()
        try:
            self._folder.put(reference, keyfile.file_of(key))
        except FileExistsError:
            raise Conflict(
                f'key "{reference}" of provider "{self._provider}" already exists: {path}',
                hint="Register it with kw.add_kms_key, or use if_not_exists => true.",
            ) from None
        except OSError as error:
            raise self._failure(f'key "{reference}"', "cannot be created", path, error) from None
        return key

    def _failure(self, what: str, how: str, path: str, error: OSError) -> ProviderError:
        message = f'{what} of provider "{self._provider}" {how}: {path}'
        return system.failure(message, self.directory, error)

    def check_directory(self) -> None:
        """Raise ``KeyLost`` or ``ProviderRefused`` where the folder is missing or unsafe."""
        try:
            self._folder.check(self._directory_mode)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise KeyLost(
                f"keystore {self.directory} cannot be read: {error.strerror}",
                hint="Mount it, or restore it from a backup.",
            ) from None
        except OSError as error:
            raise self._failure("the keystore", "cannot be read", self.directory, error) from None
        except KeystoreError as error:
            _refuse(error)


def new_kem_key(algorithm: str, made_by: str | None = None) -> Key:
    """Make a KEM key; the algorithm has its standard name."""
    private = kem.generate(KEMS[algorithm])
    return keyfile.kem_key(algorithm, kem.public_of(KEMS[algorithm], private), private, made_by)


def _check_pair(path: str, key: Key) -> None:
    """Raise ``BadKeyFile`` unless the public key of a KEM key is the private one's."""
    if key.algorithm is None:
        return
    try:
        public = kem.public_of(KEMS[key.algorithm], key.secret)
    except ValueError:
        public = None
    if public != key.public:
        raise keyfile.not_a_key_file(path)


def _refuse(error: KeystoreError) -> NoReturn:
    kind = KeyChanged if isinstance(error, ChangedKey) else ProviderRefused
    raise kind(error.message, hint=error.hint or None) from None
