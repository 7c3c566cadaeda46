"""What the harnesses of KMSs over HTTP share: a proxy before the server, for the faults."""

from abc import abstractmethod
from typing import Any, ClassVar

from kwtools.cluster import Place
from tests.providers.harness import Harness
from testservers.certificates import Authority
from testservers.faulty_proxy import FaultyProxy
from testservers.provider_file import write_for_server

_FAULTS = {
    "hung": "hang before headers",
    "slow": "slow",
    "truncated answer": "truncated",
    "wrong answer": "lying",
}


class ProxiedHarness(Harness):
    """Its entry goes by a proxy. ``server`` has ``address`` and ``ca_file``.

    The server is "stopped" where the proxy is: what keeps its keys in memory would lose them.
    """

    address_option: ClassVar[str] = "address"
    """What the entry calls the server's address."""

    def __init__(self, cluster: Place, server: Any) -> None:
        super().__init__(cluster, server)
        self.ca_file = cluster.base / f"{self.name}.pem"
        write_for_server(self.ca_file, server.ca_file.read_text())
        proxy = FaultyProxy(server.address, server.ca_file, self.lie)
        self.proxy = self.undo.enter_context(proxy)
        self.renew_credentials()
        self.set(
            **{self.address_option: self.proxy.address},
            ca_file=str(self.ca_file),
            connect_seconds=15,
            total_seconds=20,
        )

    @staticmethod
    @abstractmethod
    def lie(content: bytes) -> bytes:
        """Change an answer of the protocol, so that it is well formed and wrong."""

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
        """Name the CA of somebody else, and go straight to the server."""
        self.set(**{self.address_option: self.server.address})
        other = Authority(self.server.ca_file.parent, "other")
        write_for_server(self.ca_file, other.file.read_text())
