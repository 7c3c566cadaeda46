"""What KMS keys depend on: branches by legs and layers, private keys by what seals them.

Every question about that is asked here: which keys are above one, how deep, whether they may open.
What else follows from it (roots, NIST levels) is asked of a graph by ``rules``.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode
from kwruntime.errors import Conflict, NotAuthentic, ProviderError, ProviderRefused
from kwruntime.keys import keyring
from kwruntime.keys.keyring import KnownKeys
from kwruntime.store import kem_private_keys, key_dependencies, key_wrappers
from kwruntime.store.key_wrapper_layers import StoredLayers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.kms_keys import KmsKey

MAX_DEPTH = 3
_MAX_STEPS = 2 * MAX_DEPTH  # from a key to its roots: before each branch may be a sealed KEM key


class Branch(NamedTuple):
    """The wrapper of a branch key, and its layers."""

    row: WrapperRow
    stored: StoredLayers

    @property
    def mode(self) -> Mode:
        """Its mode; raises ``NotAuthentic``."""
        return self.row.known_mode()

    @property
    def legs(self) -> tuple[int, ...]:
        """The keys of its legs."""
        return self.row.keys

    @property
    def layers(self) -> tuple[int, ...]:
        """The KEM keys of its layers."""
        return self.stored.key_ids

    @property
    def dependence(self) -> tuple[Mode, tuple[int, ...], frozenset[int], bool]:
        """What a change must not worsen: mode, legs, layers, and whether it was destroyed."""
        return self.mode, self.legs, frozenset(self.layers), self.is_destroyed

    @property
    def is_destroyed(self) -> bool:
        """Whether its key was destroyed."""
        return self.row.status == "invalid"


class KeyGraph:
    """Keys and what they depend on: as they are, or as they were when they were first asked for."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._branches: dict[str, Branch] = {}
        self._seals: dict[int, tuple[int, ...]] = {}
        self._kem_levels: dict[int, int] = {}

    def key(self, key_id: int) -> KmsKey:
        """Return a key; raises ``NotFound``."""
        return keyring.key(self._call, key_id)

    def branch(self, kms_key: KmsKey) -> Branch:
        """Return the wrapper of a branch key; raises ``ProviderRefused`` or ``NotAuthentic``."""
        found = self._branches.get(kms_key.reference)
        if found is None:
            rows = self._call.execute(key_wrappers.WRAPPERS_BY_UUID, [kms_key.reference])
            if not rows:
                raise ProviderRefused(f"{kms_key.label} has no wrapper")
            row = WrapperRow.of(rows[0])
            if row.dek_class is not DekClass.BRANCH:
                raise NotAuthentic(f"{kms_key.label} is not a branch")
            found = self.read([row])[kms_key.reference]
        return found

    def read(self, rows: Sequence[WrapperRow]) -> dict[str, Branch]:
        """Take rows of branches, and read their layers; return them by their wrapper_uuids."""
        stored = keyring.stored_layers(self._call, rows)
        found = {str(row.uuid): Branch(row, stored[row.id]) for row in rows}
        self._branches |= found
        return found

    def sealed_by(self, kms_key: KmsKey) -> tuple[int, ...]:
        """Return the key that seals the private key of a KEM key, if one does."""
        if kms_key.id not in self._seals:
            rows = self._call.execute(kem_private_keys.PRIVATE_KEY, kms_key.id)
            self._seals[kms_key.id] = tuple(row["sealed_by_key_id"] for row in rows)
        return self._seals[kms_key.id]

    def next_above(self, key_id: int) -> tuple[int, ...]:
        """Return the keys that a key depends on directly."""
        kms_key = self.key(key_id)
        if kms_key.is_branch:
            branch = self.branch(kms_key)
            return (*branch.legs, *branch.layers)
        return self.sealed_by(kms_key) if kms_key.is_kem else ()

    def with_all_above(self, key_ids: Iterable[int]) -> set[int]:
        """Return keys, and all that they depend on."""
        found: set[int] = set()
        ahead = list(key_ids)
        while ahead:
            key_id = ahead.pop()
            if key_id not in found:
                found.add(key_id)
                ahead += self.next_above(key_id)
        return found

    def branches_above(self, key_id: int) -> set[str]:
        """Return the wrapper_uuids of the branches that a key is, or depends on."""
        keys = map(self.key, self.with_all_above([key_id]))
        return {kms_key.reference for kms_key in keys if kms_key.is_branch}

    def depth(self, key_id: int, steps: int = 0) -> int:
        """Return how many branches lie between a key and its roots: 0 for a key of a KMS."""
        kms_key = self.key(key_id)
        self.check_steps(kms_key, steps)
        above = max((self.depth(one, steps + 1) for one in self.next_above(key_id)), default=0)
        return above + 1 if kms_key.is_branch else above

    def check_steps(self, kms_key: KmsKey, steps: int) -> None:
        """Raise ``Conflict`` where a walk has gone further than any graph of ours does."""
        if steps > _MAX_STEPS:
            raise Conflict(f"keys above {kms_key.label} would be more than {MAX_DEPTH} deep")

    def kem_level(self, kem_keys: Collection[int]) -> int:
        """Return the NIST level of the best among layers of KEM keys; 0 for none."""
        missing = sorted(set(kem_keys) - self._kem_levels.keys())
        if missing:
            self._kem_levels |= dict.fromkeys(missing, 0)
            rows = self._call.execute(key_dependencies.KEM_LEVELS, missing)
            self._kem_levels |= {row["id"]: row["level"] or 0 for row in rows}
        return max((self._kem_levels[key_id] for key_id in kem_keys), default=0)

    def check_opens(self, key_id: int, steps: int = 0) -> None:
        """Raise unless a key, and what is above it, may open now.

        Of a branch that any leg opens, one usable leg is enough.
        """
        kms_key = self.key(key_id)
        kms_key.check_opens()
        if steps > _MAX_STEPS:
            raise NotAuthentic(f"{kms_key.label} is more than {MAX_DEPTH} deep")
        if kms_key.is_branch:
            branch = self.branch(kms_key)
            branch.row.check_status()
            self.check_wrapper_opens(branch.row, branch.stored, steps + 1)
            return
        for above in self.next_above(key_id):
            self.check_opens(above, steps + 1)

    def check_wrapper_opens(self, row: WrapperRow, stored: StoredLayers, steps: int = 0) -> None:
        """Raise unless every layer is the wrapper's own, and as many legs may open as it needs."""
        stored.check(row)
        for key_id in stored.key_ids:
            self.check_opens(key_id, steps)
        failures: list[ProviderError] = []
        for leg in row.keys:
            try:
                self.check_opens(leg, steps)
            except ProviderError as error:
                failures.append(error)
        if failures and len(row.keys) - len(failures) < row.known_mode().needed:
            raise failures[0]


def lock_keys(call: Call, key_ids: Iterable[int]) -> None:
    """Lock keys, and the branches and keys above them, against a change of status.

    Held to the end of the transaction; a wrap made after it cannot be stranded by a
    change that did not see it.
    """
    keyring.lock_rows(call, KeyGraph(call).with_all_above(key_ids))


def check_usable(call: Call, key_ids: Iterable[int]) -> None:
    """Raise unless every key may open now: what a kept cipher must pass. Once an epoch."""
    usable = call.epoch.of(KnownKeys).usable
    for key_id in key_ids:
        if key_id not in usable:
            try:
                KeyGraph(call).check_opens(key_id)
                usable[key_id] = None
            except ProviderError as error:
                usable[key_id] = error
        failure = usable[key_id]
        if failure is not None:
            raise failure
