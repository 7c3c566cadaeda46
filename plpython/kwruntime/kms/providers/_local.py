"""Provider ``local``: key-encrypting keys in files of the server (``keystore``)."""

from typing import Any, NamedTuple, Self

from kwshared.algorithms import KEMS
from kwshared.keyfile import Key, check_value

from kwruntime.crypto import kem
from kwruntime.crypto.envelope import Keks, local_keks
from kwruntime.errors import Conflict, KeyChanged, KeyLost, ProviderRefused
from kwruntime.kms.keystore import Keystore
from kwruntime.kms.providers._base import SEALS_ONLY, DirectProvider, KeyDescription, KeyName
from kwruntime.kms.providers._options import read_options

ALGORITHM = "AES-256-GCM"


class _Held(NamedTuple):
    """A key file that was read: what it looked like then, its kid, and the key."""

    signature: tuple[int, ...]
    kid: str
    is_kem: bool
    key: Any

    def __repr__(self) -> str:
        return f"_Held({self.kid!r})"


class LocalProvider(DirectProvider):
    """A folder of key files on the server."""

    def __init__(self, name: str, keystore: Keystore) -> None:
        self.name = name
        self.keystore = keystore
        self.location = keystore.directory
        self._held: dict[str, _Held] = {}

    @classmethod
    def from_entry(cls, name: str, entry: dict[str, Any]) -> Self:
        """Make it from its entry in the providers file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "local")
        directory, may_create = options["directory"], options["sql_may_create"]
        return cls(name, Keystore(directory, sql_may_create=may_create, provider=name))

    def probe(self) -> None:
        """See that the folder is there and safe."""
        self.keystore.check_directory()

    def check_reference(self, reference: str) -> None:
        """See that a key file can be called so."""
        self.keystore.path(reference)

    def describe(self, reference: str) -> KeyDescription:
        """Look a key file up."""
        return _described(self.keystore.read(reference))

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key file: of AES-256-GCM, or of a KEM."""
        return self._create(reference, algorithm, None)

    def create_for(self, database: str, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key file, or take up the one that a transaction of the database left behind.

        The caller has seen that the database did not register it.
        """
        try:
            return self._create(reference, algorithm, database)
        except Conflict:
            found = self.keystore.read(reference)
            description = _described(found)
            if found.made_by != database or description.algorithm != (algorithm or ALGORITHM):
                raise
            return description

    def leftovers(self) -> list[str]:
        """Name the files that a killed writer left."""
        return self.keystore.leftovers()

    def _create(self, reference: str, algorithm: str | None, made_by: str | None) -> KeyDescription:
        if algorithm in KEMS:
            return _described(self.keystore.create_kem(reference, algorithm, made_by))
        if algorithm not in (None, ALGORITHM):
            raise ProviderRefused(
                f"a local keystore creates keys for {ALGORITHM} and {', '.join(KEMS)}, "
                f'not "{algorithm}"'
            )
        return _described(self.keystore.create(reference, made_by))

    def keks(self, key: KeyName) -> Keks:
        """Return the KEKs of a key file, read again whenever the file looks different."""
        keks: Keks = self._key(key, is_kem=False)
        return keks

    def private_key(self, key: KeyName, algorithm: str) -> Any:
        """Return the private key of a KEM key file, likewise."""
        try:
            return self._key(key, is_kem=True)
        except KeyLost:
            raise KeyLost(
                f'the private key of "{key.reference}" of provider "{self.name}" is not available: '
                f"file {self.keystore.path(key.reference)} does not exist",
                hint=f"Restore the file from a backup if this server is to decrypt. {SEALS_ONLY}",
            ) from None

    def _key(self, key: KeyName, *, is_kem: bool) -> Any:
        signature = self.keystore.signature(key.reference)
        held = self._held.get(key.reference)
        if held is None or held.signature != signature:
            self._held.pop(key.reference, None)
            found = self.keystore.read(key.reference)
            held = _Held(signature or (), found.kid, found.algorithm is not None, _usable(found))
            self._held[key.reference] = held
        if held.kid != key.external_id or held.is_kem is not is_kem:
            raise KeyChanged(
                f"{self.keystore.path(key.reference)} holds key {held.kid}, "
                f'not {key.external_id}, which was registered as "{key.reference}"',
                hint="The file was exchanged. Restore the right one from a backup.",
            )
        return held.key


def _described(found: Key) -> KeyDescription:
    if found.algorithm is not None:
        return KeyDescription(found.kid, found.algorithm, found.public)
    return KeyDescription(
        found.kid, ALGORITHM, is_checked=found.is_checked, material=check_value(found.secret)
    )


def _usable(found: Key) -> Any:
    """Return what a key is used as: its KEKs, or its private key."""
    if found.algorithm is not None:
        return kem.private_key(KEMS[found.algorithm], found.secret)
    return local_keks(found.secret)
