"""What the behaviour tests share: sessions, and a table with something to protect."""

import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from psycopg import sql

from kwtools.cluster import Place
from tests.conftest import Database
from tests.sql.logged import Told
from tests.sql.session import Session

_numbers = itertools.count(1)


@pytest.fixture
def connect(db: Database) -> Callable[..., Session]:
    """``connect(role)``: a new session, of the superuser where no role is named."""
    return lambda *role, **options: Session(db.connect(*role, **options))


@pytest.fixture
def session(db: Database) -> Session:
    """The superuser's session in a database that has the table public.people."""
    made = Session(db.connect())
    made.rows(
        "create table public.people (id bigint primary key, name text, ssn bytea, note bytea)"
    )
    return made


@pytest.fixture
def told(cluster: Place) -> Told:
    """What the server log gets from now on."""
    return Told(cluster.log)


@pytest.fixture
def empty_database(cluster: Place) -> Iterator[Callable[[], str]]:
    """``empty_database()``: the name of a new database that has never seen the extension."""
    made: list[sql.Identifier] = []

    def make() -> str:
        name = f"empty_{os.getpid()}_{next(_numbers)}"
        with cluster.connect() as connection:
            made.append(sql.Identifier(name))
            connection.execute(sql.SQL("create database {} template template0").format(made[-1]))
        return name

    yield make
    with cluster.connect() as connection:
        for name in made:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
