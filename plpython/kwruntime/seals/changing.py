"""Rows that a call changes: their seals checked before, and renewed when the owner's work ends.

A caller names the rows before it changes them, or says afterwards what they were, and names those
that it made. Where no deployment was made there are no seals, and nothing is done.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from kwruntime.call import Call
from kwruntime.crypto.seals import SealedWrapper, legs_in
from kwruntime.errors import NotAuthentic
from kwruntime.postgres.query import Query
from kwruntime.seals import deployment, rows
from kwruntime.session import Lifetime
from kwruntime.store import sealed_rows
from kwruntime.store.sealed_rows import TABLES, SealedTable

_Before = dict[str, Any] | None
"""What a row was before it was changed, where that is still to be checked."""

OLD_LEGS = {"legs": None}
"""What a rewrap changes: the legs were those that the present seal names."""


class Changes:
    """The keys of rows that this call changed and did not seal yet."""

    def __init__(self, _: Lifetime) -> None:
        self.rows: defaultdict[SealedTable, dict[str, _Before]] = defaultdict(dict)


def is_sealing(call: Call) -> bool:
    """Whether rows get seals."""
    return deployment.current(call) is not None


def changing(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Check rows that are to be changed; they are sealed again. Raises ``NotAuthentic``."""
    current = deployment.current(call)
    if current is None:
        return
    known = call.of(Changes).rows[table]
    first = [one for one in map(str, keys) if one not in known]
    call.execute(table.lock, first)
    seal_keys = deployment.seal_keys(call, current)
    for row in rows.read(call, table, first):
        if (row.seal is not None or current.is_sealed) and not row.is_intact(seal_keys):
            raise broken(row)
    added(call, table, first)


def changed(call: Call, table: SealedTable, keys: Iterable[object], before: dict[str, Any]) -> None:
    """Note rows that were changed and are locked; ``before`` is what was in place of the change."""
    if is_sealing(call):
        known = call.of(Changes).rows[table]
        for one in map(str, keys):
            known.setdefault(one, before)
        call.at_end_of_work(seal_changes)


def added(call: Call, table: SealedTable, keys: Iterable[object]) -> None:
    """Note rows that are made now: they are sealed at the end of the owner's work."""
    if is_sealing(call):
        call.of(Changes).rows[table].update(dict.fromkeys(map(str, keys)))
        call.at_end_of_work(seal_changes)


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
    """Seal every row that this call changed."""
    current = deployment.current(call)
    changes = call.of(Changes).rows
    if current is None or not any(changes.values()):
        return
    seal_keys = deployment.seal_keys(call, current)
    for table in TABLES:
        known = changes.pop(table, None)
        if not known:
            continue
        found = rows.read(call, table, list(known))
        for row in found:
            before = known.get(row.key)
            if before is not None and (row.seal is not None or current.is_sealed):
                was = _was(row, before)
                if not was.is_intact(seal_keys):
                    raise broken(row)
        rows.store(call, seal_keys, table, found)


def _was(row: rows.StoredRow, before: dict[str, Any]) -> rows.StoredRow:
    """Return a row as it was before its change."""
    sealed = row.sealed
    if isinstance(sealed, SealedWrapper):
        legs = legs_in(row.seal or b"") if before == OLD_LEGS else sealed.legs
        others = {name: value for name, value in before.items() if name != "legs"}
        sealed = sealed._replace(legs=legs, **others) if legs else None
    return row._replace(sealed=sealed)


def broken(row: rows.StoredRow) -> NotAuthentic:
    """Return the error of a row whose seal is not its own."""
    return NotAuthentic(
        f"{row.label} " + ("does not match its seal" if row.seal else "has no seal"),
        hint="Restore the row from a backup, or ask a superuser to use kw.accept_rows.",
    )
