"""Long lists are worked at in parts, so that memory grows with the list's own size only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

AT_ONCE = 10_000
"""How many items are worked at together: with a key each they take some 60 MB meanwhile."""


def parts(items: Sequence[T], at_once: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Yield the items, in order, so many at a time at most."""
    for start in range(0, len(items), at_once):
        yield items[start : start + at_once]


def in_parts(work: Callable[..., list[T]], *columns: Sequence[Any]) -> list[T]:
    """Return what ``work`` makes of the columns, a part after the other."""
    done: list[T] = []
    for part in zip(*map(parts, columns), strict=True):
        done += work(*part)
    return done


def by_size(sized: Iterable[tuple[T, int]], bytes_at_once: int) -> Iterator[list[T]]:
    """Yield items, each with its size, in order: as many at a time as fit, or one that does not."""
    part: list[T] = []
    total = 0
    for item, size in sized:
        if part and total + size > bytes_at_once:
            yield part
            part, total = [], 0
        part.append(item)
        total += size
    if part:
        yield part
