"""A maker of data keys and the deployment that imports them, as the tests of imports have them."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

from kwtools.sealing import Recipient, Sealed, Signer, seal
from tests.deployment import make_deployment
from tests.sql.session import Session

IMPORT = "select foreign_uuid, wrapper_uuid from kw.import_wrapper_many(%s, %s)"
PRIVATE = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "ECDSA-P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ML-DSA-44": mldsa.MLDSA44PrivateKey.generate,
    "ML-DSA-65": mldsa.MLDSA65PrivateKey.generate,
    "ML-DSA-87": mldsa.MLDSA87PrivateKey.generate,
}


def enrol(session: Session, signer: Signer, scope: str = "import") -> Signer:
    """Enrol a maker's public key under its name."""
    query = "select kw.import_signing_key(%s, %s, %s, %s)"
    session.value(query, signer.name, signer.algorithm, scope, signer.public_key)
    return signer


def signer(name: str = "collector", algorithm: str = "Ed25519") -> Signer:
    """Return a new private key of a maker."""
    return Signer.of(name, PRIVATE[algorithm]())


def recipient(session: Session, deployment: UUID, key_id: int) -> Recipient:
    """Return a KEM key of the deployment as its makers know it."""
    ((key_uuid, algorithm, public),) = session.rows(
        "select key_uuid, algorithm, public_key from kw.kms_keys where id = %s", key_id
    )
    return Recipient(deployment, key_uuid, algorithm, public)


def some_deks(count: int = 3) -> list[tuple[UUID, bytes]]:
    """Return data keys, each with a new uuid."""
    return [(uuid4(), bytes([number + 1]) * 32) for number in range(count)]


def in_an_hour() -> int:
    """Return a time until which a bundle is valid."""
    return int(time.time()) + 3600


@dataclass
class Maker:
    """A maker whose key is enrolled, and the deployment that it seals to."""

    session: Session
    to: Recipient
    signer: Signer
    deks: list[tuple[UUID, bytes]] = field(default_factory=some_deks)

    @classmethod
    def of(cls, session: Session, kem: str = "X25519", algorithm: str = "Ed25519") -> "Maker":
        """Make the database a deployment, with a KEM key and an enrolled maker."""
        to = recipient(session, make_deployment(session), session.kem(kem))
        return cls(session, to, enrol(session, signer(algorithm=algorithm)))

    def seal(self, number: int = 1, **more: Any) -> Sealed:
        """Seal the data keys."""
        given: dict[str, Any] = {"deks": self.deks, "to": self.to, "signer": self.signer} | more
        given.setdefault("valid_until", in_an_hour())
        return seal(**given, number=number)


def take(session: Session, sealed: Sealed) -> dict[UUID, UUID]:
    """Import a bundle; return the wrapper of each foreign uuid, in the order of the bundle."""
    return dict(session.rows(IMPORT, sealed.note, sealed.bundle))


def refused(session: Session, sealed: Sealed, state: str = "KW105") -> str:
    """Import a bundle that is refused, and leaves nothing; return the message."""
    before = left(session)
    said = session.refused(state, IMPORT, sealed.note, sealed.bundle)
    assert left(session) == before
    return said


def left(session: Session) -> tuple[Any, ...]:
    """Return what imports leave in the tables."""
    return session.rows(
        """
        select
            (select count(*) from kw.key_wrappers), (select count(*) from kw.imported_wrappers),
            (select array_agg(number::text order by signing_key_id) from kw.import_sources),
            (select count(*) from kw.audit_events)
        """
    )[0]
