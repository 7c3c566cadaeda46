"""A backend that is killed at any statement of an upgrade script leaves the old version."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from kwtools import catalog, edges, runtime, sources, upgrade_plan
from kwtools.build import build
from kwtools.cluster import Place, set_up
from kwtools.connections import connect, transaction
from kwtools.postgres import pg_config, server_user
from kwtools.upgrade_plan import Wanted, own_scripts
from kwtools.upgrading import UPGRADED, Upgrade
from tests.conftest import Database
from tests.upgrade.test_upgrade import DATA, RELEASED, RELEASES, restore, rows_of

LAST, THIS, NEXT = RELEASES[-1], sources.version(), "99.0.0"
KILL = """
do language plpython3u $kill$
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
$kill$;
"""
ALL = "KWTOOLS_EVERY_STATEMENT" in os.environ
"""Whether to stop within each run of functions, comments and grants, too: it takes minutes."""
_ALIKE = re.compile(r"(create or replace function|comment on|grant)\b")
STEPS = """
alter table kw.settings add column note text;
update kw.settings set note = 'upgraded';
create table kw.more (id bigint primary key);
comment on table kw.more is 'More.';
comment on column kw.more.id is 'Its number.';
-- @include tables/guard_writes.sql
"""


def scripts(place: Place) -> Path:
    """Return the folder of the extension's scripts."""
    return place.destdir / pg_config("--sharedir").relative_to("/") / "extension"


def places(statements: list[str]) -> list[int]:
    """Return before which statements to kill: of those that are alike, the first; and the end."""
    return [
        number
        for number in range(len(statements) + 1)
        if ALL
        or number in (0, len(statements))
        or not (_ALIKE.match(statements[number]) and _ALIKE.match(statements[number - 1]))
    ]


@dataclass
class Killed:
    """An upgrade that is killed before one statement of its script after the other."""

    place: Place
    database: str
    script: Path
    upgrade: Upgrade

    def run(self, check: Callable[[], object]) -> int:
        """Run it once for each place; call ``check`` after each; return how many there were."""
        text = self.script.read_text()
        statements = edges.statements(text)
        for number in places(statements):
            lines = [*statements[:number], KILL, *statements[number:]]
            self.script.write_text("\n".join(lines))
            with self.place.connect() as witness:
                with pytest.raises(psycopg.OperationalError):
                    self.upgrade.run()
                with pytest.raises(psycopg.OperationalError):  # the server has noticed, too
                    witness.execute("select pg_sleep(300)")
            self.wait()
            check()
        self.script.write_text(text)
        return len(places(statements))

    def wait(self) -> None:
        """Wait until the server has recovered."""
        deadline = time.monotonic() + 300
        while True:
            try:
                self.place.connect(self.database).close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return


def planned(place: Place, database: str, *accepted: str, to: str | None = None) -> Upgrade:
    """Return an upgrade of a database, planned."""
    dsn = place.dsn(database)
    with connect(dsn, "test") as connection, transaction(connection):
        plan = upgrade_plan.make(connection, database, Wanted(to, accepted=accepted))
    assert plan is not None
    assert plan.refusals == []
    return Upgrade(dsn, plan, sample=10, lock_timeout=60)


def catalog_now(place: Place, database: str) -> catalog.Catalog:
    with connect(place.dsn(database), "test") as connection, transaction(connection):
        return catalog.read(connection)


@pytest.fixture
def place(own_cluster: Callable[..., Place]) -> Place:
    """A server that may crash, and starts again at once."""
    made = own_cluster(
        settings={
            "shared_buffers": "16MB",
            "restart_after_crash": "on",
            "synchronous_commit": "on",  # what a test has committed outlives a crash
        }
    )
    for script in RELEASED.glob("*.sql"):
        shutil.copy(script, scripts(made))
    for key in (DATA / LAST / "keys").iterdir():
        placed = made.keystore / key.name
        shutil.copy(key, placed)
        placed.chmod(0o600)
        os.chown(placed, server_user().uid, server_user().gid)
    return made


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    with contextlib.ExitStack() as closing:
        yield Database(place, "postgres", closing)


@pytest.mark.timeout(1800)
def test_the_last_release_stays_whatever_statement_is_killed(
    place: Place, database: Database
) -> None:
    restore(database, LAST)
    before, rows = catalog_now(place, "postgres"), rows_of(database)
    script = scripts(place) / f"kwtools--{LAST}--{THIS}.sql"
    work = Killed(place, "postgres", script, planned(place, "postgres"))

    def check() -> None:
        assert catalog_now(place, "postgres") == before

    assert work.run(check) == len(places(edges.statements(own_scripts()[script.name])))
    assert rows_of(database) == rows
    assert work.upgrade.run().outcome == UPGRADED


def test_this_version_stays_and_works_whatever_statement_is_killed(
    place: Place, database: Database, tmp_path: Path
) -> None:
    with place.connect() as connection:
        set_up(connection, "crash")
        connection.execute("create table people (id bigint primary key, ssn bytea)")
        connection.execute("select kw.bind('people', '*', 'ssn')")
        connection.execute(
            "insert into people values (1, kw.encrypt_text('people', 1, 'ssn', 'one'))"
        )
    script = a_next_release(place, tmp_path)
    accepted = (f"script {script.name}", "catalog")
    work = Killed(place, "postgres", script, planned(place, "postgres", *accepted, to=NEXT))

    def check() -> None:
        with place.connect() as connection:
            for query, found in (
                ("select kw.version() ->> 'extension'", THIS),
                ("select kw.decrypt_text('people', id, 'ssn', ssn) from people", "one"),
                ("select count(*) from pg_class where oid = to_regclass('kw.more')", 0),
            ):
                assert connection.execute(query.encode()).fetchone() == (found,)
            connection.execute("select kw.rotate('people', '*', 'ssn')")

    assert work.run(check) > 10
    result = work.upgrade.run()
    assert (result.outcome, result.problems) == (UPGRADED, [])
    with place.connect() as connection:
        query = "select kw.decrypt_text('people', id, 'ssn', ssn) from people"
        assert connection.execute(query).fetchone() == ("one",)


def a_next_release(place: Place, folder: Path) -> Path:
    """Install a release after this one, with steps; return its script."""
    extension = folder / "extension"
    shutil.copytree(sources.extension(), extension)
    for path in build(extension, THIS, folder / "this"):
        if path.suffix == ".sql":
            shutil.copy(path, extension / "released")
    (extension / "upgrade" / f"{THIS}--{NEXT}.sql").write_text(STEPS)
    (extension / "tables" / "more.sql").write_text(
        "create table kw.more (id bigint primary key);\n"
    )
    order = extension / "order.txt"
    order.write_text(
        order.read_text().replace(
            "tables/guard_writes.sql", "tables/more.sql\ntables/guard_writes.sql"
        )
    )
    for path in build(extension, NEXT, folder / "built"):
        if path.suffix == ".sql":
            shutil.copy(path, scripts(place))
    here, there = place.module_path / THIS, place.module_path / NEXT
    shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
    version = there / runtime.python_tag() / "kwruntime" / "_version.py"
    version.write_text(version.read_text().replace(THIS, NEXT))
    return scripts(place) / f"kwtools--{THIS}--{NEXT}.sql"
