"""The entity_pk of a row as an expression of SQL."""

from collections.abc import Sequence

_PLAIN = ("smallint", "integer", "bigint", "uuid", "date", "boolean")
"""Types of which kw.entity_key changes no text."""


def key_text(row: str, keys: Sequence[str], types: Sequence[str]) -> str:
    """Return the expression for a row's columns of those names and types, as SQL writes them.

    Without the function where it changes nothing: of many rows, it takes longer than most else.
    """
    if len(keys) == 1 and types[0] in _PLAIN:
        return f"{row}.{keys[0]}::text"
    return f"kw.entity_key({', '.join(f'{row}.{key}::text' for key in keys)})"
