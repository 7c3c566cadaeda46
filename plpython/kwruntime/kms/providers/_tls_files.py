"""What is wrong with the PEM files of an entry: CAs, certificates and keys that cannot work."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from kwruntime.errors import ProviderRefused
from kwruntime.kms.provider_file import check_public, read_private
from kwruntime.kms.providers._channel import TlsFiles, no_password


def check(name: str, tls: TlsFiles) -> None:
    """Raise ``ProviderRefused`` where no connection can be made with the files of a provider."""
    if tls.ca is not None:
        _check_ca(name, tls.ca)
    if tls.certificate is not None:
        check_pair(name, "client_certificate_file", tls.certificate)
        context = ssl.create_default_context()
        try:
            context.load_cert_chain(tls.certificate, tls.key, password=no_password)
        except (OSError, ValueError):
            raise _refused(
                name, tls.certificate, "cannot be used for TLS", "Ask the CA for a PEM file."
            ) from None


def check_pair(name: str, option: str, path: str) -> None:
    """Raise ``ProviderRefused`` unless a file holds a certificate in its time, and its key."""
    data = read_private(Path(path)).text.encode()
    try:
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError:
        raise _refused(
            name,
            path,
            "holds no certificate in PEM",
            f"{option} is one file with the certificate and its private key, both in PEM.",
        ) from None
    try:
        key = load_pem_private_key(data, None)
    except TypeError:
        raise _refused(
            name,
            path,
            "holds a private key with a passphrase",
            "The server cannot enter one. Remove it with openssl pkey -in KEY -out KEY-WITHOUT.",
        ) from None
    except ValueError as error:
        has_key = b"PRIVATE KEY-----" in data
        raise _refused(
            name,
            path,
            "holds a private key that cannot be read" if has_key else "holds no private key",
            f"{option} is one file with the certificate and its private key, both in PEM.",
        ) from error.__cause__
    encoded = (
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for public in (key.public_key(), certificate.public_key())
    )
    if next(encoded) != next(encoded):
        raise _refused(
            name,
            path,
            "holds a private key that belongs to another certificate",
            "The first certificate of the file is ours; those of its CAs come after it.",
        )
    _check_time(name, path, [certificate])


def _check_ca(name: str, path: str) -> None:
    data = check_public(Path(path))
    try:
        ssl.create_default_context(cafile=path)
        certificates = x509.load_pem_x509_certificates(data)
    except (OSError, ValueError):
        is_der = data[:1] == b"\x30"
        hint = "Convert it: openssl x509 -inform der -in FILE -out FILE.pem."
        raise _refused(
            name,
            path,
            "is a certificate in DER, not in PEM" if is_der else "holds no certificate in PEM",
            hint if is_der else "ca_file is the certificate of the CA, in PEM.",
        ) from None
    _check_time(name, path, certificates)


def _check_time(name: str, path: str, certificates: list[x509.Certificate]) -> None:
    """Raise where none of the certificates is in its time."""
    now = datetime.now(UTC)
    if any(one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in certificates):
        return
    one = certificates[0]
    what = "expired on" if one.not_valid_after_utc < now else "is not valid before"
    when = one.not_valid_after_utc if one.not_valid_after_utc < now else one.not_valid_before_utc
    raise _refused(
        name, path, f"holds a certificate that {what} {when:%Y-%m-%d %H:%M} UTC", "Renew it."
    )


def _refused(name: str, path: str, problem: str, hint: str) -> ProviderRefused:
    return ProviderRefused(f'provider "{name}": {path} {problem}', hint=hint)
