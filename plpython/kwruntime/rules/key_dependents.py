"""What needs KMS keys, and whether another leg would still open it. Runs as the owner.

Wrappers that are alike are counted and judged once. So are those below a branch or KEM key.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.postgres.query import Row
from kwruntime.rules.destroyed_keys import Destroyed
from kwruntime.store import key_dependents

WRAPPER, LAYER, BRANCH = "wrapper", "layer", "branch"
SEALED, SIGNING = "sealed private key", "signing key"
POLICY, JOB = "policy", "job"


class Dependent(NamedTuple):
    """A row of kw.key_dependents: what needs a key. ``objects`` are alike; one is named."""

    kind: str
    object_id: int | None
    name: str | None
    status: str | None
    mode: str | None = None
    kms_key_ids: tuple[int, ...] | None = None
    objects: int = 1
    opens_without: bool | None = None
    """Whether other keys would still open it. Null for what is not opened."""
    below: int | None = None
    """Of a branch or KEM key: how many wrappers depend on it."""
    below_closed: int | None = None
    """How many of these nothing else would open."""

    @property
    def needs_key(self) -> bool:
        """Whether the key has to stay for it. A private key that is not used again needs none."""
        if self.kind == SIGNING:
            return self.status == "active"
        if self.kind == SEALED:
            return self.status == "active" or bool(self.below)
        return self.kind != POLICY  # one may go on naming a key that is not chosen

    @property
    def row(self) -> Row:
        """The row as PL/Python returns it."""
        keys = None if self.kms_key_ids is None else list(self.kms_key_ids)
        return {**self._asdict(), "kms_key_ids": keys}


class Found(NamedTuple):
    """The dependents of keys, and when something was last wrapped under these."""

    dependents: list[Dependent]
    wrapped_at: int | None
    """Microseconds since 1970; null if nothing is wrapped under them, or at unknown times."""
    has_unknown_times: bool

    def of_kind(self, *kinds: str) -> list[Dependent]:
        """Return those of some kinds."""
        return [one for one in self.dependents if one.kind in kinds]


class _Alike(NamedTuple):
    """Wrappers that are alike: of the same keys, mode and status."""

    row: Row
    legs: tuple[int, ...]
    layers: tuple[int, ...]
    opens: bool

    @property
    def keys(self) -> set[int]:
        return {*self.legs, *self.layers}


class _Below:
    """How many wrappers depend on each branch and KEM key that a key has below it."""

    def __init__(self, rows: Iterable[Row], wrappers: Iterable[_Alike]) -> None:
        self._tops: dict[int, set[int]] = {}
        for row in rows:
            self._tops.setdefault(row["id"], set()).add(row["top_id"])
        self._all: dict[int, int] = {}
        self._closed: dict[int, int] = {}
        for alike in wrappers:
            tops = set[int]().union(*(self._tops.get(key_id, ()) for key_id in alike.keys))
            for top in tops:
                self._all[top] = self._all.get(top, 0) + alike.row["wrappers"]
                if not alike.opens:
                    self._closed[top] = self._closed.get(top, 0) + alike.row["wrappers"]

    def of(self, key_id: int | None) -> tuple[int, int]:
        """Return how many depend on a key, and how many of these nothing else opens."""
        return self._all.get(key_id or 0, 0), self._closed.get(key_id or 0, 0)


def find(call: Call, key_ids: Collection[int]) -> Found:
    """Return what needs one of the keys directly, and counts of what is below."""
    wanted = sorted(key_ids)
    destroyed = Destroyed(call, wanted)
    below = call.execute(key_dependents.BELOW, wanted)
    under = sorted({*wanted, *(row["id"] for row in below)})
    alike = [_judged(destroyed, row) for row in call.execute(key_dependents.WRAPPERS_UNDER, under)]
    counts = _Below(below, alike)
    direct = [one for one in alike if one.keys & set(wanted)]
    sealed = call.execute(key_dependents.SEALED_KEYS, wanted)
    signing = call.execute(key_dependents.SIGNING_KEYS, wanted)
    times = [time for one in direct for time in _times(one, set(wanted))]
    known = [row["wrapped"] for row in (*sealed, *signing)]
    known += [time for time in times if time is not None]
    return Found(
        [
            *_wrappers(direct, set(wanted)),
            *_branches(direct, counts),
            *(_private_key(SEALED, row, *counts.of(row["id"])) for row in sealed),
            *(_private_key(SIGNING, row, None, None) for row in signing),
            *_policies(call, wanted),
            *_jobs(call, wanted),
        ],
        max(known, default=None),
        None in times,
    )


def _judged(destroyed: Destroyed, row: Row) -> _Alike:
    keys = row["kms1_key_id"], row["kms2_key_id"]
    legs = tuple(key_id for key_id in keys if key_id is not None)
    layers = tuple(row["layers"] or ())
    return _Alike(row, legs, layers, destroyed.leaves(row["mode"], legs, layers))


def _times(alike: _Alike, wanted: set[int]) -> Iterator[int | None]:
    """Yield when what is under the keys was last wrapped; None for times that are not known."""
    is_layer = not wanted.isdisjoint(alike.layers)
    for number, key_id in enumerate(alike.legs, 1):
        # A layer is sealed when leg 1 is wrapped, or before.
        if key_id in wanted or (is_layer and number == 1):
            time = alike.row[f"wrapped{number}"]
            if time is not None:
                yield time
            if alike.row[f"unknown{number}"]:
                yield None


def _wrappers(direct: Iterable[_Alike], wanted: set[int]) -> list[Dependent]:
    """Return rows of wrappers that are not branches: those that differ in their layers are one."""
    found: dict[tuple[object, ...], Dependent] = {}
    for alike in direct:
        row = alike.row
        if row["branch"] is not None:
            continue
        kind = LAYER if wanted.isdisjoint(alike.legs) else WRAPPER
        one = Dependent(
            *(kind, row["id"], row["wrapper_uuid"], row["status"], row["mode"], alike.legs),
            objects=row["wrappers"],
            opens_without=alike.opens,
        )
        like = one._replace(object_id=None, name=None, objects=0)
        before = found.get(like)
        found[like] = (
            one if before is None else before._replace(objects=before.objects + one.objects)
        )
    return list(found.values())


def _branches(direct: Iterable[_Alike], counts: _Below) -> Iterator[Dependent]:
    for alike in direct:
        row = alike.row
        if row["branch"] is not None:
            below, closed = counts.of(row["branch_key"])
            yield Dependent(
                *(BRANCH, row["branch_key"], row["wrapper_uuid"], row["status"], row["mode"]),
                kms_key_ids=alike.legs,
                opens_without=alike.opens,
                below=below,
                below_closed=closed,
            )


def _private_key(kind: str, row: Row, below: int | None, closed: int | None) -> Dependent:
    return Dependent(
        *(kind, row["id"], row["name"], row["status"]),
        opens_without=False,
        below=below,
        below_closed=closed,
    )


def _policies(call: Call, wanted: list[int]) -> Iterator[Dependent]:
    for row in call.execute(key_dependents.POLICIES, wanted):
        yield Dependent(POLICY, row["id"], row["name"], None, row["mode"])


def _jobs(call: Call, wanted: list[int]) -> Iterator[Dependent]:
    for row in call.execute(key_dependents.JOBS, wanted):
        yield Dependent(JOB, row["id"], None, row["status"], objects=row["jobs"])
