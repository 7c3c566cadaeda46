"""Claimed jobs of the queue that are run together.

Wrappers are opened and wrapped again before their rows are locked, and left if they changed
meanwhile: so nobody waits for a KMS. Branches are locked first, since their dependents are looked
at. What fails undoes no other job. Runs as the owner.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.crypto.envelope import Mode
from kwruntime.errors import Blocked, KwError, OldSnapshot, ProviderError
from kwruntime.keys import unwrap
from kwruntime.keys.opened import Opened
from kwruntime.keys.plain import LegVersions
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Query
from kwruntime.rules import nist_levels, policies
from kwruntime.rules.dependents import Unchecked
from kwruntime.rules.policies import Policy
from kwruntime.seals.changing import changed, renewing
from kwruntime.store import (
    encryption_policies,
    former_wraps,
    key_dependencies,
    key_wrappers,
    rewrap_jobs,
    rewrap_selection,
    sealed_rows,
)
from kwruntime.store.key_wrappers import WrapperRow
from kwruntime.store.plain_wrappers import PlainWrappers
from kwruntime.store.rewrap_jobs import ClaimedJobs
from kwruntime.wrappers import job_failures, relayering, rewrapping
from kwruntime.wrappers.rewrapping import Again, Change, Given, PlainGroup

Rotate = Callable[[Call, int], Callable[[], None]]
"""Makes new data keys for the bindings of a wrapper, by its id; what it returns stores them."""


class Outcomes(NamedTuple):
    """What became of claimed jobs."""

    done: int = 0
    failed: int = 0
    """They rest until they are retried."""
    delayed: int = 0
    """They failed and are tried again later."""
    unreachable: int = 0
    """Those among the delayed ones that a KMS did not answer."""
    in_use: int = 0
    """Others locked or changed their wrappers; they are tried again soon."""
    not_tried: int = 0
    """The time was over."""
    skipped: int = 0
    """Another worker has them, they are not running, or there was nothing to do: see last_error."""

    def plus(self, other: "Outcomes") -> "Outcomes":
        """Add them up."""
        return Outcomes(*map(sum, zip(self, other, strict=True)))


class _Wanted(NamedTuple):
    """What a job asks for."""

    kind: str
    targets: Given
    policy_id: int | None
    leg: int | None
    is_branch: bool

    def given(self, keys: Sequence[int]) -> Given:
        """Return the keys for the legs, of a wrapper that has its legs under ``keys`` now."""
        match self.leg:
            case 1:
                return keys[0], None
            case 2:
                return None, keys[-1]
        return self.targets


class JobBatch:
    """Claimed jobs, and what becomes of them. A place is one of the jobs that are locked here."""

    def __init__(
        self, call: Call, ids: Sequence[int], known: Mapping[int, int], rotate: Rotate
    ) -> None:
        self._call = call
        self._rotate = rotate
        self._jobs = jobs = ClaimedJobs.of(call.execute(rewrap_jobs.LOCK_CLAIMED, ids)[0])
        # Those that another session claimed count, too, but none that was claimed once more.
        self._mine = [
            place
            for place, (job, attempts) in enumerate(zip(jobs.ids, jobs.attempts, strict=True))
            if known.get(job) in (None, attempts)
        ]
        locked = set(jobs.ids)
        self.missing = [job for job in ids if job not in locked]
        """Jobs that others lock, or that are not running."""
        self._done = self._gone = 0
        self._in_use: list[int] = []
        self._failed: dict[int, KwError] = {}
        self._left_by_plain: list[int] = []
        # As they are before a wrapper is read: looked at again when it is locked.
        may_fall = any(jobs.target_policies + jobs.first_targets + jobs.second_targets)
        self._min_levels = nist_levels.min_levels_of(call, jobs.wrapper_ids) if may_fall else {}

    def run(self) -> Outcomes:
        """Run them, and write what became of each."""
        statuses = self._jobs.statuses
        destroyed = [place for place in self._mine if statuses[place] == "invalid"]
        self._skip(destroyed, "the wrapper was destroyed")
        for wanted, places in self._groups():
            if wanted.is_branch:
                self._change_branches(wanted, places)
            elif wanted.kind == "rewrap":
                self._rewrap(wanted, places)
            elif wanted.kind == "relayer":
                self._relayer(wanted.policy_id, places)
            else:
                self._rotate_all(places)
        return self._recorded()

    def _groups(self) -> Iterator[tuple[_Wanted, list[int]]]:
        """Return the places of jobs that ask for the same."""
        jobs, groups = self._jobs, defaultdict(list)
        columns = jobs.kinds, jobs.first_targets, jobs.second_targets, jobs.target_policies
        wanted = list(zip(*columns, jobs.legs, jobs.are_branches, strict=True))
        for place in self._mine:
            if jobs.statuses[place] != "invalid":
                groups[wanted[place]].append(place)
        for (kind, first, second, *more), places in groups.items():
            yield _Wanted(kind, (first, second), *more), places

    # -- what they want -------------------------------------------------------------------------

    def _rewrap(self, wanted: _Wanted, places: Sequence[int]) -> None:
        """Rewrap plain wrappers the direct way, and then the others, and what did not open."""
        jobs = self._jobs
        plain = [place for place in places if jobs.are_plain[place]]
        rows, ids = jobs.wrappers.at(plain), [jobs.wrapper_ids[place] for place in plain]
        tried: set[int] = set()
        for legs, members, opened in rewrapping.open_plain(self._call, rows) if plain else ():
            own = [plain[member] for member in members]
            tried.update(own)
            renew = partial(self._renew_plain, wanted.given(legs.keys), rows, ids, legs)
            self._try(list(zip(own, members, opened, strict=True)), renew)
        others = [place for place in places if place not in tried]
        self._rewrap_any(wanted, [*others, *self._left_by_plain])
        self._left_by_plain.clear()

    def _renew_plain(
        self,
        given: Given,
        rows: PlainWrappers,
        ids: Sequence[int],
        legs: LegVersions,
        items: Sequence[tuple[int, int, Opened]],
    ) -> None:
        own = {member: place for place, member, _ in items}
        group = PlainGroup(legs, list(own), [opened for _, _, opened in items])
        again = rewrapping.plain_again(self._call, rows, ids, group, given)
        self._renew(again, [own.pop(member) for member in again.places])
        self._left_by_plain += own.values()

    def _rewrap_any(self, wanted: _Wanted, places: Sequence[int]) -> None:
        changes: dict[tuple[Change, str | None], list[tuple[int, WrapperRow, Opened]]] = (
            defaultdict(list)
        )
        for place, row, opened in self._opened(places, retired=True):
            given = wanted.given(row.keys)
            change = attempt(partial(rewrapping.change_of, self._call, row, opened, given))
            if isinstance(change, KwError):
                self._failed[place] = change
            else:
                changes[change, _unused_leg(row, opened)].append((place, row, opened))
        for (change, said), items in changes.items():
            self._try(items, partial(self._renew_any, change, said))

    def _renew_any(
        self, change: Change, said: str | None, items: Sequence[tuple[int, WrapperRow, Opened]]
    ) -> None:
        places, rows, opened = zip(*items, strict=True)
        for again in rewrapping.alike(rows, opened, [change] * len(rows)):
            self._renew(again, [places[member] for member in again.places], said)

    def _relayer(self, policy_id: int | None, places: Sequence[int]) -> None:
        policy = policies.of_wrapper(self._call, policy_id)
        places = self._to_relayer(policy_id, places)
        groups: dict[tuple[Any, ...], list[tuple[int, WrapperRow, Opened]]] = defaultdict(list)
        for place, row, opened in self._opened(places):
            groups[row.mode, row.keys].append((place, row, opened))
        for items in groups.values():
            self._try(items, partial(self._renew_layers, policy))

    def _to_relayer(self, policy_id: int | None, places: Sequence[int]) -> list[int]:
        """Finish the jobs whose wrappers have the layers by now; return the others."""
        ids = [self._jobs.wrapper_ids[place] for place in places]
        found = self._call.execute(rewrap_selection.HAVE_LAYERS, ids, policy_id)
        have = {row["id"] for row in found}
        self._skip(
            [place for place, one in zip(places, ids, strict=True) if one in have],
            "the wrapper has the layers of the policy",
        )
        return [place for place, one in zip(places, ids, strict=True) if one not in have]

    def _renew_layers(
        self, policy: Policy, items: Sequence[tuple[int, WrapperRow, Opened]]
    ) -> None:
        places, rows, opened = zip(*items, strict=True)
        made = relayering.relayered(self._call, policy, rows, opened)
        free = self._lock_unchanged([row.id for row in rows], [row.versions for row in rows])
        relayering.store(self._call, made, [row.id if row.id in free else None for row in rows])
        are_free = [row.id in free for row in rows]
        self._finish([place for place, is_free in zip(places, are_free, strict=True) if is_free])
        self._in_use += [
            place for place, is_free in zip(places, are_free, strict=True) if not is_free
        ]

    def _change_branches(self, wanted: _Wanted, places: Sequence[int]) -> None:
        self._try([(place,) for place in places], self._lock_graph)
        places = [place for place in places if place not in self._failed]
        rows = self._rows(places, key_wrappers.WRAPPERS_IF_FREE)
        self._in_use += [place for place in places if place not in rows]
        if wanted.kind == "relayer":
            rows = {place: rows[place] for place in self._to_relayer(wanted.policy_id, list(rows))}
        self._try(list(rows.items()), partial(self._renew_branches, wanted), alike=False)

    def _lock_graph(self, _: Sequence[tuple[int]]) -> None:
        self._call.execute(key_dependencies.LOCK_KEY_GRAPH)

    def _renew_branches(self, wanted: _Wanted, items: Sequence[tuple[int, WrapperRow]]) -> None:
        rows = [row for _, row in items]
        if wanted.kind == "relayer":
            policy = policies.of_wrapper(self._call, wanted.policy_id)
            relayering.relayer_locked(self._call, rows, policy.name)
        else:
            changes: dict[Given, list[WrapperRow]] = defaultdict(list)
            for row in rows:
                changes[wanted.given(row.keys)].append(row.to_be_rewrapped)
            for given, members in changes.items():
                rewrapping.rewrap_locked(self._call, members, given)
        unchecked = self._call.of(Unchecked).branches
        for place, row in items:
            self._finish([place], unchecked.pop(str(row.uuid), None))

    def _rotate_all(self, places: Sequence[int]) -> None:
        """Rotate each apart: their tables, policies and owners may differ. Who locks is left.

        All new keys are made before the first wrapper is locked.
        """
        made: dict[int, Callable[[], None]] = {}
        for place in places:
            self._try([(place,)], partial(self._make_new_keys, made))
        free = self._rows(list(made), key_wrappers.WRAPPERS_IF_FREE)
        self._in_use += [place for place in made if place not in free]
        for place in free:
            self._try([(place,)], partial(self._give_new_keys, made[place]))

    def _make_new_keys(self, made: dict[int, Any], items: Sequence[tuple[int]]) -> None:
        for (place,) in items:
            made[place] = self._rotate(self._call, self._jobs.wrapper_ids[place])

    def _give_new_keys(self, give: Callable[[], None], items: Sequence[tuple[int]]) -> None:
        give()
        self._finish([place for (place,) in items])

    # -- wrappers -------------------------------------------------------------------------------

    def _rows(self, places: Sequence[int], query: Query) -> dict[int, WrapperRow]:
        names = {self._jobs.wrappers.uuids[place]: place for place in places}
        rows = map(WrapperRow.of, self._call.execute(query, list(names))) if names else ()
        return {names[str(row.uuid)]: row for row in rows}

    def _opened(
        self, places: Sequence[int], *, retired: bool = False
    ) -> Iterator[tuple[int, WrapperRow, Opened]]:
        """Read wrappers again and open them, ``retired`` ones too; what fails is noted."""
        rows = self._rows(places, key_wrappers.WRAPPERS_BY_UUID)
        # One that was destroyed since the job was locked: the next try finds it so.
        self._in_use += [place for place, row in rows.items() if row.status == "invalid"]
        rows = {place: row for place, row in rows.items() if row.status != "invalid"}
        if retired:
            rows = {place: row.to_be_rewrapped for place, row in rows.items()}
        results = unwrap.open_many(self._call, list(rows.values()))
        for (place, row), opened in zip(rows.items(), results, strict=True):
            if isinstance(opened, KwError):
                self._failed[place] = opened
            else:
                yield place, row, opened

    def _renew(self, again: Again, places: Sequence[int], said: str | None = None) -> None:
        """Wrap again, and store what did not change meanwhile. The jobs say ``said``."""
        try:
            wrapped = again.wrapped(self._call)
        except ProviderError as error:
            other = self._without_leg(again, places, error)
            if other is None or error.leg is None:
                raise
            said = f"leg {error.leg + 1} was not renewed: {job_failures.said(error)}"
            again, wrapped = other, other.wrapped(self._call)
        jobs, before = self._jobs, again.change.before.versions
        unchanged: tuple[int | None, ...] = before[0], before[1] if len(before) > 1 else None
        query = rewrap_jobs.RENEW
        if again.change.moves:
            ids = [jobs.wrapper_ids[place] for place in places]
            free = self._lock_unchanged(ids, [before] * len(ids))
            self._in_use += [place for place in places if jobs.wrapper_ids[place] not in free]
            kept = [number for number, one in enumerate(ids) if one in free]
            places, wrapped = [places[one] for one in kept], [wrapped[one] for one in kept]
            query, unchanged = rewrap_jobs.RENEW_LOCKED, ()
        done = self._call.execute(
            query,
            [jobs.ids[place] for place in places],
            [jobs.wrapper_ids[place] for place in places],
            *rewrapping.columns(wrapped),
            *rewrapping.legs_after(again.change),
            said,
            *unchanged,
        )[0]["done"]
        written = set(done or ())
        renewed = [jobs.wrapper_ids[one] for one in places if jobs.ids[one] in written]
        changed(self._call, sealed_rows.WRAPPERS, renewed, renewing(again.change.renews))
        if written:
            former_wraps.leave(self._call, again.change.leaves)
        self._done += len(written)
        self._in_use += [place for place in places if jobs.ids[place] not in written]

    def _lock_unchanged(self, ids: Sequence[int], versions: Sequence[tuple[int, ...]]) -> set[int]:
        """Lock wrappers whose level may fall; return those that nothing has changed or shared.

        Who binds a wrapper locks it. So a minimum level that was not there when the wrapper was
        read shows now.
        """
        found = self._call.execute(
            key_wrappers.LOCK_UNCHANGED,
            ids,
            [one[0] for one in versions],
            [one[1] if len(one) > 1 else None for one in versions],
        )
        free = {row["id"] for row in found}
        now = nist_levels.min_levels_of(self._call, sorted(free))
        return {one for one in free if now.get(one) == self._min_levels.get(one)}

    def _without_leg(
        self, again: Again, places: Sequence[int], error: ProviderError
    ) -> Again | None:
        """Return what leaves the leg whose KMS is down, where all their policies allow it."""
        if not error.is_outage or error.leg is None:
            return None
        own = sorted({self._jobs.policies[place] or 0 for place in places})
        allowed = self._call.execute(encryption_policies.RENEWS_ONE_LEG, own)
        return again.without(error.leg) if len(allowed) == len(own) else None

    # -- what became of them --------------------------------------------------------------------

    def _try(
        self,
        items: Sequence[tuple[int, *tuple[Any, ...]]],
        work: Callable[[Any], None],
        *,
        alike: bool = True,
    ) -> None:
        """Do something for jobs, each given with its place; where it fails, for the halves.

        Of jobs that are ``alike`` only what can be the fault of one of them.
        """
        before = self._done, list(self._in_use)
        failure = attempt(partial(self._apart, work, items), with_queries=True)
        if failure is None:
            return
        if isinstance(failure, OldSnapshot):
            raise failure
        self._done, self._in_use = before
        if len(items) > 1 and (job_failures.may_be_of_one(failure) or not alike):
            middle = len(items) // 2
            self._try(items[:middle], work, alike=alike)
            self._try(items[middle:], work, alike=alike)
        else:
            self._failed |= dict.fromkeys((item[0] for item in items), failure)

    def _apart(self, work: Callable[[Any], None], items: Sequence[Any]) -> None:
        with self._call.server.subtransaction():
            work(items)

    def _finish(self, places: Sequence[int], said: str | None = None) -> None:
        if places:
            self._call.execute(
                rewrap_jobs.FINISH, [self._jobs.ids[place] for place in places], said
            )
            self._done += len(places)

    def _skip(self, places: Sequence[int], why: str) -> None:
        """Finish jobs without work, which does not count as done."""
        done = self._done
        self._finish(places, f"{why}: there was nothing to do")
        self._done = done
        self._gone += len(places)

    def _recorded(self) -> Outcomes:
        """Write what became of those that are not done."""
        jobs, limit = self._jobs, self._call.settings["job_attempts"]
        in_use = [jobs.ids[place] for place in self._in_use]
        self._give_back(in_use, self._who_is_in_the_way() if in_use else "")
        blocked = {
            place: error for place, error in self._failed.items() if job_failures.is_blocked(error)
        }
        for place, error in blocked.items():
            self._give_back([jobs.ids[place]], job_failures.said(error))
        places = [place for place in self._failed if place not in blocked]
        attempts = [jobs.attempts[place] for place in places]
        rests = [
            job_failures.is_lasting(self._failed[place]) or count >= limit
            for place, count in zip(places, attempts, strict=True)
        ]
        if places:
            self._call.execute(
                rewrap_jobs.FAIL,
                [jobs.ids[place] for place in places],
                [
                    self._call.server.storable(job_failures.said(self._failed[place]))
                    for place in places
                ],
                rests,
                [job_failures.backoff_seconds(count) for count in attempts],
            )
        failed = sum(rests)
        outages = [self._failed[place].is_outage for place in places]
        return Outcomes(
            done=self._done,
            failed=failed,
            delayed=len(places) - failed,
            unreachable=sum(out and not rest for out, rest in zip(outages, rests, strict=True)),
            in_use=len(in_use) + len(blocked),
            skipped=len(jobs.ids) - len(self._mine) + self._gone,
        )

    def _give_back(self, ids: Sequence[int], said: str) -> None:
        """Let jobs be tried again soon; they say why."""
        if ids:
            seconds = job_failures.in_use_seconds()
            told = self._call.server.storable(said)
            self._call.execute(rewrap_jobs.GIVE_BACK, ids, [None] * len(ids), seconds, told)

    def _who_is_in_the_way(self) -> str:
        holders = self._call.server.holders(key_wrappers.LOCK_UNCHANGED)
        detail = f"It may be that of {holders}." if holders else None
        return job_failures.said(
            Blocked(
                "the wrapper was in use by another transaction, or changed by it", detail=detail
            )
        )


def _unused_leg(row: WrapperRow, opened: Opened) -> str | None:
    """Return what a job says of a leg that did not open, where the other one was used."""
    if row.mode != Mode.EITHER or not opened.keys or opened.keys[0] == row.keys[0]:
        return None
    return "leg 1 did not open: the data key is that of leg 2"
