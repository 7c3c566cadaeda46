"""Where credentials come from: what each source is asked for and gives, without a server."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from kwruntime.errors import ProviderRefused
from kwruntime.kms.providers import made_of
from kwruntime.kms.providers._aws import AwsProvider
from kwruntime.kms.providers._aws_credentials import Credentials
from kwruntime.kms.providers._azure import AzureProvider
from kwruntime.kms.providers._gcp import GcpProvider
from kwruntime.kms.providers._http import Answer, HttpClient

ACCOUNT = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
TEMPORARY: dict[str, object] = {
    "AccessKeyId": "ASIA1",
    "SecretAccessKey": "secret",
    "Token": "session",
    "Expiration": "2999-01-01T00:00:00Z",
}


class Sent:
    """What was sent, each as method, address and path; the answer to all of it."""

    def __init__(self, content: dict[str, object]) -> None:
        self.content = content
        self.requests: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        self.form: dict[str, list[str]] = {}

    def request(
        self,
        client: HttpClient,
        method: str,
        path: str,
        _: object,
        headers: dict[str, str],
        body: bytes | None = None,
    ) -> Answer:
        """Stand in for ``HttpClient.request``."""
        self.requests.append(
            (method, f"{client._address[0]}:{client._address[1]}{client._path}{path}")
        )
        self.headers = headers
        self.form = parse_qs((body or b"").decode())
        return Answer(200, {}, json.dumps(self.content).encode())


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What goes out, and nothing in the environment that a chain would find."""
    for name in (
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    found = Sent(TEMPORARY)
    monkeypatch.setattr(HttpClient, "request", lambda *args: found.request(*args))
    return found


def private(path: Path, text: str) -> str:
    """Write a file that nobody else may read; return its path."""
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def aws(**options: Any) -> Credentials:
    """The credentials of a new provider."""
    provider = made_of("aws", "aws", {"kind": "aws", "region": "eu-central-1", **options})
    assert isinstance(provider, AwsProvider)
    return provider._credentials.current(provider._http.deadline())


def test_aws_takes_an_access_key_of_the_servers_environment(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert aws()[:3] == ("AKIA1", "secret", None)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    assert aws()[:3] == ("AKIA1", "secret", "session")
    assert sent.requests == []


def test_aws_asks_the_container_by_path_or_by_address_with_its_token(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1")
    assert aws()[:3] == ("ASIA1", "secret", "session")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials")
    token_file = private(tmp_path / "token", "container-token\n")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token_file)
    assert aws()[:3] == ("ASIA1", "secret", "session")
    assert sent.requests == [
        ("GET", "169.254.170.2:80/v2/credentials/1"),
        ("GET", "169.254.170.23:80/v1/credentials"),
    ]
    assert sent.headers["Authorization"] == "container-token"


def test_aws_takes_the_first_source_that_is_set_up(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    text = "[default]\naws_access_key_id = AKIA2\naws_secret_access_key = other\n"
    file = private(tmp_path / "credentials", text)
    assert aws(credentials_file=file).access_key == "AKIA2"
    assert aws().access_key == "AKIA1"
    assert sent.requests == []
    assert aws(credentials="container").access_key == "ASIA1"
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert aws().access_key == "ASIA1"
    assert sent.requests == [("GET", "169.254.170.2:80/container")] * 2


def test_google_finds_the_file_that_the_servers_environment_names(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "google.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", private(file, json.dumps(ACCOUNT)))
    sent.content = {"access_token": "t", "expires_in": 60}
    provider = made_of("gcp", "gcp", {"kind": "gcp"})
    assert isinstance(provider, GcpProvider)
    deadline = provider._api._http.deadline()
    assert provider._api._tokens.current(deadline) == "t"
    assert sent.requests == [("POST", "oauth2.googleapis.com:443/token")]
    assert sent.form["refresh_token"] == ["r"]
    file.chmod(0o644)
    with pytest.raises(ProviderRefused, match="can be read or changed by users other than root"):
        provider._api._tokens.current(deadline)


def test_azure_takes_the_token_of_a_workload_and_reads_it_again_when_it_changes(
    sent: Sent, tmp_path: Path
) -> None:
    sent.content = {"access_token": "t", "expires_in": 3600}
    file = tmp_path / "workload"
    entry = {
        "kind": "azure",
        "address": "https://customers.vault.azure.net",
        "tenant_id": "tenant",
        "client_id": "client",
        "federated_token_file": private(file, "one"),
    }
    provider = made_of("azure", "azure", entry)
    assert isinstance(provider, AzureProvider)
    for text in ("one", "another"):
        private(file, text)
        assert provider._api._tokens.current(provider._api._http.deadline()) == "t"
        assert sent.form["client_assertion"] == [text]
    assert sent.requests == [("POST", "login.microsoftonline.com:443/tenant/oauth2/v2.0/token")] * 2
    assert sent.form["scope"] == ["https://vault.azure.net/.default"]
