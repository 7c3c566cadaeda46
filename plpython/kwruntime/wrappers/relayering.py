"""The same DEK put behind other layers."""

from collections.abc import Sequence

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode
from kwruntime.errors import KwError, LegFailed, ProviderUnreachable
from kwruntime.keys import unwrap
from kwruntime.keys.graph import lock_keys
from kwruntime.keys.opened import PendingWrapper
from kwruntime.keys.wrap import wrap_many
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import nist_levels, policies
from kwruntime.rules.dependents import Dependents
from kwruntime.rules.policies import Policy
from kwruntime.store import key_wrapper_layers, key_wrappers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers.new import insert_layers, seal_layers
from kwruntime.wrappers.stored import (
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
    return _relayer(call, locked(call, [uuid]), policy_name)[uuid]


def relayer_many(call: Call, uuids: Sequence[str], policy_name: str | None) -> dict[str, int]:
    """Do that for many wrappers: all but those that other transactions lock.

    Any role can lock one for as long as it likes. A warning tells of them.
    """
    lock_if_branches(call, uuids)
    versions = _relayer(call, locked_if_free(call, uuids), policy_name)
    tell_left(call, len(set(uuids) - set(versions)), "relayered")
    return versions


def _relayer(call: Call, rows: dict[str, WrapperRow], policy_name: str | None) -> dict[str, int]:
    """Put the DEKs of locked wrappers behind layers, and return the new wrap_versions.

    DEKs, keys of the legs and modes stay. Every leg is wrapped again, since it is bound to the
    layers. The policy becomes the wrappers' own.
    """
    given = policies.named(call, policy_name) if policy_name is not None else None
    dependents = Dependents(call, rows.values())
    groups: dict[tuple[Mode, tuple[int, ...], int | None], list[WrapperRow]] = {}
    for row in rows.values():
        policy_id = given.id if given else row.policy_id
        groups.setdefault((row.known_mode(), row.keys, policy_id), []).append(row)
    for (mode, keys, policy_id), group in groups.items():
        policy = given or policies.of_wrapper(call, policy_id)
        try:
            _relayer_alike(call, mode, keys, policy, group)
        except KwError as error:
            if error.is_outage and error.sqlstate == LegFailed.sqlstate:
                # Who relayers many has to tell a wrapper that is broken from one to try later.
                raise ProviderUnreachable(error.message, hint=error.hint) from None
            raise
    dependents.check()
    return {uuid: max(row.versions) + 1 for uuid, row in rows.items()}


def _relayer_alike(
    call: Call, mode: Mode, keys: Sequence[int], policy: Policy, rows: Sequence[WrapperRow]
) -> None:
    """Relayer wrappers of the same mode, keys and policy."""
    for row in rows:
        if row.dek_class is DekClass.BRANCH:
            # its legs stay where they are
            check_no_cycle(
                call, row, policies.layer_keys(call, policy) if policy.max_layers else ()
            )
    opened = [raise_failed(one) for one in unwrap.open_many(call, rows)]
    ids = [row.id for row in rows]
    lock_keys(call, keys)
    chosen = policies.choose_layers(call, policy, [row.uuid.bytes for row in rows])
    nist_levels.check_relayered(call, rows, chosen)
    bare = [_again(row, one.packed) for row, one in zip(rows, opened, strict=True)]
    envelopes = seal_layers(call, policy, bare, chosen)
    wrapped = wrap_many(call, envelopes, mode, keys, replaces=True)
    for row, one in zip(rows, bare, strict=True):
        check_same_key(row, one.commitment)
    two = len(keys) > 1
    call.execute(
        key_wrappers.RELAYER,
        ids,
        [new.wraps[0] for new in wrapped],
        [new.wraps[1] if two else None for new in wrapped],
        [new.suite for new in wrapped],
        policy.id,
    )
    call.execute(key_wrapper_layers.DELETE_LAYERS, ids)
    insert_layers(call, list(zip(ids, envelopes, strict=True)))


def _again(row: WrapperRow, packed: bytes) -> PendingWrapper:
    check_interrupts()
    versions = tuple(version + 1 for version in row.versions)
    return PendingWrapper.of(str(row.uuid), packed, row.dek_class, versions)
