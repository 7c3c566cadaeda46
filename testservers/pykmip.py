"""A throw-away PyKMIP server: KMIP over TLS 1.2 with client certificates, in processes of its own.

It keeps its keys in a file, so that it can be stopped and started.
"""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from kmip.core.enums import AttributeType, CryptographicAlgorithm, RevocationReasonCode
from kmip.core.factories.attributes import AttributeFactory
from kmip.pie.client import ProxyKmipClient

from testservers.certificates import Authority
from testservers.ports import free_ports

CLIENT = "kwtools"
"""The name that client certificates bear: who makes a key may use it."""

_CONFIG = """\
[server]
hostname=127.0.0.1
port={port}
certificate_path={certificate}
key_path={key}
ca_path={ca}
auth_suite=TLS1.2
policy_path={policies}
enable_tls_client_auth=True
database_path={database}
"""
_START_SECONDS = 120.0


class PyKmip:
    """The server: ``with PyKmip(folder) as server: ...``."""

    def __init__(self, folder: Path) -> None:
        policies = folder / "policies"
        policies.mkdir(parents=True)
        self._folder = folder
        (self._port,) = free_ports(1)
        self.address = f"127.0.0.1:{self._port}"
        self.authority = Authority(folder)
        self.ca_file = self.authority.file
        self.client = self.authority.sign(CLIENT, client=True)
        certificate, key = self.authority.sign("server")
        (folder / "server.conf").write_text(
            _CONFIG.format(
                port=self._port,
                certificate=certificate,
                key=key,
                ca=self.ca_file,
                policies=policies,
                database=folder / "keys.db",
            )
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, with the keys that it had."""
        program = Path(sys.executable).parent / "pykmip-server"
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [program, "-f", self._folder / "server.conf", "-l", self._folder / "log"],
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                with self.connect():
                    return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = (self._folder / "output").read_text()
                    raise RuntimeError(f"PyKMIP does not start: {said[-2000:]}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Kill it and the processes that it began."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def connect(self) -> ssl.SSLSocket:
        """Connect as its client."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        context.load_cert_chain(*self.client)
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        return context.wrap_socket(plain, server_hostname="127.0.0.1")

    def make_key(self, name: str, bits: int = 256) -> str:
        """Make a key and leave it pre-active; return its identifier."""
        with self._pie() as pie:
            return str(pie.create(CryptographicAlgorithm.AES, bits, name=name))

    def deactivate(self, name: str) -> None:
        """Revoke the key of a name, since it is no longer needed."""
        with self._pie() as pie:
            (key,) = pie.locate(attributes=[_named(name)])
            pie.revoke(RevocationReasonCode.CESSATION_OF_OPERATION, uid=key)

    def destroy(self, name: str) -> None:
        """Destroy the key of a name."""
        self.deactivate(name)
        with self._pie() as pie:
            (key,) = pie.locate(attributes=[_named(name)])
            pie.destroy(key)

    def _pie(self) -> ProxyKmipClient:
        certificate, key = self.client
        return ProxyKmipClient(
            hostname="127.0.0.1",
            port=self._port,
            cert=str(certificate),
            key=str(key),
            ca=str(self.ca_file),
            ssl_version="PROTOCOL_TLSv1_2",
        )


def _named(name: str) -> object:
    return AttributeFactory().create_attribute(AttributeType.NAME, name)
