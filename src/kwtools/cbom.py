"""The inventory as a cryptography bill of materials: CycloneDX 1.6, JSON.

It names keys and never holds one. Apart from serial number and time, equal inventories give
equal documents.
"""

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.crypto import (
    AlgorithmProperties,
    CryptoAssetType,
    CryptoFunction,
    CryptoMode,
    CryptoPadding,
    CryptoPrimitive,
    CryptoProperties,
    RelatedCryptoMaterialProperties,
    RelatedCryptoMaterialState,
    RelatedCryptoMaterialType,
)
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from kwtools import sources
from kwtools.errors import CheckFailed
from kwtools.whole_files import write_whole

_SEAL = (CryptoFunction.ENCRYPT, CryptoFunction.DECRYPT)
_KEM = (CryptoFunction.KEYGEN, CryptoFunction.ENCAPSULATE, CryptoFunction.DECAPSULATE)
_SIGN = (CryptoFunction.SIGN, CryptoFunction.VERIFY)


class _Shape(NamedTuple):
    """What a name stands for; ``level`` only where kw.crypto_algorithms does not have it."""

    primitive: CryptoPrimitive
    functions: tuple[CryptoFunction, ...]
    parameters: str | None = None
    mode: CryptoMode | None = None
    curve: str | None = None
    padding: CryptoPadding | None = None
    level: int | None = None
    parts: tuple[str, ...] = ()


_AE, _WRAP = CryptoPrimitive.AE, CryptoPrimitive.KEY_WRAP
_SHAPES = {
    "AES-256-GCM": _Shape(_AE, _SEAL, "256", CryptoMode.GCM),
    "XAES-256-GCM": _Shape(_AE, _SEAL, "256", CryptoMode.GCM, parts=("AES-256-GCM",)),
    "HKDF-SHA-256": _Shape(
        CryptoPrimitive.KDF, (CryptoFunction.KEYDERIVE,), "256", parts=("SHA-256",)
    ),
    "HMAC-SHA-256": _Shape(CryptoPrimitive.MAC, (CryptoFunction.TAG,), "256", parts=("SHA-256",)),
    "SHA-256": _Shape(CryptoPrimitive.HASH, (CryptoFunction.DIGEST,), "256"),
    "X25519": _Shape(CryptoPrimitive.KEM, _KEM, curve="Curve25519"),
    "P-256": _Shape(CryptoPrimitive.KEM, _KEM, curve="P-256"),
    "ML-KEM-768": _Shape(CryptoPrimitive.KEM, _KEM, "768"),
    "ML-KEM-1024": _Shape(CryptoPrimitive.KEM, _KEM, "1024"),
    "ML-KEM-768+X25519": _Shape(
        CryptoPrimitive.COMBINER, _KEM, "768", curve="Curve25519", parts=("ML-KEM-768", "X25519")
    ),
    "Ed25519": _Shape(CryptoPrimitive.SIGNATURE, _SIGN, curve="Ed25519"),
    "ECDSA-P-256": _Shape(CryptoPrimitive.SIGNATURE, _SIGN, curve="P-256", parts=("SHA-256",)),
    "ML-DSA-44": _Shape(CryptoPrimitive.SIGNATURE, _SIGN, "44"),
    "ML-DSA-65": _Shape(CryptoPrimitive.SIGNATURE, _SIGN, "65"),
    "ML-DSA-87": _Shape(CryptoPrimitive.SIGNATURE, _SIGN, "87"),
    # as KMSs name the algorithms of their keys
    "AES-256-KW": _Shape(_WRAP, _SEAL, "256", level=5),
    "A256KW": _Shape(_WRAP, _SEAL, "256", level=5),
    "RSA-OAEP-256": _Shape(CryptoPrimitive.PKE, _SEAL, padding=CryptoPadding.OAEP, level=0),
    "SYMMETRIC_DEFAULT": _Shape(_AE, _SEAL),
    "GOOGLE_SYMMETRIC_ENCRYPTION": _Shape(_AE, _SEAL, "256", CryptoMode.GCM, level=5),
    "aes256-gcm96": _Shape(_AE, _SEAL, "256", CryptoMode.GCM, level=5),
    "aes128-gcm96": _Shape(_AE, _SEAL, "128", CryptoMode.GCM, level=1),
    "chacha20-poly1305": _Shape(_AE, _SEAL, "256"),
    "xchacha20-poly1305": _Shape(_AE, _SEAL, "256"),
}
_UNKNOWN = _Shape(CryptoPrimitive.UNKNOWN, (CryptoFunction.UNKNOWN,))
_STATES = {
    "active": RelatedCryptoMaterialState.ACTIVE,
    "retired": RelatedCryptoMaterialState.DEACTIVATED,
    "disabled": RelatedCryptoMaterialState.SUSPENDED,
    "compromised": RelatedCryptoMaterialState.COMPROMISED,
}
_WITH_PRIVATE_KEYS = (
    CryptoPrimitive.KEM,
    CryptoPrimitive.COMBINER,
    CryptoPrimitive.PKE,
    CryptoPrimitive.SIGNATURE,
)

Row = dict[str, Any]


def document(
    database: Row,
    rows: Sequence[Row],
    keys: Sequence[Row],
    signing: Sequence[Row],
    catalogue: Sequence[Row],
) -> str:
    """Return the document; raises ``CheckFailed`` where the published schema refuses it."""
    levels = {
        name: row["nist_level"] or 0 for row in catalogue for name in (row["name"], *row["aliases"])
    }
    algorithms = {
        name: _algorithm(name, levels) for name in _with_parts(_used(rows, keys, signing))
    }
    held = {key["id"]: _key(key, algorithms) for key in keys}
    signers = [_signing_key(key, algorithms) for key in signing]
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault(_name(row), []).append(row)
    fields = [(_field(*name, own), own) for name, own in grouped.items()]
    root = Component(type=ComponentType.APPLICATION, name=database["name"], bom_ref="database")

    hang = [_dependency(root, [*(component for component, _ in fields), *signers])]
    for name, component in algorithms.items():
        hang.append(_dependency(component, [algorithms[part] for part in _shape(name).parts]))
    for key in keys:
        own_algorithm = [algorithms[key["algorithm"]]] if key["algorithm"] else []
        above = [held[one] for one in key["depends_on"]]
        hang.append(_dependency(held[key["id"]], above + own_algorithm))
    for key, signer in zip(signing, signers, strict=True):
        sealing = [held[key["kms_key_id"]]] if key["kms_key_id"] is not None else []
        hang.append(_dependency(signer, sealing + [algorithms[one] for one in key["algorithms"]]))
    for component, own in fields:
        ids = {one for row in own for one in (*row["kms_key_ids"], *row["layer_key_ids"])}
        names = {one for row in own for one in row["algorithms"]}
        below = [held[one] for one in ids] + [algorithms[one] for one in names]
        hang.append(_dependency(component, below))

    tool = Component(type=ComponentType.APPLICATION, name="kwtools", version=sources.version())
    bom = Bom(
        metadata=BomMetaData(
            component=root,
            tools=ToolRepository(components=[tool]),
            properties=[Property(name="kwtools:extension", value=database["version"])],
        ),
        components=[
            *algorithms.values(),
            *held.values(),
            *signers,
            *(field for field, _ in fields),
        ],
        dependencies=hang,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a database has no fields
        text = JsonV1Dot6(bom).output_as_string(indent=2)
    return _valid(text + "\n")


def _dependency(component: Component, below: Iterable[Component]) -> Dependency:
    return Dependency(component.bom_ref, [Dependency(one.bom_ref) for one in below])


def _valid(text: str) -> str:
    refused = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if refused is not None:
        raise CheckFailed(f"document is not valid CycloneDX: {refused.data.message}")
    return text


def write(path: Path, text: str) -> None:
    """Put a whole file in the place of what is there, or leave that as it is."""
    write_whole(path, text.encode())


def _used(rows: Iterable[Row], keys: Iterable[Row], signing: Iterable[Row]) -> set[str]:
    of_rows = {name for row in (*rows, *signing) for name in row["algorithms"]}
    return of_rows | {key["algorithm"] for key in keys if key["algorithm"]}


def _with_parts(names: set[str]) -> list[str]:
    found = names
    while more := {part for name in found for part in _shape(name).parts} - found:
        found = found | more
    return sorted(found)


def _shape(name: str) -> _Shape:
    return _SHAPES.get(name, _UNKNOWN)


def _algorithm(name: str, levels: dict[str, int]) -> Component:
    shape = _shape(name)
    return Component(
        type=ComponentType.CRYPTOGRAPHIC_ASSET,
        name=name,
        bom_ref=f"algorithm:{name}",
        crypto_properties=CryptoProperties(
            asset_type=CryptoAssetType.ALGORITHM,
            algorithm_properties=AlgorithmProperties(
                primitive=shape.primitive,
                parameter_set_identifier=shape.parameters,
                curve=shape.curve,
                mode=shape.mode,
                padding=shape.padding,
                crypto_functions=shape.functions,
                nist_quantum_security_level=levels.get(name, shape.level),
            ),
        ),
    )


def _key(key: Row, algorithms: dict[str, Component]) -> Component:
    algorithm = key["algorithm"]
    primitive = _shape(algorithm).primitive
    if primitive is CryptoPrimitive.UNKNOWN:
        kind = RelatedCryptoMaterialType.KEY
    elif primitive in _WITH_PRIVATE_KEYS:
        kind = RelatedCryptoMaterialType.PRIVATE_KEY
    else:
        kind = RelatedCryptoMaterialType.SECRET_KEY
    return Component(
        type=ComponentType.CRYPTOGRAPHIC_ASSET,
        group=key["provider"],
        name=key["external_key_ref"],
        bom_ref=f"key:{key['key_uuid']}",
        crypto_properties=CryptoProperties(
            asset_type=CryptoAssetType.RELATED_CRYPTO_MATERIAL,
            related_crypto_material_properties=RelatedCryptoMaterialProperties(
                type=kind,
                id=key["key_uuid"],
                state=_STATES[key["status"]],
                algorithm_ref=algorithms[algorithm].bom_ref if algorithm else None,
                creation_date=key["created_at"],
            ),
        ),
        properties=[
            Property(name="kwtools:kms_key_id", value=str(key["id"])),
            Property(name="kwtools:provider", value=key["kind"]),
            Property(name="kwtools:purpose", value=key["purpose"]),
        ],
    )


def _signing_key(key: Row, algorithms: dict[str, Component]) -> Component:
    is_here = key["origin"] != "imported"
    kind = RelatedCryptoMaterialType
    return Component(
        type=ComponentType.CRYPTOGRAPHIC_ASSET,
        name=key["name"],
        bom_ref=f"signing-key:{quote(key['name'], safe='.')}",
        crypto_properties=CryptoProperties(
            asset_type=CryptoAssetType.RELATED_CRYPTO_MATERIAL,
            related_crypto_material_properties=RelatedCryptoMaterialProperties(
                type=kind.PRIVATE_KEY if is_here else kind.PUBLIC_KEY,
                state=_STATES[key["status"]],
                algorithm_ref=algorithms[key["algorithm"]].bom_ref,
                creation_date=key["created_at"],
            ),
        ),
        properties=[
            Property(name="kwtools:signing_key_id", value=str(key["signing_key_id"])),
            Property(name="kwtools:scope", value=key["scope"]),
            Property(name="kwtools:origin", value=key["origin"]),
            Property(
                name="kwtools:nist_level",
                value="none" if key["nist_level"] is None else str(key["nist_level"]),
            ),
        ],
    )


def _name(row: Row) -> tuple[str, str]:
    """Return the name of what a row protects, and the reference to it."""
    table, field = row["entity_table"], row["field_name"]
    if table is None:
        if row["dek_class"] == "branch":
            return "branch keys", "branches"
        if row["dek_class"] == "deployment":
            return "deployment keys", "deployments"
        return "data keys without a binding", "unbound"
    if field is None:
        return table, f"row:{quote(table, safe='.')}"
    return f"{table}.{field}", f"field:{quote(table, safe='.')}/{quote(field, safe='.')}"


def _field(name: str, reference: str, rows: Sequence[Row]) -> Component:
    levels = [row["nist_level"] for row in rows]
    lowest = "none" if None in levels else str(min(levels))
    return Component(
        type=ComponentType.DATA,
        name=name,
        bom_ref=reference,
        properties=[
            Property(name="kwtools:nist_level", value=lowest),
            Property(name="kwtools:wrappers", value=str(sum(row["wrappers"] for row in rows))),
            *(Property(name="kwtools:protection", value=_protection(row)) for row in rows),
        ],
    )


def _protection(row: Row) -> str:
    """Return how a row's wrappers are made and how many there are, for people."""
    members = {
        "format": row["format"],
        "mode": row["mode"],
        "cipher": row["field_cipher"] or "none",
        "legs": " ".join(row["leg_suites"]),
        "keys": " ".join(map(str, row["kms_key_ids"])),
        "layers": " ".join(row["layers"]) or "none",
        "layer keys": " ".join(map(str, row["layer_key_ids"])) or "none",
        "nist level": "none" if row["nist_level"] is None else row["nist_level"],
        "wrappers": row["wrappers"],
        "active": row["active_wrappers"],
        "bindings": row["bindings"],
    }
    return "; ".join(f"{member} {value}" for member, value in members.items())
