"""Provider gcp for the behaviour suite: a faithful fake, with a proxy before it for the faults."""

import base64
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

import google_crc32c

from kwtools.cluster import Place
from tests.conftest import unique
from tests.providers.proxied_harness import ProxiedHarness
from testservers.fake_gcp_kms import RING, FakeGcpKms
from testservers.provider_file import write_for_server


def lie(content: bytes) -> bytes:
    """Replace a plaintext or a signature by as many other bytes, and its checksum."""
    message = json.loads(content)
    for member in {"plaintext", "signature"} & message.keys():
        other = os.urandom(len(base64.b64decode(message[member])))
        message[member] = base64.b64encode(other).decode()
        message[f"{member}Crc32c"] = str(google_crc32c.value(other))
    return json.dumps(message).encode()


class GcpHarness(ProxiedHarness):
    """An entry with a service account of its own."""

    kind = "gcp"
    signs = ("Ed25519", "ECDSA-P-256")
    cannot_sign: ClassVar[dict[str, str]] = {
        "key made again": "The name of a version is never given twice.",
    }
    cannot: ClassVar[dict[str, str]] = {
        "key made again": "The name of a key is never given twice.",
        "copied key": "A ciphertext names its key: imported material is not told.",
    }
    server: FakeGcpKms

    address_option = "endpoint"
    lie = staticmethod(lie)

    def __init__(self, cluster: Place, server: FakeGcpKms) -> None:
        super().__init__(cluster, server)
        self.reference = f"{RING}/cryptoKeys/{self.reference}"
        self.set(credentials_file=str(self.file))

    @property
    def file(self) -> Path:
        """The credentials file."""
        return self.cluster.base / f"{self.name}.json"

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

    def disable_signing(self) -> None:
        """Disable the key's version."""
        self.server.set_state(self.reference, "DISABLED")

    def spoil_credentials(self) -> None:
        """Write a service account that Google does not know."""
        write_for_server(self.file, self.server.service_account(unique("nobody"), known=False))

    def secret(self) -> str:
        """Return a line of the service account's private key."""
        return str(json.loads(self.file.read_text())["private_key"]).splitlines()[2]

    def expire_credentials(self) -> None:
        """Delete the service account."""
        self.server.revoke(self.account)

    def renew_credentials(self) -> None:
        """Write another service account."""
        self.account = unique("account")
        write_for_server(self.file, self.server.service_account(self.account))
