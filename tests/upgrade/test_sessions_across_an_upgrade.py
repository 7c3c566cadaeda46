"""A session that runs older code goes over to the new one at its next call, or ends."""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from kwtools import server_files
from kwtools.cluster import Cluster, Place
from kwtools.server_files import ENDS, GOES_OVER
from tests.conftest import Database, fresh_database, make_template
from tests.upgrade.conftest import add_releases, an_empty_database
from tests.upgrade.older_sessions import (
    LAST,
    RUNS,
    THIS,
    VERSION,
    add_runtime,
    folder_of,
    loaded,
    older_session,
    use_older,
    with_other_packages,
)  # fmt: skip
from tests.upgrade.test_next_release import NextRelease, following
from tests.upgrade.test_upgrade import RELEASES

__all__ = ["following"]

EXTENSION = "select extversion from pg_extension where extname = 'kwtools'"
OTHERS = "select kw.sessions_on_older_runtimes()"


@pytest.fixture(scope="module")
def server(pytestconfig: pytest.Config) -> Iterator[Place]:
    """A server with the scripts and the code of every release.

    It is theirs alone. Where other tests change the catalog meanwhile, a session that has read
    thousands of their changes knows of the upgrade before its next call, and goes over in time.
    """
    with Cluster() as cluster:
        add_releases(cluster.place)
        for release in RELEASES:
            add_runtime(cluster.place, release)
        make_template(cluster.place, sealed=pytestconfig.getoption("--sealed"))
        yield cluster.place


@pytest.fixture(scope="module")
def with_releases(server: Place) -> Place:
    """Where ``following`` is installed."""
    return server


@pytest.fixture
def db(server: Place) -> Iterator[Database]:
    """A database with the extension."""
    with fresh_database(server) as made:
        yield made


@pytest.fixture
def old(server: Place) -> Iterator[Database]:
    """A database without the extension."""
    with an_empty_database(server) as made:
        yield made


@pytest.mark.parametrize("release", RELEASES)
def test_a_session_goes_over_to_the_new_code_at_its_next_call(old: Database, release: str) -> None:
    session = older_session(old, release)
    pid = session.info.backend_pid
    assert loaded(session) == str(folder_of(old.place, release))
    assert seen(old, pid) == (release, GOES_OVER)
    with with_other_packages(folder_of(old.place, release)):
        assert seen(old, pid) == (release, ENDS)
    old.sql("alter extension kwtools update")
    assert old.sql(OTHERS) == [(1,)]
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    assert old.sql(OTHERS) == [(0,)]
    assert session.execute(VERSION).fetchone() == (THIS,)
    assert seen(old, pid) == (THIS, GOES_OVER)
    assert loaded(session) == str(folder_of(old.place, THIS))
    session.execute("insert into memos values (3, kw.encrypt_text('memos', 3, 'memo', 'three'))")
    assert session.execute(RUNS).fetchall() == [("one",), ("two",), ("three",)]
    assert session.execute("select pg_backend_pid()").fetchone() == (pid,)
    assert old.sql(RUNS) == [("one",), ("two",), ("three",)]


def test_a_session_goes_over_within_a_transaction_that_used_the_older_code(
    following: NextRelease, db: Database
) -> None:
    session = before_next(following, db)
    session.execute("begin")
    session.execute("insert into memos values (3, kw.encrypt_text('memos', 3, 'memo', 'three'))")
    session.execute("savepoint before")
    following.update(db)
    # Only a lock that the transaction does not hold yet shows it what others have changed.
    session.execute("create table other ()")
    session.execute("insert into memos values (4, kw.encrypt_text('memos', 4, 'memo', 'four'))")
    assert loaded(session) == str(folder_of(db.place, following.version))
    session.execute("rollback to savepoint before")
    session.execute("commit")
    assert session.execute(RUNS).fetchall() == [("one",), ("two",), ("three",)]


@pytest.mark.parametrize(
    "call",
    [
        "select kw.encrypt_text('memos', 1, 'memo', 'x')",
        "select kw.decrypt_text('memos', 1, 'memo', %(sealed)s)",
        "select kw.decrypt_many('memos', array['1'], 'memo', array[%(sealed)s::bytea])",
        "select kw.shred('memos', '*', 'memo', whole => true)",
        "select kw.set_setting('cache_keys', 5)",
        "insert into drafts values ('x')",  # a trigger calls kwtools
        "do $$ begin perform kw.encrypt_text('memos', 1, 'memo', 'x'); end $$",
    ],
)
def test_a_call_that_an_upgrade_overtakes_is_repeated(
    following: NextRelease, db: Database, call: str
) -> None:
    session = before_next(following, db)
    session.execute(
        """
        create table drafts (text text);
        create function seal() returns trigger language plpgsql as
        'begin perform kw.encrypt_text(''memos'', 1, ''memo'', new.text); return new; end';
        create constraint trigger seal after insert on drafts deferrable initially deferred
        for each row execute function seal();
        """
    )
    (row,) = session.execute("select memo from memos where id = 1").fetchall()
    sealed = {"sealed": row[0]}
    session.execute("insert into drafts values ('x')")
    session.execute("begin")
    session.execute("insert into drafts values ('x')")
    session.execute("set constraints all immediate")
    session.execute("set constraints all deferred")
    session.execute(call, sealed)
    session.execute("rollback")
    session.execute("begin")
    session.execute("select kw.encrypt_text('memos', 1, 'memo', 'x')")
    if "drafts" in call:
        session.execute(call)
    following.update(db)
    with pytest.raises(psycopg.errors.SerializationFailure, match="was updated to") as raised:
        session.execute("set constraints all immediate" if "drafts" in call else call, sealed)
    assert raised.value.diag.message_hint == "Repeat the transaction."
    session.execute("rollback")
    with session.transaction():
        session.execute(call, sealed)
    assert loaded(session) == str(folder_of(db.place, following.version))


def test_a_session_without_the_new_runtime_is_told_so_and_goes_over_when_it_is_there(
    old: Database,
) -> None:
    session = older_session(old, LAST)
    old.sql("alter extension kwtools update")
    folder = folder_of(old.place, THIS)
    away = folder.with_name("away")
    folder.rename(away)
    try:
        for _ in range(2):
            assert refusal(session) == ("KW001", "Run make install on the server.")
        assert loaded(session) == str(folder_of(old.place, LAST))
    finally:
        away.rename(folder)
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    assert loaded(session) == str(folder)


def test_a_runtime_that_cannot_be_loaded_is_tried_again_at_each_call(old: Database) -> None:
    session = older_session(old, LAST)
    old.sql("alter extension kwtools update")
    folder = folder_of(old.place, THIS)
    file = folder / "kwruntime" / "api" / "values.py"
    away = file.with_name("away")
    cached = [*file.parent.glob("__pycache__/values.*")]
    for path in (file, *cached):
        path.rename(away.with_suffix(path.suffix))
    try:
        for _ in range(2):
            assert refusal(session) == ("KW001", "Run make install on the server.")
        assert loaded(session) == ""
    finally:
        for path in (file, *cached):
            away.with_suffix(path.suffix).rename(path)
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    assert loaded(session) == str(folder)


def test_an_upgrade_that_is_rolled_back_leaves_a_session_with_older_code_alone(
    following: NextRelease, db: Database
) -> None:
    session = before_next(following, db)
    with db.connect(autocommit=False) as upgrading:
        upgrading.execute(f"alter extension kwtools update to '{following.version}'")
        assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
        upgrading.rollback()
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    assert loaded(session) == str(folder_of(db.place, THIS))


def test_the_last_release_s_code_goes_on_after_an_upgrade_that_is_rolled_back(
    old: Database,
) -> None:
    session = older_session(old, LAST)
    with old.connect(autocommit=False) as upgrading:
        upgrading.execute("alter extension kwtools update")
        upgrading.rollback()
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    assert loaded(session) == str(folder_of(old.place, LAST))


def test_an_upgrade_that_alters_tables_waits_for_transactions_that_used_them(
    following: NextRelease, db: Database
) -> None:
    following.steps("alter table kw.key_wrappers alter column status set not null;\n")
    session = before_next(following, db)
    session.execute("begin")
    session.execute("select kw.encrypt_text('memos', 1, 'memo', 'x')")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        db.sql(
            f"set lock_timeout = '100ms'; alter extension kwtools update to '{following.version}'"
        )
    session.execute("commit")
    following.update(db)
    assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    assert loaded(session) == str(folder_of(db.place, following.version))


def test_a_session_with_other_packages_ends_with_its_error(old: Database) -> None:
    session = older_session(old, LAST)
    old.sql("alter extension kwtools update")
    with with_other_packages(folder_of(old.place, LAST)):
        state, hint = refusal(session, "with other packages (cryptography-")
    assert (state, hint) == ("KW001", "Connect again.")
    assert session.broken
    assert old.connect().execute(RUNS).fetchall() == [("one",), ("two",)]


def test_a_session_whose_older_runtime_is_gone_ends_with_its_error(old: Database) -> None:
    session = older_session(old, LAST)
    old.sql("alter extension kwtools update")
    folder = folder_of(old.place, LAST)
    away = folder.with_name("away")
    folder.rename(away)
    try:
        state, hint = refusal(session, f"({folder}: No such file or directory)")
    finally:
        away.rename(folder)
    assert (state, hint) == ("KW001", "Connect again.")
    assert session.broken


def test_what_was_loaded_of_packages_loads_its_rest_from_the_new_folder(old: Database) -> None:
    session = older_session(old, LAST)
    old.sql("alter extension kwtools update")
    session.execute(VERSION)
    folder = folder_of(old.place, LAST)
    away = folder.with_name("away")
    folder.rename(away)
    try:
        session.execute(
            "do language plpython3u 'from cryptography.hazmat.primitives.twofactor import totp'"
        )
        assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
    finally:
        away.rename(folder)


def test_a_session_of_a_standby_goes_over_once_the_upgrade_arrived(
    own_cluster: Callable[..., Place],
) -> None:
    primary = own_cluster()
    add_releases(primary)
    add_runtime(primary, LAST)
    with contextlib.ExitStack() as closing:
        older_session(Database(primary, "postgres", closing), LAST)
        standby = own_cluster(standby_of=primary)
        session = closing.enter_context(standby.connect())
        assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
        assert loaded(session) == str(folder_of(primary, LAST))
        with primary.connect() as connection:
            connection.execute("alter extension kwtools update")
        while session.execute(EXTENSION).fetchone() != (THIS,):
            pass
        assert session.execute(RUNS).fetchall() == [("one",), ("two",)]
        assert loaded(session) == str(folder_of(primary, THIS))


def before_next(following: NextRelease, db: Database) -> psycopg.Connection:
    """Return a session that runs this version's code, where the next one can be installed."""
    following.install()
    session = db.connect()
    use_older(session, THIS)
    return session


def seen(db: Database, pid: int) -> tuple[str | None, str]:
    """Return which code the command sees a session run, and what it says of its next call."""
    with db.connect(autocommit=False) as connection:
        found = server_files.look(connection, str(db.place.module_path), [THIS])
    (version,) = [one.version for one in found.sessions if one.pid == pid]
    return version, found.next_call(version, THIS)


def refusal(session: psycopg.Connection, message: str = "") -> tuple[str | None, str | None]:
    """Return SQLSTATE and hint of the error in which a call ends."""
    with pytest.raises(psycopg.Error) as raised:
        session.execute(RUNS)
    assert message in str(raised.value)
    return raised.value.sqlstate, raised.value.diag.message_hint


def test_a_session_goes_back_where_an_upgrade_is_rolled_back(
    following: NextRelease, db: Database
) -> None:
    following.install()
    session = db.connect()
    session.execute("create table memos (id bigint primary key, memo bytea)")
    session.execute("select kw.bind('memos', '*', 'memo')")
    session.execute("insert into memos values (1, kw.encrypt_text('memos', 1, 'memo', 'one'))")
    with session.transaction(force_rollback=True):
        session.execute(f"alter extension kwtools update to '{following.version}'")
        assert session.execute(RUNS).fetchall() == [("one",)]
        assert loaded(session) == str(folder_of(db.place, following.version))
    assert session.execute(RUNS).fetchall() == [("one",)]
    assert loaded(session) == str(folder_of(db.place, THIS))


def test_memory_that_swaps_lose_is_bounded(following: NextRelease, db: Database) -> None:
    following.install()
    session = db.connect()

    def swap_twice() -> None:
        with session.transaction(force_rollback=True):
            session.execute(f"alter extension kwtools update to '{following.version}'")
            session.execute(VERSION)
        session.execute(VERSION)

    swap_twice()
    before = private_memory(session)
    for _ in range(10):
        swap_twice()
    assert private_memory(session) - before < 20 * 1.5 * 2**20


def private_memory(session: psycopg.Connection) -> int:
    """Return the bytes that a session's process has for itself."""
    status = Path(f"/proc/{session.info.backend_pid}/status").read_text()
    return 1024 * int(re.findall(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)[0])
