"""Provider gcp for the behaviour suite: a faithful fake, with a proxy before it for the faults."""

import base64
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path

import google_crc32c

from kwtools.cluster import Place
from lab.certificates import Authority
from lab.fake_gcp_kms import RING, FakeGcpKms
from lab.faulty_proxy import FaultyProxy
from tests.conftest import unique, write_for_server
from tests.providers.harness import Harness
from tests.providers.vault_harness import FAULTS


def lie(content: bytes) -> bytes:
    """Replace a plaintext by as many other bytes, and its checksum."""
    message = json.loads(content)
    if "plaintext" in message:
        other = os.urandom(len(base64.b64decode(message["plaintext"])))
        message["plaintext"] = base64.b64encode(other).decode()
        message["plaintextCrc32c"] = str(google_crc32c.value(other))
    return json.dumps(message).encode()


class GcpHarness(Harness):
    """An entry with a service account of its own."""

    kind = "gcp"
    server: FakeGcpKms

    def __init__(self, cluster: Place, server: FakeGcpKms) -> None:
        super().__init__(cluster, server)
        self.reference = f"{RING}/cryptoKeys/{self.reference}"
        self.file = cluster.base / f"{self.name}.json"
        self._ca_file = cluster.base / f"{self.name}.pem"
        self.proxy = self.undo.enter_context(FaultyProxy(server.address, server.ca_file, lie))
        write_for_server(self._ca_file, server.ca_file.read_text())
        self.renew_credentials()
        self.set(
            endpoint=self.proxy.address,
            ca_file=str(self._ca_file),
            credentials_file=str(self.file),
            connect_seconds=1,
            total_seconds=2,
        )

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[FakeGcpKms]:
        """Start the fake."""
        return FakeGcpKms(base / "gcp")

    def unknown_reference(self) -> str:
        """Return the name of no key."""
        return f"{RING}/cryptoKeys/{super().unknown_reference()}"

    def disable(self) -> None:
        """Disable the key's version."""
        self.server.set_state(self.reference, "DISABLED")

    def spoil_credentials(self) -> None:
        """Write a service account that Google does not know."""
        write_for_server(self.file, self.server.service_account(unique("nobody"), known=False))

    def expire_credentials(self) -> None:
        """Delete the service account."""
        self.server.revoke(self.account)

    def renew_credentials(self) -> None:
        """Write another service account."""
        self.account = unique("account")
        write_for_server(self.file, self.server.service_account(self.account))

    def stop(self) -> None:
        """Stop what stands before the fake, which keeps all in memory."""
        self.proxy.stop()

    def start(self) -> None:
        """Start it again."""
        self.proxy.start()

    def inject(self, fault: str | None) -> None:
        """Have the proxy do it."""
        self.proxy.fault = fault and FAULTS[fault]

    def distrust(self) -> None:
        """Name the CA of somebody else, and go straight to the fake."""
        self.set(endpoint=self.server.address)
        other = Authority(self.server.ca_file.parent, "other")
        write_for_server(self._ca_file, other.file.read_text())
