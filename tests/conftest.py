"""The harness: one throw-away server a run, and a fresh database for each test that asks.

The process that was started (with xdist the controller) owns the server; the workers get
its folder. Databases are copies of a template that has the extension, provider ``local``,
the keys ``test-1`` and ``test-2`` and the policy ``default`` (mode ``either``).
"""

import contextlib
import itertools
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

from kwtools import runtime
from kwtools.cluster import SUPERUSER, Cluster, Place, set_up
from kwtools.isolation import leave_other_servers
from kwtools.postgres import server_user
from tests import scratch
from testservers.provider_file import add_entry

TEMPLATE = "kw_template"

# All that the runtime keeps in a backend; with DISCARD ALL the session is as good as new.
FORGET = """
do language plpython3u $$
import sys
if "kwruntime" in sys.modules:
    sys.modules["kwruntime.call"].SESSION.__init__()
$$"""

# What a new session takes over and a kept one does not: defaults, the version of the extension.
_FOR_NEW_SESSIONS = re.compile(
    r"\b(alter\s+(database|role|user|system)|extension)\b", re.IGNORECASE
)

_numbers = itertools.count(1)

# No test may fail since the machine is busy: neither by a slow example nor by slow drawing.
hypothesis.settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy machine")


def unique(kind: str) -> str:
    """Return a name that no other test, worker or process of this run uses."""
    return f"{kind}_{os.getpid()}_{next(_numbers)}"


@dataclass
class Database:
    """A database of one test. Its connections are closed when the test ends."""

    place: Place
    name: str
    _closing: contextlib.ExitStack
    _kept: psycopg.Connection | None = None

    @property
    def dsn(self) -> str:
        """The superuser's connection string."""
        return self.place.dsn(self.name)

    def connect(self, user: str = SUPERUSER, *, autocommit: bool = True) -> psycopg.Connection:
        """Open a new session."""
        connection = self.place.connect(self.name, user, autocommit=autocommit)
        return self._closing.enter_context(contextlib.closing(connection))

    def sql(self, query: str, *params: object, user: str = SUPERUSER) -> list[tuple[Any, ...]]:
        """Run one statement in a session as good as new; return its rows, if it has any.

        The superuser's is kept, since the start of a backend and the runtime takes far longer
        than most statements. It forgets everything between two statements.
        """
        if user != SUPERUSER or _FOR_NEW_SESSIONS.search(query):
            self._end_kept()
            with self.place.connect(self.name, user) as connection:
                return _rows(connection, query, params)
        return _rows(self._forgetful(), query, params)

    def _forgetful(self) -> psycopg.Connection:
        """Return the kept session, which knows nothing of earlier statements, or a new one."""
        if self._kept is not None:
            try:
                self._kept.execute("discard all")
                self._kept.execute(FORGET)
            except psycopg.Error:  # the server or the session was ended, or PL/Python dropped
                self._end_kept()
        if self._kept is None:
            self._kept = self.connect()
            self._kept.prepare_threshold = None  # DISCARD ALL ends what is prepared
        return self._kept

    def _end_kept(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def _rows(
    connection: psycopg.Connection, query: str, params: tuple[object, ...]
) -> list[tuple[Any, ...]]:
    cursor = connection.execute(query, params or None)
    return cursor.fetchall() if cursor.description else []


@dataclass(frozen=True)
class Keystore:
    """A local provider of one test: its name in SQL and in the provider file, and its folder."""

    name: str
    directory: Path


class _Run:
    """The server of this run, started when first asked for."""

    def __init__(self, config: pytest.Config) -> None:
        workerinput = getattr(config, "workerinput", None)
        self._handed: str | None = workerinput["place"] if workerinput else None
        self._failure: str = workerinput["failure"] if workerinput else ""
        self._sealed = config.getoption("--sealed")
        if config.getoption("--no-server"):
            self._failure = "--no-server"
        self._owned: Cluster | None = None
        self._scratch = None if workerinput else scratch.begin()

    def place(self) -> Place:
        """Return where the server is; raises where it could not start."""
        if self._handed is None and not self._failure:
            try:
                self._owned = Cluster(kinds=runtime.kinds_with_packages())
                self._owned.__enter__()
                self._handed = str(self._owned.place.base)
                make_template(self._owned.place, sealed=self._sealed)
            except Exception as error:  # told to each test that needs the server
                self._failure = f"{type(error).__name__}: {error}"
        if self._failure:
            pytest.fail(f"no server for the tests: {self._failure}", pytrace=False)
        assert self._handed is not None
        return Place(Path(self._handed))

    def hand_over(self) -> dict[str, str]:
        """Return what a worker needs."""
        with contextlib.suppress(pytest.fail.Exception):
            self.place()
        return {"place": self._handed or "", "failure": self._failure}

    def stop(self) -> None:
        """Stop the server and remove the run's files, if this process made them."""
        if self._owned is not None:
            self._owned.stop()
        if self._scratch is not None:
            scratch.end(self._scratch)


_RUN = pytest.StashKey[_Run]()


def make_template(place: Place, *, sealed: bool) -> None:
    """Make the database that those of tests are copies of."""
    with place.connect() as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    with place.connect(TEMPLATE) as connection:
        set_up(connection, "test")
        if sealed:
            connection.execute("select kw.create_deployment(), kw.seal_rows()")
            connection.execute("select kw.seal_deployment()")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-server", action="store_true", help="start none, and leave out tests that need it"
    )
    parser.addoption(
        "--sealed", action="store_true", help="databases have a deployment, which seals their rows"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that need a server, where none is to be started."""
    if config.getoption("--no-server"):
        serverless: list[pytest.Item] = []
        others: list[pytest.Item] = []
        for item in items:
            asks = {"cluster", "own_cluster"} & set(getattr(item, "fixturenames", ()))
            (others if asks else serverless).append(item)
        config.hook.pytest_deselected(items=others)
        items[:] = serverless


def pytest_configure(config: pytest.Config) -> None:
    # A run in the background ignores Ctrl-C, and so would the commands that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    leave_other_servers()  # in the workers, too, which start no server
    config.stash[_RUN] = _Run(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_RUN].stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the server to an xdist worker."""
    node.workerinput.update(node.config.stash[_RUN].hand_over())


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Place:
    """The run's server: where its data, log, keystore, provider file and runtime are."""
    return pytestconfig.stash[_RUN].place()


@pytest.fixture
def db(cluster: Place) -> Iterator[Database]:
    """A fresh database with the extension, dropped afterwards."""
    with fresh_database(cluster) as made:
        yield made


@pytest.fixture
def other_db(cluster: Place) -> Iterator[Database]:
    """Another one, beside ``db``."""
    with fresh_database(cluster) as made:
        yield made


@contextlib.contextmanager
def fresh_database(cluster: Place) -> Iterator[Database]:
    """Copy the template of a server, and drop the copy at the end."""
    name = unique("test")
    identifier = sql.Identifier(name)
    with cluster.connect() as connection:
        copy_database(connection, name)
    with contextlib.ExitStack() as closing:
        yield Database(cluster, name, closing)
    with cluster.connect() as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(identifier))


def copy_database(connection: psycopg.Connection, name: str, template: str = TEMPLATE) -> None:
    """Copy a database. Commands of other tests may read all databases, that one too.

    The server itself waits for five seconds until nobody does.
    """
    query = sql.SQL("create database {} template {} strategy file_copy")
    for _ in range(20):
        with contextlib.suppress(psycopg.errors.ObjectInUse):
            connection.execute(query.format(sql.Identifier(name), sql.Identifier(template)))
            return
    pytest.fail(f"somebody stays connected to {template}", pytrace=False)


@pytest.fixture
def make_role(cluster: Place, db: Database) -> Iterator[Callable[..., str]]:
    """``make_role('kw_client', …)``: a new login role that is a member of those roles.

    With ``inherits=False`` it has their privileges by SET ROLE only. Since PostgreSQL 16 a
    membership keeps what the role's attribute says at its GRANT; before, the attribute decides.
    """
    made: list[sql.Identifier] = []

    def make(*member_of: str, inherits: bool = True) -> str:
        name = unique("role")
        made.append(sql.Identifier(name))
        with cluster.connect() as connection:
            attribute = sql.SQL("inherit" if inherits else "noinherit")
            connection.execute(sql.SQL("create role {} login {}").format(made[-1], attribute))
            for group in member_of:
                connection.execute(
                    sql.SQL("grant {} to {}").format(sql.Identifier(group), made[-1])
                )
        return name

    yield make
    with db.place.connect(db.name) as connection:  # what a role owns or was granted keeps it alive
        for role in made:
            connection.execute(sql.SQL("drop owned by {} cascade").format(role))
            connection.execute(sql.SQL("drop role {}").format(role))


@pytest.fixture
def target(cluster: Place) -> Iterator[Database]:
    """An empty database, to restore into."""
    name = unique("restored")
    with cluster.connect() as connection:
        connection.execute(f"create database {name} template template0")
    with contextlib.ExitStack() as closing:
        yield Database(cluster, name, closing)
    with cluster.connect() as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def make_keystore(cluster: Place) -> Callable[..., Keystore]:
    """``make_keystore()``: a further local provider in the server's provider file.

    Its folder is the test's own, to lose and to damage. The test registers it with
    ``select kw.add_provider(name, 'local')``.
    """

    return partial(new_keystore, cluster)


def new_keystore(place: Place, *, sql_may_create: bool = True) -> Keystore:
    """Make a further local provider in a server's provider file."""
    store = Keystore(unique("store").replace("_", "-"), place.base / unique("keys"))
    user = server_user()
    store.directory.mkdir()
    store.directory.chmod(0o700 if sql_may_create else 0o750)
    os.chown(store.directory, user.uid if sql_may_create else os.geteuid(), user.gid)
    add_entry(
        place, store.name, "local", directory=str(store.directory), sql_may_create=sql_may_create
    )
    return store


@pytest.fixture
def own_cluster() -> Iterator[Callable[..., Place]]:
    """``own_cluster(settings=…, providers_file=…, standby_of=…)``: a server for this test only.

    The arguments are those of ``Cluster``. It has the extension's files; ``CREATE
    EXTENSION`` is the test's to run, or to restore.
    """
    with contextlib.ExitStack() as stack:
        yield lambda **arguments: stack.enter_context(Cluster(**arguments)).place
