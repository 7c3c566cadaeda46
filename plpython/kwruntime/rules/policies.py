"""Policies: which keys a new wrapper gets, and whether a mode can keep what it promises."""

import json
from collections.abc import Sequence
from hashlib import sha256
from itertools import product
from random import SystemRandom
from typing import NamedTuple
from uuid import UUID

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import Conflict, KeyUnavailable, ModeNotHonest, NotFound
from kwruntime.keys import keyring, paths
from kwruntime.postgres.query import Row
from kwruntime.rules import roots
from kwruntime.rules.branches import State
from kwruntime.rules.root_names import Root
from kwruntime.store import encryption_policies, entity_fields

DEFAULT = "default"
_random = SystemRandom()


class Policy(NamedTuple):
    """A row of encryption_policies."""

    id: int
    name: str
    mode: Mode
    layer_selection: str
    min_layers: int
    max_layers: int
    aad_template: dict[str, str] | None


def named(call: Call, name: str | None) -> Policy:
    """Return a policy, ``default`` where no name is given; raises ``NotFound``."""
    rows = call.execute(encryption_policies.POLICY, name or DEFAULT)
    if not rows:
        raise NotFound(
            f"there is no policy {name or DEFAULT!r}",
            hint="kw.create_policy makes one; the one named default serves calls that name none.",
        )
    return _policy(rows[0])


def of_field(call: Call, entity: str, field: str | None) -> Policy | None:
    """Return the policy that ``kw.bind_policy`` gave a field, or its whole row."""
    rows = call.execute(entity_fields.FIELD_POLICY, entity, field)
    return _policy(rows[0]) if rows else None


def of_wrapper(call: Call, policy_id: int | None) -> Policy:
    """Return the policy that a wrapper was made by, or the default one."""
    rows = (
        call.execute(encryption_policies.POLICY_BY_ID, policy_id) if policy_id is not None else []
    )
    return _policy(rows[0]) if rows else named(call, None)


def _policy(row: Row) -> Policy:
    template = row["aad_template"]
    return Policy(
        row["id"],
        row["name"],
        Mode(row["mode"]),
        row["layer_selection"],
        row["min_layers"],
        row["max_layers"],
        json.loads(template) if template else None,
    )


def choose_keys(call: Call, policy: Policy) -> list[int]:
    """Choose one key for each leg: the highest priority first, by weight within it.

    Locks them first, against a change of status and of what they hang on. Raises
    ``KeyUnavailable`` where too few are active, ``ModeNotHonest`` where no two of them can keep
    the mode's promise.
    """
    candidates = call.execute(encryption_policies.POLICY_KEYS, policy.id)
    legs = 1 if policy.mode is Mode.SINGLE else 2
    order = [row["id"] for row in sorted(candidates, key=_draw)]
    if len(order) < legs:
        raise KeyUnavailable(
            f"policy {policy.name!r} needs {legs} active keys for mode {policy.mode} and has "
            f"{len(order)}",
            hint="See kw.policy_kms_keys; kw.set_kms_key_status, kw.set_provider_enabled and "
            "kw.add_policy_key change that.",
        )
    chosen = order[:legs]
    paths.lock(call, chosen)
    if legs == 2 and not is_honest(call, State(call), policy.mode, chosen):
        paths.lock(call, order)
        state = State(call)
        others = [
            other for other in order[2:] if is_honest(call, state, policy.mode, [order[0], other])
        ]
        if not others:
            check_honest(call, policy.mode, chosen)
        chosen = [order[0], others[0]]
    return chosen


def is_always_honest(call: Call, state: State, policy_id: int, mode: Mode) -> bool:
    """Whether every draw of ``choose_keys`` ends in keys that can keep the mode's promise."""
    rows = call.execute(encryption_policies.POLICY_KEYS, policy_id)
    ids = [row["id"] for row in rows]
    return len(ids) < 2 or all(
        any(is_honest(call, state, mode, [row["id"], other]) for other in ids if other != row["id"])
        for row in rows
        if row["priority"] == rows[0]["priority"]
    )


def choose_layers(call: Call, policy: Policy, wrappers: Sequence[UUID]) -> list[list[int]]:
    """Choose the KEM keys that are to seal the layers of new wrappers, for each in order.

    Locks them against a change of status; raises ``KeyUnavailable`` where too few are usable.
    """
    if policy.max_layers == 0:
        return [[] for _ in wrappers]
    rows = call.execute(encryption_policies.POLICY_LAYER_KEYS, policy.id)
    if len(rows) < policy.min_layers:
        raise KeyUnavailable(
            f"policy {policy.name!r} needs {policy.min_layers} usable KEM keys and has {len(rows)}",
            hint="See kw.policy_kms_keys and kw.crypto_algorithms; kw.set_kms_key_status, "
            "kw.add_policy_key and kw.set_algorithm_status change that.",
        )
    if not rows:
        return [[] for _ in wrappers]
    paths.lock(call, [row["id"] for row in rows])
    for row in rows:
        keyring.key(call, row["id"]).check_wraps()  # it may have waited for a change of status
    count = min(policy.max_layers, len(rows))
    ids = [row["id"] for row in rows]
    match policy.layer_selection:
        case "random":
            return [[row["id"] for row in sorted(rows, key=_draw)][:count] for _ in wrappers]
        case "round_robin":
            rounds = call.execute(encryption_policies.NEXT_ROUNDS, len(wrappers))
            return [_from(ids, row["round"], count) for row in rounds]
        case "hash_mod":
            digests = (sha256(wrapper.bytes).digest() for wrapper in wrappers)
            return [_from(ids, int.from_bytes(digest, "big"), count) for digest in digests]
        case _:
            return [ids[:count] for _ in wrappers]


def layer_keys(call: Call, policy: Policy) -> list[int]:
    """Return the KEM keys that a policy may choose for layers now."""
    return [row["id"] for row in call.execute(encryption_policies.POLICY_LAYER_KEYS, policy.id)]


def _from(ids: Sequence[int], start: int, count: int) -> list[int]:
    """Return so many of them, from one on and around."""
    return [ids[(start + step) % len(ids)] for step in range(count)]


def _draw(row: Row) -> tuple[int, float]:
    """Sort by priority, and within it as a weighted draw (Efraimidis and Spirakis, 2006)."""
    return -row["priority"], -(_random.random() ** (1 / row["weight"]))


# -- honesty ----------------------------------------------------------------------------------


def root_sets(call: Call, state: State, key_id: int, steps: int = 0) -> set[frozenset[Root]]:
    """Return the smallest sets of roots that open what is wrapped under a key."""
    kms_key = keyring.key(call, key_id)
    if steps > paths.MAX_STEPS:
        raise Conflict(f"keys above {kms_key.label} would be more than {paths.MAX_DEPTH} deep")
    if kms_key.is_branch:
        branch = state.branch(kms_key)
        legs = [root_sets(call, state, leg, steps + 1) for leg in branch.keys]
        needed = [combined(branch.mode, legs)]
        needed += [root_sets(call, state, layer_key, steps + 1) for layer_key in branch.layers]
        return combined(Mode.BOTH, needed)
    above = state.seals(kms_key)
    if above:
        return combined(
            Mode.BOTH, [root_sets(call, state, sealing, steps + 1) for sealing in above]
        )
    return {frozenset({roots.of(call, kms_key)})}


def combined(mode: Mode, legs: Sequence[set[frozenset[Root]]]) -> set[frozenset[Root]]:
    """Return the smallest sets of roots that open a wrapper of these legs."""
    if mode is Mode.BOTH:
        sets = {frozenset().union(*chosen) for chosen in product(*legs)}
    else:
        sets = set().union(*legs)
    return {found for found in sets if not any(other < found for other in sets)}


def is_honest(call: Call, state: State, mode: Mode, key_ids: Sequence[int]) -> bool:
    """Whether the keys can keep the mode's promise.

    ``both``: no root opens it alone. ``either``: it survives the loss of any one root.
    """
    sets = combined(mode, [root_sets(call, state, key_id) for key_id in key_ids])
    if mode is Mode.BOTH:
        return all(len(found) > 1 for found in sets)
    if mode is Mode.EITHER:
        return not frozenset.intersection(*sets)
    return True


def check_honest(call: Call, mode: Mode, key_ids: Sequence[int]) -> None:
    """Raise ``ModeNotHonest`` where the keys cannot keep the mode's promise."""
    if is_honest(call, State(call), mode, key_ids):
        return
    labels = " and ".join(keyring.key(call, key_id).label for key_id in key_ids)
    promise = (
        "one root key alone would open it"
        if mode is Mode.BOTH
        else "the loss of one root key would close both legs"
    )
    raise ModeNotHonest(
        f"mode {mode} with {labels} would not be honest: {promise}",
        hint="Choose keys that hang on different root keys, best in different KMSs.",
    )


def depth(call: Call, key_id: int) -> int:
    """Return how many branches lie between a key and the root keys: 0 for a key of a KMS."""
    kms_key = keyring.key(call, key_id)
    above = max((depth(call, one) for one in paths.keys_above(call, kms_key)), default=0)
    return above + 1 if kms_key.is_branch else above
