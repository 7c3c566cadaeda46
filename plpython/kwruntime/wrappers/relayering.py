"""The same DEK put behind other layers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode
from kwruntime.errors import KwError, LegFailed, ProviderUnreachable
from kwruntime.keys import unwrap
from kwruntime.keys.graph import lock_keys
from kwruntime.keys.opened import Opened, PendingWrapper, Wrapped
from kwruntime.keys.wrap import wrap_many
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import nist_levels, policies
from kwruntime.rules.dependents import Dependents
from kwruntime.rules.policies import Policy
from kwruntime.seals.changing import changing
from kwruntime.store import former_wraps, key_wrapper_layers, key_wrappers, sealed_rows
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers.new import insert_layers, seal_layers
from kwruntime.wrappers.rewrapping import columns
from kwruntime.wrappers.stored import (
    check_may_change,
    check_no_cycle,
    check_same_key,
    lock_if_branches,
    locked,
    locked_if_free,
    raise_failed,
    tell_left,
)


def relayer(call: Call, uuid: str, policy_name: str | None) -> int:
    """Put a DEK behind the layers that a policy wants, or its own, and return the wrap_version."""
    lock_if_branches(call, [uuid])
    return relayer_locked(call, list(locked(call, [uuid]).values()), policy_name)[uuid]


def relayer_many(call: Call, uuids: Sequence[str], policy_name: str | None) -> dict[str, int]:
    """Do that for many wrappers: all but those that other transactions lock.

    Any role can lock one for as long as it likes. A warning tells of them.
    """
    lock_if_branches(call, uuids)
    versions = relayer_locked(call, list(locked_if_free(call, uuids).values()), policy_name)
    tell_left(call, len(set(uuids) - set(versions)), "relayered")
    return versions


def relayer_locked(
    call: Call, rows: Sequence[WrapperRow], policy_name: str | None
) -> dict[str, int]:
    """Put the DEKs of locked wrappers behind layers, and return the new wrap_versions.

    DEKs, keys of the legs and modes stay. Every leg is wrapped again, since it is bound to the
    layers. The policy becomes the wrappers' own.
    """
    given = policies.named(call, policy_name) if policy_name is not None else None
    dependents = Dependents(call, rows)
    for policy, group in _alike(call, rows, given):
        opened = unwrap.open_many(call, group)
        try:
            store(call, relayered(call, policy, group, opened), [row.id for row in group])
        except LegFailed as error:
            if error.is_outage:
                # Who relayers many has to tell a wrapper that is broken from one to try later.
                raise ProviderUnreachable(error.message, hint=error.hint) from None
            raise
    dependents.check()
    return {str(row.uuid): max(row.versions) + 1 for row in rows}


def _alike(
    call: Call, rows: Sequence[WrapperRow], given: Policy | None
) -> Iterator[tuple[Policy, list[WrapperRow]]]:
    """Return wrappers of the same mode, keys and policy together."""
    groups: dict[tuple[Mode, tuple[int, ...], int | None], list[WrapperRow]] = {}
    for row in rows:
        policy_id = given.id if given else row.policy_id
        groups.setdefault((row.known_mode(), row.keys, policy_id), []).append(row)
    for (_, _, policy_id), group in groups.items():
        yield given or policies.of_wrapper(call, policy_id), group


class Relayered(NamedTuple):
    """Wrappers of one policy behind their new layers, and not yet stored."""

    policy: Policy
    envelopes: list[PendingWrapper]
    wrapped: list[Wrapped]
    layer_keys: Sequence[Sequence[int]]


def relayered(
    call: Call,
    policy: Policy,
    rows: Sequence[WrapperRow],
    results: Sequence[Opened | KwError],
) -> Relayered:
    """Put the opened DEKs of wrappers of one mode and the same keys behind layers."""
    for row in rows:
        check_may_change(call, row)
        if row.dek_class is DekClass.BRANCH:
            # its legs stay where they are
            check_no_cycle(
                call, row, policies.layer_keys(call, policy) if policy.max_layers else ()
            )
    opened = [raise_failed(one) for one in results]
    mode, keys = rows[0].known_mode(), rows[0].keys
    lock_keys(call, keys)
    chosen = policies.choose_layers(call, policy, [row.uuid.bytes for row in rows])
    nist_levels.check_relayered(call, rows, chosen)
    bare = [_again(row, one.packed) for row, one in zip(rows, opened, strict=True)]
    for row, pending in zip(rows, bare, strict=True):
        check_same_key(row, pending.commitment)
    envelopes = seal_layers(call, policy, bare, chosen)
    wrapped = wrap_many(call, envelopes, mode, keys, replaces=True)
    return Relayered(policy, envelopes, wrapped, chosen)


def store(call: Call, made: Relayered, ids: Sequence[int | None]) -> None:
    """Put them into the rows of locked wrappers; null leaves one out."""
    kept = [place for place, wrapper_id in enumerate(ids) if wrapper_id is not None]
    if not kept:
        return
    rows = [wrapper_id for wrapper_id in ids if wrapper_id is not None]
    wraps = columns([made.wrapped[place] for place in kept])
    changing(call, sealed_rows.WRAPPERS, rows)
    call.execute(key_wrappers.RELAYER, rows, *wraps, made.policy.id)
    stays = {
        wrapper_id: made.layer_keys[place] for wrapper_id, place in zip(rows, kept, strict=True)
    }
    before = call.execute(key_wrapper_layers.DELETE_LAYERS, rows)
    insert_layers(call, list(zip(rows, (made.envelopes[place] for place in kept), strict=True)))
    left = {
        row["kms_key_id"] for row in before if row["kms_key_id"] not in stays[row["key_wrapper_id"]]
    }
    former_wraps.leave(call, left - {None})


def _again(row: WrapperRow, packed: bytes) -> PendingWrapper:
    check_interrupts()
    versions = tuple(version + 1 for version in row.versions)
    return PendingWrapper.of(str(row.uuid), packed, row.dek_class, versions)
