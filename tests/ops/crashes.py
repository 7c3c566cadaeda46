"""Server processes that are killed, and the server that comes back."""

import contextlib
import os
import signal
import time

import psycopg

from kwtools.cluster import Place

_SESSIONS = "select pid from pg_stat_activity where application_name = %s"


def kill_sessions(place: Place, application_name: str) -> None:
    """Kill the server processes of a command: the server ends all others, and recovers.

    Returns when it has begun to.
    """
    with contextlib.suppress(psycopg.OperationalError), place.connect() as connection:
        found = connection.execute(_SESSIONS, (application_name,)).fetchall()
        for (pid,) in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if found:
            connection.execute("select pg_sleep(60)")  # until the server ends this one, too


def reachable(place: Place) -> None:
    """Wait until the server takes sessions."""
    for _ in range(6000):
        with contextlib.suppress(psycopg.OperationalError), place.connect() as connection:
            connection.execute("select 1")
            return
        time.sleep(0.05)
    raise AssertionError("the server does not come back")
