"""What branches and KEM keys hang on, as it is and as it was before a change. Runs as the owner."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.keys import keyring, paths
from kwruntime.store import key_dependencies
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey


class Branch(NamedTuple):
    """What the wrapper of a branch hangs on."""

    mode: Mode
    keys: tuple[int, ...]
    layers: frozenset[int]
    is_destroyed: bool


class State:
    """What is read once, when it is first asked for, and stays so: to reckon with, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._branches: dict[str, Branch] = {}
        self._seals: dict[int, set[int]] = {}
        self._levels: dict[int, int] = {}

    def branch(self, kms_key: KmsKey) -> Branch:
        """Return the branch that a key is."""
        if kms_key.reference not in self._branches:
            self.read([paths.branch_row(self._call, kms_key)])
        return self._branches[kms_key.reference]

    def read(self, rows: Sequence[WrapperRow]) -> dict[str, Branch]:
        """Return branches by the wrapper_uuids of these rows."""
        stored = keyring.stored_layers(self._call, rows)
        found = {
            str(row.uuid): Branch(
                row.known_mode(),
                row.keys,
                frozenset(stored[row.id].key_ids),
                row.status == "invalid",
            )
            for row in rows
        }
        self._branches |= found
        return found

    def seals(self, kms_key: KmsKey) -> set[int]:
        """Return the key that seals the private key of a KEM key, if one does."""
        if kms_key.id not in self._seals:
            self._seals[kms_key.id] = paths.keys_above(self._call, kms_key)
        return self._seals[kms_key.id]

    def level(self, kem_keys: Collection[int]) -> int:
        """Return the NIST level of the best among layers of KEM keys; 0 for none."""
        missing = sorted(set(kem_keys) - self._levels.keys())
        if missing:
            self._levels |= dict.fromkeys(missing, 0)
            rows = self._call.execute(key_dependencies.KEM_LEVELS, missing)
            self._levels |= {row["id"]: row["level"] or 0 for row in rows}
        return max((self._levels[key_id] for key_id in kem_keys), default=0)
