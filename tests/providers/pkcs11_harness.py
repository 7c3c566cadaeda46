"""Provider pkcs11 for the behaviour suite: SoftHSM. Its module hangs where its configuration does.

SoftHSM reads the file of SOFTHSM2_CONF when it is loaded; a pipe in its place is read when
somebody writes, or never.
"""

import os
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import ClassVar

from kwtools.cluster import Place
from kwtools.postgres import server_user
from tests.conftest import Database
from tests.providers.harness import Harness
from testservers.provider_file import write_for_server
from testservers.softhsm import LIBRARY, SoftHsm

_IN_PROCESS = "The module is a library: between it and us is a pipe of our own, and no network."


class Pkcs11Harness(Harness):
    """An entry with the token's PIN in a file."""

    kind = "pkcs11"
    signs = ("Ed25519", "ECDSA-P-256")
    server: SoftHsm
    cannot: ClassVar[dict[str, str]] = {
        "expired then renewed credentials": (
            "A login lasts as long as the session's process; a PIN that was changed counts at the"
            " next."
        ),
        "server stopped": (
            "A token that was removed stays known to SoftHSM until its process ends; see the"
            " tests of the kind."
        ),
        "truncated answer": _IN_PROCESS,
        "wrong answer": _IN_PROCESS,
        "wrong TLS certificate": _IN_PROCESS,
    }

    def __init__(self, cluster: Place, server: SoftHsm) -> None:
        super().__init__(cluster, server)
        self._pin_file = cluster.base / f"{self.name}.pin"
        write_for_server(self._pin_file, server.pin)
        self._pipe = cluster.base / f"{self.name}.pipe"
        self.set(
            library=str(LIBRARY),
            token=server.token,
            pin_file=str(self._pin_file),
            environment=server.environment,
            total_seconds=20,
        )

    @classmethod
    def serve(cls, base: Path) -> AbstractContextManager[SoftHsm]:
        """Make a token."""
        return nullcontext(SoftHsm(base / "softhsm"))

    def register_copied(self, db: Database) -> tuple[int, int]:
        """Import the bytes of one key under two labels and ids."""
        copy = f"{self.reference}-copy"
        self.server.import_key(self.reference, copy)
        self.add_provider(db)
        return self.add_key(db, self.reference), self.add_key(db, copy)

    def make_again(self) -> None:
        """Destroy the key and make another one of its label and id."""
        self.server.make_key_again(self.reference)

    def disable(self) -> None:
        """Take CKA_DECRYPT from the key."""
        self.server.set_attributes(self.reference, DECRYPT=False, ENCRYPT=False)

    def make_signing_again(self, algorithm: str) -> None:
        """Destroy the pair of keys and make another one of its label and id."""
        self.server.make_pair_again(self.reference, is_edwards=algorithm == "Ed25519")

    def disable_signing(self) -> None:
        """Take CKA_SIGN from the private key."""
        self.server.set_attributes(self.reference, object_class="PRIVATE_KEY", SIGN=False)

    def spoil_credentials(self) -> None:
        """Write another PIN."""
        write_for_server(self._pin_file, "wrong-pin")

    def secret(self) -> str:
        """Return the PIN."""
        return self._pin_file.read_text()

    def inject(self, fault: str | None) -> None:
        """Put a pipe in the place of the module's configuration."""
        if fault is None:
            self.set(environment=self.server.environment)
            return
        os.mkfifo(self._pipe, 0o600)
        os.chown(self._pipe, server_user().uid, server_user().gid)
        self.undo.callback(self._pipe.unlink)
        self.set(environment=[f"SOFTHSM2_CONF={self._pipe}"])
        if fault == "slow":
            threading.Thread(target=self._write_slowly, daemon=True).start()

    def _write_slowly(self) -> None:
        with self._pipe.open("w") as writing:  # waits for the module
            time.sleep(0.3)
            writing.write(self.server.config.read_text())
