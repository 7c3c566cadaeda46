"""By which names a root key is known, and which names are of one."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_MULTI_REGION = re.compile(r"arn:[^:]*:kms:[^:]*:[^:]*:key/(mrk-.+)")
_VAULT_MARK = re.compile(r"@[0-9]+:[0-9]+\Z")

Root = str
"""A key that no other key of this database opens, by a name that all names of it share."""

Row = dict[str, Any]
"""Of a key: id, kind, external_id, is_kem, root_uuid, root_group."""


def united(rows: Iterable[Row]) -> dict[int, Root]:
    """Return the root of each key of the rows: those that share a name share the root."""
    above: dict[str, str] = {}

    def first(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    names = {row["id"]: list(names_of(row)) for row in rows}
    for one, *others in names.values():
        for other in others:
            above[first(other)] = first(one)
    return {key_id: first(found[0]) for key_id, found in names.items()}


def names_of(row: Row) -> Iterator[str]:
    """Yield every name that tells of a key which root it is."""
    yield f"found {row['root_uuid']}"
    if row["root_group"] is not None:
        yield f"declared {row['root_group']}"
    external_id, kind = row["external_id"], row["kind"]
    if external_id is None:
        return
    if row["is_kem"]:  # the thumbprint of its public key, whatever provider it is registered with
        yield f"kem {external_id}"
    elif kind == "aws":
        replica = _MULTI_REGION.fullmatch(external_id)
        yield f"aws {replica[1] if replica else external_id}"
    elif kind == "vault":  # a namespace may be given by itself, or as the beginning of the mount
        path = _VAULT_MARK.sub("", external_id)
        yield f"vault {re.sub('/+', '/', path)}"
    elif kind == "azure":  # its names are the same in capitals
        yield f"azure {external_id.partition('@')[0].lower()}"
    elif kind == "pkcs11":
        place, _, check_value = external_id.partition("#")
        yield f"pkcs11 {place}"
        if check_value:  # in tokens of any label: clones have both
            yield f"pkcs11 {place.rpartition('/')[2]}#{check_value}"
    else:
        yield f"{kind} {external_id}"
