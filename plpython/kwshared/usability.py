"""Rules of usable keys and of modes, for the runtime and for the plans of the command."""

from typing import NamedTuple, Protocol

LEGS = {"single": 1, "either": 2, "both": 2}
"""How many legs a wrapper has, by its mode."""

NEEDED = {"single": 1, "either": 1, "both": 2}
"""How many of its legs open a wrapper: the one rule of modes."""

HELD_BY_THE_SERVER = ("local", "wrapper")
"""The kinds of provider whose keys the server itself holds: using them calls no KMS."""

SIGN = "sign"
"""The purpose of keys that sign in their KMS: no other key does, and they do nothing else."""


class Key(Protocol):
    """The properties of a KMS key that the rules use."""

    @property
    def label(self) -> str:
        """How messages name it."""

    @property
    def provider(self) -> str:
        """The name of its provider."""

    @property
    def is_enabled(self) -> bool:
        """Whether its provider is enabled."""

    @property
    def status(self) -> str:
        """One of active, retired and disabled."""

    @property
    def purpose(self) -> str:
        """Its permitted use: wrap, both or another."""


class Obstacle(NamedTuple):
    """Why a key may not be used; ``what`` is provider, status or purpose: the thing to change."""

    what: str
    message: str


def label(key_id: int, reference: str, provider: str) -> str:
    """Return how messages name a KMS key."""
    return f'key {key_id} ("{reference}" of provider "{provider}")'


def obstacle_to_open(key: Key) -> Obstacle | None:
    """Return why a key may not open, null if it may."""
    if not key.is_enabled:
        return Obstacle("provider", f'provider "{key.provider}" is not enabled')
    if key.status == "disabled":
        return Obstacle("status", f"{key.label} is disabled")
    return None


def obstacle_to_wrap(key: Key) -> Obstacle | None:
    """Return why a key may not wrap, null if it may."""
    found = obstacle_to_open(key)
    if found is not None:
        return found
    if key.status != "active":
        return Obstacle("status", f"{key.label} is {key.status} and cannot wrap")
    if key.purpose not in ("wrap", "both"):
        return Obstacle("purpose", f"{key.label} has purpose {key.purpose} and cannot wrap")
    return None


def obstacle_to_sign(key: Key) -> Obstacle | None:
    """Return why the KMS may not sign with a key, null if it may."""
    found = obstacle_to_open(key)
    if found is not None:
        return found
    if key.purpose != SIGN:
        return Obstacle("purpose", f"{key.label} has purpose {key.purpose} and cannot sign")
    if key.status != "active":
        return Obstacle("status", f"{key.label} is {key.status} and cannot sign")
    return None
