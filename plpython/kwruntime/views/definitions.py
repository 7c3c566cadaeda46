"""Protected views created, made again and dropped.

The statements run with the rights of the caller, who owns the table.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument, Conflict, KwError, NotAllowed, NotFound
from kwruntime.fields import access, names, protected_fields, protections, recorded
from kwruntime.fields.names import Entity
from kwruntime.postgres import statements
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Row
from kwruntime.postgres.quoting import identifier, literal, longer
from kwruntime.seals import audit
from kwruntime.store import protected_fields as stored
from kwruntime.store import view_definitions
from kwruntime.store.view_definitions import (
    GRANTEES,
    GRANTS,
    LAYOUT,
    PARSED,
    QUOTED,
    VIEW_ID,
)
from kwruntime.store.view_layouts import Column, Layout, layout_of
from kwruntime.views.shown import Made, Owned, Shown, again, layout, of_entity, of_new, values


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
    *,
    order: Sequence[str] = (),
) -> str:
    """Create a view; return its name. The columns of ``order`` come first."""
    shown = of_new(call, _owned(call, entity), columns)
    quoted = _view_name(call, shown.table, name)
    if quoted == shown.table["quoted"]:
        rename_table(call, entity, shown.table, longer(str(shown.table["name"]), "protected"))
        shown = of_new(call, _owned(call, entity), columns)
    elif call.server.seen(VIEW_ID, quoted):
        raise Conflict(
            f"view {quoted} exists already", hint="Drop it with kw.drop_protected_view first."
        )
    place = {column: at for at, column in enumerate(order)}
    ordered = sorted(shown.columns, key=lambda row: place.get(shown.name(row), len(place)))
    shown = shown._replace(columns=ordered)
    view = View(quoted, entity, shredded_as_null, columns)
    defaults = call.read_as_owner(lambda: protections.defaults(call, entity))
    for statement in _statements(call, shown, view, layout(shown), defaults):
        statements.run(call.server, statement)
    call.as_owner(lambda: _record(call, view, "create_protected_view"))
    return quoted


def rename_table(call: Call, entity: Entity, table: Row, name: str) -> str:
    """Rename a table that gives its name to a view or takes it back; return its name in SQL.

    It stays the same entity under the same name.
    """
    call.as_owner(lambda: recorded.keep(call, entity))  # perhaps no key was bound yet
    statements.run(call.server, f"alter table {table['quoted']} rename to {identifier(name)}")
    quoted = str(call.server.seen(QUOTED, table["schema"], name)[0]["name"])
    call.as_owner(lambda: recorded.name_table(call, entity, quoted))
    return quoted


def remake(call: Call, name: str, add: Sequence[str] = ()) -> str:
    """Make a view again, of the table as it is now; return its name.

    A view that shows chosen columns gets those of ``add``.
    """
    quoted = _quoted(call, name)
    rows = call.read_as_owner(lambda: call.execute(stored.VIEW, quoted))
    layouts = call.server.seen(LAYOUT, quoted)
    if not rows or not layouts:
        raise _missing(quoted)
    _check_own(call, quoted, "remake")
    entity = names.of_stored(rows[0]["entity_table"])
    # Its owner may have made the triggers by hand, and an ALTER TABLE of a superuser comes here. So
    # a layout gives names, never SQL.
    owned = _owned(call, entity)
    former, chosen = layout_of(layouts[0]["layout"]), rows[0]["columns"]
    there = Made(call.server.seen(VIEW_ID, quoted)[0]["oid"], former)
    shown, before, columns = again(call, owned, there, chosen, add)
    view = View(quoted, entity, rows[0]["shredded_as_null"], columns)
    made = layout(shown)
    texts = _renamed(quoted, made, before)
    texts += [
        f"revoke all on {quoted} from {row['grantee']}"
        for row in call.server.seen(GRANTEES, quoted)
    ]
    texts += _statements(call, shown, view, made)
    for statement in texts:
        statements.run(call.server, statement)
    _keep_renamed(call, owned, shown)
    call.as_owner(lambda: _record(call, view, "remake_protected_view"))
    return quoted


def _keep_renamed(call: Call, owned: Owned, shown: Shown) -> None:
    """Store the fields whose columns were renamed since."""
    now = {one.name: one for one in shown.fields.values()}
    for field in owned.fields:
        present = now[field.name]._replace(next_token_column=field.next_token_column)
        if present != field:
            call.as_owner(partial(protected_fields.set_field, call, owned.entity, present))


def _renamed(quoted: str, made: Layout, before: dict[int, Column]) -> list[str]:
    """Return the statements that rename columns; two of them may exchange their names."""
    changed = [
        (identifier(before[one.number].bare_name), identifier(f"?{one.number}"), one.name)
        for one in made.columns
        if one.number in before and before[one.number].bare_name != one.bare_name
    ]
    rename = f"alter view {quoted} rename column"
    return [
        *(f"{rename} {old} to {between}" for old, between, _ in changed),
        *(f"{rename} {between} to {new}" for _, between, new in changed),
    ]


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
    rows = call.read_as_owner(lambda: call.execute(stored.VIEW, quoted))
    if not rows:
        raise _missing(quoted)
    if _check_own(call, quoted, "drop"):
        statements.run(call.server, f"drop view {quoted}")
    else:  # it may have another name for now
        entity = names.of_stored(rows[0]["entity_table"])
        call.read_as_owner(lambda: _check_owner_of_what_exists(call, entity))

    def forget() -> None:
        call.execute(stored.FORGET_VIEW, quoted)
        audit.record(call, "drop_protected_view", quoted)

    call.as_owner(forget)


def _check_owner_of_what_exists(call: Call, entity: Entity) -> None:
    if access.table_identity(call, entity).relation is not None:
        access.check_owner(call, entity, "drop a view of")


def _missing(quoted: str) -> NotFound:
    return NotFound(
        f"protected view {quoted} does not exist",
        hint="If it had the name of its table and was renamed, use kw.rebind. If kw.protect makes "
        "it, cut over first. Else create it with kw.create_protected_view.",
    )


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


def _owned(call: Call, entity: Entity) -> Owned:
    def read() -> Owned:
        found = access.check_owner(call, entity, "create a view of")
        return of_entity(call, entity, int(found.relation or 0))

    return call.read_as_owner(read)


def _statements(
    call: Call,
    shown: Shown,
    view: View,
    made: Layout,
    defaults: Mapping[str, str | None] | None = None,
) -> list[str]:
    """Return the statements that make a view.

    ``defaults``: those of protected fields. Without, the view is there, and keeps its own.
    """
    is_there = defaults is None
    name, owner = view.name, shown.table["owner"]
    expressions = values(shown, made, shredded_as_null=view.shredded_as_null)
    listed = ", ".join(
        f"{value} as {one.name}" for value, one in zip(expressions, made.columns, strict=True)
    )
    base = shown.table["quoted"]
    statements = [
        view_definitions.create_view(name, listed, base, again=is_there),
        f"comment on view {name} is {literal(_comment(view))}",
    ]
    for row, one in zip(shown.columns, made.columns, strict=True):
        column = f"alter view {name} alter column {one.name}"
        default = row["default_value"] if one.field is None else (defaults or {}).get(one.field)
        if default is not None:
            statements.append(f"{column} set default {default}")
        elif is_there and one.field is None:
            statements.append(f"{column} drop default")
    pinned = "'pinned'" if any(row["prints_names"] for row in shown.columns) else ""
    for trigger, when, each, function in (
        ("kw_begin", "before", "statement", "_begin_view"),
        ("kw_row", "instead of", "row", "_view_row"),
        ("kw_end", "after", "statement", "_end_view"),
    ):
        if is_there:
            statements.append(f"drop trigger {trigger} on {name}")
        given = {"_begin_view": literal(made.text), "_view_row": pinned}.get(function, "")
        statements.append(
            f"create trigger {trigger} {when} insert or update or delete on {name} "
            f"for each {each} execute function kw.{function}({given})"
        )
    return [*statements, *_grants(call, shown, view, made), f"alter view {name} owner to {owner}"]


def _comment(view: View) -> str:
    return f"Protected view of {view.entity.name}, made by kw.create_protected_view."


def _grants(call: Call, shown: Shown, view: View, made: Layout) -> list[str]:
    """Return what gives the view the privileges of the table."""
    columns = {row["name"]: one.name for row, one in zip(shown.columns, made.columns, strict=True)}
    grants = []
    for row in call.server.seen(GRANTS, shown.relation):
        column = row["column_name"]
        if column is not None and column not in columns:
            continue
        place = "" if column is None else f" ({columns[column]})"
        option = " with grant option" if row["is_grantable"] else ""
        grants.append(f"grant {row['privilege']}{place} on {view.name} to {row['grantee']}{option}")
        if row["privilege"] == "INSERT":
            grants += [
                f"grant usage on sequence {one['sequence']} to {row['grantee']}"
                for one in shown.columns
                if one["sequence"] is not None
            ]
    return grants
