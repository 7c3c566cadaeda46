"""What an entry of the provider file may say, by its kind. Imports no kind's packages."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kwruntime.errors import ProviderRefused
from kwruntime.kms.provider_file import Entry

AWS_SOURCES = ("file", "environment", "web-identity", "container", "instance")

FOLDER, PUBLIC, PRIVATE = "folder", "public file", "private file"
"""What a path names. Others than root and the server's user may read a public file only."""


class Option(NamedTuple):
    """One option. ``default`` None: it may be left out and has none, unless it is required."""

    name: str
    type: type[str] | type[float] | type[int] | type[bool] | type[list[Any]]
    about: str
    default: Any = None
    required: bool = False
    path: str | None = None
    example: Any = None
    least: float = 0
    most: float = 3600


_CONNECT = Option("connect_seconds", float, "how long a connection may take", 2.0)
_TOTAL = Option("total_seconds", float, "how long one call may take in all", 10.0)
_CA = Option(
    "ca_file", str, "PEM file of the CA that signed its certificate; default: the system's",
    path=PUBLIC,
)  # fmt: skip

OPTIONS: dict[str, tuple[Option, ...]] = {
    "local": (
        Option(
            "directory", str, "the folder of key files", required=True, path=FOLDER,
            example="/var/lib/kwtools/keys",
        ),
        Option(
            "sql_may_create", bool, "whether kw.create_kms_key may create key files",
            required=True, example=True,
        ),
    ),
    "vault": (
        Option(
            "address", str, "https://host:port of the server", required=True,
            example="https://vault.example.org:8200",
        ),
        _CA,
        Option(
            "token_file", str, "file with a token; or the next two", path=PRIVATE,
            example="/etc/kwtools/vault.token",
        ),
        Option("role_id_file", str, "file with the role_id of an AppRole", path=PRIVATE),
        Option("secret_id_file", str, "file with the secret_id of an AppRole", path=PRIVATE),
        Option("auth_mount", str, "path of the AppRole method", "approle"),
        Option("namespace", str, "namespace, where the server has them"),
        Option("mount", str, "path of the Transit engine", "transit"),
        # A request may hold 1,000 JSON strings by default, and an item with associated data 4.
        Option("batch_items", int, "items of a batch, as the server's request limits allow", 249),
        _CONNECT,
        _TOTAL,
    ),
    "aws": (
        Option("region", str, "region of the keys", required=True, example="eu-central-1"),
        Option("endpoint", str, "https://host:port of a private endpoint"),
        _CA,
        Option("credentials", str, f"one of {', '.join(AWS_SOURCES)}; default: the usual chain"),
        Option(
            "credentials_file", str, "file of access keys, as for the AWS CLI", path=PRIVATE,
            example="/etc/kwtools/aws.credentials",
        ),
        Option("profile", str, "section of credentials_file", "default"),
        Option("role_arn", str, "role to assume by web identity"),
        Option("web_identity_token_file", str, "file with that identity's token", path=PRIVATE),
        Option("sts_endpoint", str, "https://host:port of another STS"),
        Option("metadata_endpoint", str, "http://host:port of another instance metadata service"),
        _CONNECT,
        _TOTAL,
    ),
    "gcp": (
        Option(
            "credentials_file", str, "JSON file of a service account or user", path=PRIVATE,
            example="/etc/kwtools/gcp.json",
        ),
        Option("endpoint", str, "https://host:port", "https://cloudkms.googleapis.com"),
        _CA,
        Option("metadata_endpoint", str, "of the machine", "http://metadata.google.internal"),
        _CONNECT,
        _TOTAL,
    ),
    "azure": (
        Option(
            "address", str, "of the vault or Managed HSM", required=True,
            example="https://customers.vault.azure.net",
        ),
        _CA,
        Option("resource", str, "what tokens are for; default: by the domain of address"),
        Option("tenant_id", str, "tenant of the application", example="0f6a1c2e-…"),
        Option(
            "client_id", str, "the application, or one of the machine's identities",
            example="0f6a1c2e-…",
        ),
        Option(
            "client_secret_file", str, "file with its secret; or one of the next two; or none, for"
            " the machine's identity", path=PRIVATE, example="/etc/kwtools/azure.secret",
        ),
        Option(
            "client_certificate_file", str, "PEM file: its certificate and RSA key", path=PRIVATE
        ),
        Option("federated_token_file", str, "file with the token of a workload", path=PRIVATE),
        Option("authority", str, "of tokens", "https://login.microsoftonline.com"),
        Option("metadata_endpoint", str, "of the machine's identity", "http://169.254.169.254"),
        _CONNECT,
        _TOTAL,
    ),
    "pkcs11": (
        Option(
            "library", str, "the vendor's PKCS#11 module", required=True, path=PUBLIC,
            example="/usr/lib/softhsm/libsofthsm2.so",
        ),
        Option("token", str, "label of the token", required=True, example="customers"),
        Option("serial", str, "its serial number, where several tokens have that label"),
        Option(
            "slot", int, "the id of its slot, where serial does not tell either", least=-1,
            most=2.0**63,
        ),
        Option(
            "pin_file", str, "file with the user PIN", required=True, path=PRIVATE,
            example="/etc/kwtools/hsm.pin",
        ),
        Option(
            "environment", list, "variables that the module reads", (),
            example=["SOFTHSM2_CONF=/etc/softhsm2.conf"],
        ),
        _TOTAL,
    ),
    "kmip": (
        Option(
            "address", str, "host:port of the server", required=True,
            example="kmip.example.org:5696",
        ),
        _CA,
        Option(
            "client_certificate_file", str, "PEM file: our certificate and its key", required=True,
            path=PRIVATE, example="/etc/kwtools/kmip.pem",
        ),
        Option("batch_items", int, "operations of a request, as the server's limits allow", 100),
        _CONNECT,
        _TOTAL,
    ),
}  # fmt: skip

WEBHOOK = (
    Option("address", str, "https://host:port/path that takes checkpoints", required=True),
    _CA,
    Option("token_file", str, "file with a bearer token", path=PRIVATE),
    _CONNECT,
    _TOTAL,
)
"""The options of a webhook, which is not a KMS."""


def read_options(name: str, entry: Entry, kind: str) -> dict[str, Any]:
    """Return the value of every option of an entry; raises ``ProviderRefused``, naming it."""
    others = {one: value for one, value in entry.items() if one != "kind"}
    return values_of(f"[providers.{name}] of the provider file", others, OPTIONS[kind])


def values_of(where: str, entry: Entry, options: Sequence[Option]) -> dict[str, Any]:
    """Return the value of each of these options; raises ``ProviderRefused``, naming it."""
    unknown = entry.keys() - {option.name for option in options}
    if unknown:
        raise ProviderRefused(
            f"{where} has unknown options: {', '.join(sorted(unknown))}",
            hint=f"Use only {', '.join(option.name for option in options)}.",
        )
    return {option.name: _value(where, entry, option) for option in options}


def _value(where: str, entry: Entry, option: Option) -> Any:
    value: Any = entry.get(option.name, option.default)
    if value is None:
        if option.required:
            raise ProviderRefused(f"{where} requires {option.name}: {option.about}")
        return None
    if option.type is float and type(value) is int:
        value = float(value)
    if option.type is list:
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise ProviderRefused(f"{where}: {option.name} must be a list of texts")
        return tuple(value)
    if type(value) is not option.type:
        raise ProviderRefused(f"{where}: {option.name} must be of type {option.type.__name__}")
    numbers = [value] if isinstance(value, float | int) and type(value) is not bool else []
    if not all(option.least < number <= option.most for number in numbers):
        raise ProviderRefused(
            f"{where}: {option.name} must be above {option.least:g} and at most {option.most:g}"
        )
    if option.path is not None and not str(value).startswith("/"):
        raise ProviderRefused(f"{where}: {option.name} must be an absolute path")
    return value
