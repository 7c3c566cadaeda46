"""The same DEKs wrapped again, under the same or other keys."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import DekClass, Mode, Origin, Payload
from kwruntime.errors import BadArgument, NotAuthentic
from kwruntime.keys import plain, unwrap
from kwruntime.keys.graph import lock_keys
from kwruntime.keys.opened import Opened, PendingWrapper, Wrapped
from kwruntime.keys.plain import LegVersions
from kwruntime.keys.wrap import wrap_many
from kwruntime.postgres.interrupts import check_interrupts
from kwruntime.rules import independence, nist_levels
from kwruntime.rules.dependents import Dependents
from kwruntime.seals.changing import changed, renewing
from kwruntime.store import former_wraps, key_wrappers, plain_wrappers, sealed_rows
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.plain_wrappers import PlainWrappers
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

Given = tuple[int | None, int | None]
"""The keys that a caller gives for the legs; null for those of before."""


class Change(NamedTuple):
    """How wrappers of one mode and with the same keys and versions change."""

    before: LegVersions
    targets: tuple[int, ...]
    renews: tuple[bool, ...]

    @classmethod
    def of(cls, given: Given, name: str, before: LegVersions) -> "Change":
        """Make it of what is given for the wrapper ``name``; raises ``BadArgument``."""
        if len(before.keys) == 1 and given[1] is not None:
            raise BadArgument(f'wrapper {name} has mode "single" and no second leg')
        pairs = list(zip(given, before.keys, strict=False))
        targets = tuple(old if new is None else new for new, old in pairs)
        if len(set(targets)) < len(targets):
            raise BadArgument(f"the two keys of wrapper {name} must differ")
        every = before.mode is Mode.BOTH or all(one is None for one in given)
        return cls(before, targets, tuple(every or new is not None for new, _ in pairs))

    @property
    def mode(self) -> Mode:
        """Their mode, which stays."""
        return self.before.mode

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions of their legs after it."""
        pairs = zip(self.before.versions, self.renews, strict=True)
        return tuple(old + 1 if renew else old for old, renew in pairs)

    @property
    def moves(self) -> bool:
        """Whether a leg gets another key."""
        return self.targets != self.before.keys

    @property
    def leaves(self) -> frozenset[int]:
        """The keys that none of their legs is under after it."""
        return frozenset(self.before.keys) - set(self.targets)

    def without(self, leg: int) -> "Change | None":
        """Return the change that leaves one leg as it is; null where it must not be left."""
        other = 1 - leg
        if self.mode is not Mode.EITHER or not all(self.renews) or self.moves:
            return None
        return self._replace(renews=tuple(number == other for number in (0, 1)))


class Again(NamedTuple):
    """Wrappers that were opened and are to be wrapped again, in the same way."""

    change: Change
    places: list[int]
    pending: list[PendingWrapper]

    def wrapped(self, call: Call) -> list[Wrapped]:
        """Wrap the legs that are to be renewed, and open each new wrap again."""
        change = self.change
        return wrap_many(
            call, self.pending, change.mode, change.targets, change.renews, replaces=True
        )

    def without(self, leg: int) -> "Again | None":
        """Return what leaves one leg as it is; null where it must not be left."""
        change = self.change.without(leg)
        if change is None:
            return None
        versions = change.versions
        return Again(change, self.places, [one._replace(versions=versions) for one in self.pending])


def rewrap(call: Call, uuid: str, given: Given) -> int:
    """Wrap the same DEK again, and return the new wrap_version.

    With no key given, both legs are renewed under their keys. With one given, that leg
    moves and the other stays as it is, so that its KMS may be down; mode ``both`` always
    renews both, since its shares are drawn again.
    """
    lock_if_branches(call, [uuid])
    return rewrap_locked(call, list(locked(call, [uuid]).values()), given)[uuid]


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
    free = locked_if_free(call, left) if left else {}
    versions |= rewrap_locked(call, list(free.values()), given)
    tell_left(call, len(wanted) - len(versions), "rewrapped")
    return versions


def rewrap_locked(call: Call, rows: Sequence[WrapperRow], given: Given) -> dict[str, int]:
    """Rewrap locked wrappers of any kind, and return their new versions."""
    opened = [raise_failed(one) for one in unwrap.open_many(call, rows)]
    changes = [change_of(call, row, one, given) for row, one in zip(rows, opened, strict=True)]
    moved = [row for row, change in zip(rows, changes, strict=True) if change.moves]
    dependents = Dependents(call, moved)
    for again in alike(rows, opened, changes):
        _store(call, again, [rows[place].id for place in again.places])
    dependents.check()
    return {str(row.uuid): max(change.versions) for row, change in zip(rows, changes, strict=True)}


def change_of(call: Call, row: WrapperRow, opened: Opened, given: Given) -> Change:
    """Return how an opened wrapper changes. Locks the keys; raises where it must not change so."""
    check_may_change(call, row)
    before = LegVersions(row.known_mode(), row.keys, row.versions)
    change = Change.of(given, str(row.uuid), before)
    lock_keys(call, [*change.targets, *opened.keys])
    independence.check_independent(call, change.mode, change.targets)
    if row.dek_class is DekClass.BRANCH:
        if Payload.unpack(opened.packed).origin is not Origin.GENERATED:
            raise NotAuthentic(f"branch {row.uuid} was not generated in the server")
        check_no_cycle(call, row, change.targets)
    if change.moves:
        nist_levels.check_moved(call, row, change.targets)
    return change


def alike(
    rows: Sequence[WrapperRow], opened: Sequence[Opened], changes: Sequence[Change]
) -> list[Again]:
    """Put opened wrappers together that change in the same way."""
    groups: dict[Change, Again] = {}
    for place, (row, one, change) in enumerate(zip(rows, opened, changes, strict=True)):
        again = groups.setdefault(change, Again(change, [], []))
        pending = PendingWrapper.of(
            str(row.uuid), one.packed, row.dek_class, change.versions, one.sealed
        )
        check_same_key(row, pending.commitment)
        again.places.append(place)
        again.pending.append(pending)
    return list(groups.values())


class PlainGroup(NamedTuple):
    """Plain wrappers of the same legs that opened."""

    legs: LegVersions
    places: list[int]
    opened: list[Opened]


def open_plain(call: Call, rows: PlainWrappers) -> Iterator[PlainGroup]:
    """Open those of many wrappers that are plain; each group has what opened of its places."""
    opened = plain.open_plain(call, rows)
    for legs, places in plain.alike(rows).items():
        members = [(place, one) for place in places if (one := opened[place]) is not None]
        if members:
            yield PlainGroup(legs, [place for place, _ in members], [one for _, one in members])


def plain_again(
    call: Call, rows: PlainWrappers, ids: Sequence[int], group: PlainGroup, given: Given
) -> Again:
    """Return how a group of plain wrappers is wrapped again. Locks the keys.

    One with a minimum level that is to move is left: what it would fall to has to be looked up.
    """
    change = Change.of(given, rows.uuids[group.places[0]], group.legs)
    lock_keys(call, {*change.targets, *group.opened[0].keys})
    independence.check_independent(call, change.mode, change.targets)
    left: dict[int, int] = {}
    if change.moves:
        left = nist_levels.min_levels_of(call, [ids[place] for place in group.places])
    places, pending, versions = [], [], change.versions
    for place, one in zip(group.places, group.opened, strict=True):
        if ids[place] not in left:
            places.append(place)
            pending.append(plain.again(rows, place, one, versions))
    return Again(change, places, pending)


def _rewrap_plain(call: Call, uuids: Sequence[str], given: Given) -> dict[str, int]:
    """Rewrap those of many wrappers that are plain, free and open; return their new versions."""
    found = call.execute(plain_wrappers.PLAIN_IF_FREE, uuids)[0]
    rows, ids = PlainWrappers.of(found), found["ids"] or []
    made: dict[str, int] = {}
    for group in open_plain(call, rows):
        again = plain_again(call, rows, ids, group, given)
        _store(call, again, [ids[place] for place in again.places])
        made |= dict.fromkeys((one.name for one in again.pending), max(again.change.versions))
    return made


def _store(call: Call, again: Again, ids: Sequence[int]) -> None:
    """Wrap the legs that are to be renewed, and put them into the rows of locked wrappers."""
    if not again.pending:
        return
    call.execute(key_wrappers.REWRAP, ids, *columns(again.wrapped(call)), *legs_after(again.change))
    changed(call, sealed_rows.WRAPPERS, ids, renewing(again.change.renews))
    former_wraps.leave(call, again.change.leaves)


def columns(wrapped: Sequence[Wrapped]) -> tuple[list[bytes | None], list[bytes | None], list[str]]:
    """Return the new wraps of each leg, and the suites."""
    return (
        [one.wraps[0] for one in wrapped],
        [one.wraps[1] if len(one.wraps) > 1 else None for one in wrapped],
        [one.suite for one in wrapped],
    )


def legs_after(change: Change) -> tuple[int, int | None, int, int | None]:
    """Return keys and versions as columns: of leg 1 and 2; null where a wrapper has one."""
    two = len(change.targets) > 1
    targets, versions = change.targets, change.versions
    return targets[0], targets[1] if two else None, versions[0], versions[1] if two else None
