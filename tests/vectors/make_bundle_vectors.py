"""Makes kwtools-2-bundles.json, once: HPKE draws its encapsulations, ECDSA its nonces."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from kwruntime.crypto import kem
from kwshared.algorithms import KEMS

from kwtools.sealing import Recipient, Signer, seal

FILE = Path(__file__).with_name("kwtools-2-bundles.json")
DEPLOYMENT = UUID("7f1b9a52-5f0e-4c1e-9d3a-0c5b6f0e2a11")
_PAIRS = (
    ("X25519", ed25519.Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)),
    ("P-256", ec.derive_private_key(2, ec.SECP256R1())),
    ("ML-KEM-768+X25519", mldsa.MLDSA65PrivateKey.from_seed_bytes(b"\x03" * 32)),
)


def _bundle(number: int, name: str, private: Any) -> dict[str, Any]:
    secret = kem.generate(KEMS[name])
    key_uuid = UUID(int=number << 64 | 0x4000_8000_0000_0000_0000)
    to = Recipient(DEPLOYMENT, key_uuid, name, kem.public_of(KEMS[name], secret))
    signer = Signer.of(f"collector-{number}", private)
    deks = [(UUID(int=number * 100 + place), bytes([place]) * (16 * place)) for place in (1, 2, 4)]
    valid_until = 1_800_000_000
    sealed = seal(deks, to, signer, number=number, valid_until=valid_until)
    return {
        "signer": {
            "name": signer.name,
            "algorithm": signer.algorithm,
            "public_key": signer.public_key.hex(),
        },
        "kms_key": {
            "key_uuid": str(key_uuid),
            "kem": name,
            "public_key": to.public_key.hex(),
            "private_key": secret.hex(),
        },
        "note": sealed.note.decode(),
        "bundle": sealed.bundle.hex(),
        "expect": {
            "deployment": str(DEPLOYMENT),
            "number": number,
            "valid_until": valid_until,
            "deks": [{"foreign_uuid": one.hex, "dek": dek.hex()} for one, dek in deks],
        },
    }


if __name__ == "__main__":
    made = [_bundle(number, *pair) for number, pair in enumerate(_PAIRS, 1)]
    FILE.write_text(json.dumps({"format": "kwtools/2", "bundles": made}, indent=1) + "\n")
