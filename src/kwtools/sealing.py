"""Bundles of data keys for a deployment, made where the data keys are: with public keys only.

A collector makes data keys and encrypts with them. It seals them to a KEM key of the deployment and
signs the bundle; ``kw.import_wrapper_many`` opens it. No server is asked, and nothing is stored.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from kwshared import bundles
from kwshared.algorithms import KEMS
from kwshared.bundles import Item, SignerKey
from kwshared.tlog.text import FormatError, base64

from kwtools.errors import BadUsage

MIN_DEK_BYTES, MAX_DEK_BYTES = 16, 64
_MLKEM768_BYTES = 1184


def _hybrid(data: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(data[:_MLKEM768_BYTES]),
        x25519.X25519PublicKey.from_public_bytes(data[_MLKEM768_BYTES:]),
    )


_KEMS: dict[str, tuple[KEM, Callable[[bytes], Any]]] = {
    "X25519": (KEM.X25519, x25519.X25519PublicKey.from_public_bytes),
    "P-256": (
        KEM.P256,
        lambda data: ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data),
    ),
    "ML-KEM-768": (KEM.MLKEM768, mlkem.MLKEM768PublicKey.from_public_bytes),
    "ML-KEM-1024": (KEM.MLKEM1024, mlkem.MLKEM1024PublicKey.from_public_bytes),
    "ML-KEM-768+X25519": (KEM.MLKEM768_X25519, _hybrid),
}
_ML_DSA: dict[type, str] = {
    mldsa.MLDSA44PrivateKey: "ML-DSA-44",
    mldsa.MLDSA65PrivateKey: "ML-DSA-65",
    mldsa.MLDSA87PrivateKey: "ML-DSA-87",
}


@dataclass(frozen=True)
class Recipient:
    """A KEM key of a deployment: all that a maker has to know of it, and all of it public."""

    deployment: UUID
    key_uuid: UUID
    kem: str
    public_key: bytes

    def __post_init__(self) -> None:
        if self.kem not in KEMS:
            raise BadUsage(f'"{self.kem}" is not a KEM', f"Use one of {', '.join(KEMS)}.")
        self._public()

    def __str__(self) -> str:
        members = (str(self.deployment), str(self.key_uuid), self.kem, base64(self.public_key))
        return json.dumps(dict(zip(bundles.RECIPIENT, members, strict=True)))

    def _public(self) -> Any:
        try:
            if len(self.public_key) == KEMS[self.kem].public_bytes:
                return _KEMS[self.kem][1](self.public_key)
        except ValueError:
            pass
        raise BadUsage(f"the public key of the recipient is not one of {self.kem}")

    def seal(self, dek: bytes, info: bytes) -> tuple[bytes, bytes]:
        """Return the encapsulation, and the data key sealed: HPKE in base mode."""
        suite = Suite(_KEMS[self.kem][0], KDF.HKDF_SHA256, AEAD.AES_256_GCM)
        sealed = suite.encrypt(dek, self._public(), info)
        length = KEMS[self.kem].encapsulation_bytes
        return sealed[:length], sealed[length:]


def recipient(text: str) -> Recipient:
    """Read what ``str`` of a recipient writes; raises ``BadUsage``."""
    try:
        return Recipient(*bundles.recipient_of(json.loads(text)))
    except (ValueError, RecursionError):
        raise BadUsage(
            f"recipient is not a JSON object of {', '.join(bundles.RECIPIENT)}",
            "Write it with kwtools wrappers recipient.",
        ) from None


@dataclass(frozen=True)
class Signer:
    """A private key that signs bundles, and the name under which its public key is enrolled."""

    name: str
    algorithm: str
    public_key: bytes
    _private: Any = field(repr=False)

    @classmethod
    def of(cls, name: str, private: Any) -> "Signer":
        """Make it of a private key of ``cryptography``; raises ``BadUsage``."""
        public = private.public_key()
        match private:
            case ed25519.Ed25519PrivateKey():
                return cls(name, "Ed25519", public.public_bytes_raw(), private)
            case ec.EllipticCurvePrivateKey() if isinstance(private.curve, ec.SECP256R1):
                form = serialization.PublicFormat.UncompressedPoint
                point = public.public_bytes(serialization.Encoding.X962, form)
                return cls(name, "ECDSA-P-256", point, private)
        for kind, algorithm in _ML_DSA.items():
            if isinstance(private, kind):
                return cls(name, algorithm, public.public_bytes_raw(), private)
        raise BadUsage("the signing key is not one of Ed25519, ECDSA P-256 or ML-DSA")

    @classmethod
    def read(cls, name: str, file: Path) -> "Signer":
        """Read a private key of PKCS #8 in PEM, without a password; raises ``BadUsage``."""
        try:
            return cls.of(name, serialization.load_pem_private_key(file.read_bytes(), None))
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise BadUsage(
                f"{file} is not a private key in PEM without a password",
                "Make one with openssl genpkey -algorithm ed25519.",
            ) from None

    def sign(self, data: bytes) -> bytes:
        """Return the signature of the bare algorithm: of ECDSA r and s, 32 bytes each."""
        if self.algorithm != "ECDSA-P-256":
            return bytes(self._private.sign(data))
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass(frozen=True)
class Sealed:
    """A bundle, and the note that signs it."""

    note: bytes
    bundle: bytes


def seal(
    deks: Sequence[tuple[UUID, bytes]],
    to: Recipient,
    signer: Signer,
    *,
    number: int,
    valid_until: int,
) -> Sealed:
    """Seal data keys, each with a uuid that its maker never uses again.

    ``number`` must be higher than that of every earlier bundle of the signer, and ``valid_until``
    is the last POSIX second at which the bundle is accepted. Raises ``BadUsage``.
    """
    _check(deks, number)
    items = []
    for index, (foreign_uuid, dek) in enumerate(deks):
        info = bundles.info(
            to.deployment, signer.public_key, number, index, foreign_uuid, to.key_uuid, KEMS[to.kem]
        )
        items.append(Item(foreign_uuid, to.key_uuid, *to.seal(dek, info)))
    bundle = bundles.written(items)
    try:
        said = bundles.statement(to.deployment, bundle, len(items), number, valid_until)
        named = SignerKey(signer.name, signer.algorithm, signer.public_key)
        return Sealed(bundles.signed(str(said), named, signer.sign), bundle)
    except FormatError as error:
        raise BadUsage(f"bundle cannot be signed: {error}") from None


def _check(deks: Sequence[tuple[UUID, bytes]], number: int) -> None:
    if not 0 < len(deks) <= bundles.MAX_ITEMS:
        raise BadUsage(f"a bundle has 1 to {bundles.MAX_ITEMS} data keys, not {len(deks)}")
    if number < 1:
        raise BadUsage("the number of a bundle is at least 1")
    if len({foreign_uuid for foreign_uuid, _ in deks}) < len(deks):
        raise BadUsage("two data keys have one uuid")
    for foreign_uuid, dek in deks:
        if not MIN_DEK_BYTES <= len(dek) <= MAX_DEK_BYTES:
            raise BadUsage(
                f"data key {foreign_uuid} must have {MIN_DEK_BYTES} to {MAX_DEK_BYTES} bytes,"
                f" not {len(dek)}"
            )
