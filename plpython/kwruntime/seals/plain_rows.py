"""The rows of the direct lane checked against their seals, many at once, as they were read.

What does not match is left to the ordinary way, which refuses it. Runs as the owner.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from kwruntime.call import Call
from kwruntime.crypto.seals import BindingFrame, WrapperFrame
from kwruntime.keys.plain import Check, Named
from kwruntime.postgres.query import Row
from kwruntime.seals.checking import Checks
from kwruntime.session import Epoch
from kwruntime.store import sealed_rows

_NOBODY = (None, None, None)
_REFUSED = b""
_Seals = Sequence[bytes | None]
_Fits = Callable[[tuple[Any, ...], Sequence[int]], bool]
"""Whether those of rows match their seals that have something in common."""
_T = TypeVar("_T")


class PolicyNames:
    """The names of policies by their ids; a policy keeps its name."""

    def __init__(self, _: Epoch) -> None:
        self.known: dict[int, str] = {}

    def name(self, call: Call, policy: int | None) -> str | None:
        """Return the name as seals have it."""
        if policy is None:
            return None
        if policy not in self.known:
            for row in call.execute(sealed_rows.POLICY_NAMES):
                self.known[row["id"]] = row["name"]
        return self.known.get(policy, str(policy))


def check_of_wrappers(call: Call, checks: Checks, row: Row) -> Check:
    """Return what checks wrappers that were read as ``SEALED_PLAIN_BY_UUID`` reads them."""
    return _Columns(call, checks, row).check_wrappers


def check_of_bindings(call: Call, checks: Checks, row: Row, field: str | None) -> Check:
    """Return what checks bindings of a field and their wrappers.

    They were read as ``SEALED_PLAIN_BINDINGS`` reads them.
    """
    columns = _Columns(call, checks, row)

    def check(places: Sequence[int], named: Named) -> _Seals:
        refused = columns.refused_bindings(places, named, field)
        seals = columns.check_wrappers(places, named)
        if not refused:
            return seals
        return [_REFUSED if at in refused else seal for at, seal in enumerate(seals)]

    return check


class _Columns:
    """Rows as they were read: a list a column."""

    def __init__(self, call: Call, checks: Checks, row: Row) -> None:
        self._call = call
        self._checks = checks
        self._row = row

    def check_wrappers(self, places: Sequence[int], named: Named) -> _Seals:
        """Return the seals of wrappers whose tags are theirs; those of others are empty."""
        stored, *alike = self._at(places, "wrapper_seals", "statuses", "policies")
        if "owners" in self._row:
            alike += self._at(places, "owners", "owner_names", "installations")

        def fit(common: tuple[Any, ...], at: Sequence[int]) -> bool:
            status, policy, *owner = common
            name = self._call.epoch.of(PolicyNames).name(self._call, policy)
            frame = WrapperFrame.of(status, name, owner or _NOBODY)
            return self._checks.keys.are_wrappers(_of(stored, at), frame, _of(named, at))

        refused = self._refused(stored, alike, fit)
        if not refused:
            return stored
        return [_REFUSED if at in refused else one for at, one in enumerate(stored)]

    def refused_bindings(self, places: Sequence[int], named: Named, field: str | None) -> set[int]:
        """Return which of the bindings at places do not match their seals."""
        stored, *alike = self._at(places, "binding_seals", "names_field", "suites_of_bindings")
        columns = self._at(places, "ids", "pks", "generations")
        columns.append([wrapper for wrapper, _ in named])

        def fit(common: tuple[Any, ...], at: Sequence[int]) -> bool:
            names_field, suite = common
            bound = field if names_field else None
            frame = BindingFrame.of("live", False, self._row["entity"], bound, suite)
            its = (_of(column, at) for column in columns)
            return self._checks.keys.are_bindings(_of(stored, at), frame, *its)

        return self._refused(stored, alike, fit)

    def _at(self, places: Sequence[int], *names: str) -> list[Sequence[Any]]:
        return [_of(self._row[name], places) for name in names]

    def _refused(self, stored: _Seals, alike: Sequence[Sequence[Any]], fit: _Fits) -> set[int]:
        """Return which of rows do not match their seals: all at once, or one by one."""
        there: Sequence[int] = range(len(stored))
        refused: set[int] = set()
        if None in stored:
            there = [at for at in there if stored[at] is not None]
            if self._checks.is_required:
                refused = {*range(len(stored))}.difference(there)
        for common, at in _alike(alike, there):
            if not fit(common, at):
                refused.update(one for one in at if not fit(common, [one]))
        return refused


def _of(column: Sequence[_T], at: Sequence[int]) -> Sequence[_T]:
    """Return what a column has at some places, in order."""
    return column if len(at) == len(column) else [column[one] for one in at]


def _alike(
    columns: Sequence[Sequence[Any]], places: Sequence[int]
) -> Iterable[tuple[tuple[Any, ...], Sequence[int]]]:
    """Return places by what is the same in columns: often that is so of all."""
    if all(len(set(column)) == 1 for column in columns):
        return [(tuple(column[0] for column in columns), places)] if places else ()
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place in places:
        groups[tuple(column[place] for column in columns)].append(place)
    return groups.items()
