"""Where provider ``aws`` has its credentials from: a file, the server's environment, or AWS.

The SDKs' chain, over our own HTTP, so that a deadline or a cancel ends every step of it.
https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""

import configparser
import os
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import urlencode

from kwruntime.errors import CredentialsRefused, ProviderRefused, ProviderUnreachable, WrongAnswer
from kwruntime.kms.deadlines import Deadline
from kwruntime.kms.provider_file import read_private, read_secret
from kwruntime.kms.providers._aws_regions import host_of
from kwruntime.kms.providers._bearer import is_out_of_service
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import Answer, HttpClient
from kwruntime.kms.providers._timing import renewal
from kwruntime.kms.strict import MAX_LIFE_SECONDS, Malformed, token

CONTAINER_ADDRESS = "http://169.254.170.2"
INSTANCE_ADDRESS = "http://169.254.169.254"
_STS = "{https://sts.amazonaws.com/doc/2011-06-15/}"
_ROLE = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
_FOR_EVER = float("inf")
_MAX_XML = 64 * 1024


class Credentials(NamedTuple):
    """An access key, in the names that botocore's signer asks for, and when to renew it."""

    access_key: str
    secret_key: str
    token: str | None
    renew_at: float = _FOR_EVER
    source: tuple[int, ...] = ()
    """What changes when the file does that it came from."""

    def __repr__(self) -> str:
        return "Credentials(…)"

    def are_those_of(self, other: "Credentials") -> bool:
        """Whether they are the same access key, of the same session."""
        return self[:3] == other[:3]


class CredentialSource:
    """The credentials of one provider: kept until they are to be renewed, or refused."""

    def __init__(self, provider: str, options: dict[str, Any]) -> None:
        self._provider = provider
        self._options = options
        self._kept: Credentials | None = None
        self._clients: dict[str, HttpClient] = {}
        self._from = options["credentials"] or self._first()

    def current(self, deadline: Deadline) -> Credentials:
        """Return credentials that should be good; raises ``ProviderError``."""
        kept = self._kept
        if kept is None or monotonic() >= kept.renew_at or self._file_changed(kept):
            kept = self._kept = self._fetched(deadline)
        return kept

    def check_files(self) -> None:
        """Raise ``ProviderError`` where a file of the entry is not one of its kind."""
        if self._from == "file":
            self._of_file()

    def forget(self) -> None:
        """Have the next call fetch credentials again: the present ones were rejected."""
        self._kept = None

    def _first(self) -> str:
        """Return the first source of the chain that is set up; the last always is."""
        if self._options["credentials_file"] is not None:
            return "file"
        if "AWS_ACCESS_KEY_ID" in os.environ:
            return "environment"
        if self._web_identity("AWS_WEB_IDENTITY_TOKEN_FILE"):
            return "web-identity"
        if "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" in os.environ or (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI" in os.environ
        ):
            return "container"
        return "instance"

    def _fetched(self, deadline: Deadline) -> Credentials:
        fetch = {
            "file": lambda _: self._of_file(),
            "environment": lambda _: self._of_environment(),
            "web-identity": self._of_web_identity,
            "container": self._of_container,
            "instance": self._of_instance,
        }[self._from]
        return fetch(deadline)

    # -- without a network ----------------------------------------------------------------

    def _of_file(self) -> Credentials:
        path = self._options["credentials_file"]
        if path is None:
            raise self._not_set_up("credentials_file in the provider file")
        secret = read_private(Path(path))
        parser = configparser.RawConfigParser()
        profile = self._options["profile"]
        try:
            parser.read_string(secret.text)
            section = parser[profile]
            return Credentials(
                section["aws_access_key_id"],
                section["aws_secret_access_key"],
                section.get("aws_session_token"),
                source=secret.signature,
            )
        except (configparser.Error, KeyError):
            raise ProviderRefused(
                f'provider "{self._provider}": {path} has no access key in profile "{profile}"',
                hint="Write it as for the AWS command line: [profile], aws_access_key_id, "
                "aws_secret_access_key.",
            ) from None

    def _file_changed(self, kept: Credentials) -> bool:
        if self._from != "file":
            return False
        return read_private(Path(self._options["credentials_file"])).signature != kept.source

    def _of_environment(self) -> Credentials:
        try:
            return Credentials(
                os.environ["AWS_ACCESS_KEY_ID"],
                os.environ["AWS_SECRET_ACCESS_KEY"],
                os.environ.get("AWS_SESSION_TOKEN"),
            )
        except KeyError:
            raise self._not_set_up(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the server's environment"
            ) from None

    # -- of AWS ---------------------------------------------------------------------------

    def _web_identity(self, variable: str) -> str | None:
        """Return an option of the provider file, or the variable that SDKs read in its place."""
        option = {
            "AWS_WEB_IDENTITY_TOKEN_FILE": "web_identity_token_file",
            "AWS_ROLE_ARN": "role_arn",
        }[variable]
        found: str | None = self._options[option] or os.environ.get(variable)
        return found

    def _of_web_identity(self, deadline: Deadline) -> Credentials:
        token_file = self._web_identity("AWS_WEB_IDENTITY_TOKEN_FILE")
        role = self._web_identity("AWS_ROLE_ARN")
        if token_file is None or role is None:
            raise self._not_set_up("web_identity_token_file and role_arn in the provider file")
        form = {
            "Action": "AssumeRoleWithWebIdentity",
            "Version": "2011-06-15",
            "RoleArn": role,
            "RoleSessionName": "kwtools",
            "WebIdentityToken": read_secret(Path(token_file)).text,
        }
        region = self._options["region"]
        address = self._options["sts_endpoint"] or f"https://{host_of('sts', region)}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._request(
            "POST", address, "/", deadline, headers, urlencode(form).encode(), "the role"
        )
        try:
            member = _of_xml(answer.body)
        except Malformed:
            raise self._wrong() from None
        return self._of_answer(member, "SessionToken")

    def _of_container(self, deadline: Deadline) -> Credentials:
        full = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        relative = os.environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        if full is None and relative is None:
            raise self._not_set_up("AWS_CONTAINER_CREDENTIALS_… in the server's environment")
        address, path = (full, "") if full is not None else (CONTAINER_ADDRESS, relative or "")
        token_file = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        headers = {}
        if token_file is not None:
            headers["Authorization"] = read_secret(Path(token_file)).text
        answer = self._request("GET", address, path, deadline, headers, None, "the container")
        return self._of_answer(self._json(answer), "Token")

    def _of_instance(self, deadline: Deadline) -> Credentials:
        """By the instance metadata service, version 2."""
        address = self._options["metadata_endpoint"] or INSTANCE_ADDRESS
        asked = {"X-aws-ec2-metadata-token-ttl-seconds": "300"}
        what = "the instance"
        given = self._request("PUT", address, "/latest/api/token", deadline, asked, None, what)
        try:
            headers = {"X-aws-ec2-metadata-token": token(given.body.decode("ascii", "replace"))}
        except Malformed:
            raise self._wrong() from None
        path = "/latest/meta-data/iam/security-credentials/"
        roles = self._request("GET", address, path, deadline, headers, None, what)
        role = roles.body.decode("ascii", "replace").strip()
        if not _ROLE.fullmatch(role):
            raise self._wrong()
        answer = self._request("GET", address, path + role, deadline, headers, None, what)
        return self._of_answer(self._json(answer), "Token")

    def _of_answer(self, member: dict[str, Any], session: str) -> Credentials:
        names = ("AccessKeyId", "SecretAccessKey", session)
        try:
            access_key, secret_key, session_token = (token(member.get(name)) for name in names)
            expires = datetime.fromisoformat(str(member.get("Expiration")))
            left = (expires - datetime.now(UTC)).total_seconds()
            seconds = min(max(left, 0.0), MAX_LIFE_SECONDS)
            return Credentials(access_key, secret_key, session_token, renewal(seconds))
        except (ValueError, TypeError, OverflowError):
            raise self._wrong() from None

    def _request(
        self,
        method: str,
        address: str,
        path: str,
        deadline: Deadline,
        headers: dict[str, str],
        body: bytes | None,
        what: str,
    ) -> Answer:
        client = self._clients.get(address)
        if client is None:
            client = self._clients[address] = HttpClient(
                self._provider,
                address,
                connect_seconds=self._options["connect_seconds"],
                total_seconds=self._options["total_seconds"],
                tls=TlsFiles(ca=self._options["ca_file"]),
            )
        answer = client.request(method, path, deadline, headers, body)
        if is_out_of_service(answer):
            raise ProviderUnreachable(
                f'provider "{self._provider}": the service that gives credentials is not in '
                f"service: status {answer.status}"
            )
        if answer.status != 200:
            raise CredentialsRefused(
                f'provider "{self._provider}" gets no credentials by {what} of the server: '
                f"status {answer.status}",
                hint="Check the role, and credentials in the provider file.",
            )
        return answer

    def _json(self, answer: Answer) -> dict[str, Any]:
        if answer.json is None:
            raise self._wrong()
        return answer.json

    def _not_set_up(self, what: str) -> ProviderRefused:
        return ProviderRefused(
            f'provider "{self._provider}" has no credentials',
            hint=f"Set {what} for credentials of {self._from}.",
        )

    def _wrong(self) -> WrongAnswer:
        return WrongAnswer(
            f'provider "{self._provider}": the service that gives credentials gave an answer of '
            "no known form"
        )


def _of_xml(body: bytes) -> dict[str, Any]:
    """Return the members of Credentials in an answer of STS; raises ``Malformed``.

    Entities would be expanded: what declares any, or is large, is not read.
    """
    try:
        text = body.decode()
        if len(text) > _MAX_XML or "<!" in text:
            raise Malformed("not an answer of STS")
        found = next(ElementTree.fromstring(text).iter(f"{_STS}Credentials"))  # noqa: S314
    except (ElementTree.ParseError, StopIteration, ValueError):
        raise Malformed("not an answer of STS") from None
    member: dict[str, Any] = {}
    for child in found:
        name = child.tag.removeprefix(_STS)
        if name in member:
            raise Malformed("a member occurs twice")
        member[name] = child.text
    return member
