"""A server with values, and its hot standby."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from kwtools.cluster import Place, set_up

SET_UP = """
create table t (id bigint primary key, a bytea);
insert into t values (1), (2);
select kw.bind('t', 1, 'a'), kw.bind('t', 2, 'a');
update t set a = kw.encrypt_text('t', id, 'a', 'value ' || id);
"""
ONE = "select kw.decrypt_text('t', id, 'a', a) from t where id = %s"
MANY = "select kw.decrypt_text_many('t', array_agg(id::text), 'a', array_agg(a order by id)) from t"


def catch_up(primary: psycopg.Connection, standby: psycopg.Connection) -> None:
    """Wait until a standby has replayed what its primary wrote."""
    row = primary.execute("select pg_current_wal_insert_lsn()").fetchone()
    assert row is not None
    query = "select pg_last_wal_replay_lsn() >= %s"
    for _ in range(6000):
        if standby.execute(query, row).fetchone() == (True,):
            return
        time.sleep(0.05)
    raise AssertionError("the standby does not catch up")


class Pair(NamedTuple):
    """Sessions of a primary and of its standby, and where that one is."""

    primary: psycopg.Connection
    standby: psycopg.Connection
    place: Place


@contextmanager
def with_standby(own_cluster: Callable[..., Place], more: str = "") -> Iterator[Pair]:
    """Start a server with the values of ``SET_UP`` and more, and a standby of it."""
    place = own_cluster()
    with place.connect() as primary:
        set_up(primary, "standby")
        primary.execute(SET_UP)
        primary.execute(more.encode())
        below = own_cluster(standby_of=place)
        with below.connect() as standby:
            catch_up(primary, standby)
            yield Pair(primary, standby, below)
