"""What still opens once KMS keys are destroyed. Runs as the owner."""

from collections.abc import Collection, Sequence

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import KwError
from kwruntime.keys.graph import KeyGraph
from kwruntime.rules import independence, root_names
from kwruntime.store import kms_keys


def same_keys(call: Call, key_id: int) -> list[int]:
    """Return the ids of a key and of the keys that are the same one under other names.

    As the KMSs tell it: what an admin declared is of providers, not of single keys.
    """
    rows = [{**row, "root_group": None} for row in call.execute(kms_keys.ROOTS)]
    roots = root_names.united(rows)
    if key_id not in roots:  # a branch
        return [key_id]
    return sorted(other for other, root in roots.items() if root == roots[key_id])


class Destroyed:
    """Keys as if they were destroyed, with every key that counts as one root with them."""

    def __init__(self, call: Call, key_ids: Collection[int]) -> None:
        self._call = call
        self._graph = KeyGraph(call)
        self._ids = set(key_ids)
        self._roots = {
            independence.of(call, key)
            for key in map(self._graph.key, key_ids)
            if not key.is_branch and not self._graph.next_above(key.id)
        }
        self._opens: dict[int, bool] = {}

    def leaves(self, mode: str | None, legs: Sequence[int], layers: Sequence[int]) -> bool:
        """Whether a wrapper could be opened by the keys that remain, as they are now."""
        try:
            needed = Mode(mode or "").needed
        except ValueError:
            return False
        return self._leaves(needed, legs, layers, 0)

    def _leaves(self, needed: int, legs: Sequence[int], layers: Sequence[int], steps: int) -> bool:
        return (
            all(self._key_opens(key_id, steps) for key_id in layers)
            and sum(self._key_opens(key_id, steps) for key_id in legs) >= needed
        )

    def _key_opens(self, key_id: int, steps: int) -> bool:
        if key_id not in self._opens:
            try:
                self._opens[key_id] = self._looked_at(key_id, steps)
            except KwError:
                self._opens[key_id] = False
        return self._opens[key_id]

    def _looked_at(self, key_id: int, steps: int) -> bool:
        if key_id in self._ids:
            return False
        key = self._graph.key(key_id)
        self._graph.check_steps(key, steps)
        key.check_opens()
        if key.is_branch:
            branch = self._graph.branch(key)
            branch.row.check_status()
            branch.stored.check(branch.row)
            return self._leaves(branch.mode.needed, branch.legs, branch.layers, steps + 1)
        above = self._graph.next_above(key_id)
        if above:
            return all(self._key_opens(one, steps + 1) for one in above)
        return independence.of(self._call, key) not in self._roots
