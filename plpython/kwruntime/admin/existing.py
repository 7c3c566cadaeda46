"""What ``if_not_exists`` finds: the id of what exists, if it is what was asked for.

Each function returns null where nothing of the name exists, and raises ``Conflict``, naming
every difference, where something else has the name. Runs as the owner.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.store import encryption_policies, kms_keys, kms_providers, signing_keys


class Wanted(NamedTuple):
    """A key as a call asks for it. What is null was not asked for."""

    provider: Row
    reference: str
    purpose: str | None
    algorithm: str | None
    is_kem: bool | None = None
    sealed_by: int | None = None
    public_key: bytes | None = None

    @property
    def label(self) -> str:
        """How messages name it."""
        return f'key "{self.reference}" of provider "{self.provider["name"]}"'


class WantedSigningKey(NamedTuple):
    """A signing key as a call asks for it."""

    name: str
    algorithm: str
    scope: str
    origin: str
    kms_key_id: int | None = None
    public_key: bytes | None = None


def provider(call: Call, name: str, kind: str) -> int | None:
    """Return the id of a provider that is registered as asked for."""
    rows = call.execute(kms_providers.PROVIDER, name)
    if not rows:
        return None
    differences = [] if rows[0]["kind"] == kind else [f"its kind is {rows[0]['kind']}, not {kind}"]
    state = None if rows[0]["is_enabled"] else "it is not enabled"
    return _same(f'provider "{name}"', int(rows[0]["id"]), differences, state)


def is_registered(call: Call, wanted: Wanted) -> bool:
    """Whether a key of that name is registered."""
    return bool(call.execute(kms_keys.KEY_BY_NAME, wanted.provider["id"], wanted.reference))


def key(call: Call, wanted: Wanted) -> int | None:
    """Return the id of a key that is registered as asked for."""
    rows = call.execute(kms_keys.KEY_BY_NAME, wanted.provider["id"], wanted.reference)
    if not rows:
        return None
    row = rows[0]
    differences = []
    if wanted.purpose != row["purpose"]:
        differences.append(f"its purpose is {row['purpose']}, not {wanted.purpose}")
    if wanted.algorithm is not None and wanted.algorithm != row["algorithm"]:
        differences.append(f"its algorithm is {row['algorithm']}, not {wanted.algorithm}")
    elif wanted.is_kem is not None and wanted.is_kem != (row["public_key"] is not None):
        differences.append("it is a KEM key" if row["public_key"] else "it is not a KEM key")
    if wanted.sealed_by is not None and wanted.sealed_by != row["sealed_by"]:
        differences.append(
            f"its private key is sealed by key {row['sealed_by']}, not {wanted.sealed_by}"
            if row["sealed_by"]
            else "its private key is not sealed in this database"
        )
    if wanted.public_key is not None and wanted.public_key != row["public_key"]:
        differences.append("its public key differs")
    state = None if row["status"] == "active" else f"its status is {row['status']}"
    return _same(wanted.label, int(row["id"]), differences, state)


def branch(call: Call, provider_row: Row, policy_id: int, purpose: str | None) -> int | None:
    """Return the id of the oldest active branch of a provider that was made by a policy."""
    rows = call.execute(kms_keys.BRANCH_OF_POLICY, provider_row["id"], policy_id, purpose)
    if not rows:
        return None
    return _same(f"branch {rows[0]['reference']}", int(rows[0]["id"]), [], None)


def policy(
    call: Call, name: str, mode: str, keys: Sequence[int], layers: Sequence[int], notes: str | None
) -> int | None:
    """Return the id of a policy that wraps as asked for."""
    rows = call.execute(encryption_policies.POLICY_AS_MADE, name)
    if not rows:
        return None
    row = rows[0]
    differences = []
    if row["mode"] != mode:
        differences.append(f"its mode is {row['mode']}, not {mode}")
    if row["keys"] != list(keys):
        differences.append(f"its keys are {_listed(row['keys'])}, not {_listed(keys)}")
    if row["layers"] != list(layers):
        differences.append(f"its layer keys are {_listed(row['layers'])}, not {_listed(layers)}")
    if notes is not None and row["notes"] != notes:
        differences.append("its notes differ")
    return _same(f'policy "{name}"', int(row["id"]), differences, None)


def signing_key(call: Call, wanted: WantedSigningKey) -> int | None:
    """Return the id of a signing key that was made or enrolled as asked for."""
    rows = call.execute(signing_keys.KEY, wanted.name)
    if not rows:
        return None
    row = rows[0]
    differences = [
        f"its {member} is {row[member]}, not {getattr(wanted, member)}"
        for member in ("algorithm", "scope", "origin")
        if row[member] != getattr(wanted, member)
    ]
    if wanted.kms_key_id is not None and wanted.kms_key_id != row["kms_key_id"]:
        differences.append(f"its KMS key is {row['kms_key_id']}, not {wanted.kms_key_id}")
    if wanted.public_key is not None and wanted.public_key != row["public_key"]:
        differences.append("its public key differs")
    state = None if row["status"] == "active" else f"its status is {row['status']}"
    return _same(f'signing key "{wanted.name}"', int(row["id"]), differences, state)


def _same(label: str, found: int, differences: Sequence[str], state: str | None) -> int:
    if differences:
        raise Conflict(
            f"{label} exists and differs: {'; '.join(differences)}",
            hint="Use the properties of the existing object, or choose another name.",
        )
    messages.notice(f"{label} already exists, skipping" + (f"; {state}" if state else ""))
    return found


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids)) or "none"
