"""The protected view that has the name of a table."""

from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.fields import protections
from kwruntime.postgres import statements
from kwruntime.postgres.query import Row
from kwruntime.protection.target import State, Target
from kwruntime.store import protected_fields
from kwruntime.store.view_definitions import (
    COMMENTS,
    NAMES_OF_COLUMNS,
    VIEW_DEFAULTS,
    VIEW_ID,
)
from kwruntime.views import definitions, following


class Prepared(NamedTuple):
    """What the view shows, read before columns have other names."""

    columns: list[str]
    comments: list[str]


class Rest(NamedTuple):
    """What the view goes on to show after an undo."""

    columns: list[str] | None
    order: list[str]
    shredded_as_null: bool
    texts: list[str]
    """The statements of its comments, and of its defaults, which its owner may have changed."""


def prepare(call: Call, target: Target, state: State) -> Prepared:
    """Return what the view is to show: the columns as they are, then tokens."""
    rows = call.read_as_owner(lambda: protections.passing(call, target.entity))
    passing = {row["name"] for row in rows if not row["is_field"]}
    names = [row["name"] for row in call.execute(NAMES_OF_COLUMNS, target.relation)]
    columns = [name for name in names if name not in passing]
    rows = call.execute(COMMENTS, target.relation, target.shown_as, columns)
    return Prepared([*columns, *_tokens(state)], [row["text"] for row in rows])


def show(call: Call, target: Target, state: State, prepared: Prepared) -> None:
    """Have a view show the field under the name of the table. The table is locked."""
    if target.is_shown:
        definitions.remake(call, target.shown_as, _tokens(state))
    else:
        assert state.base_table is not None
        _rename(call, target, state.base_table)
        # Every column, and not those that are there now: a later one is shown, too.
        view = target.shown_as, False, None
        definitions.create(call, target.entity, *view, order=prepared.columns)
        for text in prepared.comments:
            statements.run(call.server, text)
    following.remake(call, target.entity, leave=target.shown_as)


def hide(call: Call, target: Target) -> Target:
    """Drop the view, and give the table its name back, unless other columns are shown by it.

    Returns the table under the name that it has then.
    """
    if _recorded(call, target) is not None:
        definitions.drop(call, target.shown_as)
    if _shows_others(call, target) or not target.is_shown:
        return target
    return _rename(call, target, target.entity.table)


def rest(call: Call, target: Target, state: State) -> Rest | None:
    """Return what the view goes on to show after an undo; null where it is gone then."""
    if state.shown_by != "view" or state.status != "cut_over" or not _shows_others(call, target):
        return None
    row, found = _recorded(call, target), call.execute(VIEW_ID, target.shown_as)
    if row is None or not found:
        return None
    names = [one["name"] for one in call.execute(NAMES_OF_COLUMNS, found[0]["oid"])]
    stay = [name for name in names if name not in _tokens(state)]
    given = found[0]["oid"], target.shown_as
    others = [name for name in stay if name != target.field]
    texts = [*call.execute(COMMENTS, *given, stay), *call.execute(VIEW_DEFAULTS, *given, others)]
    columns = None if row["columns"] is None else stay
    return Rest(columns, stay, row["shredded_as_null"], [one["text"] for one in texts])


def show_rest(call: Call, target: Target, shown: Rest) -> None:
    """Have a view show the other columns again, after ``hide``."""
    view = target.shown_as, shown.shredded_as_null, shown.columns
    definitions.create(call, target.entity, *view, order=shown.order)
    for text in shown.texts:
        statements.run(call.server, text)


def _recorded(call: Call, target: Target) -> Row | None:
    """Return the view as it is recorded; null where its owner has dropped it."""
    rows = call.as_owner(lambda: call.execute(protected_fields.VIEW, target.shown_as))
    return rows[0] if rows else None


def _shows_others(call: Call, target: Target) -> bool:
    rows = call.read_as_owner(lambda: protections.others(call, target.entity, target.field))
    return any(row["is_shown"] for row in rows)


def _tokens(state: State) -> list[str]:
    return [] if state.token_column is None else [state.token_column]


def _rename(call: Call, target: Target, name: str) -> Target:
    table = {"quoted": target.table, "schema": target.schema}
    return target._replace(table=definitions.rename_table(call, target.entity, table, name))
