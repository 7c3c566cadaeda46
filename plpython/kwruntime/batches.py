"""Long lists are worked at in parts, so that memory grows with the list's own size only."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

AT_ONCE = 10_000
"""How many items are worked at together: with a key each they take some 60 MB meanwhile."""


def parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items, in order, at most AT_ONCE at a time."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def in_parts(work: Callable[..., list[T]], *columns: Sequence[Any]) -> list[T]:
    """Return what ``work`` makes of the columns, a part after the other."""
    done: list[T] = []
    for part in zip(*map(parts, columns), strict=True):
        done += work(*part)
    return done
