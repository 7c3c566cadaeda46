"""The values of a column, counted by the generation that made them."""

from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any, NamedTuple

from kwruntime.batches import AT_ONCE
from kwruntime.call import Call
from kwruntime.errors import BadArgument, NotAllowed
from kwruntime.fields import access
from kwruntime.fields.access import TableIdentity
from kwruntime.fields.names import Entity, cell
from kwruntime.postgres.query import Row
from kwruntime.store import field_generations

_HEADER = Struct(">QI")
_STATES = ("current", "earlier", "shredded", "misplaced", "unknown", "plaintext")
"""The kinds of values, in the order of the result."""

_Kind = tuple[str, str | None, int | None, str | None]
"""State, scope, generation, and status of the wrapper."""


class Columns(NamedTuple):
    """Columns that can hold ciphertexts, as SQL writes them."""

    relation: str
    plain: list[str]
    arrays: list[str]

    @classmethod
    def of(cls, relation: str, rows: Sequence[Row]) -> "Columns":
        """Take them from ``CIPHERTEXT_COLUMNS``."""
        arrays = [row["quoted_name"] for row in rows if row["is_array"]]
        return cls(relation, [row["quoted_name"] for row in rows if not row["is_array"]], arrays)


class Headers(NamedTuple):
    """Bindings and generations that ciphertexts name, and how many values have each."""

    ids: list[int]
    generations: list[int]
    values: list[int]
    others: int
    """How many values are not ciphertexts."""


def look(call: Call, columns: Columns) -> Iterator[Headers]:
    """Read the headers of all values, as the caller, a page at a time; each header comes once."""
    for page in call.server.pages(field_generations.headers(*columns), AT_ONCE):
        there = [row for row in page if row["header"] is not None]
        read = [_HEADER.unpack(row["header"]) for row in there]
        others = sum(row["values"] for row in page if row["header"] is None)
        ids, made = [one[0] for one in read], [one[1] for one in read]
        yield Headers(ids, made, [row["values"] for row in there], others)


def counted(call: Call, entity: Entity, field: str) -> list[dict[str, Any]]:
    """Return how many values of a column are of each generation, and of none."""
    found = call.read_as_owner(lambda: _readable(call, entity, field))
    relation = found.relation
    columns = call.execute(field_generations.CIPHERTEXT_COLUMNS, relation)
    columns = [row for row in columns if row["name"] == field]
    if not columns:
        raise BadArgument(
            f"{cell(entity.name, None, field)} is not a column of type kw.ciphertext or bytea",
            hint="Name a column that holds ciphertexts.",
        )
    refuse_hidden(call, entity, call.execute(field_generations.RELATION, relation)[0])
    counts: dict[_Kind, list[int]] = {}
    for headers in look(call, Columns.of(found.quoted_name, columns)):
        _add(call, entity, field, headers, counts)

    for row in call.read_as_owner(
        lambda: call.execute(field_generations.WIDE_GENERATIONS, entity.name, field)
    ):
        counts.setdefault(_kind(row), [1, 0])
    return [_row(kind, *counts[kind]) for kind in sorted(counts, key=_order)]


def _readable(call: Call, entity: Entity, field: str) -> TableIdentity:
    """Return the table of a field that the role may read, or whose bindings it may see."""
    found = access.table_identity(call, entity)
    may_see = found.agrees and found.relation is not None and access.may_see_bindings(call)
    if not may_see:
        access.check(call, entity, field, write=False)
    if found.relation is None:
        raise BadArgument(f"{entity.name} is not a table")
    return found


def refuse_hidden(call: Call, entity: Entity, relation: Row) -> None:
    """Raise ``NotAllowed`` where policies hide rows from the role: a count would prove nothing."""
    if relation["hides_rows"]:
        raise NotAllowed(
            f"row-level security of {entity.name} hides rows from this role",
            hint="Use the owner of the table without FORCE ROW LEVEL SECURITY, "
            "or a role with BYPASSRLS.",
        )


def _add(
    call: Call, entity: Entity, field: str, headers: Headers, counts: dict[_Kind, list[int]]
) -> None:
    if headers.others:
        counts["plaintext", None, None, None] = [0, headers.others]
    asked = entity.name, field, headers.ids, headers.generations, headers.values
    for row in call.read_as_owner(lambda: call.execute(field_generations.STATES, *asked)):
        count = counts.setdefault(_kind(row), [0, 0])
        count[0] += row["bindings"]
        count[1] += row["values"]


def _kind(row: Row) -> _Kind:
    return row["state"] or "unknown", row["scope"], row["generation"], row["wrapper_status"]


def _order(kind: _Kind) -> tuple[int, str, int, str]:
    state, scope, generation, status = kind
    return _STATES.index(state), scope or "", -(generation or 0), status or ""


def _row(kind: _Kind, bindings: int, values: int) -> dict[str, Any]:
    state, scope, generation, status = kind
    return {
        "state": state,
        "scope": scope,
        "generation": generation,
        "is_current": state == "current",
        "wrapper_status": status,
        "bindings": bindings,
        "values": values,
    }
