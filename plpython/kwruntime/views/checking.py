"""What kw.doctor says of protected fields and views. It reads catalogs, and changes nothing.

A view is compared with what making it again would make. Nobody's privileges count here: names of
catalogs are compared, which need none.
"""

from typing import Any, NamedTuple

from kwruntime.call import Call
from kwruntime.errors import KwError
from kwruntime.fields import access, names
from kwruntime.postgres.messages import attempt
from kwruntime.postgres.query import Row
from kwruntime.store import protected_fields as stored
from kwruntime.store.view_definitions import GRANTS, MADE_VIEWS, ROWS_OF_FIELDS
from kwruntime.store.view_layouts import Layout, layout_of
from kwruntime.views.shown import Made, again, layout, of_entity

_REMAKE = "The owner of the table: kw.remake_protected_view, or drop the view and create it again."


class _Problem(NamedTuple):
    detail: str
    hint: str
    is_ok: bool = False


def problems(call: Call) -> list[dict[str, Any]]:
    """Return a row for each view and field that is not as it was made."""
    made = {row["name"]: row for row in call.execute(MADE_VIEWS)}
    known = {row["view_name"]: row for row in call.execute(stored.VIEWS)}
    found: list[tuple[str, _Problem]] = []
    for name, row in known.items():
        problem = _missing() if name not in made else _of_view(call, row, made[name])
        if problem is not None:
            found.append((f"protected view {name}", problem))
    found += [(f"protected view {name}", _unknown()) for name in made.keys() - known.keys()]
    found += [
        (f"protected field {row['place']}", _lost(row)) for row in call.execute(ROWS_OF_FIELDS)
    ]
    return [
        {"check": check, "ok": one.is_ok, "detail": one.detail, "hint": one.hint}
        for check, one in sorted(found)
    ]


def _missing() -> _Problem:
    return _Problem(
        "it does not exist, or has lost its triggers",
        "If it had the name of its table and was renamed, use kw.rebind. Take another rename or "
        "move back. Else use kw.drop_protected_view, and create it again.",
    )


def _unknown() -> _Problem:
    return _Problem(
        "it was made under another name, which kw.protected_views has",
        "If it had the name of its table, use kw.rebind. Else take its new name or schema back, or "
        "drop it and create it again.",
    )


def _lost(row: Row) -> _Problem:
    return _Problem(
        f'column "{row["column_name"]}" does not exist',
        "The owner of the table: kw.set_protected_field with the present columns.",
    )


def _of_view(call: Call, row: Row, made: Row) -> _Problem | None:
    """Return what is wrong with a view, or not as the table is."""
    entity = names.of_stored(row["entity_table"])
    identity = access.table_identity(call, entity)
    if identity.relation != made["relation"]:
        return _Problem(
            f"it shows another table than {entity.name}",
            "If the table was renamed, its owner uses kw.rebind. Else kw.remake_protected_view.",
        )

    def look() -> tuple[Layout, list[str]]:
        owned = of_entity(call, entity, made["relation"])
        there = Made(made["id"], layout_of(made["layout"]))
        shown, _, _ = again(call, owned, there, row["columns"], ())
        wanted = layout(shown)
        columns = zip(shown.columns, wanted.columns, strict=True)
        by_base = {base["name"]: one.bare_name for base, one in columns}
        return wanted, _grants(call, made["relation"], by_base)

    looked = attempt(look, with_queries=True)
    if isinstance(looked, KwError):
        return _Problem(f"it cannot be made again: {looked.message}", looked.hint or _REMAKE)
    wanted, granted = looked
    if _comparable(wanted) != _comparable(layout_of(made["layout"])):
        return _Problem("the table or its protected fields have changed since", _REMAKE)
    by_name = {one.bare_name: one.bare_name for one in wanted.columns}
    if granted != _grants(call, made["id"], by_name):
        return _Problem("its privileges are not those of the table", _REMAKE, is_ok=True)
    return None


def _comparable(of: Layout) -> tuple[Any, ...]:
    """Return a layout without its oid and numbers, which a restore changes."""
    columns = [one._replace(number=0) for one in of.columns]
    return of.entity, of.base, of.key, columns, of.each_row


def _grants(call: Call, relation: int, columns: dict[str, str]) -> list[str]:
    """Return the privileges of a relation, of columns by the names that the view has."""
    found = []
    for row in call.execute(GRANTS, relation):
        column = row["column_name"]
        if column is None or column in columns:
            place = "" if column is None else columns[column]
            found.append(f"{row['grantee']} {row['privilege']} {place} {row['is_grantable']}")
    return sorted(found)
