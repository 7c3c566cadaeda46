"""Applications with a pool of connections go on by themselves across an upgrade.

In each test the pool has one connection, whose session has the code of the last release. Where
its packages are the same, no call fails. Where they are not, one call fails and the next are right.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
import pytest
import sqlalchemy

from kwtools.cluster import Cluster, Place
from tests import node
from tests.conftest import Database
from tests.upgrade.conftest import add_releases, an_empty_database
from tests.upgrade.older_sessions import (
    LAST,
    RUNS,
    add_runtime,
    folder_of,
    use_older,
    with_other_packages,
)
from tests.upgrade.test_upgrade import restore
from testservers.pgbouncer import PgBouncer

Query = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query in a pool's connection; raises what the pool raises."""

PID = "select pg_backend_pid()"
VALUES = [("one",), ("two",)]


@pytest.fixture(scope="module")
def server() -> Iterator[Place]:
    """A server with the scripts of every release and the code of the last one."""
    with Cluster() as cluster:
        add_releases(cluster.place)
        add_runtime(cluster.place, LAST)
        yield cluster.place


@pytest.fixture
def old(server: Place) -> Iterator[Database]:
    """A database of the last release, with values."""
    with an_empty_database(server) as made:
        restore(made, LAST)
        with made.place.connect(made.name) as session:
            use_older(session, LAST)
        yield made


@pytest.fixture(params=["direct", "pgbouncer"])
def dsn(request: pytest.FixtureRequest, old: Database) -> Iterator[str]:
    """The way to the database: directly, and behind pgbouncer in transaction mode."""
    if request.param == "direct":
        yield old.dsn
    else:
        with PgBouncer(old.place, size=1) as bouncer:
            yield bouncer.dsn(old.name)


@contextlib.contextmanager
def of_psycopg_pool(dsn: str, **options: Any) -> Iterator[Query]:
    with psycopg_pool.ConnectionPool(dsn, min_size=1, max_size=1, kwargs=options) as pool:

        def run(query: str) -> list[tuple[Any, ...]]:
            with pool.connection() as connection:
                return connection.execute(query).fetchall()

        yield run


@contextlib.contextmanager
def of_sqlalchemy(dsn: str, **options: Any) -> Iterator[Query]:
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(dsn, **options),
        poolclass=sqlalchemy.QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=False,
    )

    def run(query: str) -> list[tuple[Any, ...]]:
        with engine.begin() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    try:
        yield run
    finally:
        engine.dispose()


@contextlib.contextmanager
def of_node_postgres(dsn: str, how: str) -> Iterator[Query]:
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    environment = {name: str(given[key]) for name, key in names.items() if key in given}
    with subprocess.Popen(
        [node.NODE, "application.js", how],
        cwd=node.install(Path(__file__).with_name("node-postgres"), "node-postgres"),
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as application:

        def run(query: str) -> list[tuple[Any, ...]]:
            assert application.stdin
            assert application.stdout
            application.stdin.write(query + "\n")
            application.stdin.flush()
            said = json.loads(application.stdout.readline())
            if "error" in said:
                raise RuntimeError(said["error"])
            return [tuple(row) for row in said["rows"]]

        yield run
    assert application.returncode == 0


POOLS: dict[str, Callable[[str], contextlib.AbstractContextManager[Query]]] = {
    "psycopg_pool": lambda dsn: of_psycopg_pool(dsn, prepare_threshold=None),
    "psycopg_pool, autocommit": lambda dsn: of_psycopg_pool(
        dsn, prepare_threshold=None, autocommit=True
    ),
    "SQLAlchemy": lambda dsn: of_sqlalchemy(dsn, prepare_threshold=None),
    "SQLAlchemy, autocommit": lambda dsn: of_sqlalchemy(
        dsn, prepare_threshold=None, autocommit=True
    ),
    "node-postgres, simple": lambda dsn: of_node_postgres(dsn, "simple"),
    "node-postgres, extended": lambda dsn: of_node_postgres(dsn, "extended"),
    "node-postgres, transaction": lambda dsn: of_node_postgres(dsn, "transaction"),
}


@pytest.mark.parametrize("kind", POOLS)
def test_no_call_fails_where_the_packages_are_the_same(old: Database, dsn: str, kind: str) -> None:
    with POOLS[kind](dsn) as run:
        assert run(RUNS) == VALUES
        before = run(PID)
        old.sql("alter extension kwtools update")
        for _ in range(3):
            assert run(RUNS) == VALUES
        assert run(PID) == before


@pytest.mark.parametrize("kind", POOLS)
def test_one_call_fails_where_the_packages_differ(old: Database, dsn: str, kind: str) -> None:
    with POOLS[kind](dsn) as run:
        assert run(RUNS) == VALUES
        before = run(PID)
        old.sql("alter extension kwtools update")
        with with_other_packages(folder_of(old.place, LAST)):
            with pytest.raises(Exception, match=r"KW001|with other packages"):
                run(RUNS)
            for _ in range(3):
                assert run(RUNS) == VALUES
        assert run(PID) != before
