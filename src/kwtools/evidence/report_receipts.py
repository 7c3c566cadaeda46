"""Receipts of reports (format.md): who signed which file, verified offline with a public key.

A receipt is an envelope of DSSE 1.0 around a statement of in-toto, whose subject is the report.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kwtools.evidence.checkpoints import NotTrusted
from kwtools.evidence.lines import BadForm, decoded

MAX_BYTES = 100_000
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:kwtools:report:1"

_KEY = re.compile(r"(.+)\+(Ed25519|ECDSA-P-256|ML-DSA-(?:44|65|87))\+([A-Za-z0-9+/]+=*)", re.DOTALL)
_MlDsa = type[mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey]
_ML_DSA: dict[str, _MlDsa] = {
    "ML-DSA-44": mldsa.MLDSA44PublicKey,
    "ML-DSA-65": mldsa.MLDSA65PublicKey,
    "ML-DSA-87": mldsa.MLDSA87PublicKey,
}
_POINT_BYTES, _SCALAR_BYTES = 65, 32


@dataclass(frozen=True)
class ReportKey:
    """A public key that an auditor trusts to sign reports: ``NAME+ALGORITHM+BASE64``."""

    name: str
    algorithm: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.algorithm}+{base64.b64encode(self.data).decode()}"

    def has_signed(self, payload: bytes, signature: bytes) -> bool:
        """Say whether a signature of ``kw.sign`` is this key's, in the context of statements."""
        context = PAYLOAD_TYPE.encode()
        try:
            if self.algorithm in _ML_DSA:
                ml_dsa = _ML_DSA[self.algorithm].from_public_bytes(self.data)
                ml_dsa.verify(signature, payload, context)
            elif self.algorithm == "Ed25519":
                ed25519 = Ed25519PublicKey.from_public_bytes(self.data)
                ed25519.verify(signature, _encoded(context, payload))
            else:
                self._verify_ecdsa(_encoded(context, payload), signature)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _verify_ecdsa(self, message: bytes, signature: bytes) -> None:
        if (len(self.data), len(signature)) != (_POINT_BYTES, 2 * _SCALAR_BYTES):
            raise ValueError
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.data)
        r, s = signature[:_SCALAR_BYTES], signature[_SCALAR_BYTES:]
        der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.verify(der, message, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class ReportReceipt:
    """A report that a trusted key signed: what the signed statement says."""

    key: str
    file: str
    sha256: str
    predicate: dict[str, Any]


def is_report_receipt(data: bytes) -> bool:
    """Say whether bytes are a receipt of a report, by their first one: others are text."""
    return data[:1] == b"{"


def read_key(text: str) -> ReportKey:
    """Read a key as ``kwtools report`` prints it; raises ``BadForm``."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise BadForm("it is not the key of a report, NAME+ALGORITHM+BASE64")
    return ReportKey(found[1], found[2], decoded(found[3].encode()))


def open_report_receipt(data: bytes, keys: Sequence[ReportKey], sha256: str) -> ReportReceipt:
    """Verify the receipt of a report with this digest; raises ``BadForm`` and ``NotTrusted``."""
    if len(data) > MAX_BYTES:
        raise BadForm(f"it is longer than {MAX_BYTES} bytes")
    envelope = _object(data, "it")
    if envelope.get("payloadType") != PAYLOAD_TYPE:
        raise BadForm("it is not an envelope of a statement")
    payload = _bytes(envelope, "payload")
    signatures = envelope.get("signatures")
    if not isinstance(signatures, list) or not all(isinstance(one, dict) for one in signatures):
        raise BadForm("it has no list of signatures")
    signed = [_bytes(one, "sig") for one in signatures]
    by = next((key for key in keys if any(key.has_signed(payload, one) for one in signed)), None)
    if by is None:
        raise NotTrusted("no key that you trust has signed it")
    statement = _object(payload, "its statement")
    file, digest = _subject(statement)
    if digest != sha256:
        raise NotTrusted("it is the receipt of another file: the report was changed")
    predicate = statement.get("predicate")
    if not isinstance(predicate, dict):
        raise BadForm("its statement does not say what the report is")
    return ReportReceipt(by.name, file, digest, predicate)


def digest_of(report: bytes) -> str:
    """Return the digest of a report, as its receipt has it."""
    return hashlib.sha256(report).hexdigest()


def _encoded(context: bytes, payload: bytes) -> bytes:
    """Return the pre-authentication encoding of DSSE 1.0."""
    return b"DSSEv1 %d %s %d %s" % (len(context), context, len(payload), payload)


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise BadForm(f"{what} is not JSON") from None
    if not isinstance(found, dict):
        raise BadForm(f"{what} is not an object of JSON")
    return found


def _bytes(given: dict[str, Any], name: str) -> bytes:
    value = given.get(name)
    if not isinstance(value, str):
        raise BadForm(f'it has no "{name}"')
    return decoded(value.encode("utf-8", "replace"))


def _subject(statement: dict[str, Any]) -> tuple[str, str]:
    if (statement.get("_type"), statement.get("predicateType")) != (STATEMENT, PREDICATE):
        raise BadForm("its statement is not one of a report")
    try:
        (subject,) = statement["subject"]
        return str(subject["name"]), str(subject["digest"]["sha256"])
    except (KeyError, TypeError, ValueError):
        raise BadForm("its statement does not name one file") from None
