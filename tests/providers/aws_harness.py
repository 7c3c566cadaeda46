"""Provider aws for the behaviour suite: moto, with a proxy before it for the faults."""

import base64
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

from kwtools.cluster import Place
from lab.certificates import Authority
from lab.faulty_proxy import FaultyProxy
from lab.moto import REGION, AccessKey, Moto
from tests.conftest import unique, write_for_server
from tests.providers.harness import Harness
from tests.providers.vault_harness import FAULTS


def lie(content: bytes) -> bytes:
    """Replace a plaintext by as many other bytes."""
    message = json.loads(content)
    if "Plaintext" in message:
        size = len(base64.b64decode(message["Plaintext"]))
        message["Plaintext"] = base64.b64encode(os.urandom(size)).decode()
    return json.dumps(message).encode()


class AwsHarness(Harness):
    """An entry with an access key of its own."""

    kind = "aws"
    server: Moto
    cannot: ClassVar[dict[str, str]] = {
        "disabled key": (
            "moto goes on using a disabled key; the tests of the kind inject what AWS says."
        ),
    }

    def __init__(self, cluster: Place, server: Moto) -> None:
        super().__init__(cluster, server)
        self.reference = f"alias/{self.reference}"
        self._file = cluster.base / f"{self.name}.credentials"
        self._ca_file = cluster.base / f"{self.name}.pem"
        self.proxy = self.undo.enter_context(FaultyProxy(server.address, server.ca_file, lie))
        write_for_server(self._ca_file, server.ca_file.read_text())
        self.renew_credentials()
        self.set(
            region=REGION,
            endpoint=self.proxy.address,
            ca_file=str(self._ca_file),
            credentials_file=str(self._file),
            connect_seconds=1,
            total_seconds=2,
        )

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[Moto]:
        """Start moto."""
        return Moto(base / "moto")

    def unknown_reference(self) -> str:
        """Return an alias of nothing."""
        return f"alias/{super().unknown_reference()}"

    def spoil_credentials(self) -> None:
        """Write an access key that was never made."""
        self.write(AccessKey("nobody", "AKIAIOSFODNN7EXAMPLE", "wrong"))

    def expire_credentials(self) -> None:
        """Delete the access key."""
        self.server.revoke(self.key)

    def renew_credentials(self) -> None:
        """Write a new access key."""
        self.key = self.server.access_key(unique("user"))
        self.write(self.key)

    def write(self, key: AccessKey) -> None:
        """Write an access key to the file that the entry names."""
        write_for_server(
            self._file,
            f"[default]\naws_access_key_id = {key.key_id}\naws_secret_access_key = {key.secret}\n",
        )

    def stop(self) -> None:
        """Stop what stands before moto, which would forget its keys."""
        self.proxy.stop()

    def start(self) -> None:
        """Start it again."""
        self.proxy.start()

    def inject(self, fault: str | None) -> None:
        """Have the proxy do it."""
        self.proxy.fault = fault and FAULTS[fault]

    def distrust(self) -> None:
        """Name the CA of somebody else, and go straight to moto."""
        self.set(endpoint=self.server.address)
        other = Authority(self.server.ca_file.parent, "other")
        write_for_server(self._ca_file, other.file.read_text())
