"""What a session keeps: bounded, and forgotten as a whole when the settings change.

A cache only spares the work of opening. Whether a kept thing may serve is checked, against
what the call's own snapshot shows, by whoever takes it out.
"""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_all: "list[Cache[object, object]]" = []


class Cache(Generic[K, V]):
    """At most ``limit`` entries; the oldest goes first."""

    limit = 0

    def __init__(self) -> None:
        self._entries: dict[K, V] = {}
        self.get = self._entries.get
        _all.append(self)  # type: ignore[arg-type]

    def put(self, key: K, value: V) -> None:
        """Keep a value, unless nothing is to be kept."""
        if not self.limit:
            return
        if key not in self._entries and len(self._entries) >= self.limit:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = value

    def drop(self, key: K) -> None:
        """Forget one, where it is kept."""
        self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()


def set_limit(limit: int) -> None:
    """Forget everything, and keep at most ``limit`` entries in each cache from now on."""
    Cache.limit = limit
    for cache in _all:
        cache.clear()
