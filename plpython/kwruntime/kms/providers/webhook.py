"""A checkpoint sent to a webhook of the provider file, for ``kwtools audit seal``.

The command runs it with the server's Python and as the server's user. No function of SQL comes
here: the database itself sends nothing.

``python -m kwruntime.kms.providers.webhook FILE NAME`` sends what it reads to
``[webhooks.NAME]``, and prints a JSON object: empty, or with what went wrong.
"""

import ipaddress
import json
import sys
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from kwruntime.errors import KwError, NotFound, ProviderRefused
from kwruntime.kms.provider_file import Configuration, read_secret
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._http import HttpClient
from kwruntime.kms.providers._options import WEBHOOK, values_of

_MAX_NOTE = 1_000_000


class Webhook(NamedTuple):
    """An entry of the provider file: where to, and who is trusted."""

    name: str
    address: SplitResult
    token_file: str | None
    client: HttpClient

    @classmethod
    def of(cls, name: str, entry: Any) -> "Webhook":
        """Read an entry; raises ``ProviderRefused``."""
        where = f"[webhooks.{name}] of the provider file"
        if not isinstance(entry, dict):
            raise ProviderRefused(f"{where} is not a table")
        values = values_of(where, entry, WEBHOOK)
        address = urlsplit(values["address"])
        path = address.path
        if address.scheme != "https" and not _is_loopback(address):
            raise ProviderRefused(
                f"{where}: address must be https://host:port/path; http only of a loopback address"
            )
        if not (path.isascii() and path.isprintable()) or " " in path:
            raise ProviderRefused(f"{where}: the path of address is not printable ASCII")
        client = HttpClient(
            name,
            address._replace(path="").geturl(),
            connect_seconds=values["connect_seconds"],
            total_seconds=values["total_seconds"],
            tls=TlsFiles(values["ca_file"]),
        )
        return cls(name, address, values["token_file"], client)

    def send(self, note: bytes) -> None:
        """Post a note; raises ``KwError`` unless the answer is whole and says that it went well."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        if self.token_file is not None:
            headers["Authorization"] = f"Bearer {read_secret(self.token_file).text}"
        path = self.address.path or "/"
        answer = self.client.request("POST", path, self.client.deadline(), headers, note)
        if not 200 <= answer.status < 300:
            raise ProviderRefused(
                f'provider "{self.name}" answered with status {answer.status}',
                hint="It must answer 200 to 299. Redirects are not followed.",
            )


def named(file: str, name: str) -> Webhook:
    """Return a webhook of a provider file; raises ``NotFound`` or ``ProviderRefused``."""
    entries = entries_of(file)
    if name not in entries:
        raise NotFound(
            f'the server\'s provider file has no webhook "{name}"',
            hint=f"Add [webhooks.{name}] to {file}.",
        )
    return Webhook.of(name, entries[name])


def entries_of(file: str) -> dict[str, Any]:
    """Return the webhooks of a provider file as they stand there."""
    entries = Configuration().load(file).get("webhooks", {})
    if not isinstance(entries, dict):
        raise ProviderRefused(f"{file}: webhooks is not a table")
    return entries


def said(name: str, error: KwError) -> dict[str, str | None]:
    """Return an error for people. What speaks HTTP calls every server a provider."""
    message = error.message.replace(f'provider "{name}"', f'webhook "{name}"')
    return {"problem": message, "hint": error.hint}


def _is_loopback(address: SplitResult) -> bool:
    try:
        return address.scheme == "http" and ipaddress.ip_address(address.hostname or "").is_loopback
    except ValueError:  # a name, which may lead anywhere
        return False


def main(file: str, name: str) -> dict[str, str | None]:
    """Send the standard input; return what went wrong."""
    try:
        named(file, name).send(sys.stdin.buffer.read(_MAX_NOTE))
    except KwError as error:
        return said(name, error)
    return {}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
