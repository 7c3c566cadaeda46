"""Seals after docs/format.md, by hmac and hashlib alone: nothing of the runtime is used."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID


def _lp(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _opt(text: str | None) -> bytes:
    return b"\0" if text is None else b"\1" + text.encode()


def _number(size: int) -> Callable[[int], bytes]:
    return lambda number: number.to_bytes(size, "big")


def _uuid(text: str) -> bytes:
    return UUID(text).bytes


_PARTS: dict[str, list[tuple[str, Callable[[Any], bytes]]]] = {
    "wrapper": [
        ("wrapper_uuid", _uuid),
        ("status", str.encode),
        ("policy_name", _opt),
        ("owner", _opt),
        ("owner_name", _opt),
        ("installation", _opt),
        ("commitment", bytes.fromhex),
        ("leg1", bytes.fromhex),
        ("leg2", bytes.fromhex),
    ],
    "binding": [
        ("id", _number(8)),
        ("status", str.encode),
        ("is_closed", _number(1)),
        ("entity", str.encode),
        ("entity_pk", str.encode),
        ("field_name", _opt),
        ("suite", _number(1)),
        ("generation", _number(4)),
        ("wrapper_uuid", _uuid),
    ],
    "generation": [
        ("binding_id", _number(8)),
        ("generation", _number(4)),
        ("wrapper_uuid", _uuid),
    ],
}
"""The parts of each kind in order: the member of the vector, and how it is written."""


def leg_digest(context: bytes, wrap: bytes) -> bytes:
    """Return the digest of a leg."""
    return hashlib.sha256(_lp(b"kwtools/2 leg", context, wrap)).digest()


def seal(deployment: dict[str, Any], kind: str, row: dict[str, Any], change_no: int) -> bytes:
    """Return the seal of a row of a kind by a deployment: its prk, its uuid and its key_no."""
    legs = bytes.fromhex(row["leg1"] + row["leg2"]) if kind == "wrapper" else b""
    if kind == "row":
        parts = [row["table"].encode(), *map(_opt, row["values"])]
    elif kind == "event":
        parts = [bytes.fromhex(row["leaf"])]
    else:
        parts = [write(row[name]) for name, write in _PARTS[kind]]
    return _number(4)(deployment["key_no"]) + legs + _tag(deployment, kind, parts, change_no)


def _tag(deployment: dict[str, Any], kind: str, parts: Sequence[bytes], change_no: int) -> bytes:
    info = _lp(b"kwtools/2 seal key", _uuid(deployment["deployment_uuid"]), kind.encode())
    key = hmac.digest(bytes.fromhex(deployment["prk"]), info + b"\1", "sha256")
    message = _lp(b"kwtools/2 seal", kind.encode(), _number(8)(change_no), *parts)
    return hmac.digest(key, message, "sha256")[:16]
