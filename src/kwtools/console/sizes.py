"""About how much memory a value takes, with all that it is made of."""

import sys
from collections.abc import Mapping

_ATOMS = (str, bytes, int, float, bool, type(None))


def size(value: object) -> int:
    """Return the bytes of a value and its parts, each counted once.

    Parts are those of tuples, lists, sets and mappings, which sections return.
    """
    seen: set[int] = set()
    left = [value]
    total = 0
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        if isinstance(one, _ATOMS):
            continue
        if isinstance(one, Mapping):
            left += one.keys()
            left += one.values()
        elif isinstance(one, tuple | list | set | frozenset):
            left += one
    return total
