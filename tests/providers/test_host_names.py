"""A look-up of a provider's host that hangs, in a backend."""

import threading
import time

import psycopg
import pytest

from tests.conftest import Database
from tests.providers.conftest import MakePolicy, VaultEntry
from tests.providers.harness import error_of

UNWRAP = "select kw.unwrap(%s)"
# What a session's resolver does; it asks the system's, which no test can stop.
HANGING_RESOLVER = """do $$
from kwruntime.kms.providers import _channel
_channel._RESOLVER = ("/usr/bin/sleep",)
$$ language plpython3u"""


@pytest.fixture
def wrapper(db: Database, vault: VaultEntry, make_policy: MakePolicy) -> object:
    """A wrapper under the key of OpenBao."""
    return db.sql("select kw.wrap(policy => %s)", make_policy("single", vault.register(db)))[0][0]


def hanging_session(db: Database) -> psycopg.Connection:
    """Open a session whose resolver hangs."""
    connection = db.connect()
    connection.execute("select kw.wrap()")  # loads the runtime
    connection.execute(HANGING_RESOLVER)
    return connection


def test_a_look_up_that_hangs_ends_at_the_deadline_to_connect(
    db: Database, vault: VaultEntry, wrapper: object
) -> None:
    vault.set(address="https://60:8200", connect_seconds=1, total_seconds=2)
    connection = hanging_session(db)
    start = time.monotonic()
    failure = error_of(connection, UNWRAP, wrapper)
    assert time.monotonic() - start < 30.0
    assert failure.sqlstate == "KW204"
    assert "connecting" in str(failure)


def test_a_cancel_ends_a_look_up_at_once(db: Database, vault: VaultEntry, wrapper: object) -> None:
    vault.set(address="https://60:8200", connect_seconds=60, total_seconds=60)
    took = []
    for _ in range(3):
        connection = hanging_session(db)
        cancel = threading.Timer(0.5, connection.cancel)
        cancel.start()
        start = time.monotonic()
        assert isinstance(error_of(connection, UNWRAP, wrapper), psycopg.errors.QueryCanceled)
        took.append(time.monotonic() - start - 0.5)
    assert min(took) < 20.0  # of 60; a busy machine is slow
