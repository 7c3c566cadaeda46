"""Rows that a call changes: their seals checked before, and renewed when the owner's work ends.

A caller names the rows before it changes them, or says afterwards what they were, and names those
that it made. Where no deployment was made there are no seals, and nothing is done.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kwshared.changes import Change

from kwruntime.call import Call
from kwruntime.crypto.seals import SealedWrapper, SealKeys, legs_in
from kwruntime.errors import KwError, NotAuthentic
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Query, Row
from kwruntime.seals import deployment, events, rows, storing
from kwruntime.seals.pins import Deployment
from kwruntime.seals.rows import StoredRow
from kwruntime.session import Lifetime
from kwruntime.store import sealed_rows
from kwruntime.store.sealed_rows import TABLES
from kwruntime.store.sealed_tables import SealedTable


def renewing(renews: Sequence[bool]) -> dict[str, Any]:
    """Return what was before a rewrap that renewed some legs: those that the present seal names.

    A leg that it kept must be the one that was sealed, or an old leg beside it would be sealed too.
    """
    return {"legs": tuple(renews)}


_Before = StoredRow | dict[str, Any] | None
"""What a row was before it was changed, or what of it was otherwise; null for a row that is new."""


class Changes:
    """The rows that this call changed and did not seal yet."""

    def __init__(self, _: Lifetime) -> None:
        self.named: defaultdict[SealedTable, dict[str, None]] = defaultdict(dict)
        """What rows are found by; several rows may share it."""
        self.before: defaultdict[SealedTable, dict[str, _Before]] = defaultdict(dict)
        """What rows were, by what names one row."""
        self.former: defaultdict[SealedTable, dict[str, int | None]] = defaultdict(dict)
        """The change numbers that rows had."""
        self.keys: SealKeys | None = None
        """Opened before the change, which may close the key that they depend on."""


def is_sealing(call: Call) -> bool:
    """Whether rows get seals."""
    return deployment.current(call) is not None


def changing(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Lock and check rows that are to be changed. Raises ``NotAuthentic``.

    Where the deployment key cannot be opened before the change, they are checked after it.
    """
    named, current = _begin(call, table, keys), deployment.current(call)
    if not named or current is None:
        return
    call.execute(table.lock, named)
    changes = call.of(Changes)
    for row in rows.read(call, table, named):
        changes.former[table][row.key] = row.change_no
        if changes.keys is None:
            changes.before[table][row.key] = row
        else:
            _check(current, changes.keys, row, row)


def changed(call: Call, table: SealedTable, keys: Iterable[object], before: dict[str, Any]) -> None:
    """Note rows that were changed and are locked; ``before`` is what was in place of the change."""
    named = _begin(call, table, keys)
    call.of(Changes).before[table].update(dict.fromkeys(named, before))


def added(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Note rows that are made now."""
    _begin(call, table, keys)


def removed(call: Call, table: SealedTable, gone: Sequence[Row]) -> None:
    """Note rows that were just deleted: ``key`` and the ``change_no`` that each had."""
    if gone:
        former = {row["key"]: row["change_no"] for row in gone}
        _begin(call, table, former)
        call.of(Changes).former[table].update(former)


def _begin(call: Call, table: SealedTable, keys: Iterable[object]) -> list[str]:
    """Note rows, have them sealed when the work ends, and return those that were not noted yet."""
    current = deployment.current(call)
    if current is None:
        return []
    changes = call.of(Changes)
    if changes.keys is None:
        # What is closed now may be opened by the change.
        opened = attempt(lambda: deployment.seal_keys(call, current))
        changes.keys = None if isinstance(opened, KwError) else opened
    call.at_end_of_work(seal_changes)
    known = changes.named[table]
    named = [one for one in dict.fromkeys(map(str, keys)) if one not in known]
    known.update(dict.fromkeys(named))
    return named


def use_other_key(call: Call) -> None:
    """Have what this call changes sealed by the key that is in force from now on."""
    call.of(Changes).keys = None


def noted(call: Call, query: Query, *args: object) -> None:
    """Run a query that adds rows to kw.entity_fields, and note them."""
    added(call, sealed_rows.FIELDS, [row["id"] for row in call.execute(query, *args)])


@contextmanager
def fields_of(call: Call, *entities: str) -> Iterator[None]:
    """Have rows of kw.entity_fields changed: those of entities."""
    with _all_of(call, sealed_rows.FIELDS, sealed_rows.FIELDS_OF, entities):
        yield


@contextmanager
def grants_of(call: Call, *entities: str) -> Iterator[None]:
    """Have rows of kw.field_grants changed: those of entities; of none: any."""
    with _all_of(call, sealed_rows.GRANTS, sealed_rows.GRANTS_OF, entities):
        yield


@contextmanager
def _all_of(
    call: Call, table: SealedTable, of_entities: Query, entities: tuple[str, ...]
) -> Iterator[None]:
    if not is_sealing(call):
        yield
        return
    changing(call, table, [row["id"] for row in call.execute(of_entities, list(entities))])
    yield
    added(call, table, [row["id"] for row in call.execute(of_entities, list(entities))])


def seal_changes(call: Call) -> None:
    """Check what was there before, and seal every row that this call changed or made."""
    current = deployment.current(call)
    changes = call.of(Changes)
    if current is None:
        return
    if changes.keys is None:
        call.forget_epoch()
        changes.keys = deployment.seal_keys(call, current)
    for table in TABLES:
        named, before = changes.named.pop(table, None), changes.before.pop(table, {})
        if not named:
            continue
        found = rows.read(call, table, list(named))
        for row in found:
            _check(current, changes.keys, row, before.get(row.key))
        _store(call, changes.keys, table, found, changes.former.pop(table, {}))
    changes.keys = None


def _store(
    call: Call,
    keys: SealKeys,
    table: SealedTable,
    found: Sequence[StoredRow],
    former: dict[str, int | None],
) -> None:
    """Seal rows as they are, and log those that are gone."""
    gone = {key: former[key] for key in former.keys() - {row.key for row in found}}
    events.note_changes(
        call,
        keys,
        [Change(table.number, *table.place(key), old, 0) for key, old in gone.items() if old],
    )
    # A row that took the place of one that is gone carries its number along.
    moved = {row.key: 0 for row in found if row.change_no in gone.values()}
    changed = [row for row in found if not row.has_seal_by(keys)]
    storing.store(call, keys, table, changed, moved | former)


def _check(current: Deployment, keys: SealKeys, row: StoredRow, before: _Before) -> None:
    """Raise ``NotAuthentic`` unless what a row was before matched its seal."""
    if before is None:
        return
    was = before if isinstance(before, StoredRow) else _was(row, before)
    if not was.is_accepted(keys, is_required=current.is_sealed):
        raise broken(was)


def _was(row: StoredRow, before: dict[str, Any]) -> StoredRow:
    """Return a wrapper as it was before its change."""
    sealed = row.sealed
    if isinstance(sealed, SealedWrapper):
        others = {name: value for name, value in before.items() if name != "legs"}
        sealed = sealed._replace(**others)
        renews = before.get("legs")
        if renews:
            old = legs_in(row.seal or b"")
            pairs = zip(old, sealed.legs, renews, strict=False)
            legs = tuple(then if renewed else now for then, now, renewed in pairs)
            sealed = sealed._replace(legs=legs) if len(old) == len(renews) else None
    return row._replace(sealed=sealed)


def broken(row: StoredRow) -> NotAuthentic:
    """Return the error of a row whose seal is not its own."""
    return NotAuthentic(
        f"{row.label} " + ("does not match its seal" if row.seal else "has no seal"),
        hint="Use kw.check_seals to find all such rows. Restore them from a backup, or ask a "
        "superuser to use kw.accept_rows.",
    )
