"""Policies: which keys and layers a new wrapper gets."""

import json
from collections.abc import Sequence
from hashlib import sha256
from itertools import combinations
from random import SystemRandom
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import KeyUnavailable, NotFound
from kwruntime.keys import keyring
from kwruntime.keys.graph import KeyGraph, lock_keys
from kwruntime.postgres.query import Row
from kwruntime.rules.independence import are_independent, check_independent
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
            f'policy "{name or DEFAULT}" does not exist',
            hint='Create it with kw.create_policy. Calls that name no policy use "default".',
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

    Locks them first, against a change of status and of what they depend on. Raises
    ``KeyUnavailable`` if too few are active, and ``KeysNotIndependent`` if no two of them are.
    """
    candidates = call.execute(encryption_policies.POLICY_KEYS, policy.id)
    legs = policy.mode.legs
    order = [row["id"] for row in sorted(candidates, key=_draw)]
    if len(order) < legs:
        raise KeyUnavailable(
            f'policy "{policy.name}" requires {legs} active keys for mode "{policy.mode}" and has '
            f"{len(order)}",
            hint="See kw.policy_kms_keys. Use kw.add_policy_key, kw.set_kms_key_status or "
            "kw.set_provider_enabled.",
        )
    chosen = order[:legs]
    lock_keys(call, chosen)
    if legs == 2 and not are_independent(call, KeyGraph(call), policy.mode, chosen):
        lock_keys(call, order)
        graph = KeyGraph(call)
        others = [
            other
            for other in order[2:]
            if are_independent(call, graph, policy.mode, [order[0], other])
        ]
        if not others:
            check_independent(call, policy.mode, chosen)
        chosen = [order[0], others[0]]
    return chosen


def are_always_independent(call: Call, graph: KeyGraph, policy_id: int, mode: Mode) -> bool:
    """Whether every draw of ``choose_keys`` ends in keys that can keep the mode's promise."""
    rows = call.execute(encryption_policies.POLICY_KEYS, policy_id)
    ids = [row["id"] for row in rows]
    return len(ids) < 2 or all(
        any(
            are_independent(call, graph, mode, [row["id"], other])
            for other in ids
            if other != row["id"]
        )
        for row in rows
        if row["priority"] == rows[0]["priority"]
    )


def first_draws(call: Call, policy_id: int) -> list[tuple[int, int]]:
    """Return the pairs of keys that ``choose_keys`` draws before it looks at roots."""
    rows = call.execute(encryption_policies.POLICY_KEYS, policy_id)
    priorities = [row["priority"] for row in rows[:2]]
    drawn = [row for row in rows if row["priority"] in priorities]
    return [
        (one["id"], other["id"])
        for one, other in combinations(drawn, 2)
        if [one["priority"], other["priority"]] == priorities
    ]


def choose_layers(call: Call, policy: Policy, wrappers: Sequence[bytes]) -> list[list[int]]:
    """Choose the KEM keys that are to seal the layers of wrappers, for each in order.

    ``wrappers`` has the 16 bytes of each wrapper_uuid.

    Locks them against a change of status; raises ``KeyUnavailable`` where too few are usable.
    """
    if policy.max_layers == 0:
        return [[] for _ in wrappers]
    rows = call.execute(encryption_policies.POLICY_LAYER_KEYS, policy.id)
    if len(rows) < policy.min_layers:
        raise KeyUnavailable(
            f'policy "{policy.name}" requires {policy.min_layers} usable KEM keys and has '
            f"{len(rows)}",
            hint="See kw.policy_kms_keys and kw.crypto_algorithms. Use kw.add_policy_key, "
            "kw.set_kms_key_status or kw.set_algorithm_status.",
        )
    if not rows:
        return [[] for _ in wrappers]
    lock_keys(call, [row["id"] for row in rows])
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
            digests = (sha256(wrapper).digest() for wrapper in wrappers)
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
