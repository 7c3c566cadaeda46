"""The first ``create extension`` of a cluster makes the roles, also where several do at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from kwtools.cluster import Place

ROLES = ("admin", "auditor", "client", "grantor", "operator", "owner", "signer", "unwrap")
_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"


def _databases(place: Place, count: int) -> list[str]:
    names = [f"tenant_{number}" for number in range(count)]
    with place.connect() as connection:
        for name in names:
            connection.execute(f"create database {name}")
    return names


def _create(place: Place, database: str, before: Callable[[], object] = lambda: None) -> str:
    """Make the extension; return the SQLSTATE of what stood against it, or nothing."""
    with place.connect(database) as connection:
        before()
        try:
            connection.execute("create extension kwtools cascade")
        except psycopg.Error as error:
            return f"{error.sqlstate}: {error}"
    return ""


def _wait_until_one_waits(place: Place) -> None:
    with place.connect() as connection:
        while connection.execute(_WAITING).fetchone() == (0,):
            threading.Event().wait(0.02)


def test_twenty_at_once_in_twenty_databases(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    names = _databases(place, 20)
    start = threading.Barrier(len(names))
    with ThreadPoolExecutor(len(names)) as pool:
        found = list(pool.map(lambda name: _create(place, name, start.wait), names))
    assert found == [""] * len(names)
    with place.connect() as connection:
        made = connection.execute(
            "select rolname from pg_roles where rolname like 'kw\\_%' order by 1"
        ).fetchall()
    assert made == [(f"kw_{role}",) for role in ROLES]


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_the_second_waits_for_the_first_to_end(own_cluster: Callable[..., Place], end: str) -> None:
    place = own_cluster()
    first, second = _databases(place, 2)
    with place.connect(first) as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("begin")
        connection.execute("create extension kwtools cascade")
        other = pool.submit(_create, place, second)
        _wait_until_one_waits(place)
        connection.execute(end)
        assert other.result() == ""


def test_what_another_made_in_between_is_checked(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    (database,) = _databases(place, 1)
    with place.connect() as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("begin")
        connection.execute("create role kw_client login")
        other = pool.submit(_create, place, database)
        _wait_until_one_waits(place)
        connection.execute("commit")
        assert other.result().startswith("KW100: role kw_client exists and has attributes")


def test_an_older_snapshot_is_told_to_run_again(own_cluster: Callable[..., Place]) -> None:
    place = own_cluster()
    first, second = _databases(place, 2)
    with place.connect(second, autocommit=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("select 1")
        assert _create(place, first) == ""
        with pytest.raises(psycopg.errors.SerializationFailure, match="does not see"):
            connection.execute("create extension kwtools cascade")
