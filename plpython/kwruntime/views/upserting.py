"""Rows of JSON that are inserted through a protected view, or change the rows of their keys."""

import json
from typing import Any

from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.store.view_layouts import Layout
from kwruntime.views import definitions
from kwruntime.views.writing import upsert


def upsert_rows(call: Call, name: str, given: str) -> int:
    """Write rows; return how many were written."""
    view, layout = definitions.layout_in_force(call, name)
    rows = _objects(given)
    if not rows:
        return 0
    columns = rows[0].keys()
    if any(row.keys() != columns for row in rows):
        raise BadArgument(
            "every row must have the same columns",
            hint="Call kw.upsert_protected once for each set of columns, or give null.",
        )
    return upsert(call, view, layout, given, _places(view, layout, columns))


def _objects(given: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(given)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadArgument("rows must be a JSON array of objects")
    return rows


def _places(view: str, layout: Layout, columns: Any) -> tuple[int, ...]:
    by_name = {one.bare_name: place for place, one in enumerate(layout.columns)}
    for column in columns:
        if column not in by_name:
            raise BadArgument(f'column "{column}" of view {view} does not exist')
    places = tuple(sorted(by_name[column] for column in columns))
    if not set(layout.key_places) <= set(places):
        raise BadArgument("every row must have the primary key")
    return places
