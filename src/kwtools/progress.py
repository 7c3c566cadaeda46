"""How far a long piece of work is: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

_SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """``with Progress("Relayering", 100) as progress: ... progress.advance(10)``. On stderr."""

    def __init__(self, what: str, total: int) -> None:
        self.done = 0
        self._failed = 0
        self._what = what
        self._total = total
        console = Console(stderr=True)
        self._bar: Bar | None = None
        if console.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[note]}"),
                TimeRemainingColumn(),
                console=console,
            )
            self._task = self._bar.add_task(what, total=total, note="")
        self._start = time.monotonic()
        self._next_line = self._start + _SECONDS_BETWEEN_LINES

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, count: int, failed: int = 0) -> None:
        """Say that so many more are done, ``failed`` among them."""
        self.done += count
        self._failed += failed
        now = time.monotonic()
        if self._bar is not None:
            self._bar.update(self._task, advance=count, note=self._note(now))
        elif now >= self._next_line:
            self._next_line = now + _SECONDS_BETWEEN_LINES
            print(
                f"{self._what}: {self.done} of {self._total}{self._note(now)}",
                file=sys.stderr,
                flush=True,
            )

    def _note(self, now: float) -> str:
        rate = self.done / max(now - self._start, 0.001)
        failed = f", {self._failed} failed" if self._failed else ""
        return f", {rate:.0f}/s{failed}"
