"""Verification of a log by the auditor's reader, from an export or a database.

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
        self,
        trust: Trust | None,
        connection: Connection | None = None,
        take: Take | None = None,
        *,
        origin: str = "",
        after: "Verification | None" = None,
    ) -> None:
        """``after``: of the log of the next incarnation. ``origin``: where no key is given."""
        self.trust = trust
        self.origin = origin if trust is None else trust.origin
        self.problems: list[str] = []
        self.hint = ""
        self.count = 0
        self.checkpoint: Checkpoint | None = None
        self.incarnation = incarnations.number_of(self.origin)
        self.acknowledged: Acknowledged | None = None
        """The restore after which the log begins."""
        self.entries = 0
        self.events = 0
        self.unsealed: int | None = None
        self._connection = connection
        self._take = take
        self._log: Log | None = None
        self._has_ended = False
        # By log: entries before it have no text, as an entry of it or of a later one says.
        self._retained: dict[str, int] = {} if after is None else after._retained
        self._lacking: list[tuple[int, str]] = []
        self._gone: list[tuple[int, int]] = []
        self._page: list[tuple[int, dict[str, Any]]] = []
        self._seen = events.Numbers()

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
        opened = self._opened([("", note), *earlier])
        if opened and opened[0] is not None:
            older = [one for one in opened[1:] if one is not None]
            self._compare(files, opened[0], [*claimed, *older])

    def run_restored(
        self, files: Files, restored: Checkpoint, earlier: Sequence[tuple[str, bytes]]
    ) -> None:
        """Check the log before a restore, as the first entry of the log after it proves it."""
        self._has_ended = True
        older = [one for one in self._opened(earlier) if one is not None]
        self._compare(files, restored, older)

    def _opened(self, notes: Sequence[tuple[str, bytes]]) -> list[Checkpoint | None]:
        """Return checkpoints, by what names them; null of those that are refused."""
        opened: list[Checkpoint | None] = []
        for name, data in notes:
            what = f"the checkpoint in {name}" if name else "the checkpoint"
            if self.trust is None:
                self.add(f"{what} cannot be verified: no key of {self.origin} is given")
                continue
            try:
                opened.append(open_checkpoint(data, self.trust))
            except (BadForm, NotTrusted) as error:
                self._refused(what, error)
                opened.append(None)
        return opened

    def _compare(self, files: Files, newest: Checkpoint, older: Sequence[Checkpoint]) -> None:
        self.checkpoint = newest
        self._find_log(newest)
        for problem in rebuilding.problems(files, newest, older, self):
            self.add(problem)
        self._compare_page()
        self._end(newest)

    def _find_log(self, newest: Checkpoint) -> None:
        if self._connection is None:
            return
        self._log = audit_database.named(self._connection, newest.origin)
        if self._log is None:
            self.add(f"the database does not have the log {newest.origin}")
        elif self._log.size < newest.size:
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
        if not events.is_of(found, self.origin):
            self.add(f"entry {index} is of another log")
        if not self._seen.add(int(found["event"])):
            self.add(f"entry {index} is of event {found['event']}, which an entry before is of")
        if self._take is not None:
            self._take(index, found)
        if index == 0 and self.incarnation:
            self._begin(found)
        if (retained := events.retained(found)) is not None:
            log, first = retained
            self._retained[log] = max(first, self._retained.get(log, 0))
        if self._log is not None:
            self._page.append((index, found))
            if len(self._page) >= WIDTH:
                self._compare_page()

    def _begin(self, first: dict[str, Any]) -> None:
        """Take the first entry of a log that follows another one."""
        try:
            self.acknowledged = incarnations.read(first, self.origin)
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
        first = self._retained.get(self.origin, 0)
        for index, path in self._lacking:
            if index + WIDTH > first:
                self.add(f"{path} is missing")
        for index, event in self._gone:
            if index >= first:
                self.add(f"event {event} of entry {index} was deleted or replaced")
        if self._connection is None or self._log is None:
            return
        claims = audit_database.claims(self._connection, self._log.id, newest.size)
        self.unsealed = claims.unsealed
        if claims.within > self.events:
            self.add(
                f"{claims.within - self.events} events say that they are in the log, at the place"
                " of other events"
            )
        # What was appended and is not signed yet.
        behind = 0 if self._has_ended else max(0, self._log.size - newest.size)
        if claims.behind > behind:
            self.add(
                f"{claims.behind - behind} events say that they are in the log, behind its last"
                " entry"
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
            "origin": self.origin,
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
