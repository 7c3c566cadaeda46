"""What a column holds that is to be taken over: how many values open, and why the others do not."""

from collections.abc import Sequence
from typing import Any

from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.fields import access, generations
from kwruntime.fields.names import Entity
from kwruntime.fields.takeover_columns import Columns, expressions
from kwruntime.fields.taking_over import Encrypted, Opener
from kwruntime.foreign import findings
from kwruntime.foreign.findings import NotOpened
from kwruntime.postgres.query import Row
from kwruntime.store import field_generations, foreign_functions

OPENS, NULL = "opens", "null"
_ORDER = (
    OPENS,
    findings.NOT_TRIED,
    NULL,
    findings.IN_THE_CLEAR,
    findings.KEY_IN_THE_CLEAR,
    findings.DOES_NOT_OPEN,
    findings.NOT_TEXT,
    findings.NOT_THIS_FORMAT,
)
_PAGE = 1_000  # a value may be large
_EXAMPLES = 5


def checked(
    call: Call, entity: Entity, columns: Columns, opening: Opener, most: int | None
) -> list[dict[str, Any]]:
    """Return how many values of a column have each finding, with the keys of some rows."""
    counts: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    for page in call.server.pages(_query(call, entity, columns, most), _PAGE):
        for row, finding in zip(page, _findings(opening, page), strict=True):
            counts[finding] = counts.get(finding, 0) + 1
            some = examples.setdefault(finding, [])
            if finding not in (OPENS, NULL) and len(some) < _EXAMPLES and row["pk"] is not None:
                some.append(row["pk"])
    return [
        {"finding": finding, "values": counts[finding], "example_keys": examples[finding]}
        for finding in sorted(counts, key=_ORDER.index)
    ]


def _findings(opening: Opener, page: Sequence[Row]) -> list[str]:
    there = [row for row in page if row["value"] is not None]
    values = [Encrypted(*(row[name] for name in Encrypted._fields)) for row in there]
    opened = iter(opening.open(values))
    return [NULL if row["value"] is None else _finding(next(opened)) for row in page]


def _finding(result: bytes | NotOpened) -> str:
    return result.finding if isinstance(result, NotOpened) else OPENS


def _query(call: Call, entity: Entity, columns: Columns, most: int | None) -> str:
    """Return the query of a column's values; raises ``BadArgument`` if a column does not exist."""
    found = call.read_as_owner(lambda: access.table_identity(call, entity))
    if found.relation is None:
        raise BadArgument(f"{entity.name} is not a table")
    read = expressions(call, entity, found.relation, columns)
    generations.refuse_hidden(
        call, entity, call.execute(field_generations.RELATION, found.relation)[0]
    )
    pk = call.execute(foreign_functions.COLUMNS, found.relation, None)
    parts = [row["quoted_name"] for row in pk]
    return foreign_functions.values(found.quoted_name, read, parts, most)
