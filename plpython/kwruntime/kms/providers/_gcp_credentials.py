"""Where provider ``gcp`` has its tokens from: application-default credentials, by google-auth.

https://google.aip.dev/auth/4110. google-auth talks through our own HTTP, so that a deadline
or a cancel ends every step of it.
"""

import json
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import google.auth
from google.auth.exceptions import GoogleAuthError
from google.auth.transport import Request, Response

from kwruntime.errors import CredentialsRefused, ProviderRefused, ProviderUnreachable, WrongAnswer
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import Secret, read_private
from kwruntime.kms.providers._bearer import TokenSource, is_out_of_service
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.strict import MAX_TOKEN, Malformed, life, read_object, shown, token

SCOPES = ("https://www.googleapis.com/auth/cloudkms",)
_LIFE_SECONDS = 3600.0
# What OAuth 2.0 says of an error that passes, whatever the status.
_NOT_NOW = {"internal_failure", "server_error", "temporarily_unavailable"}
# What google-auth raises where a member of the file is of another type than it thinks.
_OF_THE_FILE = (TypeError, AttributeError, KeyError)
_METADATA_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"


class GoogleTokens(TokenSource):
    """Tokens by application-default credentials."""

    def __init__(self, provider: str, options: dict[str, Any]) -> None:
        super().__init__()
        self._provider = provider
        self._options = options
        self._clients: dict[str, HttpClient] = {}

    def secret(self) -> Secret | None:
        """Return the credentials file."""
        file = self._options["credentials_file"] or os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
        return None if file is None else read_private(Path(file))

    def fetch(self, secret: Secret | None, deadline: Deadline) -> tuple[str, float]:
        """Return a new token of the credentials file, or of the machine."""
        new = self._of_metadata(deadline) if secret is None else self._of(secret.text, deadline)
        return new, _LIFE_SECONDS

    def check_files(self) -> None:
        """Raise ``ProviderRefused`` where the credentials file cannot be used here."""
        secret = self.secret()
        if secret is not None:
            with self._named():
                self._loaded(secret.text)

    def _of(self, text: str, deadline: Deadline) -> str:
        with self._named():
            credentials = self._loaded(text)
            credentials.refresh(_Transport(self._provider, self.client, deadline))
            return token(credentials.token)

    def _loaded(self, text: str) -> Any:
        with warnings.catch_warnings():  # the file is root's: it is trusted whatever its type
            warnings.simplefilter("ignore", DeprecationWarning)
            return google.auth.load_credentials_from_dict(
                read_object(text.encode()), scopes=SCOPES
            )[0]

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Give what google-auth raises an SQLSTATE; its texts quote files and answers."""
        try:
            yield
        except ImportError as error:
            raise ProviderRefused(
                f'provider "{self._provider}": credentials of this type need a library that is '
                f"not installed: {shown(error.name or 'unknown')}",
                hint="Use the key of a service account, a user's credentials, or the machine's "
                "service account.",
            ) from None
        except (ValueError, *_OF_THE_FILE, google.auth.exceptions.DefaultCredentialsError):
            raise ProviderRefused(
                f'provider "{self._provider}": its credentials file is not one of Google\'s',
                hint="Check credentials_file in the provider file.",
            ) from None
        except GoogleAuthError:
            raise CredentialsRefused(
                f'provider "{self._provider}" gets no token for its credentials',
                hint="Check the service account and its key.",
            ) from None

    def _of_metadata(self, deadline: Deadline) -> str:
        """Ask the metadata server of the machine, as google-auth does with another HTTP library.

        https://cloud.google.com/compute/docs/access/authenticate-workloads
        """
        client = self.client(self._options["metadata_endpoint"])
        headers = {"Metadata-Flavor": "Google"}
        answer = client.request("GET", _METADATA_PATH, deadline, headers)
        if is_out_of_service(answer):
            raise _out_of_service(self._provider, answer)
        if answer.status != 200:
            raise CredentialsRefused(
                f'provider "{self._provider}" gets no token of the machine\'s service account: '
                f"status {answer.status}",
                hint="Give the machine a service account, or set credentials_file.",
            )
        try:
            return token((answer.json or {}).get("access_token"))
        except Malformed:
            raise WrongAnswer(
                f'provider "{self._provider}": the metadata server gave an answer of no known form'
            ) from None

    def client(self, origin: str) -> HttpClient:
        """Return the connection to a server that credentials name."""
        found = self._clients.get(origin)
        if found is None:
            found = self._clients[origin] = HttpClient(
                self._provider,
                origin,
                connect_seconds=self._options["connect_seconds"],
                total_seconds=self._options["total_seconds"],
                tls=TlsFiles(ca=self._options["ca_file"]),
            )
        return found


class _Transport(Request):
    """How google-auth sends its requests."""

    def __init__(
        self, provider: str, client: Callable[[str], HttpClient], deadline: Deadline
    ) -> None:
        self._provider = provider
        self._client = client
        self._deadline = deadline

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> "_Response":
        parts = urlsplit(url)
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        client = self._client(f"{parts.scheme}://{parts.netloc}")
        answer = client.request(method, path, self._deadline, headers or {}, body)
        # google-auth would sleep, which neither a deadline nor a cancel ends, and try again.
        if is_out_of_service(answer) or (
            answer.status != 200 and _NOT_NOW & {str(one) for one in (answer.json or {}).values()}
        ):
            raise _out_of_service(self._provider, answer)
        return _Response(self._strict(answer))

    def _strict(self, answer: Answer) -> Answer:
        """Return the answer as google-auth, which reads loosely, may have it."""
        content = answer.json
        if answer.status != 200:
            return answer._replace(body=json.dumps(content or {}).encode())
        try:
            if content is None:
                return _text_answer(answer)
            if "access_token" in content:
                token(content["access_token"])
            if "expires_in" in content:
                content["expires_in"] = int(life(content["expires_in"]))
        except Malformed:
            raise WrongAnswer(
                f'provider "{self._provider}": the service that gives tokens gave an answer of no '
                "known form"
            ) from None
        return answer._replace(body=json.dumps(content).encode())


def _out_of_service(provider: str, answer: Answer) -> ProviderUnreachable:
    return ProviderUnreachable(
        f'provider "{provider}": the service that gives tokens is not in service: '
        f"status {answer.status}"
    )


def _text_answer(answer: Answer) -> Answer:
    """Return an answer that is a line of text, as sources of foreign tokens give; else raises."""
    if not 0 < len(answer.body) <= MAX_TOKEN or answer.body.lstrip()[:1] in (b"{", b"["):
        raise Malformed("neither a JSON object nor a text")
    return answer


class _Response(Response):
    """An answer, as google-auth reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self._answer.headers

    @property
    def data(self) -> bytes:
        """The body."""
        return self._answer.body
