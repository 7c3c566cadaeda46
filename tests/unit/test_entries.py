"""What ``kwtools providers check`` says of entries whose files cannot work, without any KMS."""

import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from kwruntime.kms.providers import inspect
from kwruntime.kms.providers._aws_regions import host_of

PEM = serialization.Encoding.PEM
UUID = "0f6a1c2e-0000-4000-8000-000000000001"


def private_pem(key: Any, passphrase: bytes | None = None) -> str:
    """Return a private key in PEM."""
    sealed = (
        serialization.NoEncryption()
        if passphrase is None
        else serialization.BestAvailableEncryption(passphrase)
    )
    text: bytes = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, sealed)
    return text.decode()


def certificate_pem(key: Any, days: int = 1) -> str:
    """Return a certificate of a key that is valid for so many days, or was."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kwtools")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(PEM).decode()


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
GOOD = certificate_pem(RSA) + private_pem(RSA)

PAIRS = {
    "holds no private key": certificate_pem(RSA),
    "holds no certificate": private_pem(RSA),
    "with a passphrase": certificate_pem(RSA) + private_pem(RSA, b"x"),
    "belongs to another certificate": certificate_pem(RSA) + private_pem(EC),
    "cannot be read": certificate_pem(RSA) + private_pem(RSA)[:300] + "\n-----END PRIVATE KEY-----",
    "expired on": certificate_pem(RSA, days=-1) + private_pem(RSA),
    "no certificate in PEM": "",
}
CAS: dict[str, bytes] = {
    "in DER": ssl.PEM_cert_to_DER_cert(certificate_pem(RSA)),
    "no certificate in PEM": b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n",
    "holds no certificate": private_pem(RSA).encode(),
    "expired on": certificate_pem(RSA, days=-1).encode(),
}
Check = Callable[..., dict[str, Any]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """``check(kind, option=…)``: what is said of an entry; bytes and texts become files."""

    def run(kind: str, **options: object) -> dict[str, Any]:
        lines = [f'[providers.x]\nkind = "{kind}"']
        for name, value in options.items():
            if name.endswith("_file"):
                file = tmp_path / name
                file.write_bytes(value if isinstance(value, bytes) else str(value).encode())
                file.chmod(0o600)
                value = str(file)
            lines.append(f"{name} = {json.dumps(value)}")
        providers = tmp_path / "providers.toml"
        providers.write_text("\n".join(lines) + '\n[providers.y]\nkind = "nothing"\n')
        first, second = inspect.check(str(providers), reach=False)
        assert "requires kind" in second["problem"]  # whatever is wrong with the first
        return first

    return run


@pytest.mark.parametrize("problem", PAIRS)
@pytest.mark.parametrize("kind", ["kmip", "azure"])
def test_a_certificate_or_key_that_cannot_work_is_named(
    check: Check, kind: str, problem: str
) -> None:
    options = {
        "kmip": {"address": "kmip.example.org"},
        "azure": {"address": "https://v.vault.azure.net", "tenant_id": UUID, "client_id": UUID},
    }[kind]
    found = check(kind, client_certificate_file=PAIRS[problem], **options)
    assert problem in found["problem"]
    assert "client_certificate_file" in found["problem"]
    assert found["hint"]
    assert check(kind, client_certificate_file=GOOD, **options)["problem"] is None


def test_the_certificate_of_an_azure_application_needs_an_rsa_key(check: Check) -> None:
    options = {"address": "https://v.vault.azure.net", "tenant_id": UUID, "client_id": UUID}
    pair = certificate_pem(EC) + private_pem(EC)
    assert "RSA key" in check("azure", client_certificate_file=pair, **options)["problem"]


ENTRIES: dict[str, dict[str, object]] = {
    "vault": {"address": "https://v.example.org", "token_file": "token"},
    "aws": {"region": "eu-central-1"},
    "gcp": {},
    "azure": {"address": "https://v.vault.azure.net"},
    "kmip": {"address": "kmip.example.org", "client_certificate_file": GOOD},
}


@pytest.mark.parametrize("problem", CAS)
@pytest.mark.parametrize("kind", ENTRIES)
def test_a_ca_that_cannot_work_is_named(check: Check, kind: str, problem: str) -> None:
    found = check(kind, ca_file=CAS[problem], **ENTRIES[kind])
    assert problem in found["problem"]
    assert "ca_file" in found["problem"]
    good = check(kind, ca_file=certificate_pem(RSA).encode(), **ENTRIES[kind])
    assert good["problem"] is None


CREDENTIALS: list[tuple[str, str, dict[str, object]]] = [
    ("gcp", "not one of Google's", {"credentials_file": "{}"}),
    ("gcp", "not one of Google's", {"credentials_file": "[" * 100_000}),
    ("gcp", "not one of Google's", {"credentials_file": '{"type": "service_account"}'}),
    ("gcp", "not one of Google's", {"credentials_file": '{"type": ["authorized_user"]}'}),
    ("gcp", "not one of Google's", {"credentials_file": '{"type": "authorized_user"}'}),
    ("aws", "no access key in profile", {"credentials_file": "x", "region": "eu-central-1"}),
]


@pytest.mark.parametrize(("kind", "problem", "options"), CREDENTIALS, ids=lambda one: str(one)[:30])
def test_a_file_of_credentials_that_cannot_work_is_named(
    check: Check, kind: str, problem: str, options: dict[str, object]
) -> None:
    assert problem in check(kind, **options)["problem"]


def test_credentials_that_need_a_library_which_is_not_installed_say_which(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'OpenSSL'", name="OpenSSL")

    monkeypatch.setattr("google.auth.load_credentials_from_dict", load)
    found = check("gcp", credentials_file="{}")
    assert "not installed: 'OpenSSL'" in found["problem"]


def test_a_bug_at_one_entry_leaves_the_others_checked(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(inspect, "made_of", broken)
    found = check("gcp")
    assert "KeyError" in found["problem"]
    assert "secret" not in found["problem"]


def test_the_hosts_of_every_partition_are_those_that_botocore_knows() -> None:
    for partition in botocore.loaders.create_loader().load_data("partitions")["partitions"]:
        suffix = partition["outputs"]["dnsSuffix"]
        for region in partition["regions"]:
            if "global" not in region:
                assert host_of("kms", region) == f"kms.{region}.{suffix}"
    assert host_of("sts", "cn-north-1") == "sts.cn-north-1.amazonaws.com.cn"
