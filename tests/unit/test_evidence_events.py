"""Entries of a log, which may be of anybody, as the auditor's reader takes them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kwtools.evidence import events
from kwtools.evidence.events import Event
from kwtools.evidence.lines import BadForm

ENTRY: dict[str, Any] = {
    "version": 1,
    "deployment": "0b5a",
    "incarnation": 0,
    "event": "7",
    "time": "2026-11-28T03:50:25.697667Z",
    "roles": {"session": "a", "acting": "b"},
    "changes_root": None,
    "action": "bind",
    "object": "public.people",
    "details": {},
}


def written(**changed: Any) -> bytes:
    return json.dumps({**ENTRY, **changed}).encode()


def test_an_entry_is_read() -> None:
    for event in ("7", "0", "-7", str(2**63 - 1)):
        assert events.read_entry(written(event=event))["event"] == event


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        b'"7"',
        b"\xff",
        written().decode().encode("utf-16"),
        *[
            written(event=event)
            for event in ("--7", "07", "-0", "", "\u0667", "7 ", "9" * 5000, 7, True, None, ["7"])
        ],
        *[written(version=version) for version in (0, 2, "1", None)],
        written(action=["bind"]),
        written(object={}),
        written(time=1),
        written(action_sha256=7),
        written(details=float("nan")),
        written(details=float("inf")),
        written()[:-1] + b', "action": "shred"}',
        written(details="x").replace(b'"x"', b'{"a": 1, "a": 2}'),
        written(details="x").replace(b'"x"', b"[" * 30_000 + b"]" * 30_000),
        written(details="x").replace(b'"x"', b"9" * 5000),
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_not_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(BadForm):
        events.read_entry(data)


def test_an_entry_says_which_log_it_is_of() -> None:
    assert events.is_of(ENTRY, "db.example.com/kwtools/0b5a/0")
    assert not events.is_of(ENTRY, "db.example.com/kwtools/0b5a/1")
    assert not events.is_of(ENTRY, "db.example.com/kwtools/0b5b/0")


def test_only_a_whole_number_says_what_retention_took() -> None:
    entry = {**ENTRY, "action": events.RETENTION, "object": "a log"}
    assert events.retained({**entry, "details": {"first_entry": 256}}) == ("a log", 256)
    assert events.retained({**ENTRY, "details": {"first_entry": 256}}) is None
    for details in (None, [1], "x", 7, {}, {"first_entry": True}, {"first_entry": 256.0}):
        assert events.retained({**entry, "details": details}) is None


def test_an_event_whose_details_no_reader_takes_differs_from_its_entry() -> None:
    event = Event(7, ENTRY["time"], "a", "b", "bind", "public.people", "{}", None, 1, 0)
    assert events.differences(ENTRY, event) == set()
    for depth in (500, 3000, 100_000):  # what one step takes, another one refuses
        deep = replace(event, details="[" * depth + "]" * depth)
        assert events.differences(ENTRY, deep) == {"details"}
