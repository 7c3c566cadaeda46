"""The rows of a statement, written to the table: bound, encrypted and stored together.

Runs with the rights of the caller, who needs the same privileges of the table and its fields as by
hand. It first reads by the snapshot of the statement, then encrypts, then writes in a function that
is VOLATILE.
"""

from collections.abc import Sequence
from typing import Any

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, OldSnapshot
from kwruntime.fields import bindings, blind_indexes, encryption, names, usage
from kwruntime.fields.blind_indexes import IndexOf
from kwruntime.postgres.query import Query, Row
from kwruntime.store import view_writes
from kwruntime.store.view_layouts import Column, Layout
from kwruntime.store.view_writes import RUN_VALUES
from kwruntime.views.frames import Frame

_MAX_VALUE_BYTES = 500_000_000  # as of every value


class Batch:
    """Rows as texts, and of each its keys, its marks and the values of its fields."""

    def __init__(
        self, layout: Layout, olds: list[str], news: list[str], arrays: list[list[str | None]]
    ) -> None:
        self._layout = layout
        self.olds = olds
        self.news = news
        self.keys, marks, *self._values = arrays
        self.marks = [mark or "" for mark in marks]

    def of(self, place: int) -> list[str | None]:
        """Return the values of a column."""
        return self._values[self._layout.read.index(place)]

    def some(self, numbers: Sequence[int]) -> "Batch":
        """Return a part of it."""
        arrays: list[Sequence[str | None]] = [self.keys, self.marks, *self._values]
        picked = [[array[number] for number in numbers] for array in arrays]
        olds = [self.olds[number] for number in numbers] if self.olds else []
        return Batch(self._layout, olds, [self.news[number] for number in numbers], picked)


def upsert(call: Call, view: str, layout: Layout, given: str, places: tuple[int, ...]) -> int:
    """Write rows of JSON that have the columns of those places; return how many."""
    (row,) = call.server.seen(RUN_VALUES, view_writes.rows_of(view), [given], None)
    news = row["found"] or []
    query = view_writes.query(layout, "values of INSERT", view, ())
    (row,) = call.server.seen(RUN_VALUES, query.text, [], news)
    batch = Batch(layout, [], news, row["found"])
    _refuse_computed(layout, places)
    _refuse_without_tenant(layout, places)
    _bind(call, layout, batch, places)
    ciphertexts = _ciphertexts(call, layout, batch, places)
    written = view_writes.query(layout, "upsert", view, places)
    return len(_bound(layout, batch, _in_writer(call, written, news, *ciphertexts)))


def write(call: Call, frame: Frame) -> str | None:
    """Write the rows of a frame; return the row that was stored, where each is written alone."""
    olds, news = frame.take()
    if not olds and not news:
        return None
    if frame.operation == "INSERT":
        stored = _insert(call, frame, _batch(call, frame, [], news))
    elif frame.operation == "UPDATE":
        stored = _update(call, frame, olds, news)
    else:
        stored = _delete(call, frame, olds)
    return stored[0]["stored"] if stored and frame.layout.each_row else None


def _batch(call: Call, frame: Frame, olds: list[str], news: list[str]) -> Batch:
    query = view_writes.query(frame.layout, f"values of {frame.operation}", frame.view, ())
    (row,) = call.server.seen(RUN_VALUES, query.text, olds, news)
    return Batch(frame.layout, olds, news, row["found"])


def _insert(call: Call, frame: Frame, batch: Batch) -> list[Row]:
    layout = frame.layout
    there = _marked(batch.marks)
    _refuse_computed(layout, there)
    written = [
        place
        for place, one in enumerate(layout.columns)
        if not one.is_computed and (place in there or not one.may_be_left_out)
    ]
    _bind(call, layout, batch, written)
    ciphertexts = _ciphertexts(call, layout, batch, written)
    query = view_writes.query(layout, "insert", frame.view, tuple(written))
    return _bound(layout, batch, _in_writer(call, query, batch.news, *ciphertexts))


def _update(call: Call, frame: Frame, olds: list[str], news: list[str]) -> list[Row]:
    versions = _versions(call, frame, olds)
    # As for a table, the first change of a row counts where a join gives several.
    first = {version: number for number, version in reversed(list(enumerate(versions)))}
    batch = _batch(call, frame, olds, news)
    groups: dict[tuple[int, ...], list[int]] = {}
    for number in sorted(first.values()):
        changed = _changed(frame.layout, batch, number)
        if changed or frame.layout.each_row:
            groups.setdefault(changed, []).append(number)
    stored: list[Row] = []
    for changed, numbers in groups.items():
        part = batch.some(numbers)
        _refuse_computed(frame.layout, changed)
        _bind(call, frame.layout, part, changed)
        ciphertexts = _ciphertexts(call, frame.layout, part, changed)
        written = changed or (frame.layout.unharmed,)  # the table's triggers run in any case
        query = view_writes.query(frame.layout, "update", frame.view, written)
        found = [versions[number] for number in numbers]
        written_rows = _checked(call, frame, query, part.olds, found, part.news, *ciphertexts)
        stored += _bound(frame.layout, part, written_rows)
    return stored


def _delete(call: Call, frame: Frame, olds: list[str]) -> list[Row]:
    versions = _versions(call, frame, olds)
    first = {version: number for number, version in reversed(list(enumerate(versions)))}
    numbers = sorted(first.values())
    query = view_writes.query(frame.layout, "delete", frame.view, ())
    found = [versions[number] for number in numbers]
    return _checked(call, frame, query, [olds[number] for number in numbers], found)


def _versions(call: Call, frame: Frame, olds: list[str]) -> list[str]:
    """Return the version of each row that the statement saw."""
    rows = call.server.seen(view_writes.query(frame.layout, "find", frame.view, ()), olds)
    found = {row["n"]: row["version"] for row in rows}
    if len(found) < len(olds):
        raise _changed_meanwhile(frame)
    return [found[number] for number in range(1, len(olds) + 1)]


def _checked(
    call: Call, frame: Frame, query: Query, olds: list[str], versions: list[str], *more: Any
) -> list[Row]:
    """Write rows, all of them as the versions that the statement saw, or raise.

    A trigger of the table may keep a row as it is.
    """
    given = (more[0], versions, *more[1:]) if more else (versions,)
    written = _in_writer(call, query, olds, *given)
    if len(written) < len(olds):
        unchanged = view_writes.query(frame.layout, "unchanged", frame.view, ())
        (row,) = _in_writer(call, unchanged, olds, versions)
        if len(written) + row["kept"] < len(olds):
            raise _changed_meanwhile(frame)
    return written


def _in_writer(call: Call, query: Query, *args: Any) -> list[Row]:
    return call.server.write_as_caller(lambda: call.server.seen(query, *args))


def _bound(layout: Layout, batch: Batch, written: list[Row]) -> list[Row]:
    """Return rows that were stored; raises ``Conflict`` if their ciphertexts are of another key."""
    if not {row["pk"] for row in written} <= {None, *batch.keys}:
        raise Conflict(
            f"table {layout.base} stored another primary key than the one given: "
            "the ciphertexts of the row are bound to the one given",
            hint="Change the trigger so that it keeps the key, and use a default for the key.",
        )
    return written


def _changed_meanwhile(frame: Frame) -> OldSnapshot:
    return OldSnapshot(
        f"could not serialize access: a row of {frame.layout.base} was changed after the "
        f"{frame.operation} began",
        hint="Repeat the transaction.",
    )


def _marked(marks: Sequence[str]) -> set[int]:
    """Return the places that have a mark in any row."""
    every = set(marks)
    return {place for mark in every for place, one in enumerate(mark) if one == "1"}


def _refuse_computed(layout: Layout, places: Any) -> None:
    for place in places:
        one = layout.columns[place]
        if one.is_computed:
            raise BadArgument(
                f"column {one.name} cannot be set: the table computes it",
                hint="Leave the column out.",
            )


def _refuse_without_tenant(layout: Layout, places: Sequence[int]) -> None:
    """Refuse rows that have a value and not its tenant, or the reverse: the rest is not known."""
    for place in layout.fields:
        tenant = layout.place_of(layout.columns[place].tenant)
        if tenant is not None and (place in places) != (tenant in places):
            raise BadArgument(
                f"column {layout.columns[place].name} requires {layout.columns[tenant].name}, "
                "and the reverse: the tenant decides the token",
                hint="Give both, or neither.",
            )


def _changed(layout: Layout, batch: Batch, number: int) -> tuple[int, ...]:
    """Return the places of the columns of a row that are to be written."""
    changed = _marked([batch.marks[number]])
    if not changed.isdisjoint(layout.key_places):
        if any(layout.columns[place].has_own_keys for place in layout.fields):
            raise Conflict(
                f"cannot change the primary key of {layout.base} through a protected view: "
                "data keys are bound to it",
                hint="Change it in the table, and use kw.rebind and kw.reencrypt.",
            )
        changed.update(_with_values(layout.fields, batch, number))  # bound to the key
    of_tenant = [
        place for place in layout.fields if layout.place_of(layout.columns[place].tenant) in changed
    ]
    changed.update(_with_values(of_tenant, batch, number))  # their tokens are of the tenant
    return tuple(sorted(changed))


def _with_values(places: Sequence[int], batch: Batch, number: int) -> list[int]:
    """Return the places of fields that have a value in a row."""
    return [place for place in places if batch.of(place)[number] is not None]


def _bind(call: Call, layout: Layout, batch: Batch, places: Sequence[int]) -> None:
    """Bind new keys of rows and cells, of those that have a value."""
    entity = names.of_stored(layout.entity)
    wanted: dict[str | None, set[str]] = {}
    for place in layout.fields:
        one = layout.columns[place]
        if place in places and one.has_own_keys:
            field = one.field if one.key_scope == "cell" else None
            keys = zip(batch.keys, batch.of(place), strict=True)
            used = {key for key, value in keys if value is not None and key is not None}
            wanted.setdefault(field, set()).update(used)
    for field, used in wanted.items():
        if used:
            _bind_field(call, entity, field, sorted(used))


def _bind_field(call: Call, entity: names.Entity, field: str | None, pks: list[str]) -> None:
    call.as_owner(lambda: bindings.bind(call, entity, pks, field, None))


def _ciphertexts(
    call: Call, layout: Layout, batch: Batch, places: Sequence[int]
) -> list[list[bytes | None]]:
    """Return the arrays of ciphertexts, and tokens, of the fields that are written."""
    arrays: list[list[bytes | None]] = []
    for place in places:
        one = layout.columns[place]
        if one.field is not None:
            arrays.append(_encrypted(call, layout, one, batch.keys, batch.of(place)))
            if one.token is not None:
                arrays.append(_tokens(call, layout, batch, place, next_key=False))
            if one.next_token is not None:
                arrays.append(_tokens(call, layout, batch, place, next_key=True))
    return arrays


def _encrypted(
    call: Call,
    layout: Layout,
    column: Column,
    pks: list[str | None],
    values: list[str | None],
) -> list[bytes | None]:
    entity, field = names.of_stored(layout.entity), column.field
    plain = [
        None if one is None else bytes.fromhex(one) if column.is_bytes else one.encode()
        for one in values
    ]
    if any(one is not None and len(one) > _MAX_VALUE_BYTES for one in plain):
        raise BadArgument(f"value of column {column.name} is larger than 500 MB")
    sealed = call.read_as_owner(lambda: encryption.encrypt(call, entity, field, pks, plain))
    usage.count(call)
    return sealed


def _tokens(
    call: Call, layout: Layout, batch: Batch, place: int, *, next_key: bool
) -> list[bytes | None]:
    """Return the tokens of the values of a field, each by the index of its row's tenant."""
    column, values = layout.columns[place], batch.of(place)
    tenant_place = layout.place_of(column.tenant)
    tenants = [None] * len(values) if tenant_place is None else batch.of(tenant_place)
    by_tenant: dict[str | None, list[int]] = {}
    for number, value in enumerate(values):
        if value is not None:
            by_tenant.setdefault(tenants[number], []).append(number)
    tokens: list[bytes | None] = [None] * len(values)
    for tenant, numbers in by_tenant.items():
        given = [values[number] for number in numbers]
        index = IndexOf(names.of_stored(layout.entity), str(column.field), tenant)
        made = blind_indexes.read_tokens(call, index, given, next_key=next_key)
        for number, token in zip(numbers, made, strict=True):
            tokens[number] = token
    return tokens
