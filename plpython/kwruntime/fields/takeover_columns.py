"""The columns of a value that another tool encrypted, as a query reads them."""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.fields.names import Entity
from kwruntime.postgres.query import Row
from kwruntime.store import foreign_functions


class Columns(NamedTuple):
    """The columns that are read: of the values, and of what opens them."""

    value: str
    nonce: str | None
    associated: Sequence[str]
    key: str | None = None


class Expressions(NamedTuple):
    """The same as SQL, of a table with the alias t: bytea, and uuid. Null where there is none."""

    value: str
    nonce: str
    associated: str
    key: str


def expressions(call: Call, entity: Entity, relation: int, columns: Columns) -> Expressions:
    """Return how columns are read; raises ``BadArgument`` if one does not exist."""
    asked = [columns.value, *columns.associated, *filter(None, (columns.nonce, columns.key))]
    found = call.execute(foreign_functions.COLUMNS, relation, asked)
    rows = {row["name"]: row for row in found}
    for name in asked:
        if name not in rows:
            raise BadArgument(f'column "{name}" of {entity.name} does not exist')
    parts = " || ".join(f"{rows[name]['quoted_name']}::text" for name in columns.associated)
    return Expressions(
        _as_bytes(rows[columns.value]),
        _as_bytes(rows[columns.nonce]) if columns.nonce else "null::bytea",
        f"convert_to({parts}, 'UTF8')" if parts else "null::bytea",
        f"{rows[columns.key]['quoted_name']}::uuid" if columns.key else "null::uuid",
    )


def _as_bytes(column: Row) -> str:
    name = column["quoted_name"]
    return f"{name}::bytea" if column["is_bytea"] else f"convert_to({name}::text, 'UTF8')"
