"""A backend that is killed in the middle of a batch leaves nothing half made."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from kwtools.cluster import Place, set_up

BATCH = "select kw.bind_many('t', array_agg(g::text), 'a') from generate_series(1, 100000) g"
STATE = """
select (select count(*) from kw.encryption_bindings), (select count(*) from kw.key_wrappers),
    (select count(*) from kw.verify())
"""


def _reconnect(place: Place, watch: psycopg.Connection) -> psycopg.Connection:
    """Connect again once the server has ended every session, ``watch`` too, and recovered."""
    with pytest.raises(psycopg.OperationalError):
        watch.execute("select pg_sleep(60)")
    for _ in range(6000):
        try:
            return place.connect()
        except psycopg.OperationalError:
            time.sleep(0.05)  # the server recovers
    raise AssertionError("the server does not come back")


def test_a_killed_backend_leaves_nothing_half_made(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster(settings={"synchronous_commit": "on"})
    with place.connect() as connection:
        set_up(connection, "fault")
        connection.execute("create table t (id bigint primary key, a bytea)")
        connection.execute("select kw.bind('t', 0, 'a')")
        before = connection.execute(STATE).fetchone()
    assert before == (1, 1, 0)
    victim, watch = place.connect(), place.connect()
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(victim.execute, BATCH)
        time.sleep(0.5)
        assert not batch.done()
        os.kill(victim.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            batch.result(timeout=600)
    with _reconnect(place, watch) as connection:
        assert connection.execute(STATE).fetchone() == before
        connection.execute("select kw.bind('t', 1, 'a')")
        assert connection.execute(STATE).fetchone() == (2, 2, 0)
