"""A throw-away moto server: AWS KMS, IAM, STS and instance metadata, over TLS.

It checks signatures and IAM policies, and keeps all in memory.
"""

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple, Self

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from testservers.certificates import Authority
from testservers.ports import free_ports

REGION = "eu-central-1"
_POLICY = {"Effect": "Allow", "Action": ["kms:*", "iam:*"], "Resource": "*"}
_START_SECONDS = 120.0


class AccessKey(NamedTuple):
    """An access key of a user."""

    user: str
    key_id: str
    secret: str

    def __repr__(self) -> str:
        return f"AccessKey({self.key_id})"


class Moto:
    """The server: ``with Moto(folder) as moto: ...``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._log = folder / "log"
        (port,) = free_ports(1)
        self.address = f"https://127.0.0.1:{port}"
        authority = Authority(folder)
        self.ca_file = authority.file
        certificate, key = authority.sign("server")
        self._command = [
            *(sys.executable, "-P", str(Path(__file__).with_name("moto_with_digests.py"))),
            *("-H", "127.0.0.1", "-p", str(port)),
            *("-s", "-c", str(certificate), "-k", str(key)),
        ]
        self._tls = ssl.create_default_context(cafile=str(self.ca_file))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        setting_up = {"INITIAL_NO_AUTH_ACTION_COUNT": "3"}  # the calls that make the root user
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env={**os.environ, **setting_up}
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                urllib.request.urlopen(  # noqa: S310
                    f"{self.address}/moto-api/", context=self._tls, timeout=60
                ).close()
                break
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"moto does not start: {self._log.read_text()[-2000:]}"
                    ) from None
                time.sleep(0.05)
        self._root = AccessKey("nobody", "setting", "up")
        self._root = self.access_key("root")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def access_key(self, user: str) -> AccessKey:
        """Make a user who may use KMS and IAM; return an access key of his."""
        document = json.dumps({"Version": "2012-10-17", "Statement": [_POLICY]})
        self._iam("CreateUser", user)
        answer = self._iam("CreateAccessKey", user)
        self._iam("PutUserPolicy", user, PolicyName="all", PolicyDocument=document)
        return AccessKey(user, _element(answer, "AccessKeyId"), _element(answer, "SecretAccessKey"))

    def revoke(self, key: AccessKey) -> None:
        """Delete an access key."""
        self._iam("DeleteAccessKey", key.user, AccessKeyId=key.key_id)

    def kms(self, action: str, **request: Any) -> dict[str, Any]:
        """Call KMS; raises ``HTTPError``."""
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"TrentService.{action}",
        }
        answer: dict[str, Any] = json.loads(
            self._call("kms", json.dumps(request).encode(), headers) or b"{}"
        )
        return answer

    def _iam(self, action: str, user: str, **parameters: str) -> str:
        form = {"Action": action, "Version": "2010-05-08", "UserName": user, **parameters}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call("iam", urllib.parse.urlencode(form).encode(), headers).decode()

    def _call(self, service: str, body: bytes, headers: dict[str, str]) -> bytes:
        url = f"{self.address}/"
        signed = AWSRequest("POST", url, data=body, headers=headers)
        credentials = ReadOnlyCredentials(self._root.key_id, self._root.secret, None)
        SigV4Auth(credentials, service, REGION).add_auth(signed)
        request = urllib.request.Request(url, body, dict(signed.headers.items()))  # noqa: S310
        with urllib.request.urlopen(request, context=self._tls, timeout=60) as answer:  # noqa: S310
            content: bytes = answer.read()
        return content


def _element(xml: str, name: str) -> str:
    return xml.partition(f"<{name}>")[2].partition("<")[0]
