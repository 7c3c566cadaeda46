"""What sections have read is kept for as long as they say, and for longer if it was slow."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import cast

import pytest

from kwtools.connections import Connection
from kwtools.console import sizes, views
from kwtools.console.databases import Busy, Databases, NotRead, Unreadable
from kwtools.console.section import Section
from kwtools.console.views import BeingRead, Views

PATIENCE = 60


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Nothing:
    """Databases whose connections are never used."""

    @contextlib.contextmanager
    def reading(self, name: str, timeout: str) -> Iterator[None]:
        yield None


class Source:
    """What a section reads: how often it was read, after ``took`` seconds or when it may end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.times = 0
        self.took = 0.0
        self.error: Exception | None = None
        self.ends = threading.Event()
        self.ends.set()
        self.has_ended = threading.Event()

    def read(self, connection: Connection, query: Mapping[str, str]) -> str:
        assert self.ends.wait(PATIENCE)
        self._clock.now += self.took
        self.times += 1
        self.has_ended.set()
        if self.error:
            raise self.error
        return f"{self.times} {query.get('part', '')}".strip()

    def section(self, kept_seconds: float | None) -> Section:
        return Section("counted", "Counted", self.read, "none.html", kept_seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(views, "time", made)
    monkeypatch.setattr(views, "PATIENCE", PATIENCE)
    return made


@pytest.fixture
def source(clock: Clock) -> Source:
    return Source(clock)


@pytest.fixture
def found() -> Views:
    return Views(cast(Databases, Nothing()))


def test_a_section_that_is_quick_is_read_for_each_page(source: Source, found: Views) -> None:
    section = source.section(None)
    assert [found.of(section, "one", {}).view for _ in range(3)] == ["1", "2", "3"]


def test_what_is_kept_is_read_again_when_it_is_old_or_when_somebody_asks(
    clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(300)
    assert found.of(section, "one", {}).view == "1"
    clock.now += 299
    assert found.of(section, "one", {}).view == "1"
    assert found.of(section, "two", {}).view == "2"
    assert found.of(section, "one", {"again": "1"}).view == "3"
    clock.now += 4
    assert found.of(section, "one", {"again": "1"}).view == "3"  # a moment ago
    clock.now += 297
    assert found.of(section, "one", {}).view == "4"


def test_what_was_quick_to_read_is_not_kept_unless_its_section_says_so(
    clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(0)
    for number in range(1, 4):
        assert found.of(section, "one", {}).view == str(number)
        clock.now += 0.01


def test_what_was_slow_is_kept_for_a_hundred_times_what_it_took(
    clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(0)
    source.took = 3.0
    assert found.of(section, "one", {}).view == "1"
    clock.now += 290
    kept = found.of(section, "one", {})
    assert kept.view == "1"
    assert clock.now - kept.monotonic == pytest.approx(293)


def test_while_what_is_old_is_read_again_nobody_waits(
    clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(0)
    source.took = 3.0
    found.of(section, "one", {})
    clock.now += 1000
    source.ends.clear()
    source.has_ended.clear()
    assert [found.of(section, "one", {}).view for _ in range(3)] == ["1", "1", "1"]
    source.ends.set()
    assert source.has_ended.wait(PATIENCE)
    _until(lambda: found.of(section, "one", {}).view == "2")
    assert source.times == 2


def test_what_was_quick_to_read_is_not_shown_when_it_is_old(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(0)
    assert found.of(section, "one", {}).view == "1"
    clock.now += 0.01
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    source.ends.clear()
    with pytest.raises(BeingRead):
        found.of(section, "one", {})
    source.ends.set()
    monkeypatch.setattr(views, "PATIENCE", PATIENCE)
    assert found.of(section, "one", {}).view in ("2", "3")


def test_a_page_does_not_wait_for_what_is_slow_and_not_known(
    monkeypatch: pytest.MonkeyPatch, source: Source, found: Views
) -> None:
    section = source.section(300)
    source.ends.clear()
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    for _ in range(3):
        with pytest.raises(BeingRead):
            found.of(section, "one", {})
    source.ends.set()
    monkeypatch.setattr(views, "PATIENCE", PATIENCE)
    assert found.of(section, "one", {}).view == "1"
    assert source.times == 1


@pytest.mark.parametrize(("sqlstate", "seconds"), [("08006", 6), ("57014", 400)])
def test_what_could_not_be_read_is_told_and_read_again_later(
    clock: Clock, source: Source, found: Views, sqlstate: str, seconds: int
) -> None:
    section = source.section(0)
    source.took, source.error = 4.0, NotRead(Unreadable("it is gone", sqlstate, ""))
    for _ in range(3):
        with pytest.raises(NotRead, match="it is gone"):
            found.of(section, "one", {})
    assert source.times == 1
    clock.now += seconds
    source.error = None
    assert found.of(section, "one", {}).view == "2"


def test_what_fails_at_once_is_tried_again_for_each_page(
    clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(300)
    source.error = NotRead(Unreadable("it is gone", "3D000", ""))
    with pytest.raises(NotRead):
        found.of(section, "one", {})
    clock.now += 0.01
    source.error = None
    assert found.of(section, "one", {}).view == "2"


def _read_too_late(
    monkeypatch: pytest.MonkeyPatch, source: Source, found: Views, section: Section
) -> None:
    """Have a page give up, and then the reading end."""
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    source.ends.clear()
    with pytest.raises(BeingRead):
        found.of(section, "one", {})
    source.ends.set()
    _until(lambda: not found._readings)


def test_a_page_that_waits_is_told_of_a_failure_however_long_it_took(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(300)
    source.took, source.error = 20.0, NotRead(Unreadable("no answer", "", ""))
    _read_too_late(monkeypatch, source, found, section)
    clock.now += 2
    with pytest.raises(NotRead, match="no answer"):
        found.of(section, "one", {})
    assert source.times == 1


def test_what_takes_a_little_longer_than_a_page_waits_is_shown_when_it_comes_again(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, source: Source, found: Views
) -> None:
    section = source.section(0)
    source.took = 0.9
    _read_too_late(monkeypatch, source, found, section)
    clock.now += 2
    assert found.of(section, "one", {}).view == "1"
    clock.now += 5
    monkeypatch.setattr(views, "PATIENCE", PATIENCE)
    assert found.of(section, "one", {}).view == "2"


def test_a_part_is_kept_for_itself(clock: Clock, source: Source, found: Views) -> None:
    other = Source(clock)
    part = Section("part", "Part", other.read, "none.html", 300, part="part")
    section = source.section(300)._replace(more=part, choose=lambda both, query: both)
    assert found.of(section, "one", {}).view == ("1", None)
    assert found.of(section, "one", {"part": "a"}).view == ("1", "1 a")
    assert found.of(section, "one", {"part": "b"}).view == ("1", "2 b")
    assert found.of(section, "one", {"part": "a"}).view == ("1", "1 a")


def test_of_many_databases_each_has_its_turn(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, source: Source, found: Views
) -> None:
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    section = source.section(5)
    names = [f"database {number:02}" for number in range(50)]
    for _ in range(10):
        clock.now += 10  # what was read first is old again
        source.ends.clear()
        found.known(section, names)  # only some are read at once
        source.ends.set()
        _until(lambda: not found._readings)
    clock.now += 1
    assert all(kept for kept, _ in found.known(section, names).values())


def test_what_has_not_answered_says_since_when(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, source: Source, found: Views
) -> None:
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    section = source.section(5)
    source.ends.clear()
    assert found.known(section, ["one"]) == {"one": (None, 0.0)}
    clock.now += 7
    assert found.known(section, ["one"]) == {"one": (None, 7.0)}
    source.ends.set()


def test_few_are_read_at_once_and_few_are_kept(
    monkeypatch: pytest.MonkeyPatch, source: Source, found: Views
) -> None:
    section = source.section(300)._replace(part="part")
    for number in range(200):
        found.of(section, "one", {"part": str(number)})
    assert source.times == 200
    assert found.of(section, "one", {"part": "199"}).view == "200 199"
    assert found.of(section, "one", {"part": "0"}).view == "201 0"  # was no longer kept
    source.ends.clear()
    monkeypatch.setattr(views, "PATIENCE", 0.001)
    errors = []
    for number in range(1000, 1050):
        with pytest.raises((BeingRead, Busy)) as raised:
            found.of(section, "one", {"part": str(number)})
        errors.append(raised.type)
    source.ends.set()
    assert errors.count(BeingRead) < 10
    assert errors[-1] is Busy
    assert threading.active_count() < 30


def _until(holds: Callable[[], bool]) -> None:
    ended = threading.Event()
    for _ in range(600):
        if holds():
            return
        ended.wait(0.1)
    pytest.fail("it does not come true")


def test_what_is_kept_has_a_bound_by_its_bytes(clock: Clock) -> None:
    def read(connection: Connection, query: Mapping[str, str]) -> tuple[str, ...]:
        clock.now += 3.0
        return tuple(f"{number}{query['part']}" * 100 for number in range(100))

    section = Section("large", "Large", read, "none.html", 0.0, part="part")
    one = sizes.size(read(cast(Connection, None), {"part": "a"}))
    found = Views(cast(Databases, Nothing()), most_bytes=2 * one + 100)
    times = {part: found.of(section, "one", {"part": part}).monotonic for part in ("a", "b", "c")}
    again = {part: found.of(section, "one", {"part": part}).monotonic for part in ("b", "c", "a")}
    assert [part for part in times if again[part] == times[part]] == ["b", "c"]
    alone = Views(cast(Databases, Nothing()), most_bytes=1)
    first = alone.of(section, "one", {"part": "a"}).monotonic
    assert alone.of(section, "one", {"part": "a"}).monotonic == first  # what is shown last stays


def test_the_size_of_a_value_counts_each_part_once() -> None:
    text = "x" * 10_000
    assert 10_000 < sizes.size([text, (text, {text: text})]) < 11_000
    assert sizes.size({"a": ["y" * 5000], "b": frozenset({"z" * 5000})}) > 10_000
