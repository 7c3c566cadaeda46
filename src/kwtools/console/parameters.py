"""Parameters of an address: anybody may have written them."""

from collections.abc import Mapping

MOST_ROWS = 10_000
"""Of a list, whatever the parameter ``limit`` says."""

MOST_SKIPPED = 10**9
"""Members of a list before the first that is shown."""

_MOST_DIGITS = 19


def number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """Return a whole number from 0 to ``most``; the default where it is not one."""
    text = query.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        return default
    return min(int(text), most)


def limit(query: Mapping[str, str], default: int) -> int:
    """Return how many rows of a list are read at most, at least one."""
    return max(1, number(query, "limit", default, MOST_ROWS))
