"""How a workload is measured: beside its peer, in turn, by the CPU time of the backend.

The kernel counts the CPU time of each process, so other work on the machine changes little. A
round runs every workload once; the least of all rounds is the figure.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

WARM_UP = 2  # rounds that are not counted
ROWS = 1000
MICRO = 1e6


@dataclass(frozen=True)
class Workload:
    """A statement over ``rows`` rows; ``%(round)s`` in it is the number of the round.

    ``peer`` names the workload beside it that it is compared with, and ``goal`` is the highest
    ratio that is wanted.
    """

    name: str
    query: str
    peer: str | None = None
    goal: float | None = None
    rows: int = ROWS


@dataclass(frozen=True)
class Line:
    """A figure; ``peer`` names the figure that ``ratio`` is to.

    ``goal`` is the highest ratio that is wanted, ``limit`` the highest value.
    """

    name: str
    value: float
    peer: str | None = None
    ratio: float | None = None
    goal: float | None = None
    limit: float | None = None

    @property
    def missed(self) -> bool:
        """Whether there is a goal or a limit, and the figure is over it."""
        return (self.goal is not None and (self.ratio or 0) > self.goal) or (
            self.limit is not None and self.value > self.limit
        )


@dataclass(frozen=True)
class Table:
    """Figures of one unit."""

    title: str
    unit: str
    lines: tuple[Line, ...]


def compared(
    value: float, peer: Line, name: str, goal: float | None = None, limit: float | None = None
) -> Line:
    """Return a figure beside its peer."""
    return Line(name, value, peer.name, value / peer.value, goal, limit)


def cpu_seconds(connection: psycopg.Connection) -> float:
    """Return the CPU time that the backend of a connection has taken so far."""
    schedule = Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text()
    return int(schedule.split()[0]) / 1e9


def cpu_seconds_of_threads(pid: int) -> float:
    """Return the CPU time that the living threads of a process have taken so far."""
    schedules = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in schedules) / 1e9


def timed(
    connection: psycopg.Connection, query: str, params: dict[str, int] | None = None
) -> float:
    """Run a statement, and return the CPU time that the backend took for it."""
    start = cpu_seconds(connection)
    connection.execute(query, params, prepare=True).fetchall()
    return cpu_seconds(connection) - start


def in_turn(
    connection: psycopg.Connection,
    beside: psycopg.Connection,
    workloads: Sequence[Workload],
    rounds: int,
) -> list[Line]:
    """Run workloads in turn, and return the least µs a row of each.

    Peers run in the session ``beside``, as in a program that does not use kwtools: what a session
    has planned before decides the cost of its checks.
    """
    taken: dict[str, list[float]] = {workload.name: [] for workload in workloads}
    peers = {workload.peer for workload in workloads}
    for number in range(WARM_UP + rounds):
        for workload in workloads:
            session = beside if workload.name in peers else connection
            seconds = timed(session, workload.query, {"round": number})
            taken[workload.name].append(seconds / workload.rows * MICRO)
    least = {name: min(values[WARM_UP:]) for name, values in taken.items()}
    return [
        Line(
            one.name,
            least[one.name],
            one.peer,
            None if one.peer is None else least[one.name] / least[one.peer],
            one.goal,
        )
        for one in workloads
    ]


class Stopwatch:
    """The wall clock: ``with Stopwatch() as watch: ...``, then ``watch.seconds``."""

    seconds: float

    def __enter__(self) -> "Stopwatch":
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._start
