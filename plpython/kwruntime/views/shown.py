"""What a protected view shows: the columns of a table, and its protected fields decrypted.

It is read from the catalogs, for a new view, for one that is made again, and to compare.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, NotFound
from kwruntime.fields import protected_fields, protections
from kwruntime.fields.names import Entity
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import identifier, literal
from kwruntime.store.protected_fields import Field
from kwruntime.store.view_definitions import COLUMNS, KEY, RENAMED_TYPES, TABLE
from kwruntime.store.view_layouts import Column, Layout, bare


class Owned(NamedTuple):
    """A table, and its protected fields."""

    entity: Entity
    relation: int
    fields: list[Field]
    hidden: frozenset[str] = frozenset()
    """Columns that no view shows: those that are there only while a column is protected."""


class Shown(NamedTuple):
    """A table, its columns, and its protected fields by the column of the ciphertexts."""

    entity: Entity
    relation: int
    table: Row
    columns: list[Row]
    key: list[str]
    fields: dict[str, Field]

    def name(self, row: Row) -> str:
        """Return the name that a column has in the view."""
        found = self.fields.get(row["name"])
        return str(row["name"]) if found is None else found.name


class Made(NamedTuple):
    """A view as it was made: its oid, and what its triggers carry."""

    id: int
    layout: Layout


class Again(NamedTuple):
    """What a view shows when it is made again, and what it showed before."""

    shown: Shown
    before: dict[int, Column]
    """The columns that are there still, by their numbers."""
    columns: list[str] | None
    """The columns that were chosen."""


def of_entity(call: Call, entity: Entity, relation: int) -> Owned:
    """Return the table of an entity. Runs as the owner."""
    passing = protections.passing(call, entity)
    hidden = {row["name"] for row in passing if not row["is_field"]}
    on_their_way = {row["name"] for row in passing if row["is_field"]}
    fields = [
        one for one in protected_fields.of_entity(call, entity) if one.name not in on_their_way
    ]
    return Owned(entity, relation, fields, frozenset(hidden))


def of_new(call: Call, owned: Owned, columns: list[str] | None) -> Shown:
    """Return what a new view shows: every column, or those that are chosen."""
    every = call.server.seen(COLUMNS, owned.relation)
    shown = _shown(call, owned, every, [])
    if columns is None:
        return shown
    by_name = {shown.name(row): row for row in shown.columns}
    for name in columns:
        if name not in by_name:
            raise NotFound(f'column "{name}" of table {owned.entity.name} does not exist')
    chosen = [by_name[name] for name in dict.fromkeys(columns)]
    if any(row["is_key"] and row not in chosen for row in shown.columns):
        raise BadArgument(f"columns must include the primary key of {owned.entity.name}")
    return shown._replace(columns=chosen)


def again(
    call: Call,
    owned: Owned,
    made: Made,
    columns: list[str] | None,
    add: Sequence[str],
) -> Again:
    """Return what a view shows when it is made again: its columns where they were, new ones last.

    ``columns``: whether it shows chosen columns only, and those of ``add``.
    """
    every = call.server.seen(COLUMNS, owned.relation)
    numbered = _numbered(made.layout, owned.relation, every)
    given = [one.name for one in owned.fields], [one.value_type for one in owned.fields]
    types = {row["name"]: row["type"] for row in call.server.seen(RENAMED_TYPES, made.id, *given)}
    fields = [
        _following(one, every, numbered)._replace(value_type=types.get(one.name, one.value_type))
        for one in owned.fields
    ]
    shown = _shown(call, owned._replace(fields=fields), every, numbered)
    place = _places(shown, numbered)
    ordered = sorted(
        shown.columns, key=lambda row: (place.get(row["number"], len(place)), row["number"])
    )
    if columns is not None:
        ordered = [row for row in ordered if row["number"] in place or row["name"] in add]
        columns = [shown.name(row) for row in ordered]
    shown = shown._replace(columns=ordered)
    return Again(shown, {one.number: one for one in numbered}, columns)


def _places(shown: Shown, former: Sequence[Column]) -> dict[int, int]:
    """Return where columns were, by their numbers.

    An encrypted column that took the name of a plaintext column takes its place, too.
    """
    by_name = {shown.name(row): int(row["number"]) for row in shown.columns}
    there = set(by_name.values())
    numbers = [one.number if one.number in there else by_name.get(one.bare_name) for one in former]
    return {number: at for at, number in enumerate(numbers) if number is not None}


def _check_names(entity: Entity, columns: list[Row]) -> None:
    """Raise ``BadArgument`` for names that statements of views give to columns of their own."""
    for row in columns:
        if row["name"].startswith("?"):
            raise BadArgument(
                f"column {row['quoted']} of {entity.name} cannot be shown by a protected view",
                hint="Rename it: its name must not begin with a question mark.",
            )


def _shown(call: Call, owned: Owned, every: list[Row], former: Sequence[Column]) -> Shown:
    entity, fields = owned.entity, owned.fields
    _check_names(entity, every)
    tables = call.server.seen(TABLE, owned.relation)
    if not tables:
        raise BadArgument(f"{entity.name} is not a table")
    if not fields:
        raise NotFound(
            f"table {entity.name} has no protected field",
            hint="Set them with kw.set_protected_field.",
        )
    there = {row["name"] for row in every}
    for field in fields:
        for name in (field.ciphertext_column, field.token_column, field.tenant_column):
            if name is not None and name not in there:
                raise NotFound(f'column "{name}" of table {entity.name} does not exist')
    by_column = {one.ciphertext_column: one for one in fields}
    key = call.server.seen(KEY, owned.relation)[0]["key"]
    _check_key(entity, every, by_column)
    stay = {one.number for one in former}  # PostgreSQL takes no column out of a view
    hidden = {one.next_token_column for one in fields}
    fields_there = {
        name: one if one.next_token_column in there else one._replace(next_token_column=None)
        for name, one in by_column.items()
    }
    columns = [
        row
        for row in every
        if row["name"] not in owned.hidden and (row["name"] not in hidden or row["number"] in stay)
    ]
    return Shown(entity, owned.relation, tables[0], columns, key, fields_there)


def _numbered(former: Layout, relation: int, every: list[Row]) -> list[Column]:
    """Return the columns of a layout with the numbers that they have in the table.

    A restore makes another table, whose columns have other numbers and the same names. So does a
    rotation of a blind index, which exchanges the names of two columns.
    """
    numbers = {row["quoted"]: row["number"] for row in every}
    by_number = former.relation == relation
    exchanged = {
        numbers[one.base]: one.number
        for one in former.columns
        if one.is_token and one.base in numbers
    }
    numbered = []
    for one in former.columns:
        if one.is_token or not by_number:
            number = numbers.get(one.base, one.number if by_number else None)
        else:
            number = exchanged.get(one.number, one.number)
        if number is not None:
            numbered.append(one._replace(number=number))
    return numbered


def _following(field: Field, every: list[Row], former: Sequence[Column]) -> Field:
    """Return a field with the present names of columns that were renamed since."""
    there = {row["number"]: row["name"] for row in every}
    renamed = {
        bare(one.base): there[one.number]
        for one in former
        if one.number in there and bare(one.base) not in there.values()
    }
    return field._replace(
        ciphertext_column=renamed.get(field.ciphertext_column, field.ciphertext_column),
        token_column=renamed.get(field.token_column or "", field.token_column),
        tenant_column=renamed.get(field.tenant_column or "", field.tenant_column),
    )


def _check_key(entity: Entity, columns: list[Row], protected: dict[str, Field]) -> None:
    keys = [row for row in columns if row["is_key"]]
    if not keys:
        raise BadArgument(
            f"table {entity.name} has no primary key", hint="Protected views require one."
        )
    for row in keys:
        if not row["can_be_key"] or row["name"] in protected:
            raise BadArgument(
                f"primary key column {row['quoted']} of {entity.name} cannot be used "
                "by a protected view",
                hint="Use integers, uuid, text, numeric, boolean or an enum.",
            )


def layout(shown: Shown) -> Layout:
    """Return the layout of a view."""
    tokens = {one.token_column for one in shown.fields.values()}
    tokens |= {one.next_token_column for one in shown.fields.values()}
    columns = [_column(shown, row, is_token=row["name"] in tokens) for row in shown.columns]
    each_row = any(row["is_generated"] for row in shown.columns)
    made = Layout(
        shown.entity.name,
        shown.table["quoted"],
        shown.key,
        columns,
        each_row=each_row,
        relation=shown.relation,
    )
    for place in made.fields:
        tenant = columns[place].tenant
        if tenant is not None and made.place_of(tenant) is None:
            raise BadArgument(
                f"columns must include {tenant}, the tenants of field {columns[place].name}"
            )
    return made


def _column(shown: Shown, row: Row, *, is_token: bool) -> Column:
    field, base = shown.fields.get(row["name"]), row["quoted"]
    if field is None:
        return Column(
            base,
            base,
            value_type=row["type"],
            is_computed=row["is_generated"] or is_token,
            may_be_left_out=row["may_be_left_out"],
            number=row["number"],
            is_token=is_token,
        )
    return Column(
        base if field.name == row["name"] else identifier(field.name),
        base,
        field.name,
        field.value_type,
        field.key_scope,
        _quoted_column(field.token_column),
        may_be_left_out=row["may_be_left_out"],
        number=row["number"],
        tenant=_quoted_column(field.tenant_column),
        next_token=_quoted_column(field.next_token_column),
    )


def _quoted_column(name: str | None) -> str | None:
    return None if name is None else identifier(name)


def values(shown: Shown, made: Layout, *, shredded_as_null: bool) -> list[str]:
    """Return the expression of each column of a view, of a row of the table that is named b."""
    function = "try_decrypt" if shredded_as_null else "decrypt"
    key = made.entity_pk("b")
    found = []
    for one in made.columns:
        if one.field is None:
            found.append(f"b.{one.base}")
            continue
        place = f"{literal(shown.entity.name)}, {key}, {literal(one.field)}"
        text = "" if one.is_bytes else "_text"
        value = f"kw.{function}{text}({place}, b.{one.base}::bytea)"
        found.append(value if one.is_bytes else f"{value}::{one.value_type}")
    return found
