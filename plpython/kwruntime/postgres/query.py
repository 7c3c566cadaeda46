"""SQL texts as constants, with the types of their parameters."""

import re
from functools import cache, cached_property
from typing import Any

Row = dict[str, Any]

# Texts: ``re`` compiles them when they are first used, which few sessions do.
_WRITES = (
    r"\b(insert into|update|delete from|lock table) kw\."
    r"|\bfor (update|no key update|share|key share)\b"
)
_TABLES = r"\bkw\.[a-z_]+"


class Query:
    """A text to prepare once a session, and the types of its parameters. It does not change."""

    def __init__(self, text: str, types: tuple[str, ...] = ()) -> None:
        self.text = text
        self.types = types

    @cached_property
    def writes(self) -> bool:
        """Whether it writes or locks rows, which only the owner switch that is VOLATILE may."""
        return re.search(_WRITES, self.text) is not None

    @property
    def tables(self) -> list[str]:
        """The tables of kw that it names."""
        return sorted(set(re.findall(_TABLES, self.text)))


@cache
def composed(text: str, types: tuple[str, ...] = ()) -> Query:
    """Return a query that the server put together from its catalogs, one for each text."""
    return Query(text, types)
