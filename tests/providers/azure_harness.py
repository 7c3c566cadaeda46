"""Provider azure for the behaviour suite: a faithful fake, with a proxy before it."""

import base64
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.proxied_harness import ProxiedHarness
from testservers.fake_azure_key_vault import TENANT, FakeAzureKeyVault
from testservers.provider_file import write_for_server


def lie(content: bytes) -> bytes:
    """Replace an unwrapped key or a signature by as many other bytes."""
    message = json.loads(content)
    size = {43: 32, 86: 64}.get(len(message.get("value", "")))
    if size is not None:
        message["value"] = base64.urlsafe_b64encode(os.urandom(size)).rstrip(b"=").decode()
    return json.dumps(message).encode()


class AzureHarness(ProxiedHarness):
    """An entry with an application of its own."""

    kind = "azure"
    signs = ("ECDSA-P-256",)
    server: FakeAzureKeyVault
    context_refused: ClassVar[str] = "KW209"  # RSA-OAEP binds no context: the leg key does

    lie = staticmethod(lie)

    def __init__(self, cluster: Place, server: FakeAzureKeyVault) -> None:
        self.client = unique("app").replace("_", "-")
        super().__init__(cluster, server)
        self.reference = self.reference.replace("_", "-")
        self.set(
            resource="https://vault.azure.net",
            tenant_id=TENANT,
            client_id=self.client,
            client_secret_file=str(self.file),
            authority=server.address,
        )

    @property
    def file(self) -> Path:
        """The file with the secret."""
        return self.cluster.base / f"{self.name}.secret"

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[FakeAzureKeyVault]:
        """Start the fake."""
        return FakeAzureKeyVault(base / "azure")

    def unknown_reference(self) -> str:
        """Return the name of no key."""
        return "nobody"

    def register_copied(self, db: Database) -> tuple[int, int]:
        """Restore a backup, whose versions keep their ids, as in another vault."""
        self.server.keys[f"{self.reference}-copy"] = self.server.make(self.reference, "RSA")
        self.add_provider(db)
        return self.add_key(db, self.reference), self.add_key(db, f"{self.reference}-copy")

    def make_again(self) -> None:
        """Purge the key and make another one."""
        self.server.make(self.reference, self.server.keys.pop(self.reference).kty)

    def disable(self) -> None:
        """Disable the key."""
        self.server.keys[self.reference].attributes["enabled"] = False

    def make_signing_again(self, algorithm: str) -> None:
        """Purge the key and make another one."""
        self.make_again()

    def disable_signing(self) -> None:
        """Disable the key."""
        self.disable()

    def spoil_credentials(self) -> None:
        """Write another secret."""
        write_for_server(self.file, unique("another-secret"))

    def secret(self) -> str:
        """Return the application's secret."""
        return self.file.read_text()

    def expire_credentials(self) -> None:
        """Take the application's secret away."""
        self.server.revoke(self.client)

    def renew_credentials(self) -> None:
        """Write a new secret."""
        write_for_server(self.file, self.server.application(self.client))
