"""A bounded cache. It only spares the work of opening.

Whether a kept thing may serve is checked, against what the call's own snapshot shows, by
the caller that takes it out.
"""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most ``limit`` entries; the oldest goes first. With a limit of 0 it keeps nothing."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: dict[K, V] = {}
        self.get = self._entries.get

    def put(self, key: K, value: V) -> None:
        """Keep a value, unless nothing is to be kept."""
        if not self._limit:
            return
        if key not in self._entries and len(self._entries) >= self._limit:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = value

    def drop(self, key: K) -> None:
        """Forget one, where it is kept."""
        self._entries.pop(key, None)
