"""Provider kmip for the behaviour suite: PyKMIP, with a proxy before it for the faults."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

from kwtools.cluster import Place
from tests.conftest import Database, unique
from tests.providers.harness import Harness
from testservers.certificates import Authority
from testservers.faulty_kmip_proxy import FaultyKmipProxy
from testservers.provider_file import write_for_server
from testservers.pykmip import CLIENT, PyKmip

_FAULTS = {
    "hung": "hung",
    "slow": "slow",
    "truncated answer": "truncated",
    "wrong answer": "lying",
}


class KmipHarness(Harness):
    """An entry with a client certificate of its own, which the proxy checks."""

    kind = "kmip"
    cannot: ClassVar[dict[str, str]] = {
        "key made again": "Wraps go by the Unique Identifier, which another key never has."
    }
    server: PyKmip

    def __init__(self, cluster: Place, server: PyKmip) -> None:
        super().__init__(cluster, server)
        self._folder = cluster.base / self.name
        self._folder.mkdir()
        self.ca_file = cluster.base / f"{self.name}-ca.pem"
        self.certificate_file = cluster.base / f"{self.name}-client.pem"
        write_for_server(self.ca_file, server.ca_file.read_text())
        self._clients = Authority(self._folder, "clients")
        proxy = FaultyKmipProxy(server, self._folder, self._clients)
        self.proxy = self.undo.enter_context(proxy)
        self.renew_credentials()
        self.set(
            address=self.proxy.address,
            ca_file=str(self.ca_file),
            client_certificate_file=str(self.certificate_file),
            connect_seconds=15,
            total_seconds=20,
        )

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[PyKmip]:
        """Start PyKMIP."""
        return PyKmip(base / "pykmip")

    def register_copied(self, db: Database) -> tuple[int, int]:
        """Register the key by another address of the server, too."""
        key, by_proxy = self.register(db), self.name
        self.name = unique("kmip")
        own = self.cluster.base / f"{self.name}-client.pem"
        write_for_server(own, "".join(file.read_text() for file in reversed(self.server.client)))
        self.set(address=self.server.address, client_certificate_file=str(own))
        self.add_provider(db)
        copy = self.add_key(db, self.reference)
        self.name = by_proxy
        return key, copy

    def disable(self) -> None:
        """Revoke the key."""
        self.server.deactivate(self.reference)

    def spoil_credentials(self) -> None:
        """Write a certificate of an authority that the server does not know."""
        self.write(Authority(self._folder, "others"))

    def secret(self) -> str:
        """Return a line of the certificate's private key."""
        return self.certificate_file.read_text().partition("PRIVATE KEY")[2].splitlines()[2]

    def expire_credentials(self) -> None:
        """Have the server accept the certificates of another authority only."""
        self._clients = Authority(self._folder, unique("clients"))
        self.proxy.accept_clients_of(self._clients)

    def renew_credentials(self) -> None:
        """Write a certificate of the authority that the server accepts."""
        self.write(self._clients)

    def write(self, authority: Authority) -> None:
        """Write a certificate and its key to the file that the entry names."""
        files = authority.sign(CLIENT, client=True)
        write_for_server(self.certificate_file, "".join(one.read_text() for one in files))

    def stop(self) -> None:
        """Stop what stands before the server."""
        self.proxy.stop()

    def start(self) -> None:
        """Start it again."""
        self.proxy.start()

    def inject(self, fault: str | None) -> None:
        """Have the proxy do it."""
        self.proxy.fault = fault and _FAULTS[fault]

    def distrust(self) -> None:
        """Name the CA of somebody else."""
        write_for_server(self.ca_file, Authority(self._folder, "other").file.read_text())
