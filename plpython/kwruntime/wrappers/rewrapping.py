"""The same DEKs wrapped again, under the same or other keys."""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode, Origin, Payload
from kwruntime.errors import BadArgument, NotAuthentic
from kwruntime.keys import plain, unwrap
from kwruntime.keys.graph import lock_keys
from kwruntime.keys.opened import PendingWrapper
from kwruntime.keys.wrap import wrap_many
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import independence, nist_levels
from kwruntime.rules.dependents import Dependents
from kwruntime.store import key_wrappers, plain_wrappers
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.plain_wrappers import PlainWrappers
from kwruntime.wrappers.stored import (
    check_no_cycle,
    check_same_key,
    lock_if_branches,
    locked,
    locked_if_free,
    raise_failed,
    tell_left,
)

Given = tuple[int | None, int | None]
"""The keys that a caller gives for the legs; null for those of before."""


class _Change(NamedTuple):
    """How wrappers of one mode and with the same keys and versions change."""

    mode: Mode
    targets: tuple[int, ...]
    versions: tuple[int, ...]
    renews: tuple[bool, ...]

    @classmethod
    def of(
        cls, given: Given, name: str, mode: Mode, keys: tuple[int, ...], versions: Sequence[int]
    ) -> "_Change":
        """Make it of what is given for the wrapper ``name``; raises ``BadArgument``."""
        if len(keys) == 1 and given[1] is not None:
            raise BadArgument(f'wrapper {name} has mode "single" and no second leg')
        targets = tuple(old if new is None else new for new, old in zip(given, keys, strict=False))
        if len(set(targets)) < len(targets):
            raise BadArgument(f"the two keys of wrapper {name} must differ")
        every = mode is Mode.BOTH or all(one is None for one in given)
        renews = tuple(every or one is not None for one, _ in zip(given, keys, strict=False))
        return cls(
            mode,
            targets,
            tuple(old + 1 if renew else old for old, renew in zip(versions, renews, strict=True)),
            renews,
        )


def rewrap(call: Call, uuid: str, given: Given) -> int:
    """Wrap the same DEK again, and return the new wrap_version.

    With no key given, both legs are renewed under their keys. With one given, that leg
    moves and the other stays as it is, so that its KMS may be down; mode ``both`` always
    renews both, since its shares are drawn again.
    """
    lock_if_branches(call, [uuid])
    return _rewrap(call, locked(call, [uuid])[uuid], given)


def rewrap_many(call: Call, uuids: Sequence[str], given: Given) -> dict[str, int]:
    """Do that for many wrappers: all but those that other transactions lock.

    Any role can lock one for as long as it likes. A warning tells of them.
    """
    wanted = list(dict.fromkeys(uuids))
    lock_if_branches(call, wanted)
    versions: dict[str, int] = {}
    for start in range(0, len(wanted), unwrap.BATCH):
        check_interrupts()
        versions |= _rewrap_plain(call, wanted[start : start + unwrap.BATCH], given)
    left = [uuid for uuid in wanted if uuid not in versions]
    for uuid, row in (locked_if_free(call, left) if left else {}).items():
        versions[uuid] = _rewrap(call, row, given)
    tell_left(call, len(wanted) - len(versions), "rewrapped")
    return versions


def _rewrap(call: Call, row: WrapperRow, given: Given) -> int:
    """Rewrap a locked wrapper of any kind."""
    change = _Change.of(given, str(row.uuid), row.known_mode(), row.keys, row.versions)
    opened = raise_failed(unwrap.open_many(call, [row])[0])
    lock_keys(call, [*change.targets, *opened.keys])
    independence.check_independent(call, change.mode, change.targets)
    if row.dek_class is DekClass.BRANCH:
        if Payload.unpack(opened.packed).origin is not Origin.GENERATED:
            raise NotAuthentic(f"branch {row.uuid} was not generated in the server")
        check_no_cycle(call, row, change.targets)
    moves = change.targets != row.keys
    if moves:
        nist_levels.check_moved(call, row, change.targets)
    dependents = Dependents(call, [row] if moves else ())
    again = PendingWrapper.of(
        str(row.uuid), opened.packed, row.dek_class, change.versions, opened.sealed
    )
    check_same_key(row, again.commitment)
    _store(call, change, [row.id], [again])
    dependents.check()
    return max(change.versions)


def _rewrap_plain(call: Call, uuids: Sequence[str], given: Given) -> dict[str, int]:
    """Rewrap those of many wrappers that are plain, free and open; return their new versions.

    One with a minimum level that is to move is left: what it would fall to has to be looked up.
    """
    found = call.execute(plain_wrappers.PLAIN_IF_FREE, uuids)[0]
    rows, ids = PlainWrappers.of(found), found["ids"] or []
    opened = plain.open_plain(call, rows)
    made: dict[str, int] = {}
    for legs, places in plain.alike(rows).items():
        members = [(place, one) for place in places if (one := opened[place]) is not None]
        if not members:
            continue
        name = rows.uuids[places[0]]
        change = _Change.of(given, name, legs.mode, legs.keys, legs.versions)
        lock_keys(call, {*change.targets, *members[0][1].keys})
        independence.check_independent(call, change.mode, change.targets)
        if change.targets != legs.keys:
            min_levels = nist_levels.min_levels_of(call, [ids[place] for place, _ in members])
            members = [member for member in members if ids[member[0]] not in min_levels]
        pending = [plain.again(rows, place, one, change.versions) for place, one in members]
        _store(call, change, [ids[place] for place, _ in members], pending)
        made |= dict.fromkeys((one.name for one in pending), max(change.versions))
    return made


def _store(
    call: Call, change: _Change, ids: Sequence[int], pending: Sequence[PendingWrapper]
) -> None:
    """Wrap the legs that are to be renewed, and put them into the rows of locked wrappers."""
    if not pending:
        return
    mode, targets, versions, renews = change
    wrapped = wrap_many(call, pending, mode, targets, renews, replaces=True)
    two = len(targets) > 1
    call.execute(
        key_wrappers.REWRAP,
        ids,
        [one.wraps[0] for one in wrapped],
        [one.wraps[1] if two else None for one in wrapped],
        [one.suite for one in wrapped],
        targets[0],
        targets[1] if two else None,
        versions[0],
        versions[1] if two else None,
    )
