"""What can be told of a ciphertext without opening it. Runs as the owner."""

from typing import Any

from kwruntime.call import Call
from kwruntime.crypto.field_cipher import (
    HEADER_BYTES,
    SUITES,
    NotACiphertext,
    least_bytes,
    read_header,
)
from kwruntime.fields import access, names
from kwruntime.store import field_lookups

_UNKNOWN = ("entity_table", "entity_pk", "field_name", "status", "is_current")


def describe(call: Call, ciphertext: bytes) -> dict[str, Any] | None:
    """Return what made a ciphertext; null for what is none.

    What stands in its header anybody can read. Which cell it belongs to is told only to a role
    that may read the field, or every binding.
    """
    try:
        header = read_header(ciphertext[:HEADER_BYTES])
    except NotACiphertext:
        return None
    if len(ciphertext) < least_bytes(header.suite):
        return None
    told: dict[str, Any] = {
        "suite": SUITES[header.suite],
        "binding_id": header.binding_id,
        "generation": header.generation,
        **dict.fromkeys(_UNKNOWN),
    }
    for row in call.execute(field_lookups.BINDINGS, [header.binding_id]):
        entity = access.settled(call, names.entity(row["entity_table"]))
        if access.may_see_bindings(call) or access.may(
            call, entity, row["field_name"], write=False
        ):
            told |= {name: row[name] for name in _UNKNOWN[:4]}
            is_newest = header.generation == row["generation"]
            told["is_current"] = is_newest and row["status"] == "live"
    return told
