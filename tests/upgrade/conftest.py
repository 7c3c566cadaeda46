"""A server with the scripts of every release, and databases without the extension."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from psycopg import sql

from kwtools import sources
from kwtools.cluster import Place
from kwtools.postgres import pg_config, server_user
from tests.cli.conftest import Kwtools, kwtools
from tests.conftest import Database, unique

__all__ = ["Kwtools", "kwtools"]

RELEASED = sources.extension() / "released"
DATA = Path(__file__).with_name("data")


@pytest.fixture(scope="session")
def with_releases(cluster: Place) -> Place:
    """The run's server, with the scripts of every release and the keys of their data."""
    added = cluster.base / "releases.added"
    with FileLock(cluster.base / "releases.lock"):
        if not added.exists():  # else another worker's tests may be reading these files
            add_releases(cluster)
            added.touch()
    return cluster


def add_releases(place: Place) -> None:
    """Put the scripts of every release and the keys of their data on a server."""
    scripts = place.destdir / pg_config("--sharedir").relative_to("/") / "extension"
    for script in RELEASED.glob("*.sql"):
        shutil.copy(script, scripts)
    for key in DATA.glob("*/keys/*.jwk"):
        placed = place.keystore / key.name
        shutil.copy(key, placed)
        placed.chmod(0o600)
        os.chown(placed, server_user().uid, server_user().gid)


@pytest.fixture
def empty(with_releases: Place) -> Iterator[Database]:
    """A database without the extension."""
    with an_empty_database(with_releases) as made:
        yield made


@contextlib.contextmanager
def an_empty_database(place: Place) -> Iterator[Database]:
    """Make a database without the extension, and drop it at the end."""
    name = unique("upgrade")
    identifier = sql.Identifier(name)
    with place.connect() as connection:
        # Nobody can be connected to template0. Commands of other tests read template1, too.
        connection.execute(sql.SQL("create database {} template template0").format(identifier))
    with contextlib.ExitStack() as closing:
        yield Database(place, name, closing)
    with place.connect() as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(identifier))
