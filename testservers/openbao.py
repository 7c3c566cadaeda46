"""A throw-away OpenBao server, compatible with HashiCorp Vault, that can be stopped and started.

It keeps its data in a folder, listens on loopback over TLS, and has Transit at ``transit``.
"""

import json
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from testservers.certificates import Authority
from testservers.ports import free_ports

_CONFIG = """\
storage "raft" {{
  path = "{data}"
  node_id = "one"
  performance_multiplier = 1
}}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  tls_cert_file = "{certificate}"
  tls_key_file = "{key}"
}}
api_addr = "https://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster_port}"
"""
_POLICY = """\
path "transit/keys/*" { capabilities = ["create", "read", "update", "delete"] }
path "transit/encrypt/*" { capabilities = ["update"] }
path "transit/decrypt/*" { capabilities = ["update"] }
path "transit/sign/*" { capabilities = ["update"] }
"""
_START_SECONDS = 120.0


class OpenBao:
    """The server: ``with OpenBao(folder) as bao: ...``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "data").mkdir(parents=True)
        self._port, cluster_port = free_ports(2)
        self.address = f"https://127.0.0.1:{self._port}"
        authority = Authority(folder)
        self.ca_file = authority.file
        certificate, key = authority.sign("server")
        (folder / "config.hcl").write_text(
            _CONFIG.format(
                data=folder / "data",
                port=self._port,
                cluster_port=cluster_port,
                certificate=certificate,
                key=key,
            )
        )
        self._context = ssl.create_default_context(cafile=str(self.ca_file))
        self._process: subprocess.Popen[bytes] | None = None
        self._unseal_key = ""
        self.root_token = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start and unseal it; the first time, set it up."""
        program = Path(sys.executable).parent / "bao"
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "server", f"-config={self._folder / 'config.hcl'}"],
                stdout=log,
                stderr=log,
            )
        self._until_it_answers("/v1/sys/seal-status")
        first = not self._unseal_key
        if first:
            made = self.call("PUT", "/v1/sys/init", {"secret_shares": 1, "secret_threshold": 1})
            self._unseal_key, self.root_token = made["keys"][0], made["root_token"]
        self.call("PUT", "/v1/sys/unseal", {"key": self._unseal_key})
        self._until_it_answers("/v1/sys/health")
        if first:
            self.call("POST", "/v1/sys/mounts/transit", {"type": "transit"})
            self.call("PUT", "/v1/sys/policies/acl/kwtools", {"policy": _POLICY})

    def stop(self) -> None:
        """Kill it; what it stored stays for the next start."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def token(self, **options: Any) -> str:
        """Make a token that may use Transit; ``options`` are those of auth/token/create."""
        body = {"policies": ["kwtools"], **options}
        made = self.call("POST", "/v1/auth/token/create", body)
        return str(made["auth"]["client_token"])

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """Call its API, as root where no other token is given; raises ``HTTPError``."""
        request = urllib.request.Request(  # noqa: S310
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Vault-Token": self.root_token if token is None else token},
        )
        with urllib.request.urlopen(request, context=self._context, timeout=60) as answer:  # noqa: S310
            content = answer.read()
        found: dict[str, Any] = json.loads(content) if content else {}
        return found

    def _until_it_answers(self, path: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.call("GET", path)
                return
            except (OSError, urllib.error.HTTPError):
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text()
                    raise RuntimeError(f"OpenBao does not start: {log[-2000:]}") from None
                time.sleep(0.05)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder)
