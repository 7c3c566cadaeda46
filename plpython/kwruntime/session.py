"""What outlives a call, by how long it lives: the session, its settings, and an epoch of keys.

A room defines the class of its own state and asks the lifetime that the state belongs to for it.
So nothing at module level changes, and no state outlives what it was made from.
"""

from collections.abc import Callable
from typing import Any, Self, TypeVar

S = TypeVar("S")


class Lifetime:
    """Owns one object of each class of state, made when it is first asked for."""

    def __init__(self) -> None:
        self._states: dict[Callable[..., Any], Any] = {}

    def of(self, kind: Callable[[Self], S]) -> S:
        """Return the one object of a class of state. The class is called with the lifetime."""
        found: S | None = self._states.get(kind)
        if found is None:
            found = self._states[kind] = kind(self)
        return found


class Settings(Lifetime):
    """The settings as an admin left them (kw.set_setting). Bounded caches live as long."""

    def __init__(self, values: dict[str, int]) -> None:
        super().__init__()
        self.values = values

    def __getitem__(self, name: str) -> int:
        return self.values[name]


class Epoch(Lifetime):
    """What is known of keys between two changes of keys, providers, branches or settings."""

    def __init__(self, number: int, settings: Settings) -> None:
        super().__init__()
        self.number = number
        self.settings = settings


class Session(Lifetime):
    """All that the runtime keeps between two calls in one backend."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: Epoch | None = None
        """The one that the last call saw."""
