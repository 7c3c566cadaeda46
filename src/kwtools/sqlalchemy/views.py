"""Mapped classes and tables over protected views."""

import datetime
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapper

from kwtools.sqlalchemy.protected import Protected

_INFO = "kwtools.protected_view"
_AS_JSON: dict[type, Callable[[Any], str]] = {
    Decimal: str,
    bytes: lambda value: "\\x" + value.hex(),
    datetime.date: datetime.date.isoformat,
    datetime.datetime: datetime.datetime.isoformat,
    uuid.UUID: str,
}


def protected_view(**options: Any) -> dict[str, Any]:
    """Return ``__table_args__`` of a class over a protected view, which migrations create."""
    return {**options, "info": {**options.get("info", {}), _INFO: True}}


def is_protected_view(table: Table) -> bool:
    """Return whether a table of the metadata is one in name only."""
    return _INFO in table.info


def upsert(view: type[Any] | Table, rows: Iterable[Mapping[str, Any]]) -> Select[Any]:
    """Return a statement that inserts rows through a protected view or changes those there.

    ``INSERT … ON CONFLICT`` cannot do that. Each row has the same attributes, and the primary key
    among them. The statement returns how many rows it wrote.
    """
    if isinstance(view, Table):
        table, names = view, {}
    else:
        mapper: Mapper[Any] = inspect(view)
        table = mapper.local_table  # type: ignore[assignment] # it is one in declarative classes
        names = {one.key: one.columns[0].name for one in mapper.column_attrs}
    given = [{names.get(name, name): value for name, value in row.items()} for row in rows]
    name = bindparam("view_name", _quoted_name(table), Text())
    text = json.dumps(given, default=_json)
    written = cast(bindparam("rows", text, Protected()), postgresql.JSONB)
    return select(func.kw.upsert_protected(name, written))


def _quoted_name(table: Table) -> str:
    parts = [table.name] if table.schema is None else [table.schema, table.name]
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def _json(value: Any) -> str:
    write = _AS_JSON.get(type(value))
    if write is None:
        raise TypeError(f"values of type {type(value).__name__} are not supported: give the text")
    return write(value)


@event.listens_for(Table, "before_create")
def _refuse_table(target: Table, connection: Connection, **_: Any) -> None:
    """Refuse to create a table of plaintext in place of the view."""
    if is_protected_view(target):
        raise InvalidRequestError(
            f"{target} is a protected view: create its table and use kw.create_protected_view"
        )
