"""The first page of several databases: a line for each, whatever one of them does."""

import contextlib
import re
import time
from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from kwtools.cluster import Place
from kwtools.console.databases import Databases, NotRead
from kwtools.console.summaries import Line, Summaries
from kwtools.targets import Target
from tests.conftest import Database, fresh_database
from tests.console.conftest import Console
from tests.console.conftest import running as running_with
from tests.console.test_bounds import LOCK, counted
from tests.console.test_health import Cells
from tests.metrics.conftest import stopped

SECONDS = 60
running = partial(running_with, is_always_fresh=False)  # no page waits for a database


def lines(console: Console) -> dict[str, list[str]]:
    """Return the state, what needs attention, and when that was read, of each database."""
    answer = console.get("/")
    assert answer.status == 200
    assert "<h1>Databases</h1>" in answer.text
    return {row[0]: row[1:] for row in Cells(answer.text).rows if len(row) == 4}


def until(console: Console, holds: Callable[[dict[str, list[str]]], bool]) -> dict[str, list[str]]:
    """Load the first page until something holds."""
    end = time.monotonic() + SECONDS
    while not holds(found := lines(console)):
        assert time.monotonic() < end, found
        time.sleep(0.2)
    return found


def well(db: Database) -> None:
    """Let nothing need attention."""
    db.sql("select from kw.check_kms()")


def down(db: Database) -> None:
    db.sql(
        "insert into kw.kms_health_checks (provider_id, kms_key_id, status, error)"
        " select provider_id, id, 'down', 'KW204: no answer' from kw.kms_keys where id = 2"
    )


def test_each_database_has_a_line_the_worst_first(db: Database, other_db: Database) -> None:
    well(db)
    well(other_db)
    down(other_db)
    with running("--dsn", db.dsn, "--dsn", other_db.dsn) as console:
        found = lines(console)
        assert list(found)[1:] == [other_db.name, db.name]
        assert found[db.name][:2] == ["● ok", "nothing"]
        assert found[other_db.name][0] == "■ problem"
        assert found[other_db.name][1].startswith("KMS keys that are down: 1")
        page = console.get("/").text
        assert f'href="/health?database={other_db.name}" class="problem"' in page
        assert f'href="/overview?database={db.name}"' in page
        assert '<a href="/">All databases</a>' in console.page("jobs", database=db.name)


def test_one_database_begins_with_its_overview(console: Console) -> None:
    page = console.get("/").text
    assert "<h2>Needs attention</h2>" in page
    assert "All databases" not in page


def test_a_database_that_hangs_holds_up_no_other_one(db: Database, other_db: Database) -> None:
    well(db)
    well(other_db)
    with (
        running("--dsn", db.dsn, "--dsn", other_db.dsn) as console,
        other_db.connect(autocommit=False) as holder,
        counted(other_db) as seen,
    ):
        until(console, lambda rows: rows[db.name][0] == rows[other_db.name][0] == "● ok")
        holder.execute(LOCK)
        began = time.monotonic()
        found = until(
            console,
            lambda rows: (
                "not answered for" in rows[other_db.name][1] and rows[db.name][0] == "● ok"
            ),
        )
        assert found[other_db.name][0] == "▲ not known"
        assert found[other_db.name][1].endswith("Before that: nothing")
        took = [_seconds(console) for _ in range(10)]
        assert sorted(took)[5] < 3  # as long as a page waits, on a busy machine
        found = until(
            console,
            lambda rows: "55P03" in rows[other_db.name][1] and rows[db.name][0] == "● ok",
        )
        assert time.monotonic() - began < SECONDS
        assert found[other_db.name][0] == "■ problem"
        holder.rollback()
        until(console, lambda rows: rows[other_db.name][0] == "● ok")
    assert max(seen) <= 3


def _seconds(console: Console) -> float:
    began = time.monotonic()
    lines(console)
    return time.monotonic() - began


def test_a_database_that_is_made_later_appears_and_one_that_is_dropped_is_told_of(
    db: Database, target: Database
) -> None:
    well(db)
    with running("--dsn", db.dsn, "--all-databases") as console:
        assert db.name in until(console, lambda rows: db.name in rows)
        assert target.name not in lines(console)
        with fresh_database(db.place) as later:
            until(console, lambda rows: later.name in rows)
            assert console.get("/overview", database=later.name).status == 200
        target.sql("create extension kwtools cascade")
        until(console, lambda rows: target.name in rows and later.name not in rows)
        page = console.get("/").text
        assert re.search(rf"<li><bdi>{later.name}</bdi>, noticed \d", page)
        assert console.get("/overview", database=later.name).status == 410
        assert console.get("/overview", database="never-there").status == 404
        _drop_extension(target)
        until(console, lambda rows: rows.get(target.name, ["■ problem"])[0] == "■ problem")


def _drop_extension(database: Database) -> None:
    """Drop it, until that is not in the way of a page which reads the tables in another order."""
    while True:
        with contextlib.suppress(psycopg.errors.DeadlockDetected):
            database.sql("drop extension kwtools")
            return


def test_while_the_list_of_databases_cannot_be_read_the_known_ones_stay(
    db: Database, other_db: Database, auditor: str
) -> None:
    dsn = psycopg.conninfo.make_conninfo(db.place.dsn(db.name, auditor))
    with running("--dsn", dsn, "--all-databases") as console:
        until(console, lambda rows: other_db.name in rows)
        db.sql(f"revoke connect on database {db.name} from public")
        try:
            end = time.monotonic() + SECONDS
            while "is not known" not in (page := console.get("/").text):
                assert time.monotonic() < end
                time.sleep(0.2)
            assert other_db.name in page
        finally:
            db.sql(f"grant connect on database {db.name} to public")
        until(console, lambda rows: rows[db.name][0] != "■ problem")


def test_a_server_that_stands_still_is_told_of_beside_others(
    db: Database, own_cluster: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.console.databases._ANSWERING", -7.0)
    well(db)
    place = own_cluster()
    databases = Databases([Target("standing", place.dsn("postgres")), Target("one", db.dsn)])
    summaries = Summaries(databases)
    found: dict[str, Line] = {}

    def read(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not found or not holds():
            assert time.monotonic() < end, found
            found.update((one.name, one) for one in summaries.lines(databases.names()))

    read(lambda: found["standing"].why is not None)  # it has no extension
    postmaster = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    with stopped(postmaster):
        read(lambda: found["standing"].waiting > 2)
        read(lambda: found["one"].result == "ok" and found["one"].age < 5)
        read(lambda: "timeout" in getattr(found["standing"].why, "message", ""))
        assert found["standing"].result == "problem"


def test_a_session_that_stands_still_is_ended(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwtools.console.databases._ANSWERING", -14.0)
    databases = Databases([Target("one", db.dsn)])
    with (
        pytest.raises(NotRead),
        databases.reading("one") as connection,
        stopped(connection.info.backend_pid),
    ):
        connection.execute("select 1")
    monkeypatch.undo()
    with databases.reading("one") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
