"""The rows of statements on protected views, until each statement ends.

A statement has a frame for each view and operation. Its first trigger makes the frame, its row
triggers fill it and its last trigger takes it. A frame whose part of the transaction has ended is
of a statement that failed: it is dropped before another is looked at, so its rows are never stored.
"""

from kwruntime.call import Call
from kwruntime.errors import RuntimeUnavailable
from kwruntime.postgres import backend
from kwruntime.session import Session
from kwruntime.store.view_layouts import Layout

MAX_ROWS = 10_000
MAX_CHARACTERS = 16_000_000


class Frame:
    """The rows that a statement has collected for one view and operation."""

    def __init__(self, view_id: int, operation: str, view: str, layout: Layout, role: int) -> None:
        self.view_id = view_id
        self.operation = operation
        self.view = view
        self.layout = layout
        self.role = role
        self.place = backend.place_in_transaction()
        self.olds: list[str] = []
        self.news: list[str] = []
        self._characters = self._rows = 0
        self._most = 1 if layout.each_row else MAX_ROWS

    def add(self, old: str | None, new: str | None) -> int | None:
        """Keep a row; return 1 if all must be written now, 2 if each row is written alone."""
        if old is not None:
            self.olds.append(old)
            self._characters += len(old)
        if new is not None:
            self.news.append(new)
            self._characters += len(new)
        self._rows += 1
        if self._rows < self._most and self._characters < MAX_CHARACTERS:
            return None
        return 2 if self.layout.each_row else 1

    def take(self) -> tuple[list[str], list[str]]:
        """Return the rows, old and new, and keep none."""
        taken = self.olds, self.news
        self.olds, self.news, self._characters, self._rows = [], [], 0, 0
        return taken


class Frames:
    """The frames of the statements that run, the innermost last."""

    def __init__(self, _: Session) -> None:
        self._frames: list[Frame] = []

    def begin(self, frame: Frame) -> None:
        """Add the frame of a statement that begins."""
        self._drop_stale()
        self._frames.append(frame)

    def of(self, call: Call, view_id: int, operation: str) -> Frame:
        """Return the frame of the statement that runs. Another role's code finds none."""
        return self.running(view_id, operation, call.role)

    def running(self, view_id: int, operation: str, role: int) -> Frame:
        """Return the same, without a call: one for each row would take longer than the rest."""
        self._drop_stale()
        for frame in reversed(self._frames):
            if frame.view_id == view_id and frame.operation == operation:
                if frame.role == role:
                    return frame
                break
        raise RuntimeUnavailable(
            "no statement on a protected view runs",
            hint="This function is internal. Only the triggers of protected views call it.",
        )

    def end(self, call: Call, view_id: int, operation: str) -> Frame:
        """Take the frame of the statement that ends."""
        frame = self.of(call, view_id, operation)
        self._frames.remove(frame)
        return frame

    def _drop_stale(self) -> None:
        """Drop what failed: it is above all that runs."""
        while self._frames and not backend.is_inside(self._frames[-1].place):
            self._frames.pop()
