"""Provider vault for the behaviour suite: OpenBao, with a proxy before it for the faults."""

from contextlib import AbstractContextManager
from pathlib import Path

from kwtools.cluster import Place
from lab.certificates import Authority
from lab.faulty_proxy import FaultyProxy
from lab.openbao import OpenBao
from tests.conftest import write_for_server
from tests.providers.harness import Harness

FAULTS = {
    "hung": "hang before headers",
    "slow": "slow",
    "truncated answer": "truncated",
    "wrong answer": "lying",
}


class VaultHarness(Harness):
    """An entry with a token of its own."""

    kind = "vault"
    server: OpenBao

    def __init__(self, cluster: Place, server: OpenBao) -> None:
        super().__init__(cluster, server)
        self._token_file = cluster.base / f"{self.name}.token"
        self._ca_file = cluster.base / f"{self.name}.pem"
        self._proxy = self.undo.enter_context(FaultyProxy(server.address, server.ca_file))
        write_for_server(self._ca_file, server.ca_file.read_text())
        self.renew_credentials()
        self.set(
            address=server.address,
            ca_file=str(self._ca_file),
            token_file=str(self._token_file),
            connect_seconds=1,
            total_seconds=2,
        )

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[OpenBao]:
        """Start OpenBao."""
        return OpenBao(base / "bao")

    def disable(self) -> None:
        """Raise the versions that it opens and wraps with above the one in use."""
        path = f"/v1/transit/keys/{self.reference}"
        self.server.call("POST", f"{path}/rotate")
        self.server.call("POST", f"{path}/config", {"min_decryption_version": 2})

    def spoil_credentials(self) -> None:
        """Write a token that was never issued."""
        write_for_server(self._token_file, "s.wrong")

    def expire_credentials(self) -> None:
        """Revoke the token."""
        self.server.call("POST", "/v1/auth/token/revoke", {"token": self._token_file.read_text()})

    def renew_credentials(self) -> None:
        """Write a new token."""
        write_for_server(self._token_file, self.server.token())

    def stop(self) -> None:
        """Kill it."""
        self.server.stop()

    def start(self) -> None:
        """Start and unseal it."""
        self.server.start()

    def inject(self, fault: str | None) -> None:
        """Go by the proxy."""
        self.set(address=self._proxy.address)
        self._proxy.fault = fault and FAULTS[fault]

    def distrust(self) -> None:
        """Name the CA of somebody else."""
        write_for_server(
            self._ca_file, Authority(self.server.ca_file.parent, "other").file.read_text()
        )
