"""Provider ``local``: key-encrypting keys in files of the server (``keystore``)."""

from pathlib import Path
from typing import Any, NamedTuple, Self

from kwruntime.envelope import local_kek
from kwruntime.errors import KeyChanged, ProviderRefused
from kwruntime.keystore import Keystore, LocalKey
from kwruntime.providers._base import DirectProvider, KeyDescription, KeyName
from kwruntime.providers._options import read_options

ALGORITHM = "AES-256-GCM"


class _Held(NamedTuple):
    """A key file that was read: what it looked like then, its kid and its KEK."""

    signature: tuple[int, ...]
    kid: str
    kek: bytes

    def __repr__(self) -> str:
        return f"_Held({self.kid!r})"


_held: dict[tuple[Path, str], _Held] = {}


class LocalProvider(DirectProvider):
    """A folder of key files on the server."""

    def __init__(self, name: str, keystore: Keystore) -> None:
        self.name = name
        self.keystore = keystore
        self.location = str(keystore.directory)

    @classmethod
    def from_entry(cls, name: str, entry: dict[str, Any]) -> Self:
        """Make it from its entry in the providers file; raises ``ProviderRefused``."""
        options = read_options(name, entry, "local")
        directory, may_create = Path(options["directory"]), options["sql_may_create"]
        return cls(name, Keystore(directory, sql_may_create=may_create, provider=name))

    def probe(self) -> None:
        """See that the folder is there and safe."""
        self.keystore.check_directory()

    def describe(self, reference: str) -> KeyDescription:
        """Look a key file up."""
        return KeyDescription(self.keystore.read(reference).kid, ALGORITHM)

    def create(self, reference: str, algorithm: str | None) -> KeyDescription:
        """Make a key file."""
        if algorithm not in (None, ALGORITHM):
            raise ProviderRefused(f"a local keystore makes keys for {ALGORITHM}, not {algorithm!r}")
        return KeyDescription(self.keystore.create(reference).kid, ALGORITHM)

    def kek(self, key: KeyName) -> bytes:
        """Return the KEK of a key file, read again whenever the file looks different."""
        where = (self.keystore.directory, key.reference)
        signature = self.keystore.signature(key.reference)
        held = _held.get(where)
        if held is None or held.signature != signature:
            _held.pop(where, None)
            found: LocalKey = self.keystore.read(key.reference)
            held = _Held(signature or (), found.kid, local_kek(found.secret))
            _held[where] = held
        if held.kid != key.external_id:
            raise KeyChanged(
                f"{self.keystore.path(key.reference)} holds key {held.kid}, "
                f"not {key.external_id}, which was registered as {key.reference!r}",
                hint="The file was swapped: put the right one back from a backup.",
            )
        return held.kek
