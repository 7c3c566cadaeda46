"""Verification of the log by the auditor's reader, from an export or a database.

The entries are compared with the events of a database, if one is given.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from kwtools import audit_database
from kwtools.audit_database import Log
from kwtools.connections import Connection
from kwtools.evidence import events, incarnations, rebuilding
from kwtools.evidence.checkpoints import Checkpoint, NotTrusted, Trust, open_checkpoint
from kwtools.evidence.incarnations import Acknowledged
from kwtools.evidence.lines import BadForm
from kwtools.evidence.tile_files import WIDTH, Files

MOST_LISTED = 100
Take: TypeAlias = Callable[[int, dict[str, Any]], None]
"""Who is given each entry that can be read, by its index."""


class Verification:
    """A run: what was read, and each problem as a fact."""

    def __init__(
        self, trust: Trust, connection: Connection | None = None, take: Take | None = None
    ) -> None:
        self.trust = trust
        self.problems: list[str] = []
        self.hint = ""
        self.count = 0
        self.checkpoint: Checkpoint | None = None
        self.incarnation = incarnations.number_of(trust.origin)
        self.acknowledged: Acknowledged | None = None
        """The restore after which the log begins."""
        self.entries = 0
        self.events = 0
        self.unsealed: int | None = None
        self._connection = connection
        self._take = take
        self._log: Log | None = None
        self._first = 0  # entries before it have no text, as an entry says
        self._lacking: list[tuple[int, str]] = []
        self._gone: list[tuple[int, int]] = []
        self._page: list[tuple[int, dict[str, Any]]] = []

    def run(
        self,
        files: Files,
        note: bytes,
        earlier: Sequence[tuple[str, bytes]],
        claimed: Sequence[Checkpoint] = (),
    ) -> None:
        """Check signatures, the whole tree, its growth since earlier checkpoints, and events.

        ``claimed``: what the log of the next incarnation says of this one.
        """
        try:
            newest = self.checkpoint = open_checkpoint(note, self.trust)
        except (BadForm, NotTrusted) as error:
            self._refused("the checkpoint", error)
            return
        older = [*claimed]
        for name, data in earlier:
            try:
                older.append(open_checkpoint(data, self.trust))
            except (BadForm, NotTrusted) as error:
                self._refused(f"the checkpoint in {name}", error)
        self._find_log(newest)
        for problem in rebuilding.problems(files, newest, older, self):
            self.add(problem)
        self._compare_page()
        self._end(newest)

    def _find_log(self, newest: Checkpoint) -> None:
        if self._connection is None:
            return
        self._log = audit_database.find(self._connection, newest.origin)
        if self._log.size < newest.size:
            self.add(
                f"the log of the database has {self._log.size} entries, the checkpoint has"
                f" {newest.size}: entries were removed from the end"
            )

    # -- what the rebuilding tells ------------------------------------------------------------

    def read(self, index: int, entry: bytes) -> None:
        """Take an entry of the tree."""
        self.entries += 1
        try:
            found = events.read_entry(entry)
        except BadForm as error:
            self.add(f"entry {index} is not of an event: {error}")
            return
        if self._take is not None:
            self._take(index, found)
        if index == 0 and self.incarnation:
            self._begin(found)
        if found.get("action") == events.RETENTION:
            first = (found.get("details") or {}).get("first_entry")
            self._first = max(self._first, first if isinstance(first, int) else 0)
        if self._log is not None:
            self._page.append((index, found))
            if len(self._page) >= WIDTH:
                self._compare_page()

    def _begin(self, first: dict[str, Any]) -> None:
        """Take the first entry of a log that follows another one."""
        try:
            self.acknowledged = incarnations.read(first, self.trust.origin)
        except BadForm as error:
            self.add(f"entry 0 of incarnation {self.incarnation} is refused: {error}")

    def lacks(self, index: int, path: str) -> bool:
        """Note a missing bundle, for an entry further on to say that retention took it."""
        self._lacking.append((index, path))
        return True

    # -- events -------------------------------------------------------------------------------

    def _compare_page(self) -> None:
        page, self._page = self._page, []
        if not page or self._connection is None or self._log is None:
            return
        ids = [int(found["event"]) for _, found in page]
        rows = audit_database.events(self._connection, ids)
        for (index, found), event in zip(page, ids, strict=True):
            row = rows.get(event)
            if row is None or (row.log_id, row.leaf_index) != (self._log.id, index):
                self._gone.append((index, event))
                continue
            self.events += 1
            if changed := sorted(events.differences(found, row)):
                self.add(f"event {event} was edited after it was sealed: {', '.join(changed)}")

    def _end(self, newest: Checkpoint) -> None:
        for index, path in self._lacking:
            if index + WIDTH > self._first:
                self.add(f"{path} is missing")
        for index, event in self._gone:
            if index >= self._first:
                self.add(f"event {event} of entry {index} was deleted or replaced")
        if self._connection is None or self._log is None:
            return
        claimed, self.unsealed = audit_database.claims(self._connection, self._log, newest.size)
        retained = claimed - self.events
        if retained > 0 and not self._lacking:
            self.add(
                f"{retained} events say that they are in the log, at the place of other events"
            )

    def _refused(self, what: str, error: BadForm | NotTrusted) -> None:
        self.add(f"{what} is refused: {error}")
        self.hint = self.hint or getattr(error, "hint", "")

    def add(self, problem: str) -> None:
        """Note a problem."""
        self.count += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(problem)

    def report(self) -> dict[str, Any]:
        """Return everything, for programs."""
        found, restore = self.checkpoint, self.acknowledged
        return {
            "origin": self.trust.origin,
            "incarnation": self.incarnation,
            "acknowledged": restore
            and {
                "log": restore.checkpoint.origin,
                "size": restore.checkpoint.size,
                "restored": restore.restored.size,
                "lost": restore.lost,
                "reason": restore.reason,
            },
            "size": found and found.size,
            "root": found and found.root.hex(),
            "witnesses": sorted(found.witnessed) if found else [],
            "entries": self.entries,
            "entries_without_text": WIDTH * len(self._lacking),
            "events": self.events if self._log is not None else None,
            "unsealed": self.unsealed,
            "problem_count": self.count,
            "problems": self.problems,
            "hint": self.hint,
        }
