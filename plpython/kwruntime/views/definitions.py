"""Protected views created, made again and dropped.

The statements run with the rights of the caller, who owns the table.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, KwError, NotAllowed, NotFound
from kwruntime.fields import access, names, protected_fields
from kwruntime.fields.names import Entity
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import literal
from kwruntime.seals import audit
from kwruntime.store import protected_fields as stored
from kwruntime.store import view_definitions
from kwruntime.store.protected_fields import Field
from kwruntime.store.view_definitions import (
    COLUMNS,
    GRANTEES,
    GRANTS,
    KEY,
    LAYOUT,
    PARSED,
    QUOTED,
    TABLE,
    VIEW_ID,
)
from kwruntime.store.view_layouts import Column, Layout, bare, layout_of


class Shown(NamedTuple):
    """A table, its columns, and its protected fields by the column of the ciphertexts."""

    relation: int
    table: Row
    columns: list[Row]
    key: list[str]
    fields: dict[str, Field]


class View(NamedTuple):
    """What a view is to be."""

    name: str
    entity: Entity
    shredded_as_null: bool
    columns: list[str] | None


def create(
    call: Call,
    entity: Entity,
    name: str | None,
    shredded_as_null: bool,
    columns: list[str] | None,
) -> str:
    """Create a view; return its name."""
    shown = _shown(call, entity, columns)
    quoted = _view_name(call, shown.table, name)
    if call.server.seen(VIEW_ID, quoted):
        raise Conflict(
            f"view {quoted} exists already", hint="Drop it with kw.drop_protected_view first."
        )
    view = View(quoted, entity, shredded_as_null, columns)
    layout, values = _layout(shown, view)
    for statement in _statements(call, shown, view, layout, values):
        call.server.run(statement)
    call.as_owner(lambda: _record(call, view, "create_protected_view"))
    return quoted


def remake(call: Call, name: str) -> str:
    """Make a view again, of the table as it is now; return its name."""
    quoted = _quoted(call, name)
    rows = call.read_as_owner(lambda: call.execute(stored.VIEW, quoted))
    layouts = call.server.seen(LAYOUT, quoted)
    if not rows or not layouts:
        raise _missing(quoted)
    _check_own(call, quoted, "remake")
    entity = names.of_stored(rows[0]["entity_table"])
    former = layout_of(layouts[0]["layout"])
    shown = _shown(call, entity, None, former)
    before = {one.number: one for one in _numbered(former, shown.relation, shown.columns)}
    columns = rows[0]["columns"]
    if columns is not None:
        kept = [row for row in shown.columns if row["number"] in before]
        columns = [_name(row, shown.fields) for row in kept]
        shown = shown._replace(columns=kept)
    view = View(quoted, entity, rows[0]["shredded_as_null"], columns)
    layout, values = _layout(shown, view)
    statements = [
        f"alter view {quoted} rename column {before[one.number].name} to {one.name}"
        for one in layout.columns
        if one.number in before and before[one.number].bare_name != one.bare_name
    ]
    statements += [
        f"revoke all on {quoted} from {row['grantee']}"
        for row in call.server.seen(GRANTEES, quoted)
    ]
    statements += _statements(call, shown, view, layout, values, again=True)
    for statement in statements:
        call.server.run(statement)
    call.as_owner(lambda: _record(call, view, "remake_protected_view"))
    return quoted


def layout_in_force(call: Call, name: str) -> tuple[str, Layout]:
    """Return the quoted name of a view, and the layout that its triggers carry."""
    quoted = _quoted(call, name)
    layouts = call.server.seen(LAYOUT, quoted)
    if not layouts:
        raise _missing(quoted)
    return quoted, layout_of(layouts[0]["layout"])


def drop(call: Call, name: str) -> None:
    """Drop a view."""
    quoted = _quoted(call, name)
    if not call.read_as_owner(lambda: call.execute(stored.VIEW, quoted)):
        raise _missing(quoted)
    if _check_own(call, quoted, "drop"):
        call.server.run(f"drop view {quoted}")

    def forget() -> None:
        call.execute(stored.FORGET_VIEW, quoted)
        audit.record(call, "drop_protected_view", quoted)

    call.as_owner(forget)


def _missing(quoted: str) -> NotFound:
    return NotFound(f"protected view {quoted} does not exist")


def _check_own(call: Call, quoted: str, action: str) -> bool:
    """Whether a view exists; raises where it is somebody else's."""
    found = call.server.seen(VIEW_ID, quoted)
    if found and not found[0]["is_own"]:
        raise NotAllowed(f"permission denied to {action} {quoted}: must be owner of the view")
    return bool(found)


def _record(call: Call, view: View, action: str) -> None:
    given = view.name, view.entity.name, view.shredded_as_null, view.columns
    call.execute(stored.ADD_VIEW, *given)
    audit.record(
        call,
        action,
        view.name,
        entity_table=view.entity.name,
        shredded_as_null=view.shredded_as_null,
    )


def _quoted(call: Call, name: str) -> str:
    found = attempt(lambda: call.server.seen(PARSED, name), with_queries=True)
    parts = [] if isinstance(found, KwError) else found[0]["parts"]
    if len(parts) not in (1, 2):
        raise BadArgument(f'"{name}" is not a valid name of a view')
    schema, view = parts if len(parts) == 2 else ("public", parts[0])
    return str(call.server.seen(QUOTED, schema, view)[0]["name"])


def _view_name(call: Call, table: Row, name: str | None) -> str:
    if name is not None:
        return _quoted(call, name)
    given = table["schema"], f"{table['name']}_decrypted"
    return str(call.server.seen(QUOTED, *given)[0]["name"])


def _shown(
    call: Call, entity: Entity, columns: list[str] | None, former: Layout | None = None
) -> Shown:
    def read() -> tuple[int | None, list[Field]]:
        found = access.check_owner(call, entity, "create a view of")
        return found.relation, protected_fields.of_entity(call, entity)

    relation, protected = call.read_as_owner(read)
    tables = call.server.seen(TABLE, relation)
    if not tables:
        raise BadArgument(f"{entity.name} is not a table")
    every = call.server.seen(COLUMNS, relation)
    if former is not None:
        numbered = _numbered(former, int(relation or 0), every)
        protected = _following(call, entity, protected, every, numbered)
    there = {row["name"] for row in every}
    if not protected:
        raise NotFound(
            f"table {entity.name} has no protected field",
            hint="Set them with kw.set_protected_field.",
        )
    wanted = [one.ciphertext_column for one in protected]
    wanted += [one.token_column for one in protected if one.token_column is not None]
    for name in wanted:
        if name not in there:
            raise NotFound(f'column "{name}" of table {entity.name} does not exist')
    by_column = {one.ciphertext_column: one for one in protected}
    key = call.server.seen(KEY, relation)[0]["key"]
    _check_key(entity, every, by_column)
    if columns is not None:
        every = _chosen(entity, every, by_column, columns)
    return Shown(int(relation or 0), tables[0], every, key, by_column)


def _numbered(former: Layout, relation: int, columns: list[Row]) -> list[Column]:
    """Return the columns of a layout with the numbers that they have in the table.

    A restore makes another table, whose columns have other numbers and the same names.
    """
    if former.relation == relation:
        return former.columns
    numbers = {row["quoted"]: row["number"] for row in columns}
    return [one._replace(number=numbers[one.base]) for one in former.columns if one.base in numbers]


def _following(
    call: Call,
    entity: Entity,
    protected: list[Field],
    every: list[Row],
    former: Sequence[Column],
) -> list[Field]:
    """Return the fields with the present names of columns that were renamed since."""
    there = {row["number"]: row["name"] for row in every}
    renamed = {
        bare(one.base): there[one.number]
        for one in former
        if one.number in there and bare(one.base) not in there.values()
    }
    following = [
        field._replace(
            ciphertext_column=renamed.get(field.ciphertext_column, field.ciphertext_column),
            token_column=renamed.get(field.token_column or "", field.token_column),
            tenant_column=renamed.get(field.tenant_column or "", field.tenant_column),
        )
        for field in protected
    ]
    for was, field in zip(protected, following, strict=True):
        if was != field:
            call.as_owner(partial(protected_fields.set_field, call, entity, field))
    return following


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


def _chosen(
    entity: Entity, every: list[Row], protected: dict[str, Field], columns: list[str]
) -> list[Row]:
    by_name = {_name(row, protected): row for row in every}
    for name in columns:
        if name not in by_name:
            raise NotFound(f'column "{name}" of table {entity.name} does not exist')
    chosen = [row for name, row in by_name.items() if name in columns]
    if any(row["is_key"] and row not in chosen for row in every):
        raise BadArgument(f"columns must include the primary key of {entity.name}")
    return chosen


def _name(row: Row, protected: dict[str, Field]) -> str:
    found = protected.get(row["name"])
    return str(row["name"]) if found is None else found.name


def _layout(shown: Shown, view: View) -> tuple[Layout, list[str]]:
    """Return the layout of a view, and the expression of each column."""
    tokens = {one.token_column for one in shown.fields.values()}
    by_name = {row["name"]: row["quoted"] for row in shown.columns}
    columns: list[Column] = []
    values: list[str] = []
    for row in shown.columns:
        field = shown.fields.get(row["name"])
        base = row["quoted"]
        if field is None:
            is_computed = row["is_generated"] or row["name"] in tokens
            may_be_left_out = row["may_be_left_out"]
            columns.append(
                Column(
                    base,
                    base,
                    is_computed=is_computed,
                    may_be_left_out=may_be_left_out,
                    number=row["number"],
                )
            )
            values.append(f"b.{base}")
            continue
        name = base if field.name == row["name"] else _quote(field.name)
        token = by_name.get(field.token_column) if field.token_column else None
        columns.append(
            Column(
                name,
                base,
                field.name,
                field.value_type,
                field.key_scope,
                token,
                may_be_left_out=row["may_be_left_out"],
                number=row["number"],
            )
        )
        values.append(_decrypted(shown, view, field, base))
    each_row = any(row["is_generated"] for row in shown.columns)
    layout = Layout(
        view.entity.name,
        shown.table["quoted"],
        shown.key,
        columns,
        each_row=each_row,
        relation=shown.relation,
    )
    return layout, values


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _decrypted(shown: Shown, view: View, field: Field, base: str) -> str:
    function = "try_decrypt" if view.shredded_as_null else "decrypt"
    is_bytes = field.value_type == "bytea"
    text = "" if is_bytes else "_text"
    key = f"kw.entity_key({', '.join(f'b.{one}::text' for one in shown.key)})"
    place = f"{literal(view.entity.name)}, {key}, {literal(field.name)}"
    value = f"kw.{function}{text}({place}, b.{base}::bytea)"
    return value if is_bytes else f"{value}::{field.value_type}"


def _statements(
    call: Call,
    shown: Shown,
    view: View,
    layout: Layout,
    values: list[str],
    *,
    again: bool = False,
) -> list[str]:
    """Return the statements that make a view."""
    name, owner = view.name, shown.table["owner"]
    listed = ", ".join(
        f"{value} as {one.name}" for value, one in zip(values, layout.columns, strict=True)
    )
    base = shown.table["quoted"]
    made = [
        view_definitions.create_view(name, listed, base, again=again),
        f"comment on view {name} is {literal(_comment(view))}",
    ]
    for row, one in zip(shown.columns, layout.columns, strict=True):
        column = f"alter view {name} alter column {one.name}"
        if row["default_value"] is not None and one.field is None:
            made.append(f"{column} set default {row['default_value']}")
        elif again:
            made.append(f"{column} drop default")
    pinned = "'pinned'" if any(row["prints_names"] for row in shown.columns) else ""
    for trigger, when, each, function in (
        ("kw_begin", "before", "statement", "_begin_view"),
        ("kw_row", "instead of", "row", "_view_row"),
        ("kw_end", "after", "statement", "_end_view"),
    ):
        if again:
            made.append(f"drop trigger {trigger} on {name}")
        given = {"_begin_view": literal(layout.text), "_view_row": pinned}.get(function, "")
        made.append(
            f"create trigger {trigger} {when} insert or update or delete on {name} "
            f"for each {each} execute function kw.{function}({given})"
        )
    return [*made, *_grants(call, shown, view, layout), f"alter view {name} owner to {owner}"]


def _comment(view: View) -> str:
    return f"Protected view of {view.entity.name}, made by kw.create_protected_view."


def _grants(call: Call, shown: Shown, view: View, layout: Layout) -> list[str]:
    """Return what gives the view the privileges of the table."""
    columns = {
        row["name"]: one.name for row, one in zip(shown.columns, layout.columns, strict=True)
    }
    made = []
    for row in call.server.seen(GRANTS, shown.relation):
        column = row["column_name"]
        if column is not None and column not in columns:
            continue
        place = "" if column is None else f" ({columns[column]})"
        option = " with grant option" if row["is_grantable"] else ""
        made.append(f"grant {row['privilege']}{place} on {view.name} to {row['grantee']}{option}")
        if row["privilege"] == "INSERT":
            made += [
                f"grant usage on sequence {one['sequence']} to {row['grantee']}"
                for one in shown.columns
                if one["sequence"] is not None
            ]
    return made
