"""How much memory of its own a backend takes for a statement."""

import threading
from pathlib import Path

from tests.sql.session import Session

_SECONDS = 0.002
"""Between two looks."""


def kilobytes(pid: int, name: str) -> int:
    """Return a figure of a process's memory."""
    lines = map(str.split, Path(f"/proc/{pid}/status").read_text().splitlines())
    return next(int(line[1]) for line in lines if line[0] == f"{name}:")


def grown(session: Session, statement: str) -> int:
    """Run a statement; return by how many bytes its backend was larger than before, at most.

    Memory that it shares with others, such as pages of tables, does not count.
    """
    pid = session.value("select pg_backend_pid()")
    before = peak = kilobytes(pid, "RssAnon")
    done = threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(_SECONDS):
            peak = max(peak, kilobytes(pid, "RssAnon"))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        session.rows(statement)
    finally:
        done.set()
        looking.join()
    return 1024 * (peak - before)
