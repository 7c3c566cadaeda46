"""The console and the metrics while what they watch is restarted, dropped, or closed to them."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from psycopg import sql

from kwtools.cluster import Place, set_up
from kwtools.postgres import pg_config
from tests.conftest import Database, copy_database
from tests.console.conftest import Console, running
from tests.metrics.conftest import values
from tests.metrics.test_serving import Served, served
from tests.upgrade.test_pg_upgrade import run

PAGES = ("overview", "hierarchy", "inventory", "health", "jobs", "audit", "unprotected")
"""Those that keep nothing of what they have read: doctor shows its findings for five minutes."""
ANSWERS = 200
IS_TOLD = 502
SECONDS = 120


class Watched(NamedTuple):
    """What watches a database as one role."""

    database: str
    console: Console
    exporter: Served

    def is_up(self) -> bool:
        """Return whether both read the database."""
        shown = values(self.exporter.get()[1], "kwtools_up", database=self.database)
        answers = [self.console.get(f"/{page}").status for page in PAGES]
        assert set(answers) <= {ANSWERS, IS_TOLD}
        return {*shown, *answers} == {1.0, ANSWERS}

    def says(self) -> str:
        """Return what the console's first page says."""
        return self.console.get("/overview").text

    def until(self, *, up: bool) -> None:
        """Wait until all pages and the metrics have seen that the database can be read, or cannot.

        Meanwhile a page is whole, or says plainly why it is not there.
        """
        end = time.monotonic() + SECONDS
        while self.is_up() != up:
            assert time.monotonic() < end
            time.sleep(0.2)


@contextlib.contextmanager
def watching(dsn: str, database: str) -> Iterator[Watched]:
    """Start both. At the end neither has said anything of its insides."""
    with running("--dsn", dsn) as console, served("--dsn", dsn) as exporter:
        yield Watched(database, console, exporter)
        for process in (console.process, exporter.process):
            process.terminate()
            _, err = process.communicate(timeout=SECONDS)
            assert "Traceback" not in err
            assert process.returncode == 0


def test_a_role_a_database_and_an_extension_that_go_away_are_told_and_come_back(
    cluster: Place, db: Database, make_role: Callable[..., str]
) -> None:
    role = make_role("kw_auditor")
    with watching(db.place.dsn(db.name, role), db.name) as watched, cluster.connect() as admin:
        watched.until(up=True)
        admin.execute(f"revoke kw_auditor from {role}")
        watched.until(up=False)
        assert "a member of kw_auditor, kw_admin, or a superuser" in watched.says()
        admin.execute(f"grant kw_auditor to {role}")
        watched.until(up=True)

        name = sql.Identifier(db.name)
        admin.execute(sql.SQL("drop database {}").format(name))  # nothing holds it up
        watched.until(up=False)
        assert f"database &#34;{db.name}&#34; does not exist" in watched.says()
        copy_database(admin, db.name)
        watched.until(up=True)

        with cluster.connect(db.name) as connection:
            connection.execute("drop extension kwtools")
        watched.until(up=False)
        told = f"extension kwtools is not installed in database &#34;{db.name}&#34;"
        assert told in watched.says()


def test_a_server_that_is_restarted_is_told_and_comes_back(
    own_cluster: Callable[..., Place],
) -> None:
    place = own_cluster()
    with place.connect() as connection:
        set_up(connection, "watched")
    program = pg_config("--bindir") / "pg_ctl"
    control = (program, "--pgdata", place.data, "--mode", "immediate", "--wait")
    pid = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    options = (place.data / "postmaster.opts").read_text().split(maxsplit=1)[1]
    with watching(place.dsn("postgres"), "postgres") as watched:
        watched.until(up=True)
        os.kill(pid, signal.SIGINT)
        os.waitpid(pid, 0)
        watched.until(up=False)
        assert "Start the server if it is down" in watched.says()
        run(
            place,
            *control,
            "--log",
            place.socket_directory / "log",
            "--options",
            options.strip(),
            "start",
        )
        try:
            watched.until(up=True)
        finally:
            run(place, *control, "stop")
