"""Checks that the dependents of a branch keep their guarantees when the branch changes.

It costs nothing if no branch changes what it depends on. Otherwise it reads every wrapper, and
judges those that are alike once. Runs as the owner.
"""

from collections.abc import Iterable, Sequence

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode
from kwruntime.errors import KeysNotIndependent
from kwruntime.keys import keyring
from kwruntime.keys.graph import KeyGraph
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.rules import independence, nist_levels, policies
from kwruntime.rules.nist_levels import Legs
from kwruntime.session import Lifetime
from kwruntime.store import key_dependencies, key_wrappers
from kwruntime.store.key_wrappers import WrapperRow

_MOST_NAMED = 5
_UNCHECKED = "transactions in progress wrap under key {}: their wrappers were not checked"
_CHECK_LATER = (
    "When they have ended, check modes with kw.doctor() and NIST levels with kw.crypto_inventory."
)


class Unchecked:
    """The branches, by their wrapper_uuids, that changed in this call beside wraps in flight."""

    def __init__(self, _: Lifetime) -> None:
        self.branches: dict[str, str] = {}
        """What is to be said of each."""


class Dependents:
    """The dependents of wrappers that are about to change, if those are branches.

    Wraps under them that begin now wait for the change. It does not wait for wraps in flight, since
    any role can keep one open. A warning tells of them, and kw.doctor checks them.
    """

    def __init__(self, call: Call, rows: Iterable[WrapperRow]) -> None:
        self._call = call
        self._rows = [row for row in rows if row.dek_class is DekClass.BRANCH]
        if not self._rows:
            return
        uuids = [str(row.uuid) for row in self._rows]
        free = {row["id"] for row in self._call.execute(key_dependencies.LOCK_BRANCH_KEYS, uuids)}
        held = {row["id"] for row in self._call.execute(key_dependencies.BRANCH_KEYS, uuids)} - free
        self._in_flight = sorted(held)
        self._was, self._now = KeyGraph(self._call), KeyGraph(self._call)
        self._before = self._was.read(self._rows)
        self._keys = [row["id"] for row in self._call.execute(key_dependencies.KEYS_BELOW, uuids)]
        self._was.kem_level(
            [key_id for key_id in self._keys if keyring.key(self._call, key_id).is_kem]
        )

    def check(self) -> None:
        """Raise if the change broke a guarantee.

        A guarantee that was broken before may stay so, so that it can be repaired step by step.
        """
        if not self._rows:
            return
        ids = [row.id for row in self._rows]
        after = self._now.read(
            [WrapperRow.of(row) for row in self._call.execute(key_wrappers.WRAPPERS, ids)]
        )
        changed = [
            uuid
            for uuid, branch in after.items()
            if branch.dependence != self._before[uuid].dependence
        ]
        if changed:
            self._check_independence(changed)
            self._check_min_levels()
            self._warn()

    def _warn(self) -> None:
        if self._in_flight:
            keys = ", ".join(map(str, self._in_flight))
            messages.warning(_UNCHECKED.format(keys), hint=_CHECK_LATER)
            branches = self._call.of(Unchecked).branches
            for key_id in self._in_flight:
                branch = keyring.key(self._call, key_id).reference
                branches[branch] = f"{_UNCHECKED.format(key_id)}. {_CHECK_LATER}"

    def _check_independence(self, changed: Sequence[str]) -> None:
        branch_keys = [key_id for key_id in self._keys if keyring.key(self._call, key_id).is_branch]
        moved = [
            key_id
            for key_id in branch_keys
            if independence.root_sets(self._call, self._now, key_id)
            != independence.root_sets(self._call, self._was, key_id)
        ]
        if not moved:
            return
        broken = []
        for row in self._call.execute(key_dependencies.PAIRS_UNDER_KEYS, moved):
            mode, keys = _legs(row)
            was, now = (
                independence.are_independent(self._call, graph, mode, keys)
                for graph in (self._was, self._now)
            )
            if was and not now:
                broken.append(f"{_named(row)} of mode {mode}")
        for row in self._call.execute(key_dependencies.POLICIES_OF_KEYS, moved):
            mode = Mode(row["mode"])
            was, now = (
                policies.are_always_independent(self._call, graph, row["id"], mode)
                for graph in (self._was, self._now)
            )
            if was and not now:
                broken.append(f'policy "{row["name"]}" of mode {mode}')
        if broken:
            raise KeysNotIndependent(
                f"keys below branch {_few(changed)} would no longer be independent",
                detail=f"Dependents that require independent keys: {_few(broken)}.",
                hint="Choose other KEM keys or KMS keys, or first move the wrappers (kw.rewrap) "
                "and give the policies other keys (kw.add_policy_key).",
            )

    def _check_min_levels(self) -> None:
        fell = [
            key_id
            for key_id in self._keys
            if nist_levels.of_key(self._now, key_id) < nist_levels.of_key(self._was, key_id)
        ]
        if not fell:
            return
        for row in self._call.execute(key_dependencies.WITH_MIN_LEVEL_UNDER_KEYS, fell):
            legs, layers = _legs(row), row["layers"] or ()
            before, level = (
                nist_levels.of_wrapper(graph, legs, layers) for graph in (self._was, self._now)
            )
            nist_levels.check_fall(_named(row), before, level, row["min_level"])


def broken_promises(call: Call) -> list[str]:
    """Name kinds of wrappers, among the latest, whose mode requires independent keys in vain."""
    graph = KeyGraph(call)
    return [
        f"{_named(row)} of mode {row['mode']}"
        for row in call.execute(key_dependencies.PAIRS_OF_LATEST)
        if not independence.are_independent(call, graph, *_legs(row))
    ]


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _legs(row: Row) -> Legs:
    keys = (row["kms1_key_id"], row["kms2_key_id"])
    return Legs(Mode(row["mode"] or ""), [key_id for key_id in keys if key_id is not None])


def _named(row: Row) -> str:
    others = row["wrappers"] - 1
    return f"wrapper {row['wrapper']}" + (f" (and {others} like it)" if others else "")
