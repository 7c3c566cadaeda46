"""What the tests of signing keys share."""

from collections.abc import Callable
from datetime import datetime

from kwruntime.crypto import signatures
from kwshared.algorithms import SIGNATURES

from tests.sql.session import Session

NAMES = tuple(SIGNATURES)
ROLES = (
    "kw_admin", "kw_operator", "kw_client", "kw_unwrap", "kw_grantor", "kw_auditor", "kw_signer",
)  # fmt: skip
MAKE = "select kw.create_signing_key(%s, %s, %s, %s)"
ENROL = "select kw.import_signing_key(%s, %s, %s, %s)"
SIGN = "select kw.sign(%s, %s, %s)"
VERIFY = "select kw.verify_signature(%s, %s, %s, %s)"
VERIFY_AT = "select kw.verify_signature(%s, %s, %s, %s, %s)"
STATUS = "select kw.set_signing_key_status(%s, %s)"
TIMES = "select activated_at, retired_at, compromised_at from kw.signing_keys where name = %s"

Connect = Callable[..., Session]
MakeRole = Callable[..., str]


def make(
    session: Session, name: str = "k", algorithm: str = "Ed25519", scope: str = "application:a",
    key: int = 1,
) -> int:  # fmt: skip
    """Make a signing key; return its id."""
    return int(session.value(MAKE, name, algorithm, scope, key))


def pair(algorithm: str) -> tuple[signatures.PrivateKey, bytes]:
    """Return a private key that is made elsewhere, and the bytes of its public key."""
    one = SIGNATURES[algorithm]
    private = signatures.private_key(one, signatures.generate(one))
    return private, signatures.public_bytes(private)


def sign(session: Session, name: str = "k", message: bytes = b"m", context: bytes = b"c") -> bytes:
    """``kw.sign``."""
    return bytes(session.value(SIGN, name, message, context))


def now(session: Session) -> datetime:
    """The server's clock."""
    return session.value("select clock_timestamp()")  # type: ignore[no-any-return]
