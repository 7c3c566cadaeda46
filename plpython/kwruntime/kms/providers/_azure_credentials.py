"""Where provider ``azure`` has its tokens from: Microsoft Entra ID, or the machine's identity.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
"""

import base64
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kwruntime.errors import CredentialsRefused, ProviderRefused, ProviderUnreachable, WrongAnswer
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Secret, read_private, read_secret
from kwruntime.kms.providers._bearer import TokenSource, is_out_of_service
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._tls_files import check_pair
from kwruntime.kms.strict import Malformed, life, token

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 300
_METADATA_PATH = "/metadata/identity/oauth2/token?"


class EntraTokens(TokenSource):
    """Tokens of Entra ID for an application, or of the machine's identity."""

    def __init__(self, provider: str, options: dict[str, Any], resource: str) -> None:
        super().__init__()
        self._provider = provider
        self._options = options
        self._resource = resource
        address = options["authority"] if self._file() else options["metadata_endpoint"]
        self._http = HttpClient(
            provider,
            address,
            connect_seconds=options["connect_seconds"],
            total_seconds=options["total_seconds"],
            tls=TlsFiles(ca=options["ca_file"]),
        )

    def secret(self) -> Secret | None:
        """Return the credential of the application."""
        file = self._file()
        if file is None:
            return None
        is_pem = file == self._options["client_certificate_file"]
        return read_private(Path(file)) if is_pem else read_secret(Path(file))

    def check_files(self) -> None:
        """Raise ``ProviderRefused`` where the credential of the application cannot work."""
        secret, certificate = self.secret(), self._options["client_certificate_file"]
        if secret is not None and certificate is not None:
            check_pair(self._provider, "client_certificate_file", certificate)
            self._assertion(secret.text, self._options["authority"])

    def fetch(self, secret: Secret | None, deadline: Deadline) -> tuple[str, float]:
        """Return a new token."""
        answer = self._of_machine(deadline) if secret is None else self._of(secret, deadline)
        return self._token(answer)

    def _file(self) -> str | None:
        names = ("client_secret_file", "client_certificate_file", "federated_token_file")
        return next((self._options[name] for name in names if self._options[name]), None)

    def _of(self, secret: Secret, deadline: Deadline) -> Answer:
        path = f"/{self._options['tenant_id']}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": self._options["client_id"],
            "scope": f"{self._resource}/.default",
        }
        if self._options["client_secret_file"]:
            form["client_secret"] = secret.text
        else:
            form["client_assertion_type"] = _ASSERTION_TYPE
            form["client_assertion"] = (
                self._assertion(secret.text, f"{self._options['authority']}{path}")
                if self._options["client_certificate_file"]
                else secret.text
            )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._http.request("POST", path, deadline, headers, urlencode(form).encode())

    def _assertion(self, pem: str, audience: str) -> str:
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
            key = load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise ProviderRefused(
                f'provider "{self._provider}": client_certificate_file is not a PEM file with a '
                "certificate and its RSA key without a password"
            )
        digest = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=")
        now = int(time.time())
        client = self._options["client_id"]
        claims = {
            "aud": audience,
            "iss": client,
            "sub": client,
            "jti": str(uuid4()),
            "nbf": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        return jwt.encode(claims, key, "PS256", headers={"x5t#S256": digest.decode()})

    def _of_machine(self, deadline: Deadline) -> Answer:
        query = {"api-version": "2018-02-01", "resource": self._resource}
        if self._options["client_id"]:
            query["client_id"] = self._options["client_id"]
        path = _METADATA_PATH + urlencode(query)
        return self._http.request("GET", path, deadline, {"Metadata": "true"})

    def _token(self, answer: Answer) -> tuple[str, float]:
        if is_out_of_service(answer):
            raise ProviderUnreachable(
                f'provider "{self._provider}": the service that gives tokens is not in service: '
                f"status {answer.status}"
            )
        if answer.status != 200:
            raise CredentialsRefused(
                f'provider "{self._provider}" gets no token for its credentials: '
                f"status {answer.status}",
                hint="Check tenant_id, client_id and the credential in the provider file.",
            )
        content = answer.json or {}
        try:
            return token(content.get("access_token")), life(content.get("expires_in"))
        except Malformed:
            raise WrongAnswer(
                f'provider "{self._provider}": the service that gives tokens gave an answer of no '
                "known form"
            ) from None
