"""Events of the audit as a database has them, compared with the entries of the log (format.md)."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kwtools.evidence.changes import root_of_changes
from kwtools.evidence.lines import BadForm

RETENTION = "forget_audit"
"""The action of the event that says how many entries retention has taken the texts of."""

VERSION = 1
"""Of entries."""

_ID = re.compile(r"0|-?[1-9][0-9]{0,18}")
_TEXTS = ("event", "action", "action_sha256", "object", "object_sha256", "details_sha256", "time")
_LONG_TEXT, _LONG_DETAILS = 8_192, 32_768
_EXACT = 1 << 53
_BLOCK = 512


@dataclass(frozen=True)
class Event:
    """A row of kw.audit_events: ``time`` as an entry has it, ``details`` as JSON."""

    id: int
    time: str
    session_role: str
    acting_role: str
    action: str
    object: str
    details: str
    changes: bytes | None
    log_id: int | None
    leaf_index: int | None


class Numbers:
    """A set of numbers that takes a bit each where they are close to each other."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}

    def add(self, number: int) -> bool:
        """Add a number; return whether it was not there."""
        block, place = divmod(number, _BLOCK)
        bits = self._bits.get(block, 0)
        self._bits[block] = bits | 1 << place
        return not bits >> place & 1


def read_entry(data: bytes) -> dict[str, Any]:
    """Return what an entry says; raises ``BadForm``."""
    try:
        found: Any = json.loads(data.decode(), object_pairs_hook=_members, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise BadForm("it is not JSON, or has a member twice") from None
    if not isinstance(found, dict) or not _ID.fullmatch(str(found.get("event"))):
        raise BadForm("it does not name an event")
    if found.get("version") != VERSION:
        raise BadForm("it is of an unknown version")
    if not all(isinstance(found.get(name, ""), str) for name in _TEXTS):
        raise BadForm("it has a member of a wrong type")
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, none of whose members is there twice: readers would differ on it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member is there twice")
    return found


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def is_of(entry: dict[str, Any], origin: str) -> bool:
    """Return whether an entry says that it is of this log."""
    log = f"/kwtools/{entry.get('deployment')}/{entry.get('incarnation')}"
    return origin.endswith(log)


def retained(entry: dict[str, Any]) -> tuple[str, int] | None:
    """Return the log that retention took the texts of entries of, and the first that is left."""
    details = entry.get("details")
    if entry.get("action") != RETENTION or not isinstance(details, dict):
        return None
    first = details.get("first_entry")
    return (str(entry.get("object")), first) if type(first) is int else None


def differences(entry: dict[str, Any], event: Event) -> set[str]:
    """Return the members of an entry that the event of a database does not have so."""
    try:
        return set(_differences(entry, event))
    except RecursionError:  # no function writes such details
        return {"details"}


def _differences(entry: dict[str, Any], event: Event) -> Iterator[str]:
    expected: dict[str, Any] = {
        "event": str(event.id),
        "time": event.time,
        "roles": {"session": event.session_role, "acting": event.acting_role},
        "changes_root": _root(event.changes),
    }
    for name in ("action", "object"):
        text = getattr(event, name).encode("utf-8", "replace")
        _put(expected, name, getattr(event, name), text, _LONG_TEXT)
    details = _comparable(json.loads(event.details, parse_int=_number, parse_float=_number))
    canonical = json.dumps(details, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    _put(expected, "details", details, canonical.encode("utf-8", "replace"), _LONG_DETAILS)
    for name in expected.keys() | (entry.keys() - {"version", "deployment", "incarnation"}):
        missing = object()
        one, other = entry.get(name, missing), expected.get(name, missing)
        if one is missing or other is missing or _text(one) != _text(other):
            yield name


def _root(changes: bytes | None) -> str | None:
    """Return the root hash of changes; of what is none, a text that no entry has."""
    try:
        return None if changes is None else root_of_changes(changes).hex()
    except BadForm as error:
        return str(error)


def _put(expected: dict[str, Any], name: str, value: Any, data: bytes, limit: int) -> None:
    if len(data) > limit:
        expected[f"{name}_sha256"] = hashlib.sha256(data).hexdigest()
    else:
        expected[name] = value


def _text(value: Any) -> str:
    """Return a text that tells values apart: true is not 1, and 1.0 is."""
    return json.dumps(_comparable(value), sort_keys=True)


def _number(text: str) -> int | float | str:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        return text
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _comparable(value: Any) -> Any:
    """Return a value with its numbers as an entry has them: doubles."""
    if isinstance(value, dict):
        return {name: _comparable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(repr(value))
    return value
