"""What can be told of a ciphertext without opening it. Runs as the owner."""

from collections.abc import Sequence
from typing import Any

from kwruntime.batches import parts
from kwruntime.call import Call
from kwruntime.crypto.field_cipher import (
    HEADER_BYTES,
    SUITES,
    Header,
    NotACiphertext,
    least_bytes,
    read_header,
)
from kwruntime.fields import access, names
from kwruntime.postgres.query import Row
from kwruntime.store import field_lookups

_UNKNOWN = ("entity_table", "entity_pk", "field_name", "status", "is_current")
NOTHING = dict.fromkeys(("suite", "binding_id", "generation", *_UNKNOWN))
"""What a row tells of a value that is not a ciphertext."""


def describe(call: Call, ciphertexts: Sequence[bytes | None]) -> list[dict[str, Any] | None]:
    """Return what made each ciphertext, in order; null for what is none.

    What stands in its header anybody can read. Which cell it belongs to is told only to a role
    that may read the field, or every binding.
    """
    described: list[dict[str, Any] | None] = []
    may_see: dict[tuple[str, str | None], bool] = {}
    for part in parts(ciphertexts):
        headers = [None if one is None else _header(one) for one in part]
        ids = list({header.binding_id for header in headers if header is not None})
        rows = {row["id"]: row for row in call.execute(field_lookups.BINDINGS, ids)} if ids else {}
        for row in rows.values():
            place = row["entity_table"], row["field_name"]
            if place not in may_see:
                may_see[place] = _may_see(call, *place)
        visible = {
            id_: row for id_, row in rows.items() if may_see[row["entity_table"], row["field_name"]]
        }
        described += [
            None if header is None else _told(header, visible.get(header.binding_id))
            for header in headers
        ]
    return described


def _header(ciphertext: bytes) -> Header | None:
    try:
        header = read_header(ciphertext[:HEADER_BYTES])
    except NotACiphertext:
        return None
    return header if len(ciphertext) >= least_bytes(header.suite) else None


def _may_see(call: Call, entity_table: str, field: str | None) -> bool:
    entity = access.settled(call, names.entity(entity_table))
    return access.may_see_bindings(call) or access.may(call, entity, field, write=False)


def _told(header: Header, row: Row | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "suite": SUITES[header.suite],
        "binding_id": header.binding_id,
        "generation": header.generation,
        **dict.fromkeys(_UNKNOWN),
    }
    if row is not None:
        told |= {name: row[name] for name in _UNKNOWN[:4]}
        told["is_current"] = header.generation == row["generation"] and row["status"] == "live"
    return told
