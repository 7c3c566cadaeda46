"""The local keystore: one JSON Web Key (RFC 7517) a file, ``<reference>.jwk`` (docs/format.md)."""

import base64
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from kwruntime import kem
from kwruntime.errors import BadArgument, Conflict, KeyLost, ProviderRefused
from kwruntime.kem import KEMS

KEY_BYTES = 32
_KID = re.compile(r"[A-Za-z0-9_-]{22}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MAX_FILE_BYTES = 4096


class LocalKey(NamedTuple):
    """A key of the keystore: its immutable id and its 32 bytes."""

    kid: str
    secret: bytes

    def __repr__(self) -> str:
        return f"LocalKey({self.kid!r})"


class LocalKemKey(NamedTuple):
    """A KEM key of the keystore: the thumbprint of its public key (RFC 7638), and the pair."""

    kid: str
    algorithm: str
    public: bytes
    private: bytes

    def __repr__(self) -> str:
        return f"LocalKemKey({self.kid!r})"


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
        """Read and check a key; raises ``KeyLost`` or ``ProviderRefused``, naming the file."""
        path = self.path(reference)
        self.check_directory()
        try:
            # O_NONBLOCK: a pipe in the place of a key file must not hang the server.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise KeyLost(
                f"key {reference!r} of provider {self._provider!r} is lost: "
                f"there is no file {path}",
                hint="Put the file back from a backup (kwtools keys backup makes them).",
            ) from None
        except OSError as error:
            raise ProviderRefused(
                f"key {reference!r} of provider {self._provider!r} cannot be read: "
                f"{path}: {error.strerror}"
            ) from None
        try:
            self._check(path, os.fstat(descriptor), self._file_mode, stat.S_ISREG)
            data = os.read(descriptor, _MAX_FILE_BYTES + 1)
        finally:
            os.close(descriptor)
        return _parse(path, data)

    def create(self, reference: str) -> LocalKey:
        """Make a new key file, durably; raises ``Conflict`` where one exists."""
        key = LocalKey(secrets.token_urlsafe(16), secrets.token_bytes(KEY_BYTES))
        members = {"kty": "oct", "kid": key.kid, "k": _encode(key.secret)}
        self._write(reference, json.dumps(members, indent=1).encode())
        return key

    def create_kem(self, reference: str, algorithm: str) -> LocalKemKey:
        """Make the file of a new KEM key, durably; raises ``Conflict`` where one exists."""
        key = new_kem_key(algorithm)
        self._write(reference, kem_key_file(key))
        return key

    def _write(self, reference: str, data: bytes) -> None:
        path = self.path(reference)
        if not self.sql_may_create:
            raise ProviderRefused(
                f"the keystore {self.directory} does not let SQL create keys",
                hint="Run kwtools keys create on the server, then kw.add_kms_key.",
            )
        self.check_directory()
        with _fsynced_file(self.directory, data) as made:
            try:
                os.link(made, path)  # unlike a rename, never overwrites
            except FileExistsError:
                raise Conflict(
                    f"key {reference!r} of provider {self._provider!r} exists already: {path}",
                    hint="Register it with kw.add_kms_key.",
                ) from None
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def check_directory(self) -> None:
        """Raise ``KeyLost`` or ``ProviderRefused`` where the folder is missing or unsafe."""
        try:
            status = self.directory.lstat()
        except OSError as error:
            raise KeyLost(
                f"the keystore {self.directory} cannot be read: {error.strerror}"
            ) from None
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


@contextmanager
def _fsynced_file(directory: Path, data: bytes) -> Iterator[Path]:
    """Write ``data`` to a temporary file of mode 0600, durably, and remove it at the end."""
    path = directory / f".{secrets.token_hex(8)}.tmp"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        yield path
    finally:
        path.unlink()


def new_kem_key(algorithm: str) -> LocalKemKey:
    """Make a KEM key; the algorithm has its standard name."""
    one = KEMS[algorithm]
    private = kem.generate(one)
    public = one.public_bytes_of(private)
    return LocalKemKey(thumbprint(algorithm, public), algorithm, public, private)


def kem_key_file(key: LocalKemKey) -> bytes:
    """Return the file of a KEM key (docs/format.md)."""
    members = {
        "kty": "AKP",
        "alg": key.algorithm,
        "kid": key.kid,
        "pub": _encode(key.public),
        "priv": _encode(key.private),
    }
    return json.dumps(members, indent=1).encode()


def thumbprint(algorithm: str, public: bytes) -> str:
    """Return the thumbprint of a public key (RFC 7638), 43 characters: the ``kid`` of its file."""
    members = f'{{"alg":"{algorithm}","kty":"AKP","pub":"{_encode(public)}"}}'
    return _encode(sha256(members.encode()).digest())


def _parse(path: Path, data: bytes) -> LocalKey | LocalKemKey:
    refused = ProviderRefused(
        f"{path} is not a key file",
        hint="docs/format.md says what a key file holds. Put the right one back from a backup.",
    )
    try:
        found = json.loads(data)
        key = _kem_key(found) if found["kty"] == "AKP" else _key(found)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refused from None  # the cause could hold the key's text
    if key is None:
        raise refused
    if isinstance(key, LocalKey) and len(key.secret) != KEY_BYTES:
        raise ProviderRefused(f"the key in {path} has {len(key.secret)} bytes, not {KEY_BYTES}")
    return key


def _key(found: dict[str, str]) -> LocalKey | None:
    secret = _decode(found["k"])
    whole = found.keys() == {"kty", "kid", "k"} and found["kty"] == "oct"
    if not whole or not _KID.fullmatch(found["kid"]) or _encode(secret) != found["k"]:
        return None
    return LocalKey(found["kid"], secret)


def _kem_key(found: dict[str, str]) -> LocalKemKey | None:
    """Read a KEM key: the public key must be the private one's, and the kid its thumbprint."""
    one, private, public = KEMS[found["alg"]], _decode(found["priv"]), _decode(found["pub"])
    if (
        found.keys() != {"kty", "alg", "kid", "pub", "priv"}
        or len(private) != one.private_bytes
        or _encode(private) != found["priv"]
        or one.public_bytes_of(private) != public
        or thumbprint(one.name, public) != found["kid"]
    ):
        return None
    return LocalKemKey(found["kid"], one.name, public, private)


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encode(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
