"""Provider aws for the behaviour suite: moto, with a proxy before it for the faults."""

import base64
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

from kwtools.cluster import Place
from tests.conftest import unique
from tests.providers.proxied_harness import ProxiedHarness
from testservers.moto import REGION, AccessKey, Moto
from testservers.provider_file import write_for_server


def lie(content: bytes) -> bytes:
    """Replace a plaintext or a signature by as many other bytes."""
    message = json.loads(content)
    for member in {"Plaintext", "Signature"} & message.keys():
        size = len(base64.b64decode(message[member]))
        message[member] = base64.b64encode(os.urandom(size)).decode()
    return json.dumps(message).encode()


class AwsHarness(ProxiedHarness):
    """An entry with an access key of its own."""

    kind = "aws"
    signs = ("ECDSA-P-256",)
    cannot_sign: ClassVar[dict[str, str]] = {
        "key made again": "A key goes by its ARN, which another key never has.",
        "disabled key": "moto goes on signing with a disabled key; kw.doctor tells.",
    }
    server: Moto
    cannot: ClassVar[dict[str, str]] = {
        "copied key": (
            "A ciphertext names its key: replicas are told by their ids, and imported material is"
            " not."
        ),
        "key made again": "Wraps go by the ARN of the key, which another key never has.",
        "disabled key": (
            "moto goes on using a disabled key; the tests of the kind inject what AWS says."
        ),
    }

    address_option = "endpoint"
    lie = staticmethod(lie)

    def __init__(self, cluster: Place, server: Moto) -> None:
        super().__init__(cluster, server)
        self.reference = f"alias/{self.reference}"
        self.set(region=REGION, credentials_file=str(self._file))

    @property
    def _file(self) -> Path:
        return self.cluster.base / f"{self.name}.credentials"

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[Moto]:
        """Start moto."""
        return Moto(base / "moto")

    def unknown_reference(self) -> str:
        """Return an alias of nothing."""
        return f"alias/{super().unknown_reference()}"

    def spoil_credentials(self) -> None:
        """Write an access key that was never made."""
        self.write(AccessKey("nobody", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG"))

    def secret(self) -> str:
        """Return the secret half of the access key."""
        return self._file.read_text().rpartition("= ")[2].strip()

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
