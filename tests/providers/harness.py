"""What the behaviour suite needs of a kind of provider: its real server, and ways to disturb it.

Each kind has its harness in ``<kind>_harness.py``; ``HARNESSES`` lists them.
"""

import importlib
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest

from kwtools.cluster import Place
from tests.conftest import Database, unique
from testservers.provider_file import add_entry

HARNESSES = {
    "local": "local_harness.LocalHarness",
    "wrapper": "local_harness.BranchHarness",
    "vault": "vault_harness.VaultHarness",
    "aws": "aws_harness.AwsHarness",
    "gcp": "gcp_harness.GcpHarness",
    "azure": "azure_harness.AzureHarness",
    "pkcs11": "pkcs11_harness.Pkcs11Harness",
    "kmip": "kmip_harness.KmipHarness",
}

BEHAVIOURS = (
    "round trip",
    "batch",
    "wrong context",
    "moved blob",
    "unknown key",
    "key made again",
    "copied key",
    "disabled key",
    "bad credentials",
    "expired then renewed credentials",
    "server stopped",
    "hung",
    "slow",
    "truncated answer",
    "wrong answer",
    "wrong TLS certificate",
)
_SERVER_NEEDED = BEHAVIOURS[8:]
OF_SIGNING = (
    "round trip",
    "batch",
    "unknown key",
    "key made again",
    "disabled key",
    "expired then renewed credentials",
    "server stopped",
    "hung",
    "slow",
    "truncated answer",
    "wrong answer",
)
"""The behaviours of keys that sign in their KMS. The others are of wraps, or of the provider."""


class Harness(ABC):
    """One provider of one test: an entry in the provider file, and its key."""

    kind: ClassVar[str]

    cannot: ClassVar[dict[str, str]] = {}
    """The behaviours that this kind cannot show, and why; docs/providers.md says the same."""

    signs: ClassVar[tuple[str, ...]] = ()
    """The algorithms that keys of this kind sign with in their KMS."""

    cannot_sign: ClassVar[dict[str, str]] = {}
    """As ``cannot``, of keys that sign: where it differs."""

    context_refused: ClassVar[str] = "KW207"
    """The SQLSTATE of a wrap in another context; KW209 where the KMS itself binds none."""

    def __init__(self, cluster: Place, server: Any) -> None:
        self.cluster = cluster
        self.server = server
        self.name = unique(self.kind)
        self.reference = unique("key")
        self.options: dict[str, object] = {}
        self.undo = ExitStack()

    @classmethod
    @abstractmethod
    def serve(cls, base: Path) -> AbstractContextManager[Any]:
        """Start the real server, for all tests of a worker; ``base`` is an empty folder."""

    def close(self) -> None:
        """Run what the test put into ``undo``."""
        self.undo.close()

    def set(self, **options: object) -> None:
        """Change options of the entry; None takes one away."""
        merged = self.options | options
        self.options = {key: value for key, value in merged.items() if value is not None}
        add_entry(self.cluster, self.name, self.kind, **self.options)

    def add_provider(self, db: Database) -> None:
        """Register the provider."""
        db.sql("select kw.add_provider(%s, %s)", self.name, self.kind)

    def register(self, db: Database) -> int:
        """Register the provider and make its key; return the key's id."""
        self.add_provider(db)
        return int(db.sql("select kw.create_kms_key(%s, %s)", self.name, self.reference)[0][0])

    def register_signing(self, db: Database, algorithm: str) -> int:
        """Register the provider and make its key, one that signs; return the key's id."""
        self.add_provider(db)
        query = "select kw.create_kms_key(%s, %s, 'sign', %s)"
        return int(db.sql(query, self.name, self.reference, algorithm)[0][0])

    def make_signing_again(self, algorithm: str) -> None:
        """Delete the key that signs for good, and make another one of the same name."""
        raise NotImplementedError

    def disable_signing(self) -> None:
        """Have the KMS not sign with the key any more."""
        raise NotImplementedError

    def unknown_reference(self) -> str:
        """Return a well-formed reference of a key that is not there."""
        return unique("nobody")

    def register_copied(self, db: Database) -> tuple[int, int]:
        """Register two keys of one material under different names; return their ids."""
        raise NotImplementedError

    def add_key(self, db: Database, reference: str, provider: str | None = None) -> int:
        """Register a key that is there; return its id."""
        query = "select kw.add_kms_key(%s, %s)"
        return int(db.sql(query, provider or self.name, reference)[0][0])

    def make_again(self) -> None:
        """Delete the key for good, and make another one of the same name."""
        raise NotImplementedError

    def disable(self) -> None:
        """Have the KMS neither wrap nor open with the key any more."""
        raise NotImplementedError

    def spoil_credentials(self) -> None:
        """Give the provider credentials that the server has never accepted."""
        raise NotImplementedError

    def secret(self) -> str:
        """Return what no error or log may show of the credentials that the provider has."""
        raise NotImplementedError

    def expire_credentials(self) -> None:
        """Have the server refuse, from now on, the credentials that the provider has in use."""
        raise NotImplementedError

    def renew_credentials(self) -> None:
        """Give the provider credentials that the server accepts."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the real server."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it again, with what it had stored."""
        raise NotImplementedError

    def inject(self, fault: str | None) -> None:
        """From now on spoil what passes between provider and server.

        ``hung``: nothing comes back. ``slow``: it comes after 0.3 s. ``truncated answer``: it
        is cut short. ``wrong answer``: well formed, with other bytes than those wrapped.
        None: all passes again.
        """
        raise NotImplementedError

    def distrust(self) -> None:
        """Have the provider trust another CA than the one of the server's certificate."""
        raise NotImplementedError


def harness_of(kind: str) -> type[Harness]:
    """Return the harness of a kind."""
    module, _, name = HARNESSES[kind].partition(".")
    found: type[Harness] = getattr(importlib.import_module(f"tests.providers.{module}"), name)
    assert found.kind == kind
    assert set(found.cannot) <= set(BEHAVIOURS)
    assert set(found.cannot_sign) <= set(OF_SIGNING)
    return found


def why_not_signing(kind: str, behaviour: str) -> str | None:
    """Return why keys of a kind cannot show a behaviour of signing; null where they can."""
    found = harness_of(kind)
    if not found.signs:
        return "It does not hold signing keys."
    return found.cannot_sign.get(behaviour) or found.cannot.get(behaviour)


def no_server(reason: str) -> dict[str, str]:
    """Return, as ``cannot``, all that takes a server."""
    return dict.fromkeys(_SERVER_NEEDED, reason)


def error_of(connection: psycopg.Connection, query: str, *params: object) -> psycopg.Error:
    """Run a statement that must fail; return its error."""
    with pytest.raises(psycopg.Error) as raised:
        connection.execute(query, params or None)
    return raised.value
