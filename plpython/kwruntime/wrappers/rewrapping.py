"""The same DEK wrapped again, under the same or other keys."""

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode, Origin, Payload
from kwruntime.errors import BadArgument, NotAuthentic
from kwruntime.keys import unwrap
from kwruntime.keys.graph import lock_keys
from kwruntime.keys.opened import PendingWrapper
from kwruntime.keys.wrap import wrap_many
from kwruntime.rules import independence, nist_levels
from kwruntime.rules.dependents import Dependents
from kwruntime.store import key_wrappers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.wrappers.stored import (
    check_no_cycle,
    check_same_key,
    lock_if_branches,
    locked,
    raise_failed,
)


def rewrap(call: Call, uuid: str, kms1_key_id: int | None, kms2_key_id: int | None) -> int:
    """Wrap the same DEK again, and return the new wrap_version.

    With no key given, both legs are renewed under their keys. With one given, that leg
    moves and the other stays as it is, so that its KMS may be down; mode ``both`` always
    renews both, since its shares are drawn again.
    """
    lock_if_branches(call, [uuid])
    row = locked(call, [uuid])[uuid]
    if len(row.keys) == 1 and kms2_key_id is not None:
        raise BadArgument(f'wrapper {uuid} has mode "single" and no second leg')
    given = (kms1_key_id, kms2_key_id)[: len(row.keys)]
    targets = [new or old for new, old in zip(given, row.keys, strict=True)]
    opened = raise_failed(unwrap.open_many(call, [row])[0])
    mode = row.known_mode()
    lock_keys(call, [*targets, *opened.keys])
    _check_targets(call, row, opened.payload, mode, targets)
    moves = tuple(targets) != row.keys
    if moves:
        nist_levels.check_moved(call, row, targets)
    below = Dependents(call, [row] if moves else ())
    renewed = [
        mode is Mode.BOTH or all(one is None for one in given) or one is not None for one in given
    ]
    versions = tuple(
        old + 1 if renew else old for old, renew in zip(row.versions, renewed, strict=True)
    )
    kept = [None if renew else wrap for wrap, renew in zip(row.wraps, renewed, strict=True)]
    again = PendingWrapper.of(uuid, opened.packed, row.dek_class, versions, opened.sealed)
    wrapped = wrap_many(call, [again], mode, targets, kept)[0]
    check_same_key(row, wrapped)
    two = len(targets) > 1
    call.execute(
        key_wrappers.REWRAP,
        row.id,
        targets[0],
        targets[1] if two else None,
        wrapped.wraps[0],
        wrapped.wraps[1] if two else None,
        versions[0],
        versions[1] if two else None,
        wrapped.suite,
    )
    below.check()
    return max(versions)


def _check_targets(
    call: Call, row: WrapperRow, payload: Payload, mode: Mode, targets: list[int]
) -> None:
    if len(set(targets)) < len(targets):
        raise BadArgument(f"the two keys of wrapper {row.uuid} must differ")
    independence.check_independent(call, mode, targets)
    if row.dek_class is DekClass.BRANCH:
        if payload.origin is not Origin.GENERATED:
            raise NotAuthentic(f"branch {row.uuid} was not generated in the server")
        check_no_cycle(call, row, targets)
