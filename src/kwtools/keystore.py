"""The local keystore: one JSON Web Key (RFC 7517) a file, ``<reference>.jwk`` (docs/format.md).

Who owns a folder says who owns its files. Mode 0700: the server's user, files 0600, SQL
may make keys. Mode 0750: root, files 0640, readable by the server's group, SQL may not.
No message holds key material.
"""

import base64
import json
import os
import re
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kwtools.errors import BadUsage, CheckFailed, KwtoolsError
from kwtools.postgres import server_user

KEY_BYTES = 32
SUFFIX = ".jwk"

_FILE_MODES = {0o700: 0o600, 0o750: 0o640}  # of the folder: of its files
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_KID = re.compile(r"[A-Za-z0-9_-]{22}")
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
_MAX_FILE_BYTES = 4096
_TEMPORARY = ".kwtools-"


@dataclass(frozen=True)
class Key:
    """A key: its immutable id and its bytes, which it never shows.

    The id has 22 characters and the key 32 bytes; of a KEM key, the id is the thumbprint of
    its public key (43 characters), and the bytes are its private key's.
    """

    kid: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.kid!r})"

    def file_text(self) -> bytes:
        """Return the key file's content."""
        members = {"kty": "oct", "kid": self.kid, "k": _encode(self.secret)}
        return json.dumps(members, indent=1).encode()


class Listed(NamedTuple):
    """What ``Keystore.list`` says of one file. ``problem`` is empty where all is well."""

    reference: str
    kid: str
    mode: str
    owner: int
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
        return sorted(path.name.removesuffix(SUFFIX) for path in self.directory.glob("[!.]*.jwk"))

    def read(self, reference: str) -> tuple[Key, bytes]:
        """Return a key and the bytes of its file; raises ``CheckFailed``, naming the file."""
        path = self.path(reference)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise CheckFailed(f"{path} cannot be read: {error.strerror}") from None
        try:
            _check(path, os.fstat(descriptor), stat.S_ISREG, self.owner, self.file_mode)
            data = os.read(descriptor, _MAX_FILE_BYTES + 1)
        finally:
            os.close(descriptor)
        return _parse(path, data), data

    def add(self, reference: str, key: Key) -> Path:
        """Write a new key file, durably, and return it.

        Raises ``CheckFailed`` where the reference is taken, or where another file holds the
        same key: two legs of a wrapper would then hang on one key.
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

    def list(self) -> list[Listed]:
        """Return every file of the folder, with what is wrong with it."""
        rows = []
        seen: dict[str | bytes, str] = {}
        for path in sorted(self.directory.glob("[!.]*")):
            reference, kid, problem = path.name.removesuffix(SUFFIX), "", ""
            status = path.lstat()
            try:
                if path.suffix != SUFFIX:
                    raise CheckFailed(f"{path} is not a key file", "Move it away.")
                key, _ = self.read(reference)
                kid = key.kid
                twin = seen.get(kid) or seen.get(key.secret)
                seen |= {kid: reference, key.secret: reference}
                if twin:
                    problem = f"{path} holds the same key or kid as {twin}"
            except KwtoolsError as error:
                problem = f"{error.message}. {error.hint}" if error.hint else error.message
            mode = f"{stat.S_IMODE(status.st_mode):04o}"
            rows.append(Listed(reference, kid, mode, status.st_uid, problem))
        return rows

    def remove_leftovers(self) -> None:
        """Remove the temporary files of writers that were killed."""
        for path in self.directory.glob(f"{_TEMPORARY}*"):
            path.unlink()

    def _write(self, path: Path, data: bytes) -> bool:
        """Write a file durably; return whether it is new. An existing one stays as it is."""
        temporary = self.directory / f"{_TEMPORARY}{secrets.token_hex(8)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                if (self.owner, self.group) != (os.geteuid(), os.getegid()):
                    os.fchown(descriptor, self.owner, self.group)
                os.fchmod(descriptor, self.file_mode)
                os.fsync(descriptor)
            try:
                os.link(temporary, path)  # unlike a rename, never overwrites
            except FileExistsError:
                return False
        finally:
            temporary.unlink()
        sync_folder(self.directory)
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


def new_key() -> Key:
    """Return a fresh random key."""
    return Key(_new_kid(), secrets.token_bytes(KEY_BYTES))


def imported_key(path: Path, *, raw: bool) -> Key:
    """Return the key of a file made elsewhere: a JSON Web Key, or with ``raw`` its 32 bytes.

    A ``kid`` of our form is kept, so that a key file can come back from anywhere; any
    other is replaced. Raises ``CheckFailed``.
    """
    with path.open("rb") as file:
        data = file.read(_MAX_FILE_BYTES + 1)
    if raw:
        kid, secret = None, data
    else:
        try:
            members = json.loads(data)
            if members["kty"] != "oct":
                raise ValueError
            kid, secret = members.get("kid"), _decode(members["k"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CheckFailed(
                f"{path} is not a JSON Web Key of kty oct",
                "It needs kty and k; for a file of 32 bytes give --raw.",
            ) from None  # the cause could hold the key's text
    if len(secret) != KEY_BYTES:
        raise CheckFailed(f"the key in {path} does not have {KEY_BYTES} bytes but {len(secret)}")
    return Key(kid if isinstance(kid, str) and _KID.fullmatch(kid) else _new_kid(), secret)


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


def _parse(path: Path, data: bytes) -> Key:
    refused = CheckFailed(f"{path} is not a key file", "docs/format.md says what a key file holds.")
    try:
        members = json.loads(data)
        kind = members["kty"]
        names, kid, secret = {
            "oct": ({"kty", "kid", "k"}, _KID, "k"),
            "AKP": ({"kty", "alg", "kid", "pub", "priv"}, _THUMBPRINT, "priv"),
        }[kind]
        key = Key(members["kid"], _decode(members[secret]))
        if members.keys() != names or not kid.fullmatch(key.kid):
            raise refused
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refused from None  # the cause could hold the key's text
    if kind == "oct" and len(key.secret) != KEY_BYTES:
        raise CheckFailed(f"the key in {path} has {len(key.secret)} bytes, not {KEY_BYTES}")
    return key


def _new_kid() -> str:
    return _encode(secrets.token_bytes(16))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Return the bytes of unpadded base64url; raises ``ValueError`` for any other spelling."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(data) != text:
        raise ValueError("not base64url")
    return data
