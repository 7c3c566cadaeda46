"""What sections have read is kept for as long as they say."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from kwtools.connections import Connection
from kwtools.console import views
from kwtools.console.databases import Busy, Databases
from kwtools.console.section import Section


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Nothing:
    """Databases whose connections are never used."""

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[None]:
        yield None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(views, "time", made)
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    return made


def made(
    kept_seconds: float,
    began: threading.Event | None = None,
    ends: threading.Event | None = None,
) -> Section:
    """Return a section that counts how often it was read, tells that it began, and waits."""
    times: list[int] = []

    def read(connection: Connection, query: Mapping[str, str]) -> int:
        times.append(1)
        if began is not None and ends is not None:
            began.set()
            ends.wait(60)
        return len(times)

    return Section("counted", "Counted", read, "none.html", kept_seconds=kept_seconds)


def test_a_section_that_is_not_kept_is_read_for_each_page(clock: Clock) -> None:
    found = views.Views(cast(Databases, Nothing()))
    section = made(0)
    assert [found.of(section, "one", {}).view for _ in range(3)] == [1, 2, 3]


def test_what_is_kept_is_read_again_when_it_is_old_or_when_somebody_asks(clock: Clock) -> None:
    found = views.Views(cast(Databases, Nothing()))
    section = made(300)
    assert found.of(section, "one", {}).view == 1
    clock.now += 299
    assert found.of(section, "one", {}).view == 1
    assert found.of(section, "two", {}).view == 2
    assert found.of(section, "one", {"again": "1"}).view == 3
    clock.now += 4
    assert found.of(section, "one", {"again": "1"}).view == 3  # a moment ago
    clock.now += 297
    assert found.of(section, "one", {}).view == 4


def test_nobody_waits_for_a_reading_that_another_one_began(clock: Clock) -> None:
    found = views.Views(cast(Databases, Nothing()))
    began, ends = threading.Event(), threading.Event()
    section = made(300, began, ends)
    reader = threading.Thread(target=found.of, args=(section, "one", {}))
    reader.start()
    assert began.wait(60)
    with pytest.raises(Busy):
        found.of(section, "one", {})
    ends.set()
    reader.join()
    assert found.of(section, "one", {}).view == 1
