"""What the first entry of a log after a restore says, read from entries that may be of anybody."""

import base64
from typing import Any

import pytest

from kwtools.evidence import incarnations
from kwtools.evidence.lines import BadForm

BEFORE, AFTER = "db.example.com/kwtools/0b5a/0", "db.example.com/kwtools/0b5a/1"
ROOT = base64.b64encode(bytes(32)).decode()


def event(**changed: Any) -> dict[str, Any]:
    """Return the first entry, with some details changed."""
    checkpoint = {"origin": BEFORE, "size": 20, "root": ROOT}
    restored = {"origin": BEFORE, "size": 12, "root": ROOT}
    details = {"checkpoint": checkpoint, "restored": restored, "reason": "a lost disk", **changed}
    return {"event": "1", "action": "acknowledge_restore", "details": details}


def test_it_says_what_was_lost() -> None:
    found = incarnations.read(event(), AFTER)
    assert (found.checkpoint.size, found.restored.size, found.lost) == (20, 12, 8)
    assert (found.reason, incarnations.number_of(AFTER)) == ("a lost disk", 1)
    longer = {"origin": BEFORE, "size": 30, "root": ROOT}
    assert incarnations.read(event(restored=longer), AFTER).lost == 0


@pytest.mark.parametrize(
    "checkpoint",
    [
        None,
        "text",
        {"origin": BEFORE, "size": -1, "root": ROOT},
        {"origin": BEFORE, "size": True, "root": ROOT},
        {"origin": BEFORE, "size": 1, "root": ROOT[4:]},
        {"origin": BEFORE, "size": 1, "root": 7},
        {"origin": AFTER, "size": 1, "root": ROOT},
        {"origin": "db.example.com/kwtools/other/0", "size": 1, "root": ROOT},
        {"origin": 5, "size": 1, "root": ROOT},
    ],
)
def test_what_is_not_a_checkpoint_of_an_earlier_incarnation_is_refused(checkpoint: object) -> None:
    with pytest.raises(BadForm):
        incarnations.read(event(checkpoint=checkpoint), AFTER)
    with pytest.raises(BadForm):
        incarnations.read(event(restored=checkpoint), AFTER)


def test_what_does_not_acknowledge_a_restore_is_refused() -> None:
    for entry in ({}, {"action": "acknowledge_restore"}, {**event(), "action": "bind"}):
        with pytest.raises(BadForm):
            incarnations.read(entry, AFTER)
    assert incarnations.number_of("another/log") is None
