"""A bounded cache. It only spares the work of opening.

Whether a kept thing may serve is checked, against what the call's own snapshot shows, by
the caller that takes it out.
"""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """At most ``limit`` entries. With a limit of 0 it keeps nothing.

    A new entry takes the place of a random one. To drop the oldest would drop each entry just
    before it is needed again, where more is read in turn than there are places.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: dict[K, V] = {}
        self._places: list[K] = []  # each entry's key, and keys that were dropped since
        self.get = self._entries.get

    def put(self, key: K, value: V) -> None:
        """Keep a value, unless nothing is to be kept."""
        if not self._limit:
            return
        if key not in self._entries:
            if len(self._places) < self._limit:
                self._places.append(key)
            else:
                self._replace_any(key)
        self._entries[key] = value

    def _replace_any(self, key: K) -> None:
        from random import randrange  # few sessions fill a cache, and it takes 1 ms to load

        place = randrange(self._limit)  # noqa: S311
        self._entries.pop(self._places[place], None)
        self._places[place] = key

    def drop(self, key: K) -> None:
        """Forget one, where it is kept."""
        self._entries.pop(key, None)
