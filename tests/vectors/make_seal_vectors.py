"""Make kwtools-2-seals.json: seals of a row of each kind, by two deployment keys.

``PYTHONPATH=plpython .venv/bin/python -m tests.vectors.make_seal_vectors`` writes the file again.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from kwruntime.crypto.kdf import Prf
from kwruntime.crypto.seals import (
    Sealed,
    SealedBinding,
    SealedGeneration,
    SealedRow,
    SealedWrapper,
    SealKeys,
    leg_digest,
)

FILE = Path(__file__).parent / "kwtools-2-seals.json"
DEPLOYMENTS = [
    {
        "deployment_uuid": "0a4b5c6d-7e8f-4a1b-8c2d-3e4f5a6b7c8d",
        "key_no": number,
        "prk": (bytes([number]) * 32).hex(),
    }
    for number in (1, 2)
]
LEGS = [
    {"context": b"context of leg 1".hex(), "dek_wrap": b"wrap of leg 1".hex()},
    {"context": b"context of leg 2".hex(), "dek_wrap": b"wrap of leg 2".hex()},
]
WRAPPER = "3f0e9f0c-57d1-4f7e-9a4e-0f6a3c1d2b5e"
ENTITY = "7d9c2f61-0b57-4d3c-b8a5-6e1f4a2c9d80"


def digests() -> list[str]:
    """Return the digests of the two legs."""
    return [
        leg_digest(bytes.fromhex(leg["context"]), bytes.fromhex(leg["dek_wrap"])).hex()
        for leg in LEGS
    ]


def _wrapper(**changes: Any) -> dict[str, Any]:
    leg1, leg2 = digests()
    row = {
        "wrapper_uuid": WRAPPER,
        "status": "active",
        "policy_name": "default",
        "owner": None,
        "owner_name": None,
        "installation": None,
        "commitment": (b"\xc0" * 32).hex(),
        "leg1": leg1,
        "leg2": leg2,
    }
    return row | changes


def _binding(**changes: Any) -> dict[str, Any]:
    row = {
        "id": 7,
        "status": "live",
        "is_closed": False,
        "entity": ENTITY,
        "entity_pk": "42",
        "field_name": "ssn",
        "suite": 1,
        "generation": 1,
        "wrapper_uuid": WRAPPER,
    }
    return row | changes


def _rows() -> list[tuple[str, str, int, dict[str, Any]]]:
    owned = {"owner": "16401", "owner_name": "importer", "installation": ENTITY}
    both_destroyed = {"status": "invalid", "leg1": "00" * 32, "leg2": "00" * 32}
    return [
        ("a bound wrapper with two legs", "wrapper", 1, _wrapper()),
        ("a wrapper of mode single", "wrapper", 2, _wrapper(leg2="", policy_name=None)),
        ("an unbound wrapper", "wrapper", 3, _wrapper(**owned)),
        ("a destroyed wrapper", "wrapper", 4, _wrapper(**both_destroyed)),
        ("a binding of one cell", "binding", 5, _binding()),
        ("a binding of a row", "binding", 6, _binding(field_name=None, suite=2)),
        ("a shredded binding of a column", "binding", 7, _binding(
            status="shredded", is_closed=True, entity_pk="*", suite=2, generation=3
        )),
        ("a binding of an external name", "binding", 1 << 40, _binding(
            entity="crm/Käufer", entity_pk="é", id=(1 << 63) - 1
        )),
        ("an earlier generation", "generation", 9, {
            "binding_id": 7, "generation": 1, "wrapper_uuid": WRAPPER
        }),
        ("a row of a small table", "row", 10, {
            "table": "settings", "values": ["cache_seconds", "60"]
        }),
        ("nulls and empty texts", "row", 11, {
            "table": "kms_providers", "values": ["a", "", None, "{}", "true", None]
        }),
        ("an event", "event", 0, {"leaf": b'{"event": 1}'.hex()}),
    ]  # fmt: skip


def sealed_of(kind: str, row: dict[str, Any]) -> Sealed:
    """Return a row of a vector as the runtime seals it."""
    match kind:
        case "wrapper":
            owner = row["owner"], row["owner_name"], row["installation"]
            legs = tuple(bytes.fromhex(row[leg]) for leg in ("leg1", "leg2") if row[leg])
            commitment = bytes.fromhex(row["commitment"])
            named = UUID(row["wrapper_uuid"]), row["status"], row["policy_name"]
            return SealedWrapper(*named, owner, commitment, legs)
        case "binding":
            return SealedBinding._make(_with_uuid(row))
        case "generation":
            return SealedGeneration._make(_with_uuid(row))
        case _:
            return SealedRow(row["table"], tuple(row["values"]))


def _with_uuid(row: dict[str, Any]) -> list[Any]:
    return [UUID(value) if name == "wrapper_uuid" else value for name, value in row.items()]


def keys_of(deployment: dict[str, Any]) -> SealKeys:
    """Return what a deployment of the vectors seals with."""
    prk = Prf(bytes.fromhex(deployment["prk"]))
    return SealKeys(prk, UUID(deployment["deployment_uuid"]), deployment["key_no"])


def _seal(keys: SealKeys, kind: str, row: dict[str, Any], change_no: int) -> str:
    if kind == "event":
        return keys.seal_event(bytes.fromhex(row["leaf"])).hex()
    return keys.seal(sealed_of(kind, row), change_no).hex()


def content() -> dict[str, Any]:
    """Return what the file holds."""
    return {
        "format": "kwtools/2",
        "deployments": DEPLOYMENTS,
        "legs": [leg | {"digest": digest} for leg, digest in zip(LEGS, digests(), strict=True)],
        "seals": [
            {
                "name": name,
                "kind": kind,
                "change_no": change_no,
                "row": row,
                "seals": [_seal(keys_of(one), kind, row, change_no) for one in DEPLOYMENTS],
            }
            for name, kind, change_no, row in _rows()
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(content(), indent=1, ensure_ascii=False) + "\n")
