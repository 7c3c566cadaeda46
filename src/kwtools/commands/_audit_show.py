"""``kwtools audit show``: the events of an export."""

import argparse
import json
from collections import deque
from typing import Any, NamedTuple

from kwtools import audit_exporting
from kwtools.audit_verifying import Verification
from kwtools.commands._parser import MOST_ID, Subparsers, absolute, whole_number
from kwtools.commands._trust import add_trust, trust_of
from kwtools.errors import EXIT_OK, EXIT_PROBLEM
from kwtools.evidence.tile_files import Folder
from kwtools.output import print_json, print_rows, tell

_MOST = 1_000_000


class _Shown(NamedTuple):
    """An event of the log. Roles are the one in force, and the one that logged in."""

    entry: int
    event: str
    time: str
    acting: str
    session: str
    action: str
    object: str
    details: str


def add(actions: Subparsers) -> None:
    """Add the action."""
    show = actions.add_parser(
        "show",
        help="verify an export of the log offline, and show its events",
        description="Verifies DIR as kwtools audit verify does, and shows the events of its entries"
        " in order. It needs no server, and shows nothing of a log that was changed: exit code 1.",
    )
    show.add_argument("folder", type=absolute, metavar="DIR", help="an export")
    add_trust(show)
    show.add_argument(
        "--event", type=whole_number(0, MOST_ID), metavar="ID", help="this event only"
    )
    show.add_argument("--action", metavar="NAME", help="events of this action only, such as shred")
    show.add_argument("--object", metavar="TEXT", help="events only whose object has this text")
    show.add_argument(
        "--last", type=whole_number(1, _MOST), default=1000, metavar="N",
        help="the last N of them (%(default)s)",
    )  # fmt: skip
    show.set_defaults(run=_run)


class _Selected:
    """The last events that were asked for."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.count = 0
        self.found: deque[tuple[int, dict[str, Any]]] = deque(maxlen=options.last)
        self._options = options

    def take(self, index: int, event: dict[str, Any]) -> None:
        """Keep an entry, if it is asked for."""
        asked = self._options
        if asked.event is not None and str(event["event"]) != str(asked.event):
            return
        if asked.action is not None and event.get("action") != asked.action:
            return
        if asked.object is not None and asked.object not in str(event.get("object")):
            return
        self.count += 1
        self.found.append((index, event))


def _run(options: argparse.Namespace) -> int:
    selected = _Selected(options)
    work = Verification(trust_of(options), take=selected.take)
    work.run(Folder(options.folder), audit_exporting.note_of(options.folder), ())
    if work.count:
        for problem in work.problems:
            tell(problem)
        tell("nothing is shown: verify it with kwtools audit verify")
        return EXIT_PROBLEM
    if options.json:
        print_json([{"entry": index, **event} for index, event in selected.found])
    else:
        print_rows(_Shown._fields, [_shown(index, event) for index, event in selected.found])
    if selected.count > len(selected.found):
        tell(f"the last {len(selected.found)} of {selected.count} events are shown")
    return EXIT_OK


def _shown(index: int, event: dict[str, Any]) -> _Shown:
    said = event.get("roles")
    roles = said if isinstance(said, dict) else {}
    return _Shown(
        index,
        str(event["event"]),
        str(event.get("time")),
        str(roles.get("acting")),
        str(roles.get("session")),
        _text(event, "action"),
        _text(event, "object"),
        json.dumps(event["details"]) if "details" in event else _text(event, "details"),
    )


def _text(event: dict[str, Any], name: str) -> str:
    """Return a member, or the digest that stands for one that was too long."""
    return str(event[name]) if name in event else f"SHA-256 {event.get(f'{name}_sha256')}"
