"""Jobs put into the queue, and plans of what they would cost. Runs as the owner."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, NamedTuple

from kwshared import usability

from kwruntime.call import Call
from kwruntime.errors import BadArgument, KeyUnavailable, NotFound
from kwruntime.keys import keyring
from kwruntime.keys.graph import KeyGraph
from kwruntime.kms.providers import provider_for
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.rules import policies
from kwruntime.store import (
    encryption_policies,
    entities,
    entity_fields,
    key_wrappers,
    kms_keys,
    kms_providers,
    rewrap_jobs,
    rewrap_selection,
)
from kwruntime.store.kms_keys import KmsKey
from kwruntime.store.rewrap_selection import Selection

_SELECTORS = {"kms_key_id", "provider_id", "policy_id", "entity_table", "older_than", "wrappers"}


class Wanted(NamedTuple):
    """What a caller selects, and where to, as the SQL functions name it."""

    kms_key_id: int | None
    provider: str | None
    policy: str | None
    entity_table: str | None
    field_name: str | None
    older_than: str | None
    wrappers: list[str] | None
    new_kms_key_id: int | None
    kms1_key_id: int | None
    kms2_key_id: int | None
    to_policy: str | None


def selection(call: Call, wanted: Wanted) -> Selection:
    """Look up what is named, and check it."""
    targets = [wanted.new_kms_key_id, wanted.kms1_key_id, wanted.kms2_key_id]
    if wanted.kms_key_id is not None:
        keyring.key(call, wanted.kms_key_id)
    _check_targets(call, wanted, targets)
    check_age(call, "older_than", wanted.older_than)
    if wanted.entity_table is not None:
        _check_bound(call, wanted.entity_table, wanted.field_name)
    unknown = call.execute(rewrap_selection.UNKNOWN, wanted.wrappers) if wanted.wrappers else ()
    for row in unknown:
        raise NotFound(f"wrapper {row['uuid']} does not exist")
    provider = None if wanted.provider is None else _provider_id(call, wanted.provider)
    policy = None if wanted.policy is None else policies.named(call, wanted.policy).id
    found = Selection(
        "rewrap", wanted.kms_key_id, provider, policy, wanted.entity_table, wanted.field_name,
        wanted.older_than, wanted.wrappers, wanted.kms1_key_id, wanted.kms2_key_id,
        wanted.new_kms_key_id,
        unusable=_unusable(call),
    )  # fmt: skip
    if wanted.to_policy is not None:
        return _to_policy(call, wanted.to_policy, found)
    if not found.given & _SELECTORS:
        raise BadArgument(
            "no wrappers are selected",
            hint="Give at least one of kms_key_id, provider, policy, entity_table, older_than and "
            "wrappers.",
        )
    return found


def rotation(
    call: Call, entity_table: str, field_name: str | None, older_than: str | None
) -> Selection:
    """Return the selection of the data keys that bindings of a table encrypt with now."""
    check_age(call, "older_than", older_than)
    _check_bound(call, entity_table, field_name)
    return Selection(
        "rotate", entity_table=entity_table, field_name=field_name, older_than=older_than
    )


def check_age(call: Call, name: str, age: str | None) -> None:
    """Raise ``BadArgument`` unless an age is positive, or null."""
    if age is not None and call.execute(encryption_policies.IS_NO_AGE, age)[0]["found"]:
        raise BadArgument(f"{name} must be greater than 0")


def _check_bound(call: Call, entity_table: str, field_name: str | None) -> None:
    if not call.execute(entities.IS_BOUND, entity_table, field_name)[0]["found"]:
        place = entity_table if field_name is None else f"{entity_table}.{field_name}"
        raise NotFound(
            f"nothing is bound to {place}", hint="See kw.encryption_bindings for tables and fields."
        )


def _check_targets(call: Call, wanted: Wanted, targets: Sequence[int | None]) -> None:
    if wanted.to_policy is not None and any(one is not None for one in targets):
        raise BadArgument("to_policy keeps the keys of the legs: give it without new keys")
    if wanted.new_kms_key_id is not None:
        if wanted.kms1_key_id is not None or wanted.kms2_key_id is not None:
            raise BadArgument("new_kms_key_id cannot be combined with kms1_key_id or kms2_key_id")
        if wanted.kms_key_id is None and wanted.provider is None:
            raise BadArgument(
                "new_kms_key_id requires kms_key_id or provider",
                hint="It takes the place of the selected keys. Use kms1_key_id and kms2_key_id to "
                "name a leg.",
            )
    if wanted.field_name is not None and wanted.entity_table is None:
        raise BadArgument("field_name requires entity_table")
    for key_id in targets:
        if key_id is not None:
            keyring.key(call, key_id).check_wraps_legs()


def _to_policy(call: Call, name: str, found: Selection) -> Selection:
    """Return the selection of what a policy would give other layers."""
    policy = policies.named(call, name)
    usable = len(policies.layer_keys(call, policy))
    if usable < policy.min_layers:
        raise KeyUnavailable(
            f'policy "{name}" requires {policy.min_layers} usable KEM keys and has {usable}',
            hint="Use kw.add_policy_key, kw.set_kms_key_status or kw.set_algorithm_status.",
        )
    return found._replace(
        kind="relayer",
        to_policy_id=policy.id,
        min_layers=policy.min_layers,
        max_layers=policy.max_layers,
    )


def _provider_id(call: Call, name: str) -> int:
    rows = call.execute(kms_providers.PROVIDER, name)
    if not rows:
        raise NotFound(f'provider "{name}" does not exist')
    return int(rows[0]["id"])


def _unusable(call: Call) -> list[int]:
    keys = map(KmsKey.of, call.execute(kms_keys.ALL_KEYS))
    return [key.id for key in keys if usability.obstacle_to_wrap(key) is not None]


# -- schedule -----------------------------------------------------------------------------------


def schedule(call: Call, found: Selection, at: str | None) -> int:
    """Put a job into the queue for each selected wrapper that has no open one; return how many.

    Tells of wrappers that were left out. Deletes jobs that finished before setting job_days.
    """
    days = call.settings["job_days"]
    if days:
        call.execute(rewrap_jobs.FORGET_FINISHED, days)
    query = rewrap_selection.schedule(found.kind, found.given)
    made = int(call.execute(query, *found.values, at)[0]["made"])
    query = rewrap_selection.left_out(found.kind, found.given)
    _tell_left_out(call.execute(query, *found.values)[0], made)
    return made


def _tell_left_out(left: Row, made: int) -> None:
    if left["stuck"]:
        messages.warning(
            f"{_were_left_out(left['stuck'])}: a key that would wrap them is not active",
            hint="Give other keys, or see kw.kms_keys. kw.plan_rewrap() names the keys.",
        )
    if left["joined"]:
        messages.warning(
            f"{_were_left_out(left['joined'])}: both of their legs would be under one key",
            hint="Give another key, or kms1_key_id and kms2_key_id.",
        )
    if left["others"]:
        messages.warning(
            f"{_were_left_out(left['others'])}: their open jobs have another target",
            hint="See kw.rewrap_progress. Use kw.cancel_rewrap_jobs() or let them finish first.",
        )
    earlier = left["open"] - made  # the jobs that were just made are open, too
    if earlier > 0:
        messages.notice(f"{_were_left_out(earlier)}: they have such a job already")


def _were_left_out(count: int) -> str:
    return "1 wrapper was left out" if count == 1 else f"{count} wrappers were left out"


def schedule_due(call: Call) -> int:
    """Schedule the renewal of every wrap that is older than its policy allows; return how many."""
    made = 0
    for row in call.execute(encryption_policies.WITH_MAX_WRAP_AGE):
        found = Selection(
            policy_id=row["id"], older_than=row["max_wrap_age"], unusable=_unusable(call)
        )
        made += schedule(call, found, None)
    return made


# -- plan ---------------------------------------------------------------------------------------


class _Use:
    """What a KMS key is asked for: operations, and the calls that carry them."""

    def __init__(self) -> None:
        self.opens = self.wraps = self.checks = self.calls = 0


class Plan:
    """What the jobs of a selection would do, if they ran in batches of ``max_jobs``."""

    def __init__(self, call: Call, found: Selection, max_jobs: int) -> None:
        self._call = call
        self._graph = KeyGraph(call)
        self._uses: defaultdict[int, _Use] = defaultdict(_Use)
        self._layers = 0
        query = rewrap_selection.plan(found.kind, found.given)
        rows = call.execute(query, *found.values, max_jobs)
        self._stuck = [row for row in rows if row["is_stuck"]]
        self._rows = [row for row in rows if not row["is_stuck"]]
        self._kind = found.kind
        self._retired = int(call.execute(key_wrappers.COUNT_RETIRED)[0]["retired"])
        self._count()

    def row(self) -> dict[str, Any]:
        """Return it as kw.plan_rewrap() does."""
        branches = [row for row in self._rows if row["dek_class"] == "branch"]
        uses = self._uses.values()
        return {
            "wrappers": sum(row["wrappers"] for row in self._rows),
            "branches": sum(row["wrappers"] for row in branches),
            "kms_operations": sum(use.opens + use.wraps + use.checks for use in uses),
            "kms_calls": sum(use.calls for use in uses),
            "bytes": sum(row["bytes"] for row in self._rows),
            "details": json.dumps(self._details()),
        }

    def _details(self) -> dict[str, Any]:
        alike: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        for row in self._rows:
            alike[row["dek_class"], row["mode"] or "", row["layers"]] += row["wrappers"]
        stuck: defaultdict[str, int] = defaultdict(int)
        for row in self._stuck:
            stuck[self._why(row)] += row["wrappers"]
        names = "class", "mode", "layers", "wrappers"
        return {
            "groups": [
                dict(zip(names, (*key, count), strict=True)) for key, count in sorted(alike.items())
            ],
            "kms": [self._shown(key_id, use) for key_id, use in sorted(self._uses.items())],
            "stuck": [{"why": why, "wrappers": count} for why, count in sorted(stuck.items())],
            "retired": self._retired,
            "may_refuse": self._may_refuse(),
        }

    def _shown(self, key_id: int, use: _Use) -> dict[str, Any]:
        key = self._graph.key(key_id)
        named = {
            "key": key_id,
            "provider": key.provider,
            "kind": key.kind,
            "reference": key.reference,
        }
        return named | vars(use)

    def _why(self, row: Row) -> str:
        if row["target1"] == row["target2"]:
            return "both legs would be under one key"
        keys = [self._graph.key(row[name]) for name in ("target1", "target2") if row[name]]
        obstacles = [usability.obstacle_to_wrap(key) for key in keys]
        return "; ".join(found.message for found in obstacles if found is not None)

    def _may_refuse(self) -> list[str]:
        """Name what a run looks at and a plan does not: modes below branches, minimum levels."""
        moves = self._kind == "relayer" or any(_moves(row) for row in self._rows)
        refuse = []
        if moves and any(row["dek_class"] == "branch" for row in self._rows):
            refuse.append("modes")
        if moves and self._rows and self._call.execute(entity_fields.HAS_MIN_LEVELS)[0]["found"]:
            refuse.append("floors")
        return refuse

    # A KMS is asked at once for what a batch has of the same mode and keys.
    def _count(self) -> None:
        legs_of: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        for row in self._rows:
            legs = [row[name] for name in ("kms1_key_id", "kms2_key_id") if row[name] is not None]
            opening = legs[: usability.NEEDED.get(row["mode"] or "", 1)]
            for key_id in opening:
                self._ask(key_id, row["wrappers"], opens=True)
            written = [row[f"target{leg}"] for leg in (1, 2) if row[f"renews{leg}"]]
            for key_id in written:
                self._ask(key_id, row["wrappers"], opens=False)
            # A changed branch makes the session forget the branches that it has opened.
            phase = row["batch"] if row["dek_class"] == "branch" else 0
            legs_of[row["dek_class"], phase].update(opening, written)
        for key_ids in legs_of.values():
            for branch in self._branches(key_ids):
                for key_id in self._opening(branch):
                    self._ask(key_id, 1, opens=True)

    def _ask(self, key_id: int, count: int, *, opens: bool) -> None:
        key = self._graph.key(key_id)
        if key.kind in usability.HELD_BY_THE_SERVER:
            return
        use, calls = self._uses[key_id], ceil(count / self._items_of_a_call(key))
        if opens:
            use.opens += count
            use.calls += calls
        else:
            use.wraps += count
            use.checks += count
            use.calls += 2 * calls

    def _items_of_a_call(self, key: KmsKey) -> int:
        found = messages.attempt(
            lambda: provider_for(self._call.session, key.provider, key.kind).items_of_a_call
        )
        return found if isinstance(found, int) else 1

    def _branches(self, key_ids: Iterable[int]) -> list[KmsKey]:
        """Return the branches among keys, and those that have to be opened to open them."""
        found: dict[int, KmsKey] = {}
        waiting = list(key_ids)
        while waiting:
            key = self._graph.key(waiting.pop())
            if key.is_branch and key.id not in found:
                found[key.id] = key
                waiting += self._opening(key)
        return list(found.values())

    def _opening(self, branch: KmsKey) -> tuple[int, ...]:
        found = self._graph.branch(branch)
        return found.legs[: found.mode.needed]


def _moves(row: Row) -> bool:
    return bool(row["target1"] != row["kms1_key_id"] or row["target2"] != row["kms2_key_id"])
