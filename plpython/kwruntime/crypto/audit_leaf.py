"""The entry of the log for an event of the audit (docs/format.md): what is hashed and sealed."""

from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from kwshared.changes import BadChanges, changes_root

from kwruntime.crypto.canonical_json import canonical, parsed

VERSION = 1
_MAX_TEXT_BYTES = 8_192
_MAX_DETAILS_BYTES = 32_768
"""Longer values are represented by their digests: an entry has at most 65,535 bytes."""


class Event(NamedTuple):
    """A row of kw.audit_events. ``time`` is UTC with six decimals, ``details`` a JSON text."""

    id: int
    time: str
    session_role: str
    acting_role: str
    action: str
    object: str
    details: str
    changes: bytes | None


class BadDetails(BadChanges):
    """Details that no function has written."""


class Leaf:
    """The entry of an event. What a seal and a log have in common is made once.

    Raises ``BadChanges`` when an entry is asked for.
    """

    def __init__(self, event: Event) -> None:
        self.event = event

    @cached_property
    def _members(self) -> dict[str, Any]:
        return _members(self.event)

    def entry(self, deployment: str, incarnation: int) -> bytes:
        """Return the entry in the log of an incarnation."""
        log = {"version": VERSION, "deployment": deployment, "incarnation": incarnation}
        return _canonical({**log, **self._members})

    def sealed(self) -> bytes:
        """Return what the seal of the event covers: its entry without the members of a log."""
        return _canonical(self._members)


def _canonical(members: dict[str, Any]) -> bytes:
    try:
        return canonical(members)
    except RecursionError:
        raise BadDetails("details are nested too deeply") from None


def _details(text: str) -> tuple[Any, str | None]:
    """Return details and their digest, null of those that are short enough."""
    try:
        details = parsed(text)
        return details, _digest_of_long(text, details)
    except RecursionError:
        raise BadDetails("details are nested too deeply") from None


def _members(event: Event) -> dict[str, Any]:
    details, digest = _details(event.details)
    changes = event.changes
    values: dict[str, Any] = {
        "event": str(event.id),
        "time": event.time,
        "roles": {"session": event.session_role, "acting": event.acting_role},
        "changes_root": None if changes is None else changes_root(changes).hex(),
    }
    for name, text in (("action", event.action), ("object", event.object)):
        data = text.encode("utf-8", "replace")
        if len(data) > _MAX_TEXT_BYTES:
            values[f"{name}_sha256"] = sha256(data).hexdigest()
        else:
            values[name] = text
    if digest is None:
        values["details"] = details
    else:
        values["details_sha256"] = digest
    return values


def _digest_of_long(text: str, value: Any) -> str | None:
    """Return the digest of details that are too long for an entry; null of others."""
    if 4 * len(text) <= _MAX_DETAILS_BYTES:  # a character has at most 4 bytes
        return None
    data = canonical(value)
    return sha256(data).hexdigest() if len(data) > _MAX_DETAILS_BYTES else None
