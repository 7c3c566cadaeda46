"""Provider vault for the behaviour suite: OpenBao, with a proxy before it for the faults."""

import time
from contextlib import AbstractContextManager
from pathlib import Path

from kwtools.cluster import Place
from tests.conftest import Database
from tests.providers.proxied_harness import ProxiedHarness
from testservers.faulty_proxy import vault_lie
from testservers.openbao import OpenBao
from testservers.provider_file import write_for_server


class VaultHarness(ProxiedHarness):
    """An entry with a token of its own."""

    kind = "vault"
    signs = ("Ed25519", "ECDSA-P-256")
    server: OpenBao

    lie = staticmethod(vault_lie)

    def __init__(self, cluster: Place, server: OpenBao) -> None:
        super().__init__(cluster, server)
        self.set(token_file=str(self._token_file))

    @property
    def _token_file(self) -> Path:
        return self.cluster.base / f"{self.name}.token"

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[OpenBao]:
        """Start OpenBao."""
        return OpenBao(base / "bao")

    def register_copied(self, db: Database) -> tuple[int, int]:
        """Restore a backup under another name."""
        path, copy = f"/v1/transit/keys/{self.reference}", f"{self.reference}-copy"
        self.server.call("POST", path, {"exportable": True, "allow_plaintext_backup": True})
        backup = self.server.call("GET", f"/v1/transit/backup/{self.reference}")["data"]
        self.server.call("POST", f"/v1/transit/restore/{copy}", {"backup": backup["backup"]})
        self.add_provider(db)
        return self.add_key(db, self.reference), self.add_key(db, copy)

    def make_again(self) -> None:
        """Delete the key and make it in another second: Transit tells versions by theirs."""
        path = f"/v1/transit/keys/{self.reference}"
        self.server.call("POST", f"{path}/config", {"deletion_allowed": True})
        self.server.call("DELETE", path)
        time.sleep(1.1)
        self.server.call("POST", path, {"type": "aes256-gcm96"})

    def disable(self) -> None:
        """Raise the versions that it opens and wraps with above the one in use."""
        path = f"/v1/transit/keys/{self.reference}"
        self.server.call("POST", f"{path}/rotate")
        self.server.call("POST", f"{path}/config", {"min_decryption_version": 2})

    def make_signing_again(self, algorithm: str) -> None:
        """Delete the key and make it again."""
        path = f"/v1/transit/keys/{self.reference}"
        self.server.call("POST", f"{path}/config", {"deletion_allowed": True})
        self.server.call("DELETE", path)
        kind = {"Ed25519": "ed25519", "ECDSA-P-256": "ecdsa-p256"}[algorithm]
        self.server.call("POST", path, {"type": kind})

    def disable_signing(self) -> None:
        """Raise the version that it signs with above the one that was registered."""
        path = f"/v1/transit/keys/{self.reference}"
        self.server.call("POST", f"{path}/rotate")
        self.server.call("POST", f"{path}/config", {"min_encryption_version": 2})

    def spoil_credentials(self) -> None:
        """Write a token that was never issued."""
        write_for_server(self._token_file, "s.wrong")

    def secret(self) -> str:
        """Return the token."""
        return self._token_file.read_text()

    def expire_credentials(self) -> None:
        """Revoke the token."""
        self.server.call("POST", "/v1/auth/token/revoke", {"token": self._token_file.read_text()})

    def renew_credentials(self) -> None:
        """Write a new token."""
        write_for_server(self._token_file, self.server.token())

    def stop(self) -> None:
        """Kill the server itself: it keeps its keys on disk."""
        self.server.stop()

    def start(self) -> None:
        """Start and unseal it."""
        self.server.start()
